import { Duration } from 'cdk8s';
import { type MetricFamily, MetricType, MetricUnit } from '../../../../lib/common/metric-family';
import { RelabelRule } from '../../../../lib/scrape/relabel-rule';
import { type Arrival, SeriesSchema, type SeriesSchemaOptions } from '../../../../lib/scrape/schema';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../../../../lib/scrape/scrape-target';

const family = (name: string, labels: MetricFamily['labels'] = {}, type = MetricType.GAUGE): MetricFamily => ({
  name,
  type,
  unit: MetricUnit.SECONDS,
  labels,
  help: 'A family of a test',
});

const CATALOG = {
  name: 'a page of a test',
  families: [
    family('temperature', { pod: { optional: true }, sensor: { values: ['cpu', 'gpu'] } }),
    family('answers', { code: {} }, MetricType.HISTOGRAM),
    family('sizes', {}, MetricType.VM_HISTOGRAM),
    family('pauses', {}, MetricType.SUMMARY),
    { ...family('delays', {}, MetricType.HISTOGRAM), bucketsOnly: true },
  ],
};

const target = (more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  name: 'exporter',
  job: 'exporter',
  discovery: { role: DiscoveryRole.PODS, namespaces: ['apps'], matchLabels: { app: 'exporter' } },
  endpoints: [{ port: 'metrics', catalog: CATALOG }],
  provenance: Provenance.RENDERED,
  scrapeInterval: Duration.seconds(30),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.POD,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
  ...more,
});

const schemaOf = (more?: Partial<ScrapeTarget>, options?: SeriesSchemaOptions) => new SeriesSchema([target(more)], options);

/** The only page that a metric comes from. */
function only(schema: SeriesSchema, name: string): Arrival {
  const [arrival, ...others] = schema.metric(name).arriving;
  if (arrival === undefined || others.length > 0) throw new Error(`${name} comes from ${arrival ? 'several pages' : 'none'}`);
  return arrival;
}

const labelsOf = (schema: SeriesSchema, name: string) => {
  const { __name__, ...labels } = Object.fromEntries(only(schema, name).labels);
  return labels;
};

const JOB = { values: ['exporter'] };

describe('a metric', () => {
  test('has the labels of its page, of its target and of the agent', () => {
    expect(labelsOf(schemaOf(), 'temperature')).toEqual({
      pod: { optional: true },
      sensor: { values: ['cpu', 'gpu'] },
      job: JOB,
      instance: {},
      cluster: {},
    });
  });

  test('says where it comes from', () => {
    const { target: from, endpoint, sample } = only(schemaOf(), 'temperature');
    expect([from.name, endpoint.port, from.scrapeInterval.toSeconds()]).toEqual(['exporter', 'metrics', 30]);
    expect(sample).toEqual({ family: CATALOG.families[0], type: MetricType.GAUGE, unit: MetricUnit.SECONDS });
  });

  test('of a histogram or summary is each of its parts, and not the whole', () => {
    const schema = schemaOf();
    const parts = (name: string) => ['', '_bucket', '_sum', '_count'].filter((part) => schema.metric(name + part).arriving.length > 0);
    expect(parts('answers')).toEqual(['_bucket', '_sum', '_count']);
    expect(parts('sizes')).toEqual(['_bucket', '_sum', '_count']);
    expect(parts('pauses')).toEqual(['', '_sum', '_count']);
    expect(parts('temperature')).toEqual(['']);
    expect(parts('delays')).toEqual(['_bucket']);
    expect(labelsOf(schema, 'answers_bucket')).toMatchObject({ code: {}, le: {} });
    expect(labelsOf(schema, 'answers_sum')).not.toHaveProperty('le');
    expect(labelsOf(schema, 'sizes_bucket')).toHaveProperty('vmrange');
    expect(labelsOf(schema, 'pauses')).toHaveProperty('quantile');
    expect(only(schema, 'answers_bucket').sample).toMatchObject({ unit: MetricUnit.COUNT, bucketUnit: MetricUnit.SECONDS });
    expect(only(schema, 'answers_sum').sample).toMatchObject({ unit: MetricUnit.SECONDS, type: MetricType.HISTOGRAM });
    expect(only(schema, 'answers_count').sample).toMatchObject({ unit: MetricUnit.COUNT });
  });

  test('that no page has comes from nowhere', () => {
    expect(schemaOf().metric('humidity')).toEqual({ arriving: [], dropped: [], possible: [] });
  });

  test('may come from a page of which not everything is known', () => {
    const given = target();
    const possible = (...endpoints: ScrapeTarget['endpoints']) =>
      new SeriesSchema([{ ...given, endpoints }]).metric('humidity').possible.map(({ name }) => name);
    expect(possible({ port: 'metrics' })).toEqual(['exporter']);
    expect(possible({ port: 'a', catalog: { ...CATALOG, others: /^hum/ } }, { port: 'b' })).toEqual(['exporter']);
    expect(possible({ port: 'metrics', catalog: { ...CATALOG, others: /^node_/ } })).toEqual([]);
  });

  test('of several pages comes from each, with the labels of each', () => {
    const endpoints = [
      { port: 'a', catalog: CATALOG },
      { port: 'b', catalog: CATALOG },
    ];
    const { arriving } = schemaOf({ endpoints, targetLabels: [TargetLabel.ENDPOINT] }).metric('temperature');
    expect(arriving.map(({ labels }) => labels.get('endpoint'))).toEqual([{ values: ['a'] }, { values: ['b'] }]);
  });

  test('is worked out once', () => {
    const schema = schemaOf();
    expect(schema.metric('temperature')).toBe(schema.metric('temperature'));
  });
});

