import { Duration } from 'cdk8s';
import { type MetricCatalog, MetricType, MetricUnit } from '../../../lib/common/metric-family';
import { streamAggregation } from '../../../lib/scrape/aggregation';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { SeriesSchema } from '../../../lib/scrape/schema';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget } from '../../../lib/scrape/scrape-target';

const SUM = { why: 'every panel adds them up', metric: 'cpu_seconds_total', as: 'instance:cpu_seconds_total:sum', without: ['cpu'] };
const CATALOG: MetricCatalog = {
  name: 'hosts',
  families: ['cpu_seconds_total', 'cpu_other_total'].map((name) => ({
    name,
    type: MetricType.COUNTER,
    unit: MetricUnit.SECONDS,
    labels: { cpu: {}, mode: { values: ['idle', 'user'] } },
    help: 'Time',
  })),
};

const target = (more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  name: 'hosts',
  job: 'hosts',
  discovery: { role: DiscoveryRole.PODS, namespaces: ['n'], matchLabels: {} },
  endpoints: [{ port: 'metrics', catalog: CATALOG }],
  provenance: Provenance.RENDERED,
  scrapeInterval: Duration.seconds(15),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.NODE,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
  sums: [SUM],
  ...more,
});

const RULE = {
  match: 'cpu_seconds_total{job="hosts"}',
  interval: '15s',
  without: ['cpu'],
  outputs: ['total_prometheus'],
  output_relabel_configs: [{ target_label: '__name__', replacement: 'instance:cpu_seconds_total:sum' }],
};

describe('sums of counters', () => {
  test('have a name of their own and come once for each scrape; what a counter had before its first sample is no growth', () => {
    expect(streamAggregation([target()])).toEqual({ keepInput: true, rules: [RULE] });
  });

  test('take the place of counters that are not kept: of all or of none', () => {
    const alone = { ...SUM, keepsCounter: false };
    expect(streamAggregation([target({ sums: [alone] })])?.keepInput).toBe(false);
    expect(streamAggregation([target({ sums: [alone, { ...SUM, metric: 'cpu_other_total', as: 'x' }] })])?.keepInput).toBe(true);
  });

  test('are made once where two scrapes of one job ask for them', () => {
    expect(streamAggregation([target(), target({ name: 'more' })])?.rules).toHaveLength(1);
    expect(streamAggregation([target(), target({ name: 'others', job: 'others' })])?.rules.map(({ match }) => match)).toEqual([
      'cpu_seconds_total{job="hosts"}',
      'cpu_seconds_total{job="others"}',
    ]);
  });

  test('are none where nobody asks for them', () => {
    expect(streamAggregation([target({ sums: undefined }), target({ sums: [] })])).toBeUndefined();
  });

  test('arrive without what is summed over; the counters beside them stay as they are', () => {
    const schema = new SeriesSchema([target()]);
    const [sum] = schema.metric(SUM.as).arriving;
    const [counter] = schema.metric(SUM.metric).arriving;
    expect([...(sum?.labels.keys() ?? [])].sort()).toEqual(['__name__', 'cluster', 'instance', 'job', 'mode']);
    expect(sum?.labels.get('__name__')).toEqual({ values: [SUM.as] });
    expect(sum?.sample).toMatchObject({ type: MetricType.COUNTER, unit: MetricUnit.SECONDS });
    expect(sum?.lostTo('cpu')?.why).toBe(SUM.why);
    expect(sum?.lostTo('mode')).toBeUndefined();
    expect(counter?.labels.has('cpu')).toBe(true);
    expect(schema.names).toEqual(expect.arrayContaining([SUM.as, SUM.metric]));
  });

  test('are what is left of counters that are not kept, and the schema says what to ask for', () => {
    const schema = new SeriesSchema([target({ sums: [{ ...SUM, keepsCounter: false }] })]);
    expect(schema.metric(SUM.as).arriving).toHaveLength(1);
    expect(schema.metric(SUM.metric).arriving).toEqual([]);
    expect(schema.metric(SUM.metric).dropped[0]?.droppedBy).toMatchObject({ why: SUM.why, remedy: `ask for ${SUM.as}` });
  });

  test('are made of what has passed the rules, and are none of what has not', () => {
    const rules = [RelabelRule.dropMetrics('nobody wants it', SUM.metric)];
    const schema = new SeriesSchema([target({ metricRelabelConfigs: rules })]);
    expect(schema.metric(SUM.as).arriving).toEqual([]);
    expect(schema.metric(SUM.as).dropped[0]?.droppedBy).toBe(rules[0]);
  });

  test('are none of a page that lacks the counter', () => {
    const schema = new SeriesSchema([target({ sums: [{ ...SUM, metric: 'no_such_total', as: 'x' }] })]);
    expect(schema.metric('x')).toMatchObject({ arriving: [], dropped: [] });
  });
});
