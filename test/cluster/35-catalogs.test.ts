import { App } from 'cdk8s';
import { type Arrival, MetricsPipeline, Mode, SeriesSchema } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { applied } from './support/modes';
import type { Strings } from './support/objects';
import { requirePipeline } from './support/pipeline';
import { query } from './support/store';
import { WHOLE } from './support/whole';

const cluster = useCluster();
beforeAll(async () => {
  await requirePipeline(cluster);
  await applied(cluster, Manifests.of(cluster, WHOLE), Mode.OPERATOR);
  await eventually('counters come that the usual profile leaves out', 60, async () => {
    expect(await query(cluster, 'count(node_cpu_seconds_total)')).toHaveLength(1);
  });
});

/** What the store and the catalogs may disagree on. */
interface Exception {
  readonly job: string;
  /** `unforeseen` is in the store alone, `missing` in a catalog alone. */
  readonly kind: 'unforeseen' | 'missing';
  /** Names of the metrics. */
  readonly name: RegExp;
  readonly because: string;
}

const EXCEPTIONS: readonly Exception[] = [
  { job: 'grafana', kind: 'missing', name: /./, because: 'what stands in for Grafana in a test cluster serves a part of its page' },
  { job: 'grafana', kind: 'unforeseen', name: /./, because: 'Grafana has hundreds of families, of which the catalog has the usual ones' },
  {
    job: 'dcgm-exporter',
    kind: 'unforeseen',
    name: /^DCGM_FI_DEV_VGPU_LICENSE_STATUS$/,
    because: 'what stands in for the exporter on nodes without GPUs has a list of its own',
  },
];

const isExcepted = (kind: Exception['kind'], job: string, name: string): boolean =>
  EXCEPTIONS.some((exception) => exception.kind === kind && exception.job === job && exception.name.test(name));

/** What the pipeline that the first file applied has in its store, by the catalogs and rules of its parts. */
const { collector } = new MetricsPipeline(new App(), 'soperator', { cluster: 'soperator', ...WHOLE });
const schema = new SeriesSchema(collector.scrapedTargets, {
  externalLabels: { cluster: { values: ['soperator'] } },
  destinationRules: collector.destinations.flatMap(({ relabelConfigs }) => relabelConfigs),
});

/** Where a series is not as it is foreseen of a page. */
function differences(series: Strings, { labels }: Arrival): string[] {
  return [
    ...Object.entries(series).flatMap(([label, value]) => {
      const info = labels.get(label);
      if (info === undefined) return [`label ${label}`];
      return info.values === undefined || info.values.includes(value) ? [] : [`${label}="${value}"`];
    }),
    ...[...labels].flatMap(([label, { optional }]) => (optional || label in series ? [] : [`no label ${label}`])),
  ];
}

/** What is foreseen of a series, or what is wrong with it on the page that it fits best. */
function match(series: Strings): { readonly arrival?: Arrival; readonly wrong: readonly string[] } {
  const { __name__: name = '', job = '' } = series;
  const tried = schema
    .metric(name)
    .arriving.filter(({ target }) => target.job === job)
    .map((arrival) => ({ arrival, wrong: differences(series, arrival) }))
    .sort((a, b) => a.wrong.length - b.wrong.length);
  return tried[0] ?? { wrong: [`no page of ${job}`] };
}

/** Labels of every series of the last minute, in which each target was scraped. */
async function storedSeries(): Promise<readonly Strings[]> {
  return (await query(cluster, 'last_over_time({__name__!=""}[60s])')).map(({ labels }) => labels);
}

/** An arrival as a line. */
function line(name: string, { target, endpoint }: Arrival): string {
  return `${target.name} ${endpoint.port ?? endpoint.path ?? ''}: ${name}`;
}

describe('the series in the store', () => {
  test('are all foreseen by the catalogs: name, page, labels and the values that are known', async () => {
    const stored = await storedSeries();
    expect(stored).not.toEqual([]);
    const found = stored.flatMap((series) => {
      const { __name__: name = '', job = '' } = series;
      return isExcepted('unforeseen', job, name) ? [] : match(series).wrong.map((wrong) => `${job} ${name}: ${wrong}`);
    });
    expect([...new Set(found)].sort()).toEqual([]);
    report(`${stored.length} series of ${new Set(stored.map(({ __name__ }) => __name__)).size} names are as the catalogs say`);
  });

  test('are of every family for which no option, hardware or event is needed, and of every scrape', async () => {
    const expected = schema.names.flatMap((name) =>
      schema
        .metric(name)
        .arriving.filter(({ sample, target }) => sample.family?.when === undefined && !isExcepted('missing', target.job, name))
        .map((arrival) => line(name, arrival)),
    );
    expect(expected).not.toEqual([]);
    await eventually('samples of every such family have arrived', 90, async () => {
      const seen = new Set(
        (await storedSeries()).flatMap((series) => {
          const { arrival, wrong } = match(series);
          return arrival && wrong.length === 0 ? [line(series.__name__ ?? '', arrival)] : [];
        }),
      );
      expect(expected.filter((one) => !seen.has(one)).sort()).toEqual([]);
    });
    report(`${expected.length} names of families without a condition are there`);
  });
});
