import { App, Chart, Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import type { Dashboard } from '../../../lib/common/dashboard';
import { Mode } from '../../../lib/common/mode';
import { SeriesProfile } from '../../../lib/common/series-profile';
import { Economy, type SeriesOptions, STANDARD, THINNED } from '../../../lib/economy';
import { DCGM_EXPORTER_CATALOG } from '../../../lib/metrics/dcgm-exporter';
import { NODE_EXPORTER_CATALOG } from '../../../lib/metrics/node-exporter';
import { KNOWN_SOURCES } from '../../../lib/metrics/sources';
import { evaluateRelabeling } from '../../../lib/scrape/relabel-evaluate';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { namesOf } from '../../../lib/scrape/schema/samples';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget } from '../../../lib/scrape/scrape-target';
import { render } from '../../support';

const { LEAN, STANDARD: USUAL, FULL } = SeriesProfile;

const reading = (...queries: readonly string[]): Dashboard => ({
  uid: 'x',
  name: 'x',
  title: 'X',
  json: JSON.stringify({
    title: 'X',
    templating: { list: [{ name: 'cluster', type: 'query', query: 'label_values(up, cluster)' }] },
    panels: queries.map((expr) => ({ title: 'It', type: 'stat', targets: [{ expr }] })),
  }),
});

const target = (more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  name: 'node-exporter',
  job: 'node-exporter',
  discovery: { role: DiscoveryRole.PODS, namespaces: ['n'], matchLabels: {} },
  endpoints: [{ port: 'metrics', catalog: NODE_EXPORTER_CATALOG }],
  provenance: Provenance.RENDERED,
  scrapeInterval: Duration.seconds(30),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.NODE,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
  series: { perNode: 1_000, perCpu: 20 },
  readSeries: { perNode: 100 },
  ...more,
});

function limited(options: SeriesOptions, own: readonly Dashboard[], more: Partial<ScrapeTarget> = {}, further: readonly Dashboard[] = []) {
  const economy = new Economy(new Chart(new App(), 'test'), options, own, () => further);
  const [only] = economy.limit({ targets: [target(more)] }).targets;
  if (!only) throw new Error('a source keeps its targets');
  return only;
}

/** Whether a series passes the rules of a target. */
const passes = ({ metricRelabelConfigs }: ScrapeTarget, name: string, labels = {}): boolean =>
  evaluateRelabeling(metricRelabelConfigs, { __name__: name, ...labels }) !== undefined;

