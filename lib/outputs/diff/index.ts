import { dashboardDifferences } from './dashboards';
import { destinationDifferences, destinationWarnings } from './destinations';
import { hostAccessWarnings } from './host-access';
import { Change, type ClusterDifference, Danger, type SeriesDifference, type Warning } from './kinds';
import { leftOverWarnings, namespaceWarnings, volumeWarnings } from './left-over';
import { meaningOf } from './meanings';
import { definitionDifferences, objectDifference, objectPairs } from './objects';
import { permissionDifferences, permissionWarnings } from './permissions';
import { seriesDifference, seriesWarnings } from './series';
import { emptySide, type Side } from './side';
import { targetDifferences, targetWarnings } from './targets';

export { type FieldChange, fieldChanges } from './fields';
export * from './kinds';
export { type Side, type SideModel, sideOfCluster, sideOfManifests } from './side';

const GRAVITY = Object.values(Danger);

/** Clusters that belong together: those of one name, and a single one with a single one, whatever their names. */
export function pairsOf<T extends { readonly cluster: string }>(
  former: readonly T[],
  latter: readonly T[],
): (readonly [T | undefined, T | undefined])[] {
  if (former.length === 1 && latter.length === 1) return [[former[0], latter[0]]];
  const names = [...new Set([...former, ...latter].map(({ cluster }) => cluster))];
  return names.map((name) => [former.find(({ cluster }) => cluster === name), latter.find(({ cluster }) => cluster === name)]);
}

/** What differs between two sides of a cluster, of which one may not be there; nothing where nothing does. */
export function compareSides(former: Side | undefined, latter: Side | undefined): ClusterDifference | undefined {
  const cluster = latter?.cluster ?? former?.cluster ?? '';
  const difference = compareCluster(former ?? emptySide(cluster, 'nothing'), latter ?? emptySide(cluster, 'nothing'));
  const change = former && latter ? Change.CHANGED : latter ? Change.ADDED : Change.REMOVED;
  if (former && latter) return isEmpty(difference) ? undefined : { ...difference, change };
  // nobody had anything to lose of what is new, nor has rights of what is gone
  const counts = latter ? [Danger.EGRESS, Danger.EXPOSURE] : [Danger.DATA, Danger.QUEUE, Danger.LEFT_OVER];
  return { ...difference, change, warnings: difference.warnings.filter(({ danger }) => counts.includes(danger)) };
}

/** What differs between two states of one cluster. */
function compareCluster(one: Side, other: Side): ClusterDifference {
  // what only one side knows is no difference
  const [former, latter] = one.model && other.model ? [one, other] : [withoutModel(one), withoutModel(other)];
  const targets = targetDifferences(former, latter);
  const destinations = destinationDifferences(former, latter);
  const series = seriesDifference(former, latter);
  const permissions = permissionDifferences(former, latter);
  const pairs = objectPairs(former, latter).map((pair) => ({ pair, ...meaningOf(pair, latter.tree) }));
  const objects = [...pairs.map(({ pair, meaning }) => objectDifference(pair, meaning)), ...definitionDifferences(former, latter)];
  const warnings = [
    ...renamed(former, latter),
    ...volumeWarnings(former, latter),
    ...namespaceWarnings(former.tree, latter.tree),
    ...pairs.flatMap((pair) => pair.warnings),
    ...destinationWarnings(destinations),
    ...targetWarnings(targets),
    ...(series ? seriesWarnings(series) : []),
    ...permissionWarnings(permissions),
    ...hostAccessWarnings(former, latter),
    ...leftOverWarnings(objects, former.tree, latter.tree),
  ];
  return {
    cluster: latter.cluster,
    change: Change.CHANGED,
    warnings: warnings.sort((a, b) => GRAVITY.indexOf(a.danger) - GRAVITY.indexOf(b.danger)),
    targets,
    destinations,
    ...(series ? { series } : {}),
    ...(former.model && latter.model
      ? {}
      : { seriesUnknown: 'manifests do not say which metrics a target has: compare cluster files to see series' }),
    permissions,
    objects,
    dashboards: dashboardDifferences(former, latter),
    checks: checkDifferences(former, latter, series),
  };
}

function withoutModel({ model: _, warnings: __, ...side }: Side): Side {
  return side;
}

function isEmpty({ targets, destinations, series, permissions, objects, dashboards, checks, warnings }: ClusterDifference): boolean {
  return (
    series === undefined && [targets, destinations, permissions, objects, dashboards, checks, warnings].every(({ length }) => length === 0)
  );
}

function renamed(former: Side, latter: Side): Warning[] {
  if (former.cluster === latter.cluster) return [];
  return [
    {
      danger: Danger.LABELS,
      subject: `cluster ${latter.cluster}`,
      message: `label cluster changes from ${former.cluster} to ${latter.cluster} on every series: all of them end and new ones begin`,
    },
  ];
}

/** Warnings of checks that come or go. What stays empty without a source is told with its metrics. */
function checkDifferences(former: Side, latter: Side, series: SeriesDifference | undefined) {
  if (!former.warnings || !latter.warnings) return [];
  const said = (side: Side) => (side.warnings ?? []).map((warning) => warning.replace(`[${side.cluster}/`, '['));
  const [before, after] = [said(former), said(latter)];
  const isTold = (message: string) => series !== undefined && /which brings? .* and (is|are) left out/.test(message);
  const missing = (from: readonly string[], to: readonly string[], change: Change) =>
    from.filter((message) => !to.includes(message) && !isTold(message)).map((message) => ({ change, message }));
  return [...missing(after, before, Change.ADDED), ...missing(before, after, Change.REMOVED)];
}
