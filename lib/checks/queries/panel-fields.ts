import { at, entries, type Json, list, text, texts } from '../tree';

/** Matchers of overrides that say which query they mean; the others may mean any. */
const CLEAR = ['byFrameRefID', 'byName'];
/** A kind of panel whose cells and axis have units of their own. */
const HEATMAP = 'heatmap';

/**
 * Grafana's unit of the values of one query of a panel: the panel's, or that of an override for the query.
 *
 * @param count how many queries the panel has
 * @returns nothing where there is none, or where overrides by pattern or type leave it open
 */
export function unitOfQuery(panel: Json, target: Json, count: number): string | undefined {
  const fieldConfig = at(panel, 'fieldConfig');
  const usual = text(at(fieldConfig, 'defaults', 'unit')) || undefined;
  const refId = text(at(target, 'refId'));
  const names = valueNames(panel, refId, text(at(target, 'legendFormat')), count);
  if (text(at(panel, 'type')) === HEATMAP || isHidden(panel, names)) return undefined;
  let unit = usual;
  for (const override of list(at(fieldConfig, 'overrides'))) {
    const given = list(at(override, 'properties')).find((property) => at(property, 'id') === 'unit');
    if (given === undefined) continue;
    const matcher = text(at(override, 'matcher', 'id'));
    const options = text(at(override, 'matcher', 'options'));
    if (!CLEAR.includes(matcher)) return undefined;
    if (matcher === 'byFrameRefID' ? options === refId : names.includes(options)) unit = text(at(given, 'value')) || undefined;
  }
  return unit;
}

/** Names under which overrides can mean the values of a query: its legend, and what tables call it, before and after they rename it. */
function valueNames(panel: Json, refId: string, legend: string, count: number): string[] {
  const names = [`Value #${refId}`, ...(count === 1 ? ['Value'] : []), ...(legend === '' || legend.includes('{{') ? [] : [legend])];
  const renamed = list(at(panel, 'transformations')).flatMap((transformation) =>
    entries(at(transformation, 'options', 'renameByName'))
      .filter(([before]) => names.includes(before))
      .map(([, after]) => text(after)),
  );
  return [...names, ...renamed];
}

/** Whether a table keeps the values of a query to itself: the query is there for its labels. */
function isHidden(panel: Json, names: readonly string[]): boolean {
  return list(at(panel, 'transformations')).some((transformation) => {
    const included = at(transformation, 'options', 'include', 'names');
    if (included !== undefined && !texts(included).some((name) => names.includes(name))) return true;
    return names.some((name) => at(transformation, 'options', 'excludeByName', name) === true);
  });
}
