import { Duration } from 'cdk8s';
import { type MetricCatalog, MetricType, MetricUnit } from '../../../lib/common/metric-family';
import { streamAggregation } from '../../../lib/scrape/aggregation';
import { SeriesSchema } from '../../../lib/scrape/schema';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget } from '../../../lib/scrape/scrape-target';

const SUM = { why: 'every panel adds them up', metric: 'cpu_seconds_total', without: ['cpu'] };
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

describe('counters that the agent sums', () => {
  test('keep their name and come once for each scrape; what a counter had before its first sample is no growth', () => {
    expect(streamAggregation([target()])).toEqual([
      {
        match: 'cpu_seconds_total{job="hosts"}',
        interval: '15s',
        without: ['cpu'],
        outputs: ['total_prometheus'],
        keep_metric_names: true,
      },
    ]);
  });

  test('are summed once where two scrapes of one job ask for it', () => {
    expect(streamAggregation([target(), target({ name: 'more' })])).toHaveLength(1);
    expect(streamAggregation([target(), target({ name: 'others', job: 'others' })]).map(({ match }) => match)).toEqual([
      'cpu_seconds_total{job="hosts"}',
      'cpu_seconds_total{job="others"}',
    ]);
  });

  test('are none where nobody asks for it', () => {
    expect(streamAggregation([target({ sums: undefined }), target({ sums: [] })])).toEqual([]);
  });

  test('arrive without what is summed over, and the schema says who took it away; others stay as they are', () => {
    const schema = new SeriesSchema([target()]);
    const [summed] = schema.metric('cpu_seconds_total').arriving;
    const [other] = schema.metric('cpu_other_total').arriving;
    expect([...(summed?.labels.keys() ?? [])].sort()).toEqual(['__name__', 'cluster', 'instance', 'job', 'mode']);
    expect(summed?.lostTo('cpu')?.why).toBe(SUM.why);
    expect(summed?.lostTo('mode')).toBeUndefined();
    expect(other?.labels.has('cpu')).toBe(true);
  });
});
