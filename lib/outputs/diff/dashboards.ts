import { isDeepStrictEqual } from 'node:util';
import { dashboardFiles, readDashboard } from '../../checks/queries/dashboards';
import { at, entries, type Json, type JsonObject, list, type Tree, text } from '../../checks/tree';
import { fieldChanges } from './fields';
import { Change, type DashboardDifference, type PartDifference } from './kinds';
import type { Side } from './side';

/** A dashboard of one side. */
interface DashboardView {
  readonly uid: string;
  readonly title: string;
  readonly panels: ReadonlyMap<string, Json>;
  readonly variables: ReadonlyMap<string, Json>;
  /** What is neither. */
  readonly settings: JsonObject;
  /** All of it. */
  readonly json: Json;
}

/** What is shown on one side and not on the other, or in another way. */
export function dashboardDifferences(former: Side, latter: Side): DashboardDifference[] {
  const [before, after] = [dashboardsIn(former.tree), dashboardsIn(latter.tree)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((uid): DashboardDifference[] => {
    const [one, other] = [before.get(uid), after.get(uid)];
    const view = other ?? one;
    if (!view) return [];
    const common = { uid, title: view.title, panels: view.panels.size };
    if (!one || !other) return [{ change: other ? Change.ADDED : Change.REMOVED, ...common, parts: [] }];
    const parts = [
      ...partDifferences('panel', one.panels, other.panels),
      ...partDifferences('variable', one.variables, other.variables),
      ...changed('settings', one.settings, other.settings),
    ];
    if (parts.length > 0) return [{ change: Change.CHANGED, ...common, parts }];
    // where everything else is the same, that is worth a line
    return isDeepStrictEqual(one.json, other.json)
      ? []
      : [{ change: Change.CHANGED, ...common, parts: [{ change: Change.CHANGED, part: 'layout', what: ['places or order of panels'] }] }];
  });
}

function dashboardsIn(tree: Tree): Map<string, DashboardView> {
  const views = dashboardFiles(tree).flatMap((file) => {
    const dashboard = readDashboard(file);
    // what is no dashboard is the checks' to tell
    if (typeof dashboard === 'string') return [];
    const { panels: _, templating: __, ...settings } = dashboard.json as JsonObject;
    return {
      uid: text(at(dashboard.json, 'uid')) || dashboard.title,
      title: dashboard.title,
      panels: byName(panelsOf(dashboard.json), 'title'),
      variables: byName(list(at(dashboard.json, 'templating', 'list')), 'name'),
      settings,
      json: dashboard.json,
    };
  });
  return new Map(views.map((view) => [view.uid, view]));
}

/** All panels, those inside rows included; rows themselves only order them. */
function panelsOf(json: Json): Json[] {
  return list(at(json, 'panels')).flatMap((panel) => (at(panel, 'type') === 'row' ? panelsOf(panel) : [panel, ...panelsOf(panel)]));
}

function byName(all: readonly Json[], field: string): Map<string, Json> {
  const named = new Map<string, Json>();
  for (const one of all) {
    const name = text(at(one, field)) || `${at(one, 'id') ?? ''}`;
    const taken = [...named.keys()].filter((key) => key === name || key.startsWith(`${name} #`)).length;
    named.set(taken === 0 ? name : `${name} #${taken + 1}`, one);
  }
  return named;
}

function partDifferences(kind: string, before: ReadonlyMap<string, Json>, after: ReadonlyMap<string, Json>): PartDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): PartDifference[] => {
    const [one, other] = [before.get(name), after.get(name)];
    const part = `${kind} "${name}"`;
    if (one === undefined || other === undefined) return [{ change: one === undefined ? Change.ADDED : Change.REMOVED, part, what: [] }];
    return changed(part, one, other);
  });
}

/** What of a part differs; where a panel stands on its page is no difference of it. */
function changed(part: string, one: Json, other: Json): PartDifference[] {
  const paths = fieldChanges(withoutPlace(one), withoutPlace(other)).map(({ path }) => path);
  const what = [...new Set(paths.map((path) => (path.startsWith('targets') ? 'query' : (path.split(/[.[]/)[0] ?? path))))];
  return what.length === 0 ? [] : [{ change: Change.CHANGED, part, what }];
}

function withoutPlace(json: Json): JsonObject {
  return Object.fromEntries(entries(json).filter(([key]) => key !== 'gridPos'));
}
