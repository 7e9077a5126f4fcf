import { MetricUnit } from '../../../lib/common/metric-family';
import { DASHBOARDS, JobAttribution, renderDashboard } from '../../../lib/dashboards';
import { DisplayUnit, grafanaUnit } from '../../../lib/dashboards/vocabulary';
import type { DashboardJson, PlacedPanelJson, RowJson } from '../../../lib/dashboards/vocabulary/json';
import { readQuery, readVariableQuery } from '../../../lib/promql';
import { BLANK, BLANK_WITH_ONE } from '../../cluster/support/blank';

/** Kept by client-side apply as an annotation, in which every quote takes two bytes; other parts of the object need room, too. */
const LARGEST = 200_000;
/** What ConfigMap and annotation together may hold. */
const ANNOTATIONS = 262_144;
const UNITS = new Set([...Object.values(MetricUnit), ...Object.values(DisplayUnit)].map(grafanaUnit));
const TEXTUAL = ['text', 'row'];

interface Page {
  readonly name: string;
  readonly json: DashboardJson;
  readonly bytes: number;
  readonly rows: readonly RowJson[];
  /** Those in collapsed rows, too. */
  readonly panels: readonly PlacedPanelJson[];
}

const isRow = (item: RowJson | PlacedPanelJson): item is RowJson => item.type === 'row';

const pagesWith = (jobAttribution: JobAttribution, operator = true): Page[] =>
  DASHBOARDS.map((definition) => {
    const text = renderDashboard(definition, { jobAttribution, operator, apiServer: true, coreDns: true }).json;
    const json = JSON.parse(text) as DashboardJson;
    return {
      name: `${definition.name} ${jobAttribution}${operator ? '' : ' without operator'}`,
      json,
      bytes: Buffer.byteLength(JSON.stringify(JSON.stringify(text))),
      rows: json.panels.filter(isRow),
      panels: json.panels.flatMap((item) => (isRow(item) ? item.panels : [item])),
    };
  });
const PAGES = Object.values(JobAttribution).flatMap((way) => [...pagesWith(way), ...pagesWith(way, false)]);

/** What is wrong on any page, each with the name of the page in front. */
const wrong = (check: (page: Page) => readonly string[]): string[] =>
  PAGES.flatMap((page) => check(page).map((fault) => `${page.name}: ${fault}`));
const wrongPanels = (check: (panel: PlacedPanelJson, page: Page) => boolean): string[] =>
  wrong((page) => page.panels.filter((panel) => check(panel, page)).map(({ title }) => title));

const repeated = (values: readonly (string | number | undefined)[]) =>
  values.filter((value, index) => values.indexOf(value) < index).map(String);

test('have a uid, a name and a title each of their own, in which the uid follows from the name', () => {
  expect(DASHBOARDS.length).toBeGreaterThan(0);
  for (const field of ['uid', 'name', 'title'] as const) expect(repeated(DASHBOARDS.map((definition) => definition[field]))).toEqual([]);
  expect(DASHBOARDS.filter(({ uid, name }) => uid !== `soperator-metrics-${name}` || uid.length > 40)).toEqual([]);
  expect(DASHBOARDS.filter(({ uid }) => !/^[a-z]+(-[a-z]+)*$/.test(uid))).toEqual([]);
  for (const definition of DASHBOARDS) {
    const { uid, title } = definition.build({ jobAttribution: JobAttribution.JOIN });
    expect({ uid, title }).toEqual({ uid: definition.uid, title: definition.title });
  }
});

test('are the same for the same options, and say what they are for', () => {
  for (const definition of DASHBOARDS) {
    const build = () => JSON.stringify(definition.build({ jobAttribution: JobAttribution.JOIN }));
    expect(build()).toBe(build());
  }
  expect(wrong(({ json: { description } }) => (description ? [] : ['no description']))).toEqual([]);
});

test('give each panel and row a number and a title of its own', () => {
  expect(wrong(({ rows, panels }) => repeated([...rows, ...panels].map(({ id }) => id)))).toEqual([]);
  expect(wrongPanels(({ id }) => !Number.isInteger(id) || id < 1 || id >= 2 ** 31)).toEqual([]);
  expect(wrong(({ panels }) => repeated(panels.map(({ title }) => title)))).toEqual([]);
  expect(wrong(({ rows }) => repeated(rows.map(({ title }) => title)))).toEqual([]);
});