describe('of a source is taken', () => {
  test('what dashboards read, in the profile lean', () => {
    const lean = limited({ profile: LEAN }, [reading('rate(node_load1[5m])', 'histogram_quantile(0.9, x_bucket)')]);
    expect(passes(lean, 'node_load1')).toBe(true);
    expect(passes(lean, 'node_load5')).toBe(false);
    expect(passes(lean, 'node_memory_MemTotal_bytes')).toBe(false);
  });

  test('also what is asked by hand, in the profile standard, which is the usual one', () => {
    for (const options of [{}, { profile: USUAL }]) {
      const usual = limited(options, [reading('node_load1')]);
      expect(passes(usual, 'node_load1')).toBe(true);
      expect(passes(usual, 'node_memory_MemTotal_bytes')).toBe(true);
      expect(passes(usual, 'node_load5')).toBe(false);
    }
  });

  test('everything as it is, in the profile full', () => {
    const source = { targets: [target()] };
    expect(new Economy(new Chart(new App(), 'test'), { profile: FULL }, []).limit(source)).toBe(source);
  });

  test('nothing, where nobody reads it', () => {
    const lean = limited({ profile: LEAN }, []);
    expect(namesOf(NODE_EXPORTER_CATALOG).filter((name) => passes(lean, name))).toEqual([]);
  });

  test('what a pattern over names reads', () => {
    const lean = limited({ profile: LEAN }, [reading('{__name__=~"node_load.+"}')]);
    expect(['node_load1', 'node_load5', 'node_load15', 'node_time_seconds'].filter((name) => passes(lean, name))).toHaveLength(3);
  });

  test('what other patterns read, where one is no regex, which the query contract tells', () => {
    const lean = limited({ profile: LEAN }, [reading('{__name__=~"node_(?=load)5"}', '{__name__=~"node_load.+"}')]);
    expect([passes(lean, 'node_load5'), passes(lean, 'node_time_seconds')]).toEqual([true, false]);
  });

  test('what dashboards read that are shown later', () => {
    const further: Dashboard[] = [];
    const lean = limited({ profile: LEAN }, [reading('node_load1')], {}, further);
    expect(passes(lean, 'node_load5')).toBe(false);
    further.push(reading('node_load5'));
    expect(passes(lean, 'node_load5')).toBe(true);
  });

  test('what is to be kept, by name and by pattern', () => {
    const lean = limited({ profile: LEAN, keep: ['node_load5', 'node_disk_.+'] }, []);
    expect(['node_load1', 'node_load5', 'node_disk_read_bytes_total'].map((name) => passes(lean, name))).toEqual([false, true, true]);
  });

  test('all of what no catalog knows', () => {
    const whole = limited({ profile: LEAN }, [], { endpoints: [{ port: 'a', catalog: NODE_EXPORTER_CATALOG }, { port: 'b' }] });
    expect(whole.metricRelabelConfigs).toEqual([]);
    const open = limited({ profile: LEAN }, [], { endpoints: [{ catalog: { ...NODE_EXPORTER_CATALOG, others: /^node_/ } }] });
    expect([passes(open, 'node_load1'), passes(open, 'node_of_a_later_release')]).toEqual([false, true]);
  });

  test('all of what a rule gives another name, which a dashboard may ask for', () => {
    const renaming = [
      RelabelRule.replace('our own name', {
        sourceLabels: ['__name__'],
        regex: 'node_load1',
        targetLabel: '__name__',
        replacement: 'load',
      }),
    ];
    expect(limited({ profile: LEAN }, [reading('load')], { metricRelabelConfigs: renaming }).metricRelabelConfigs).toEqual(renaming);
  });

  test('what an option asks for by itself', () => {
    const lean = limited({ profile: LEAN }, [], { wanted: ['node_load5'] });
    expect([passes(lean, 'node_load5'), passes(lean, 'node_load1')]).toEqual([true, false]);
  });

  test('what a list of its own keeps, whoever reads it', () => {
    const own = [RelabelRule.keepMetrics('we know what we want', 'node_load.+')];
    expect(limited({ profile: LEAN }, [reading('node_time_seconds')], { metricRelabelConfigs: own }).metricRelabelConfigs).toEqual(own);
  });

  test('what its own rules leave: they run first', () => {
    const own = [RelabelRule.dropMetrics('nobody wants it', 'node_load1')];
    expect(passes(limited({}, [reading('node_load1')], { metricRelabelConfigs: own }), 'node_load1')).toBe(false);
  });
});

describe('series that only differ in what nobody asks for', () => {
  test('are dropped', () => {
    const agent = KNOWN_SOURCES.find(({ job }) => job === 'vmagent');
    const endpoints = (agent?.catalogs ?? []).map((catalog) => ({ catalog }));
    const taken = limited({}, [reading('flag')], { name: 'vmagent', job: 'vmagent', endpoints });
    expect(passes(taken, 'flag', { is_set: 'true' })).toBe(true);
    expect(passes(taken, 'flag', { is_set: 'false' })).toBe(false);
    const whole = limited({ keep: ['flag'] }, [reading('flag')], { name: 'vmagent', job: 'vmagent', endpoints });
    expect(passes(whole, 'flag', { is_set: 'false' })).toBe(true);
  });

  test('are dropped of the kubelet’s buckets, and the others still tell a quantile', () => {
    const kubelet = KNOWN_SOURCES.find(({ job }) => job === 'kubelet');
    const endpoints = (kubelet?.catalogs.slice(0, 1) ?? []).map((catalog) => ({ catalog }));
    const name = 'kubelet_runtime_operations_duration_seconds_bucket';
    const taken = limited({}, [reading(name)], { name: 'kubelet-metrics', job: 'kubelet', endpoints });
    // as the kubelet has them: each is two and a half times the one before
    const bounds = Array.from({ length: 14 }, (_, index) => String(0.005 * 2.5 ** index));
    const all = [
      '0.005',
      '0.0125',
      '0.03125',
      '0.078125',
      '0.1953125',
      '0.48828125',
      '1.220703125',
      '3.0517578125',
      '7.62939453125',
      '19.073486328125',
      '47.6837158203125',
      '119.20928955078125',
      '298.0232238769531',
      '745.0580596923828',
      '+Inf',
    ];
    expect(all.slice(0, 14).map((le) => Number(le).toFixed(6))).toEqual(bounds.map((bound) => Number(bound).toFixed(6)));
    const left = all.filter((le) => passes(taken, name, { le }));
    expect(left).toEqual(['0.005', '0.03125', '0.1953125', '1.220703125', '7.62939453125', '47.6837158203125', '+Inf']);
  });

  const CPU = { why: 'one a node', metric: 'node_cpu_seconds_total', as: 'instance:node_cpu_seconds_total:sum', without: ['cpu'] };
  const DROPS = {
    why: 'one a node',
    metric: 'node_softnet_dropped_total',
    as: 'instance:node_softnet_dropped_total:sum',
    without: ['cpu'],
  };

  test('are left to their sum, unless somebody reads the counter or wants it', () => {
    const kept = (options: SeriesOptions, ...queries: string[]) =>
      limited(options, [reading(...queries)], { sums: [CPU, DROPS] }).sums?.map(({ keepsCounter }) => keepsCounter);
    expect(kept({}, CPU.as)).toEqual([false, false]);
    expect(kept({}, CPU.metric)).toEqual([true, false]);
    expect(kept({ keep: ['node_cpu_.+'] }, CPU.as)).toEqual([true, false]);
  });

  test('pass the rules so that there is something to sum', () => {
    const lean = limited({ profile: LEAN }, [], { sums: [CPU] });
    expect([passes(lean, CPU.metric), passes(lean, 'node_load1')]).toEqual([true, false]);
  });
});

