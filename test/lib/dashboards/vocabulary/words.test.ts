import * as sdk from '@grafana/grafana-foundation-sdk/units';
import { MetricUnit } from '../../../../lib/common/metric-family';
import {
  anyOf,
  chosen,
  clusterVariable,
  DashboardUid,
  DisplayUnit,
  dashboard,
  datasourceVariable,
  grafanaThresholds,
  grafanaUnit,
  highIsBad,
  linkTo,
  lowIsBad,
  newEvents,
  ofColumn,
  sampled,
  sized,
  slurm,
  smallest,
  stat,
  table,
  timeseries,
  toGpu,
  toJob,
} from '../../../../lib/dashboards/vocabulary';

const parts = { title: 'a', description: 'what it shows', unit: MetricUnit.BYTES, queries: [{ expr: 'up' }] };

test('every unit is one that Grafana knows, or text behind the number', () => {
  const known = new Set<string>(Object.values(sdk).filter((unit) => typeof unit === 'string'));
  const unknown = [...Object.values(MetricUnit), ...Object.values(DisplayUnit)]
    .map(grafanaUnit)
    .filter((unit) => !known.has(unit) && !unit.startsWith('suffix: '));
  expect(unknown).toEqual([]);
});

describe('thresholds', () => {
  const colourOf = (value: number, { steps }: ReturnType<typeof grafanaThresholds>) =>
    steps.filter(({ value: from }) => from === null || from <= value).at(-1)?.color;

  test.each([
    [79, 'green'],
    [80, 'orange'],
    [85, 'red'],
  ])('high is bad: %d is %s', (value, colour) => {
    expect(colourOf(value, grafanaThresholds(highIsBad(80, 85)))).toBe(colour);
  });

  test.each([
    [0.96, 'green'],
    [0.92, 'orange'],
    [0.89, 'red'],
  ])('low is bad: %d is %s', (value, colour) => {
    expect(colourOf(value, grafanaThresholds(lowIsBad(0.95, 0.9)))).toBe(colour);
  });
});

describe('variables', () => {
  test('that find nothing match series without the label', () => {
    const variable = anyOf({ name: 'rack', label: 'Rack', description: 'Racks', series: slurm('slurm_node_info'), of: 'rack' });
    expect(variable).toMatchObject({ multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' } });
    expect(chosen('rack', 'slurm_nodeset_name')).toBe('slurm_nodeset_name=~"$rack"');
  });

  test('the cluster is one, and the data source is the pipeline’s unless the address names another', () => {
    expect(clusterVariable()).toMatchObject({ multi: false, includeAll: false, definition: 'label_values(up, cluster)' });
    expect(datasourceVariable()).toMatchObject({ hide: 2, query: 'prometheus', current: { value: 'VictoriaMetrics' } });
  });
});

describe('links', () => {
  test('keep time range, data source and cluster', () => {
    expect(linkTo(DashboardUid.CLUSTER_HEALTH, 'Cluster health')).toEqual({
      title: 'Cluster health',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own macros
      url: '/d/soperator-metrics-cluster-health?${__url_time_range}&${datasource:queryparam}&${cluster:queryparam}',
    });
  });

  test('take values along in a form that an address can hold', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own macros
    expect(toJob(ofColumn('Job')).url).toContain('&var-job_id=${__data.fields["Job"]:percentencode}');
    expect(toGpu('worker-1', '3').url).toMatch(/&var-worker=worker-1&var-gpu=3$/);
  });
});

describe('panels', () => {
  test('ask for the whole range where they show a course, and for its end where they show a number', () => {
    const asks = (panel: { readonly targets?: readonly { readonly instant?: boolean; readonly range?: boolean }[] }) =>
      panel.targets?.map(({ instant, range }) => ({ instant, range }));
    expect(asks(timeseries(parts))).toEqual([{ instant: false, range: true }]);
    expect(asks(stat(parts))).toEqual([{ instant: true, range: false }]);
    expect(asks(stat({ ...parts, sparkline: true }))).toEqual([{ instant: false, range: true }]);
    expect(asks(table({ ...parts, columns: [] }))).toEqual([{ instant: true, range: false }]);
  });

  test('show gaps as gaps', () => {
    expect(timeseries(parts).fieldConfig?.defaults.custom).toMatchObject({ spanNulls: false, showPoints: 'never' });
  });

  test('a table shows its columns in their order under their titles, and nothing else', () => {
    const { transformations = [], fieldConfig } = table({
      ...parts,
      queries: [{ expr: 'a' }, { expr: 'b' }],
      columns: [
        { title: 'Node', label: 'node_name' },
        { title: 'B', query: 1, unit: MetricUnit.SECONDS },
        { title: 'A', query: 0 },
      ],
    });
    expect(transformations).toEqual([
      { id: 'merge', options: {} },
      { id: 'filterFieldsByName', options: { include: { names: ['node_name', 'Value #B', 'Value #A'] } } },
      {
        id: 'organize',
        options: {
          indexByName: { node_name: 0, 'Value #B': 1, 'Value #A': 2 },
          renameByName: { node_name: 'Node', 'Value #B': 'B', 'Value #A': 'A' },
        },
      },
    ]);
    expect(fieldConfig?.overrides).toEqual([
      { matcher: { id: 'byName', options: 'Node' }, properties: [{ id: 'unit', value: 'string' }] },
      { matcher: { id: 'byName', options: 'B' }, properties: [{ id: 'unit', value: 's' }] },
    ]);
  });
});

describe('queries', () => {
  test('count the event with which a counter appears', () => {
    expect(newEvents('x', '7d')).toBe('(increase(x[7d]) and (x offset 7d)) or x');
  });

  test('look at moments of the past one by one, and leave out those without data', () => {
    expect(sampled({ everyHours: 6, times: 3 }, (offset) => `avg(x${offset})`)).toBe(
      'label_replace(avg(x), "sample", "0", "", "") or label_replace(avg(x offset 6h), "sample", "1", "", "") or label_replace(avg(x offset 12h), "sample", "2", "", "")',
    );
  });

  test('choose series once, at the end of the range', () => {
    expect(smallest(20, 'node_name', (at) => `avg by (node_name) (x${at})`)).toBe(
      'avg by (node_name) (x) and on (node_name) bottomk(20, avg by (node_name) (x @ end()))',
    );
  });
});

test('every dashboard has the data source, the cluster, the menu, the tag and a range that the store can answer', () => {
  const built = dashboard({
    uid: 'page',
    title: 'Page',
    description: 'A page',
    rows: [{ title: 'row', panels: [sized(8, 4, stat(parts))] }],
  });
  expect(built).toMatchObject({
    uid: 'page',
    title: 'Page',
    tags: ['soperator-metrics'],
    graphTooltip: 1,
    time: { from: 'now-3h', to: 'now' },
    refresh: '1m',
    links: [{ type: 'dashboards', tags: ['soperator-metrics'], includeVars: true, keepTime: true }],
  });
  expect(built.templating.list?.map(({ name }) => name)).toEqual(['datasource', 'cluster']);
});
