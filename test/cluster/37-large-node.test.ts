import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration } from 'cdk8s';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { type MetricCatalog, type MetricFamily, MetricsPipeline, MetricType, Mode, renderManifests, SeriesProfile } from '../../lib';
import { report } from './support/cluster';
import { eventually } from './support/eventually';
import type { Strings } from './support/objects';
import { freePort, Programs, programInPath } from './support/programs';

/** What a machine has of what grows. */
interface Machine {
  readonly cpus: number;
  readonly networkPorts: number;
  readonly infinibandPorts: number;
  readonly gpus: number;
}

const LARGE: Machine = { cpus: 192, networkPorts: 8, infinibandPorts: 8, gpus: 8 };
/** One more of each: what that adds is its price. */
const MORE: Readonly<Record<string, Machine>> = {
  large: LARGE,
  cpu: { ...LARGE, cpus: LARGE.cpus + 1 },
  network: { ...LARGE, networkPorts: LARGE.networkPorts + 1 },
  infiniband: { ...LARGE, infinibandPorts: LARGE.infinibandPorts + 1 },
  gpu: { ...LARGE, gpus: LARGE.gpus + 1 },
};
/** Series that one more may cost. */
const PRICES: Readonly<Record<string, number>> = { cpu: 2, network: 12, infiniband: 12, gpu: 40 };

const range = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Values of a label of a family on a machine; one where nothing grows. */
function valuesOf(family: MetricFamily, label: string, machine: Machine): readonly string[] {
  const { values } = family.labels[label] ?? {};
  // what describes something has one value of each, whichever it is
  if (values) return family.type === MetricType.INFO ? values.slice(0, 1) : values;
  if (label === 'cpu') return range(machine.cpus, '');
  if (label === 'gpu') return range(machine.gpus, '');
  if (label === 'device' && family.name.startsWith('node_infiniband_')) return range(machine.infinibandPorts, 'mlx5_');
  if (label === 'device' && family.name.startsWith('node_network_')) return range(machine.networkPorts, 'eth');
  return ['one'];
}

/** All series of a family on a machine, with its parts. */
function lines(family: MetricFamily, machine: Machine): string[] {
  let series: Strings[] = [{}];
  for (const label of Object.keys(family.labels)) {
    series = series.flatMap((one) => valuesOf(family, label, machine).map((value) => ({ ...one, [label]: value })));
  }
  const parts: readonly (readonly [string, Strings])[] =
    family.type === MetricType.HISTOGRAM
      ? [
          ['_bucket', { le: '+Inf' }],
          ['_sum', {}],
          ['_count', {}],
        ]
      : family.type === MetricType.SUMMARY
        ? [
            ['', { quantile: '0.5' }],
            ['_sum', {}],
            ['_count', {}],
          ]
        : [['', {}]];
  return series.flatMap((one) =>
    parts.map(([part, more]) => {
      const labels = Object.entries({ ...one, ...more }).map(([name, value]) => `${name}="${value}"`);
      return `${family.name}${part}{${labels.join(',')}} ${Math.floor(Date.now() / 1000)}`;
    }),
  );
}

const page = ({ families }: MetricCatalog, machine: Machine): string =>
  `${families.flatMap((family) => lines(family, machine)).join('\n')}\n`;

/** The jobs of a machine. */
const JOBS = ['node-exporter', 'dcgm-exporter'];

/** What the agent of a pipeline is given: its scrapes and sums, and what the machine's exporters expose. */
function rendered(profile: SeriesProfile) {
  const interval = { scrapeInterval: Duration.seconds(2), scrapeTimeout: Duration.seconds(2) };
  const app = new App();
  const series = { profile };
  const pipeline = new MetricsPipeline(app, 'p', {
    cluster: 'prod',
    mode: Mode.STANDALONE,
    series,
    nodeExporter: interval,
    dcgmExporter: interval,
  });
  const configuration = renderManifests(app)
    .flatMap(({ content }) => parseAllDocuments(content).map((document) => document.toJS()))
    .find(({ data }) => data?.['scrape.yaml'])?.data as Strings;
  const targets = pipeline.collector.scrapedTargets.filter(({ job }) => JOBS.includes(job));
  return { configuration, catalogs: new Map(targets.map(({ job, endpoints }) => [job, endpoints[0]?.catalog])) };
}