describe('the estimate of series', () => {
  test('is the one of what is read, beside the one of the whole page', () => {
    const { series, exposedSeries } = limited({}, [reading('node_load1')]);
    expect(series).toMatchObject({ perNode: 100, perCpu: 0 });
    expect(exposedSeries).toEqual({ perNode: 1_000, perCpu: 20 });
  });

  test('grows with what is kept beyond, up to the whole page', () => {
    const of = (keep: string[]) => limited({ keep }, []).series?.perNode ?? 0;
    expect(of(['node_disk_.+'])).toBeGreaterThan(100);
    expect(of(['node_.+'])).toBeGreaterThan(of(['node_disk_.+']));
    expect(of(['node_.+'])).toBeLessThanOrEqual(1_000);
  });

  test('is the whole page where all is kept', () => {
    expect(limited({ keep: ['.+'] }, [reading('node_load1')]).series).toMatchObject({ perNode: 1_000, perCpu: 20 });
  });

  test('has the series of each CPU where a counter of them is kept whole', () => {
    const perCpu = (keep: string[]) =>
      limited({ keep }, [], { sums: [{ why: 'one a node', metric: 'node_cpu_seconds_total', as: 'x', without: ['cpu'] }] }).series?.perCpu;
    expect(perCpu([])).toBe(0);
    expect(perCpu(['node_cpu_seconds_total'])).toBe(20);
  });

  test('grows with dashboards that are shown beside the pipeline’s own', () => {
    expect(limited({}, [], {}, [reading('{__name__=~"node_disk_.+"}')]).series?.perNode).toBeGreaterThan(100);
  });

  test('stays unknown where it is', () => {
    expect(limited({}, [], { series: undefined, readSeries: undefined }).series).toBeUndefined();
  });
});

describe('what is to be kept', () => {
  const keeping =
    (...keep: string[]) =>
    () =>
      new Economy(new Chart(new App(), 'test'), { keep }, []);

  test('is refused where no source has it, with the nearest name', () => {
    expect(keeping('node_load1', 'node_lod5')).toThrow(
      '[test] series.keep[1]: got "node_lod5", expected the name of a metric of one of the pipeline’s sources, or a regex over whole names; write node_load5',
    );
  });

  test('may be what a later release has, which no catalog knows', () => {
    const lean = limited({ profile: LEAN, keep: ['node_of_another_age_total'] }, []);
    expect([passes(lean, 'node_of_another_age_total'), passes(lean, 'node_load1')]).toEqual([true, false]);
  });

  test('is refused where only the API server has it, which keeps what its own option says', () => {
    expect(keeping('apiserver_request_total')).toThrow(
      '[test] series.keep[0]: got "apiserver_request_total", expected a metric of another source: the API server has a list of its own of what to keep; write apiServer.extraMetrics',
    );
  });

  test('is refused where it is no regex', () => {
    expect(keeping('node_(load1')).toThrow('[test] series.keep[0]: got "node_(load1"');
  });
});