describe('labels of the target', () => {
  test('are those that it asks for, with the values that they can have', () => {
    const labels = labelsOf(
      schemaOf({
        discovery: { role: DiscoveryRole.SERVICES, namespaces: ['apps', 'more'], matchLabels: {} },
        targetLabels: [TargetLabel.NAMESPACE, TargetLabel.ENDPOINT, TargetLabel.METRICS_PATH],
        endpoints: [{ port: 'metrics', path: '/stats', catalog: CATALOG }],
        nodeLabels: { rack: 'example.com/rack' },
      }),
      'up',
    );
    expect(labels).toEqual({
      job: JOB,
      instance: {},
      cluster: {},
      namespace: { values: ['apps', 'more'] },
      endpoint: { values: ['metrics'] },
      metrics_path: { values: ['/stats'] },
      rack: { optional: true },
    });
  });

  test('are what rules make of them, and of whatever discovery says', () => {
    const relabelConfigs = [
      RelabelRule.setLabel('one pool', 'pool', 'gpu'),
      RelabelRule.copyLabel('the zone', '__meta_kubernetes_node_label_zone', 'zone'),
      RelabelRule.dropLabels('nobody asks', 'instance'),
    ];
    const schema = schemaOf({ relabelConfigs });
    // vmagent writes the address where there is no instance
    expect(labelsOf(schema, 'up')).toEqual({ job: JOB, instance: {}, cluster: {}, pool: { values: ['gpu'] }, zone: { optional: true } });
  });

  test('of a target that rules drop are those of nothing', () => {
    const drop = RelabelRule.dropSeries('only elsewhere', { __meta_kubernetes_namespace: 'apps' });
    const { arriving, dropped } = schemaOf({ relabelConfigs: [drop] }).metric('temperature');
    expect(arriving).toEqual([]);
    expect(dropped.map(({ droppedBy }) => droppedBy)).toEqual([drop]);
  });

  test('push those of the page aside', () => {
    const relabelConfigs = [RelabelRule.copyLabel('the pod', '__meta_kubernetes_pod_name', 'pod')];
    expect(labelsOf(schemaOf({ relabelConfigs }), 'temperature')).toMatchObject({ pod: {}, exported_pod: { optional: true } });
    const sometimes = [RelabelRule.copyLabel('of some', '__meta_kubernetes_node_label_sensor', 'sensor')];
    expect(labelsOf(schemaOf({ relabelConfigs: sometimes }), 'temperature')).toMatchObject({
      sensor: {},
      exported_sensor: { values: ['cpu', 'gpu'], optional: true },
    });
  });

  test('give way to those of the page where these are honoured', () => {
    const relabelConfigs = [RelabelRule.setLabel('the pod', 'pod', 'exporter'), RelabelRule.setLabel('a sensor', 'sensor', 'other')];
    const labels = labelsOf(schemaOf({ relabelConfigs, honorLabels: true }), 'temperature');
    expect(labels).toMatchObject({ pod: {}, sensor: { values: ['cpu', 'gpu'] } });
    expect(Object.keys(labels).filter((name) => name.startsWith('exported_'))).toEqual([]);
  });
});

describe('what the agent writes of each scrape', () => {
  const AUTOMATIC = [
    'scrape_duration_seconds',
    'scrape_response_size_bytes',
    'scrape_samples_post_metric_relabeling',
    'scrape_samples_scraped',
    'scrape_series_added',
    'scrape_timeout_seconds',
    'up',
  ];
  const LIMITS = ['scrape_samples_limit', 'scrape_series_current', 'scrape_series_limit', 'scrape_series_limit_samples_dropped'];

  test('is there of every target, whatever it exposes, and more of one with limits', () => {
    expect([...schemaOf({ endpoints: [{ port: 'metrics' }] }).names].sort()).toEqual(AUTOMATIC);
    const limited = schemaOf({ endpoints: [{ port: 'metrics' }], sampleLimit: 1000, seriesLimit: 2000 });
    expect([...limited.names].sort()).toEqual([...AUTOMATIC, ...LIMITS].sort());
    expect(schemaOf().metric('scrape_samples_limit').arriving).toEqual([]);
  });

  test('passes no rule over samples', () => {
    const metricRelabelConfigs = [RelabelRule.dropLabels('counters go on', 'instance'), RelabelRule.dropMetrics('all', '.+')];
    const schema = schemaOf({ metricRelabelConfigs });
    expect(labelsOf(schema, 'up')).toEqual({ job: JOB, instance: {}, cluster: {} });
    expect(only(schema, 'scrape_duration_seconds').sample).toEqual({ type: MetricType.GAUGE, unit: MetricUnit.SECONDS });
    expect(schema.metric('temperature').arriving).toEqual([]);
  });
});

