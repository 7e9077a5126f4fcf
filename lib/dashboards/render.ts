import type { IConstruct } from 'constructs';
import type { Dashboard } from '../common/dashboard';
import { reject } from '../common/errors';
import { kept } from '../common/kept';
import { nearest } from '../common/nearest';
import type { DashboardDefinition, DashboardJson, DashboardOptions, PlacedPanelJson, RowJson } from './vocabulary';

/**
 * A dashboard as text: one line for each field, variable, row and panel. As small as minified JSON but for the line ends, and a change of
 * one panel is a change of one line.
 */
export function dashboardText(json: DashboardJson): string {
  const { panels, templating, ...rest } = json;
  const fields = [
    ...Object.entries(rest).map(([name, value]) => `"${name}":${JSON.stringify(value)}`),
    `"templating":{"list":${lines((templating.list ?? []).map((variable) => JSON.stringify(variable)))}}`,
    `"panels":${lines(panels.map((panel) => (panel.type === 'row' ? rowText(panel as RowJson) : JSON.stringify(panel))))}`,
  ];
  return `{\n${fields.join(',\n')}\n}\n`;
}

function rowText({ panels, ...row }: RowJson): string {
  return `${JSON.stringify(row).slice(0, -1)},"panels":${lines(panels.map((panel: PlacedPanelJson) => JSON.stringify(panel)))}}`;
}

const lines = (items: readonly string[]): string => (items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`);

/** Dashboards that were rendered, by uid and options: four ways of all, for a run of many clusters has few, and each is a large text. */
const RENDERED = kept<Dashboard>('dashboards', 36);

/** One dashboard with its options. */
export function renderDashboard(definition: DashboardDefinition, options: DashboardOptions): Dashboard {
  const { uid, name, title } = definition;
  return { uid, name, title, json: dashboardText(definition.build(options)) };
}

/** The same, made once: for those of this package, which a uid stands for. Somebody else's may differ from cluster to cluster. */
export function renderOnce(definition: DashboardDefinition, options: DashboardOptions): Dashboard {
  const key = `${definition.uid} ${JSON.stringify(options)}`;
  const known = RENDERED.get(key);
  if (known) return known;
  const dashboard = renderDashboard(definition, options);
  RENDERED.set(key, dashboard);
  return dashboard;
}

/**
 * The definitions with some names, in the order of the list; all of them when no names are given.
 *
 * @param where who was given the names, for the message
 * @param option how the user wrote the list of names
 * @throws InvalidOptionError when there is none of a name
 */
export function chosenDashboards(
  all: readonly DashboardDefinition[],
  names: readonly string[] | undefined,
  where: IConstruct,
  option: string,
): readonly DashboardDefinition[] {
  if (names === undefined) return all;
  const known = all.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    reject(where, {
      option: `${option}[${index}]`,
      got: name,
      expected: `one of ${known.join(', ')}`,
      instead: close === undefined ? 'take one of these, or leave the list out for all' : `write ${close}`,
    });
  }
  return all.filter(({ name }) => names.includes(name));
}