describe('the data', () => {
  const namesOfJob = (job: string) =>
    KNOWN_SOURCES.filter((source) => source.job === job).flatMap(({ catalogs }) => catalogs.flatMap(namesOf));
  const labelsOf = (job: string, metric: string) =>
    KNOWN_SOURCES.filter((source) => source.job === job)
      .flatMap(({ catalogs }) => catalogs.flatMap(({ families }) => families))
      .filter(({ name }) => name === metric)
      .flatMap(({ labels }) => Object.keys(labels));

  test.each(STANDARD.flatMap(({ job, metrics }) => metrics.map((pattern) => ({ job, pattern }))))(
    'of $job has $pattern',
    ({ job, pattern }) => {
      const regex = new RegExp(`^(?:${pattern})$`);
      expect(namesOfJob(job).filter((name) => regex.test(name))).not.toEqual([]);
    },
  );

  test.each(THINNED)('of $job has $match', ({ job, match }) => {
    const { __name__, ...labels } = match;
    const family = __name__.replace(/_bucket$/, '');
    // what tells buckets apart comes with the type
    const known = [...labelsOf(job, family), ...(family === __name__ ? [] : ['le'])];
    expect(known).toEqual(expect.arrayContaining(Object.keys(labels)));
  });

  test('says why of everything', () => {
    expect([...STANDARD, ...THINNED].filter(({ why }) => why.length < 20)).toEqual([]);
  });
});

describe('a pipeline', () => {
  const modes = Object.values(Mode);

  test.each(Object.values(SeriesProfile).flatMap((profile) => modes.map((mode) => ({ profile, mode }))))(
    'has every metric that its dashboards read in profile $profile and mode $mode',
    ({ profile, mode }) => {
      const { made } = render(
        (chart) => new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', mode, strict: true, series: { profile } }),
      );
      expect(made.node.validate()).toEqual([]);
    },
  );

  test('takes the same of each source in both modes', () => {
    const rules = modes.map((mode) => {
      const { made } = render((chart) => new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', mode }));
      const taken = made.collector.scrapedTargets.map(({ name, metricRelabelConfigs }) => [
        name,
        metricRelabelConfigs.map((rule) => rule._toKube()),
      ]);
      // there is none without the operator
      return Object.fromEntries(taken.filter(([name]) => name !== 'vm-operator'));
    });
    expect(rules[0]).toEqual(rules[1]);
  });

  test('says which rule took away what a query asks for', () => {
    const { made } = render((chart) => {
      const pipeline = new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod' });
      pipeline.grafana?.show(reading('sum by (cpu) (rate(instance:node_cpu_seconds_total:sum{cluster="$cluster"}[5m]))'));
      return pipeline;
    });
    expect(made.node.validate().join('\n')).toContain(
      '(the rule "a node with 192 CPUs has eleven series of these for each, and every panel adds them up" over the scrape of node-exporter takes it away); ask for node_cpu_seconds_total',
    );
  });

  test('takes nothing away from sources of the user', () => {
    const own = { targets: [target({ name: 'own', job: 'own', endpoints: [{ port: 'm', catalog: DCGM_EXPORTER_CATALOG }] })] };
    const { made } = render(
      (chart) => new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', sources: [own], series: { profile: LEAN } }),
    );
    expect(made.collector.scrapedTargets.find(({ name }) => name === 'own')).toBe(own.targets[0]);
  });

  test('brings the metrics of a dashboard along that is shown after it was made', () => {
    const { made } = render((chart) => {
      const pipeline = new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', strict: true, series: { profile: LEAN } });
      pipeline.grafana?.show(reading('node_scrape_collector_duration_seconds{cluster="$cluster"}'));
      return pipeline;
    });
    const node = made.collector.scrapedTargets.find(({ job }) => job === 'node-exporter');
    expect(node && passes(node, 'node_scrape_collector_duration_seconds')).toBe(true);
    expect(made.node.validate()).toEqual([]);
  });

  test('says what to change where a dashboard that is no part of it asks for what is not taken', () => {
    const { made } = render((chart) => {
      const pipeline = new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', strict: true, series: { profile: LEAN } });
      const metadata = { name: 'own', namespace: 'monitoring-system', labels: { grafana_dashboard: '1' } };
      new k8s.KubeConfigMap(chart, 'Own', {
        metadata,
        data: { 'own.json': reading('node_scrape_collector_duration_seconds{cluster="$cluster"}').json },
      });
      return pipeline;
    });
    expect(made.node.validate().join('\n')).toContain(
      'node_scrape_collector_duration_seconds, expected a metric that a source exposes (the rule "only what dashboards read, and what series.profile and series.keep add" over the scrape of node-exporter drops it); list it in series.keep',
    );
  });
});