describe('rules over samples', () => {
  test('tell why a metric is missing', () => {
    const drop = RelabelRule.dropMetrics('nobody asks for it', 'temp.+');
    const schema = schemaOf({ metricRelabelConfigs: [drop] });
    expect(schema.metric('temperature').dropped.map(({ droppedBy }) => droppedBy.why)).toEqual(['nobody asks for it']);
    expect(schema.metric('answers_count').arriving).toHaveLength(1);
  });

  test('tell why a label is missing: of the target, of the page, or in the store', () => {
    const schema = schemaOf(
      {
        relabelConfigs: [RelabelRule.setLabel('one pool', 'pool', 'gpu'), RelabelRule.dropLabels('a second thought', 'pool')],
        metricRelabelConfigs: [RelabelRule.dropLabels('it changes', 'pod')],
      },
      { destinationRules: [RelabelRule.dropLabels('too many', 'sensor')] },
    );
    const { lostTo } = only(schema, 'temperature');
    const reasons = ['pool', 'pod', 'sensor', 'job', 'never'].map((label) => lostTo(label)?.why);
    expect(reasons).toEqual(['a second thought', 'it changes', 'too many', undefined, undefined]);
  });

  test('may be about single metrics', () => {
    const rule = RelabelRule.replace('one place', {
      sourceLabels: ['__name__', 'sensor'],
      regex: 'temperature;(.+)',
      targetLabel: 'place',
      replacement: 'at-$1',
    });
    const schema = schemaOf({ metricRelabelConfigs: [rule] });
    expect(labelsOf(schema, 'temperature')).toMatchObject({ place: { values: ['at-cpu', 'at-gpu'] } });
    expect(labelsOf(schema, 'answers_sum')).not.toHaveProperty('place');
  });

  test('may give a metric another name', () => {
    const rename = RelabelRule.replace('our own prefix', {
      sourceLabels: ['__name__'],
      regex: '(temperature|answers_.+)',
      targetLabel: '__name__',
      replacement: 'room_$1',
    });
    const schema = schemaOf({ metricRelabelConfigs: [rename, RelabelRule.dropMetrics('no use', 'pauses.*')] });
    expect(schema.metric('temperature').arriving).toEqual([]);
    expect(only(schema, 'room_temperature').sample.family?.name).toBe('temperature');
    expect(labelsOf(schema, 'room_answers_bucket')).toHaveProperty('le');
    expect(schema.metric('pauses_sum').dropped).toHaveLength(1);
    expect(schema.names).toEqual(expect.arrayContaining(['up', 'room_temperature', 'pauses_sum']));
    expect(schema.names).not.toContain('temperature');
  });
});

describe('on the way to a store', () => {
  test('the agent adds its labels, and pushes others of that name aside', () => {
    const catalog = { name: 'clusters', families: [family('clusters', { cluster: { values: ['theirs'] } })] };
    const externalLabels = { cluster: { values: ['ours'] } };
    const own = (honorLabels: boolean) =>
      labelsOf(schemaOf({ endpoints: [{ port: 'metrics', catalog }], honorLabels }, { externalLabels }), 'clusters');
    expect(own(false)).toMatchObject({ cluster: { values: ['ours'] }, exported_cluster: { values: ['theirs'] } });
    expect(own(true)).toEqual({ cluster: { values: ['theirs'] }, job: JOB, instance: {} });
  });

  test('rules of the destination see all of it, what the agent wrote included', () => {
    const destinationRules = [
      RelabelRule.keepSeries('one cluster alone', { cluster: 'ours' }),
      RelabelRule.dropMetrics('not there', 'up'),
      RelabelRule.keepLabels('few', 'job', 'sensor'),
    ];
    const schema = schemaOf({}, { destinationRules, externalLabels: { cluster: { values: ['ours'] } } });
    expect(schema.metric('up').dropped.map(({ droppedBy }) => droppedBy.why)).toEqual(['not there']);
    expect(labelsOf(schema, 'temperature')).toEqual({ job: JOB, sensor: { values: ['cpu', 'gpu'] } });
    const theirs = schemaOf({}, { destinationRules, externalLabels: { cluster: { values: ['theirs'] } } });
    expect(theirs.metric('temperature').dropped.map(({ droppedBy }) => droppedBy.why)).toEqual(['one cluster alone']);
  });
});

test.each([
  ['a pod', {}, ['cluster']],
  ['several pods', { replicas: 2 }, ['cluster', 'instance']],
  ['nodes', { instance: InstanceLabel.NODE }, ['cluster', 'instance']],
  [
    'nodes without their name',
    { instance: InstanceLabel.NODE, metricRelabelConfigs: [RelabelRule.dropLabels('no', 'instance')] },
    ['cluster'],
  ],
])('series of %s are told apart by what differs between them', (_, more, key) => {
  expect(only(schemaOf(more), 'temperature').key).toEqual(key);
});