test('give each panel words that say more than its title, and a unit', () => {
  expect(wrongPanels(({ title, description }) => title === '' || description.length <= title.length)).toEqual([]);
  expect(
    wrongPanels(({ type, fieldConfig }) => !TEXTUAL.includes(type) && !UNITS.has(fieldConfig?.defaults.unit ?? 'a panel without')),
  ).toEqual([]);
});

test('show single fields in units that there are, and choose none that no query gives', () => {
  const faults = wrong(({ panels }) =>
    panels.flatMap(({ title, type, fieldConfig, transformations = [] }) =>
      (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) => [
        ...properties
          .filter(({ id, value }) => id === 'unit' && !UNITS.has(String(value)))
          .map(({ value }) => `${title}: unit ${value} of ${matcher.options}`),
        ...(type === 'table' && !JSON.stringify(transformations).includes(JSON.stringify(matcher.options))
          ? [`${title}: no column ${matcher.options}`]
          : []),
      ]),
    ),
  );
  expect(faults).toEqual([]);
});

test('name the queries of a panel apart, and ask each for the end or for the range', () => {
  expect(wrongPanels(({ targets = [] }) => repeated(targets.map(({ refId }) => refId)).length > 0)).toEqual([]);
  expect(wrongPanels(({ targets = [] }) => targets.some(({ instant, range }) => instant === range))).toEqual([]);
});

test('ask the data source of the page, from every panel and variable', () => {
  const own = (datasource: { readonly uid?: string } | undefined) => datasource?.uid === '$datasource';
  expect(
    wrongPanels(
      ({ type, datasource, targets = [] }) => type !== 'text' && !(own(datasource) && targets.every((target) => own(target.datasource))),
    ),
  ).toEqual([]);
  expect(
    wrong(({ json }) =>
      (json.templating.list ?? []).filter(({ type, datasource }) => type === 'query' && !own(datasource)).map(({ name }) => name),
    ),
  ).toEqual([]);
});

test('have the data source and one cluster as their first variables, and none whose All leaves out series without the label', () => {
  expect(
    wrong(({ json }) => {
      const [datasource, cluster] = json.templating.list ?? [];
      return datasource?.name === 'datasource' && cluster?.name === 'cluster' && !cluster.multi && !cluster.includeAll
        ? []
        : ['first variables'];
    }),
  ).toEqual([]);
  expect(
    wrong(({ json }) =>
      (json.templating.list ?? []).filter(({ includeAll, allValue }) => includeAll && allValue !== '.*').map(({ name }) => name),
    ),
  ).toEqual([]);
});

test('ask queries that Prometheus takes, each of the chosen cluster', () => {
  const faults = wrong(({ json, panels }) => {
    const variables = (json.templating.list ?? []).map(({ name }) => name);
    return panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ refId, expr }) => {
        try {
          const { selectors, unknownVariables } = readQuery(expr, variables);
          const others = selectors.filter(
            ({ selector }) => !selector.matchers.some(({ label, op, value }) => label === 'cluster' && op === '=' && value === '$cluster'),
          );
          return [
            ...others.map(({ selector }) => `${title} ${refId}: ${selector.name} of any cluster`),
            ...unknownVariables.map(({ name }) => `${title} ${refId}: $${name}`),
          ];
        } catch (error) {
          return [`${title} ${refId}: ${error}`];
        }
      }),
    );
  });
  expect(faults).toEqual([]);
});

test('list values of the chosen cluster in their variables', () => {
  const faults = wrong(({ json }) => {
    const list = json.templating.list ?? [];
    const variables = list.map(({ name }) => name);
    return list
      .filter(({ type, name }) => type === 'query' && name !== 'cluster')
      .filter(({ definition = '' }) => {
        const selectors = readVariableQuery(definition, variables).query?.selectors ?? [];
        return selectors.length === 0 || !selectors.every(({ selector }) => selector.matchers.some(({ value }) => value === '$cluster'));
      })
      .map(({ name }) => name);
  });
  expect(faults).toEqual([]);
});

