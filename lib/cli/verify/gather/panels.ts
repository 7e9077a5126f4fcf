import { type DashboardVariable, dashboardFiles, datasourceReference, readDashboard } from '../../../checks/queries/dashboards';
import { asked as askedBy, datasources } from '../../../checks/queries/datasources';
import type { Json } from '../../../checks/tree';
import { choose, filled, lengthsOf, panelsOf, rangeOf, type Values, type VariableSource } from '../../../dashboards/asked-queries';
import type { DashboardJson } from '../../../dashboards/vocabulary/json';
import type { Expected } from '../expected';
import type { PanelFacts } from '../facts';
import { each } from './source';
import type { Store } from './store';

/** How far back a panel looks here at most, in seconds: enough to show something, and cheap. */
const MOST_RANGE_S = 3600;
/** Points of a graph, and the data source's interval, as the dashboards are made for. */
const POINTS = 300;
const SCRAPE_S = 30;

/** Asks everything that the panels of the rendered dashboards ask, with all values of every variable. */
export async function askPanels(store: Store, expected: Expected): Promise<readonly PanelFacts[]> {
  const { tree } = expected;
  const pages = dashboardFiles(tree).flatMap((file) => {
    const read = readDashboard(file);
    // what is no dashboard is the query contract's to tell
    return typeof read === 'string' ? [] : [{ page: read.json as unknown as DashboardJson, variables: read.variables }];
  });
  const asked = (await each(pages, ({ page, variables }) => questionsOf(page, variables, expected, store))).flat();
  const counts = await store.counts(asked.flatMap(({ queries }) => queries.map(({ text }) => text)));
  return asked.map(({ queries, ...panel }) => ({
    ...panel,
    queries: queries.map(({ text, written }) => {
      const count = counts.get(text) ?? 0;
      return { text, written, ...(typeof count === 'number' ? { series: count } : { error: count.error }) };
    }),
  }));
}

async function questionsOf(
  page: DashboardJson,
  variables: readonly DashboardVariable[],
  { tree, cluster }: Expected,
  store: Store,
): Promise<readonly PanelFacts[]> {
  const rangeS = Math.min(MOST_RANGE_S, rangeIn(page));
  const { values: lengths } = lengthsOf(rangeS, POINTS, SCRAPE_S);
  const source: VariableSource = {
    query: async (expression) => {
      const answer = await store.query(expression);
      return 'samples' in answer ? answer.samples : [];
    },
    labelValues: (selector, label) => store.labelValues(selector, label, rangeS),
  };
  const values = await chosen(page, source, lengths, cluster);
  const isOfStore = (reference: unknown) => askedBy(datasources(tree), variables, datasourceReference(reference as Json)).kind === 'store';
  const names = variables.map(({ name }) => name);
  return panelsOf(page).flatMap(({ title = '', targets = [], interval, datasource }): PanelFacts[] => {
    const ofPanel = lengthsIn(rangeS, interval);
    const queries = targets
      .filter(
        (target) =>
          typeof target.expr === 'string' && target.expr !== '' && target.hide !== true && isOfStore(datasource ?? target.datasource),
      )
      .map(({ expr }) => ({ text: filled(expr, ofPanel, values), written: expr }));
    return queries.length === 0 ? [] : [{ dashboard: page.title ?? '', panel: title, queries, variables: names }];
  });
}

/** Variables of others' dashboards may be of kinds that ours are not; their panels then ask with the name itself, and fail aloud. */
async function chosen(page: DashboardJson, source: VariableSource, lengths: Values, cluster: string): Promise<Values> {
  try {
    return await choose({ templating: page.templating ?? {} }, source, { lengths, given: new Map([['cluster', cluster]]) });
  } catch {
    return new Map();
  }
}

function rangeIn(page: DashboardJson): number {
  try {
    return rangeOf(page);
  } catch {
    return MOST_RANGE_S;
  }
}

function lengthsIn(rangeS: number, panelStep: string | undefined): Values {
  try {
    return lengthsOf(rangeS, POINTS, SCRAPE_S, panelStep ?? undefined).values;
  } catch {
    return lengthsOf(rangeS, POINTS, SCRAPE_S).values;
  }
}
