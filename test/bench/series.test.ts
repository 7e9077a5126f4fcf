import { createHash } from 'node:crypto';
import { linesOf } from '../../bench/queries/import';
import type { LabelSet } from '../../bench/queries/needs';
import { seriesOf } from '../../bench/queries/series';
import { Samples } from '../../bench/queries/values';
import { makeWorld, NODES_IN_FULL } from '../../bench/queries/world';
import type { Arrival } from '../../lib/scrape/schema';
import { HOUR, needs, schema, world } from './support';

const all = [...seriesOf(world, schema, needs)];
const text = (labels: LabelSet) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What is wrong with labels, as far as a page of the schema can tell; nothing when they are those of one of its series. */
function misfits(labels: LabelSet, { labels: known }: Arrival): string[] {
  const wrong = Object.entries(labels).flatMap(([label, value]) => {
    const { values } = known.get(label) ?? { values: [] };
    return values === undefined || values.includes(value) ? [] : [`${label}="${value}"`];
  });
  const missing = [...known].filter(([label, { optional }]) => !optional && labels[label] === undefined).map(([label]) => label);
  return [...wrong, ...missing];
}

test('every series is one that the default pipeline stores, with its labels and no others', () => {
  const strangers = all.flatMap(({ labels }) => {
    const pages = schema.metric(labels.__name__ ?? '').arriving.map((page) => misfits(labels, page));
    return pages.some((wrong) => wrong.length === 0) ? [] : [`${text(labels)}: ${pages.join(' or ')}`];
  });
  expect(strangers).toEqual([]);
});

test('no series is there twice at a time', () => {
  const seen = new Map<string, { from: number; to: number }[]>();
  const twice = all.flatMap(({ labels, from = 0, to = HOUR }) => {
    const others = seen.get(text(labels)) ?? [];
    seen.set(text(labels), [...others, { from, to }]);
    return others.some((other) => from < other.to && other.from < to) ? [text(labels)] : [];
  });
  expect(twice).toEqual([]);
});

test('every metric that a panel reads has series', () => {
  const made = new Set(all.map(({ labels }) => labels.__name__));
  // these begin with an event that a small cluster may not have had
  const rare = ['slurm_node_fails_total', 'kube_pod_container_status_waiting_reason', 'kube_pod_container_status_last_terminated_reason'];
  expect(needs.names.filter((name) => !made.has(name) && !rare.includes(name))).toEqual([]);
});

test('a metric of which pages read one node has three nodes, one that is read of all has all', () => {
  const nodesOf = (name: string) => new Set(all.filter(({ labels }) => labels.__name__ === name).map(({ labels }) => labels.instance)).size;
  expect(nodesOf('instance:node_cpu_seconds_total:sum')).toBe(NODES_IN_FULL);
  expect(nodesOf('node_memory_MemAvailable_bytes')).toBe(world.hosts.length);
});

test('GPUs are there every 15 seconds, all else every 30', () => {
  const intervals = (job: string, other: boolean) =>
    new Set(all.filter(({ labels }) => (labels.job === job) !== other).map(({ intervalS }) => intervalS));
  expect(intervals('dcgm-exporter', false)).toEqual(new Set([15]));
  expect(intervals('dcgm-exporter', true)).toEqual(new Set([30]));
});

/** A digest of all that would be imported, and how much it is. */
function imported(gpuNodes: number) {
  const made = { series: 0, samples: 0 };
  const digest = createHash('sha256');
  const lines = linesOf(
    seriesOf(makeWorld({ gpuNodes, lengthS: 120, cpus: 4 }), schema, needs),
    new Samples(Date.UTC(2025, 0, 15), 120),
    made,
  );
  for (const line of lines) digest.update(line);
  return { digest: digest.digest('hex'), ...made };
}

test('the same size is the same data, another size is not', () => {
  const two = imported(2);
  expect(imported(2)).toEqual(two);
  expect(imported(3).digest).not.toBe(two.digest);
});

test('a line of the import has as many times as values, in order, within the past that was asked for', () => {
  const startMs = Date.UTC(2025, 0, 15);
  const made = { series: 0, samples: 0 };
  const some = all.filter(({ labels }) => labels.instance === 'gpu-0000' || labels.job === 'slurm-exporter');
  const lines = Buffer.concat([...linesOf(some, new Samples(startMs, HOUR), made)])
    .toString()
    .trimEnd()
    .split('\n')
    .map((line): { metric: LabelSet; values: number[]; timestamps: number[] } => JSON.parse(line));
  expect(lines).toHaveLength(made.series);
  expect(lines.reduce((sum, { values }) => sum + values.length, 0)).toBe(made.samples);
  const wrong = lines.filter(({ values, timestamps }) => {
    const inOrder = timestamps.every((time, index) => index === 0 || time > (timestamps[index - 1] ?? 0));
    const inRange = timestamps.every((time) => Number.isInteger(time) && time >= startMs && time <= startMs + HOUR * 1000);
    return values.length !== timestamps.length || values.length === 0 || !inOrder || !inRange || !values.every(Number.isFinite);
  });
  expect(wrong).toEqual([]);
});

test('counters never fall', () => {
  const samples = new Samples(0, HOUR);
  const falls = [0.0001, 0.12, 3, 20_000_000].filter((perSecond) => {
    const values: number[] = JSON.parse(`[${samples.values({ kind: 'counter', perSecond }, 30, 'a seed')}]`);
    return values.some((value, index) => value < (values[index - 1] ?? 0)) || (perSecond >= 0.12 && values.at(-1) === values[0]);
  });
  expect(falls).toEqual([]);
});