test('lay panels side by side and never over each other, inside the page', () => {
  const faults = wrong(({ json, rows }) => {
    const areas = [json.panels, ...rows.map(({ panels }) => panels)];
    return areas.flatMap((items) =>
      items.flatMap(({ title = '', gridPos: a }, index) => {
        const over = items
          .slice(0, index)
          .filter(({ gridPos: b }) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h);
        return [
          ...(Object.values(a).some((cells) => !Number.isInteger(cells) || cells < 0) || a.w * a.h < 1 ? [`${title} has no size`] : []),
          ...(a.x < 0 || a.x + a.w > 24 ? [`${title} leaves the page`] : []),
          ...over.map((other) => `${title} lies over ${other.title}`),
        ];
      }),
    );
  });
  expect(faults).toEqual([]);
});

test('begin with an open row that says whether all is well', () => {
  expect(
    wrong(({ json }) => {
      const [first, second] = json.panels;
      return first && isRow(first) && !first.collapsed && second && !isRow(second) ? [] : ['first row'];
    }),
  ).toEqual([]);
});

test('link to dashboards that are there, with variables that those have', () => {
  const variablesOf = new Map(PAGES.map(({ json }) => [json.uid, new Set((json.templating.list ?? []).map(({ name }) => name))]));
  const faults = wrong(({ json, panels }) => {
    const urls = [...JSON.stringify([json.links, panels]).matchAll(/\/d\/([\w-]+)\?([^"\\]*)/g)];
    return urls.flatMap(([, uid = '', query = '']) => {
      const variables = variablesOf.get(uid);
      if (!variables) return [`no dashboard ${uid}`];
      return [...query.matchAll(/var-(\w+)=/g)].flatMap(([, name = '']) => (variables.has(name) ? [] : [`no variable ${name} on ${uid}`]));
    });
  });
  expect([...new Set(faults)]).toEqual([]);
});

test('fit into a ConfigMap and into the annotation that client-side apply keeps of it', () => {
  expect(wrong(({ json }) => (JSON.stringify(json).length > LARGEST ? [`${JSON.stringify(json).length} characters`] : []))).toEqual([]);
  expect(wrong(({ bytes }) => (bytes > ANNOTATIONS ? [`${bytes} bytes once it is quoted`] : []))).toEqual([]);
});

test('do not ask for the job of a GPU where jobs are not attributed, and ask in the way that is chosen', () => {
  // a label that is only summed away is not asked for
  const asks = /hpc_job(=|!)|"hpc_job"/;
  const asking = (jobAttribution: JobAttribution) =>
    pagesWith(jobAttribution).flatMap(({ name, panels }) =>
      panels.filter(({ targets = [] }) => targets.some(({ expr }) => asks.test(expr))).map(({ title }) => `${name}: ${title}`),
    );
  expect(asking(JobAttribution.JOIN)).toEqual([]);
  expect(asking(JobAttribution.NONE)).toEqual([]);
  expect(asking(JobAttribution.LABEL)).not.toEqual([]);
  const titles = (jobAttribution: JobAttribution) =>
    pagesWith(jobAttribution).flatMap(({ json, panels }) => panels.map(({ title }) => `${json.title}: ${title}`));
  expect(titles(JobAttribution.LABEL)).toEqual(titles(JobAttribution.JOIN));
  const all = new Set(titles(JobAttribution.JOIN));
  expect(titles(JobAttribution.NONE).filter((title) => !all.has(title))).toEqual([]);
});

test('what may be blank in a test cluster are panels that there are', () => {
  const titles = new Map(
    DASHBOARDS.map((definition) => {
      const { title, panels } = definition.build({ jobAttribution: JobAttribution.JOIN, operator: true });
      return [
        title,
        panels.flatMap((item) => ('panels' in item && item.type === 'row' ? item.panels : [item])).map((panel) => panel.title),
      ] as const;
    }),
  );
  const named = [BLANK, BLANK_WITH_ONE].flatMap((list) =>
    Object.entries(list).flatMap(([dashboard, panels]) => Object.keys(panels).map((panel) => ({ dashboard, panel }))),
  );
  expect(named.filter(({ dashboard, panel }) => !titles.get(dashboard)?.includes(panel))).toEqual([]);
});
