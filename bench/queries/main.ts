// npm run bench:queries -- (--victoria-metrics PATH | --store URL | --results FILE ...) [--size 1000x3h ...] [--json FILE] [--write]
//
// Fills a store with a generated past, asks it everything that the dashboards ask, and compares what each panel takes with the bars. Exits with 1
// when a bar is broken.
//
//   --victoria-metrics PATH  starts this binary for each size, on a temporary folder that is removed afterwards
//   --store URL              takes a VictoriaMetrics that runs, for one size: it must accept times of January 2025 and have nothing of a cluster "bench"
//   --reuse                  the data is in that store from a run before
//   --size NODESxTIME        nodes with GPUs, and length of the past; repeat it for more
//   --json FILE              keeps the figures
//   --results FILE           takes figures that were kept, in place of a store; repeat it for more
//   --write                  writes docs/query-cost.md
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { DASHBOARDS } from '../../lib/dashboards';
import { rangeOf, secondsOf } from '../../lib/dashboards/asked-queries';
import { SeriesSchema } from '../../lib/scrape/schema';
import { brokenBars, millions } from './bars';
import { linesOf } from './import';
import { measure, pagesOf } from './measure';
import { Needs } from './needs';
import { pageOf, type Run } from './report';
import { seriesOf } from './series';
import { Store, startStore } from './store';
import { Samples } from './values';
import { makeWorld } from './world';

/** When the generated past ends: any moment will do, as long as it is the same in every run. */
const END_S = Date.UTC(2025, 0, 15, 12) / 1000;

const USAGE = [
  'usage: npm run bench:queries -- --victoria-metrics PATH [--size NODESxTIME]... [--json FILE] [--write]',
  '       npm run bench:queries -- --store URL --size NODESxTIME [--reuse] [--json FILE] [--write]',
  '       npm run bench:queries -- --results FILE... [--write]',
].join('\n');

function given() {
  const { values } = parseArgs({
    options: {
      store: { type: 'string' },
      'victoria-metrics': { type: 'string' },
      size: { type: 'string', multiple: true, default: ['1000x3h', '100x24h'] },
      json: { type: 'string' },
      results: { type: 'string', multiple: true },
      reuse: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const ways = [values.store, values['victoria-metrics'], values.results].filter((way) => way !== undefined).length;
  if (ways !== 1 || (values.store !== undefined && values.size.length !== 1)) throw new Error(USAGE);
  const binary = values['victoria-metrics'];
  if (binary !== undefined && !existsSync(binary)) throw new Error(`--victoria-metrics: got "${binary}", expected the path of the program`);
  return { ...values, sizes: values.results ? [] : values.size.map(sizeOf) };
}

/** Nodes and length of the past. */
function sizeOf(size: string) {
  const [, nodes = '', length = ''] = /^(\d+)x(\d+[smhd])$/.exec(size) ?? [];
  const lengthS = length === '' ? 0 : secondsOf(length);
  if (lengthS === 0 || Number(nodes) === 0) throw new Error(`--size: got "${size}", expected nodes and time; write 1000x3h`);
  return { size, nodes: Number(nodes), lengthS };
}

async function main(): Promise<number> {
  const { store: url, 'victoria-metrics': binary, sizes, results, json, reuse, write } = given();
  const runs: Run[] = [];
  for (const file of results ?? []) runs.push(...(JSON.parse(readFileSync(file, 'utf8')) as Run[]));
  for (const size of sizes) {
    const started = binary === undefined ? undefined : await startStore(binary);
    try {
      runs.push(await run(size, started?.url ?? url ?? '', reuse));
    } finally {
      await started?.stop();
    }
  }
  if (json) writeFileSync(json, `${JSON.stringify(runs, null, 1)}\n`);
  if (write) writeFileSync(join(__dirname, '..', '..', 'docs', 'query-cost.md'), pageOf(runs));
  const broken = runs.flatMap(({ size, costs }) => brokenBars(costs).map((text) => `${size}: ${text}`));
  for (const text of broken) console.error(text);
  return broken.length === 0 ? 0 : 1;
}

async function run({ size, nodes, lengthS }: ReturnType<typeof sizeOf>, url: string, reuse: boolean): Promise<Run> {
  const pages = pagesOf(DASHBOARDS);
  const { collector } = new MetricsPipeline(new App(), 'pipeline', { cluster: 'bench' });
  const schema = new SeriesSchema(collector.scrapedTargets, { externalLabels: { cluster: { values: ['bench'] } } });
  const world = makeWorld({ gpuNodes: nodes, lengthS });
  const store = new Store(url, END_S - lengthS, END_S);

  const made = { series: 0, samples: 0 };
  const began = performance.now();
  const lines = linesOf(seriesOf(world, schema, new Needs(pages)), new Samples((END_S - lengthS) * 1000, lengthS), made);
  // what is there from a run before is the same, and only counted
  if (reuse) while (!lines.next().done);
  else await store.import(lines, () => made.samples);
  const importS = (performance.now() - began) / 1000;
  console.log(`${size}: ${made.series} series, ${millions(made.samples)} samples, in the store within ${importS.toFixed(0)} s`);

  const costs = await measure(pages, store);
  // the pages look back a few hours at first; with more data, all of it too
  const whole = pages.some((page) => rangeOf(page) < lengthS) ? await measure(pages, store, lengthS) : undefined;
  return { size, nodes, lengthS, ...made, costs, ...(whole && { whole }) };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