const [vmagent, store] = [programInPath('vmagent'), programInPath('victoria-metrics')];

if (vmagent === undefined || store === undefined) {
  test.skip('series of a large node: with vmagent and victoria-metrics in PATH', () => undefined);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'large-node-'));
  const programs = new Programs();
  let exporters: Server | undefined;
  afterAll(async () => {
    await programs.end();
    exporters?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('one more CPU, port or GPU of a large node costs few series', async () => {
    const { configuration, catalogs } = rendered(SeriesProfile.STANDARD);
    exporters = createServer(({ url = '' }, answer) => {
      const [, job = '', machine = ''] = url.split('/');
      const [catalog, its] = [catalogs.get(job), MORE[machine]];
      if (!catalog || !its) return answer.writeHead(404).end();
      return answer.end(page(catalog, its));
    });
    await once(exporters.listen(0, '127.0.0.1'), 'listening');
    const { port } = exporters.address() as AddressInfo;
    const { scrape_configs: scrapes }: { scrape_configs: { job_name: string; metric_relabel_configs?: object[] }[] } = parse(
      configuration['scrape.yaml'] ?? '',
    );
    const scrapeConfigs = JOBS.flatMap((job) =>
      Object.keys(MORE).map((machine) => ({
        job_name: `${job}/${machine}`,
        scrape_interval: '2s',
        metrics_path: `/${job}/${machine}`,
        static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { job, instance: machine } }],
        metric_relabel_configs: scrapes.find(({ job_name: name }) => name.includes(job))?.metric_relabel_configs,
      })),
    );
    expect(scrapeConfigs.filter(({ metric_relabel_configs: rules }) => !rules?.length)).toEqual([]);
    writeFileSync(join(folder, 'scrape.yaml'), stringify({ scrape_configs: scrapeConfigs }));
    writeFileSync(join(folder, 'sums.yaml'), configuration['sums.yaml'] ?? '');

    const [storePort, agentPort] = [await freePort(), await freePort()];
    const storeUrl = `http://127.0.0.1:${storePort}`;
    await programs.start(
      store,
      [`-storageDataPath=${join(folder, 'store')}`, `-httpListenAddr=127.0.0.1:${storePort}`, '-memory.allowedBytes=256MiB'],
      `${storeUrl}/health`,
    );
    await programs.start(
      vmagent,
      [
        `-promscrape.config=${join(folder, 'scrape.yaml')}`,
        `-streamAggr.config=${join(folder, 'sums.yaml')}`,
        `-remoteWrite.url=${storeUrl}/api/v1/write`,
        `-remoteWrite.tmpDataPath=${join(folder, 'queue')}`,
        `-httpListenAddr=127.0.0.1:${agentPort}`,
      ],
      `http://127.0.0.1:${agentPort}/health`,
    );

    const count = async (selector: string): Promise<Readonly<Record<string, number>>> => {
      const answer = await fetch(`${storeUrl}/api/v1/query?${new URLSearchParams({ query: `count by (instance) (${selector})` })}`);
      const { data } = (await answer.json()) as { data: { result: { metric: Strings; value: [number, string] }[] } };
      return Object.fromEntries(data.result.map(({ metric, value }) => [metric.instance ?? '', Number(value[1])]));
    };
    await eventually('every machine has been scraped and its counters have been summed', 60, async () => {
      // eight modes, with the two of guests, and what was dropped
      expect(await count('{__name__=~"instance:.+:sum"}')).toEqual(
        Object.fromEntries(Object.keys(MORE).map((machine) => [machine, 11])),
      );
      expect(Object.keys(await count('{job="dcgm-exporter"}'))).toHaveLength(Object.keys(MORE).length);
    });
    const { large = 0, ...more } = await count('{job=~".+"}');
    const added = Object.fromEntries(Object.entries(more).map(([what, series]) => [what, series - large]));
    report(`a node with 192 CPUs, 8 + 8 ports and 8 GPUs: ${large} series; one more of each adds ${JSON.stringify(added)}`);
    expect(Object.keys(added).sort()).toEqual(Object.keys(PRICES).sort());
    expect(Object.entries(added).filter(([what, series]) => series > (PRICES[what] ?? 0) || series < 1)).toEqual([]);
  }, 120_000);
}
