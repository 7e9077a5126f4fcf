import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DashboardDefinition,
  JobAttribution,
  type PlacedPanelJson,
  type QueryJson,
  type RowJson,
} from '../../../lib/dashboards/vocabulary';
import { type Query, readQuery, type Selector } from '../../../lib/promql';

export const ATTRIBUTIONS: readonly JobAttribution[] = Object.values(JobAttribution);

/** All panels, those in closed rows included. */
export function panelsOf(definition: DashboardDefinition, jobAttribution = JobAttribution.JOIN): PlacedPanelJson[] {
  const { panels } = definition.build({ jobAttribution });
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel as RowJson).panels : [panel as PlacedPanelJson]));
}

export const titlesOf = (definition: DashboardDefinition, jobAttribution?: JobAttribution): string[] =>
  panelsOf(definition, jobAttribution).map(({ title }) => title);

/** One panel by its title. */
export function panelOf(definition: DashboardDefinition, title: string, jobAttribution?: JobAttribution): PlacedPanelJson {
  const panel = panelsOf(definition, jobAttribution).find((each) => each.title === title);
  if (panel === undefined) throw new Error(`no panel ${title}`);
  return panel;
}

export const expressionsOf = (definition: DashboardDefinition, title: string, jobAttribution?: JobAttribution): string[] =>
  (panelOf(definition, title, jobAttribution).targets ?? []).map(({ expr }) => expr);

export const variablesOf = (definition: DashboardDefinition) =>
  definition.build({ jobAttribution: JobAttribution.JOIN }).templating?.list ?? [];

/** A query of a panel, read. */
export interface PanelQuery {
  readonly title: string;
  readonly target: QueryJson;
  readonly query: Query;
}

export function queriesOf(definition: DashboardDefinition, jobAttribution?: JobAttribution): PanelQuery[] {
  const names = variablesOf(definition).map(({ name }) => name);
  return panelsOf(definition, jobAttribution).flatMap(({ title, targets = [] }) =>
    targets.map((target) => ({ title, target, query: readQuery(target.expr, names) })),
  );
}

export const selectorsOf = ({ query }: PanelQuery): Selector[] => query.selectors.map(({ selector }) => selector);

/** The questions of a page, each with the panels that answer it. */
export function coverageOf(name: string): [question: string, panels: string[]][] {
  const page = readFileSync(join(__dirname, `../../../docs/coverage/${name}.md`), 'utf8');
  return [...page.matchAll(/^\| (.+\?) \| (.+) \|$/gm)].map(([, question = '', panels = '']) => [question, panels.split('; ')]);
}
