import { MetricType, MetricUnit } from '../../../lib/common/metric-family';
import {
  describeProblem,
  type LabelInfo,
  labelsOf,
  type ProblemOptions,
  problemsOf,
  QuerySyntaxError,
  readQuery,
  type Schema,
  type SeriesSchema,
  unitOf,
} from '../../../lib/promql';

const labels = (known: { readonly [name: string]: LabelInfo }) => new Map(Object.entries(known));
const node: LabelInfo = {};

/** A small cluster: hosts, GPUs, SLURM nodes and jobs, requests. */
export const SERIES: { readonly [name: string]: SeriesSchema } = {
  up: { labels: labels({ job: { values: ['web', 'node-exporter'] }, instance: {} }), type: MetricType.GAUGE, unit: MetricUnit.COUNT },
  cpu_seconds_total: {
    labels: labels({ cluster: {}, node, cpu: {}, mode: { values: ['idle', 'system', 'user'] } }),
    type: MetricType.COUNTER,
    unit: MetricUnit.SECONDS,
    scrapeIntervalMs: 30_000,
    key: ['cluster', 'node', 'cpu', 'mode'],
  },
  host_info: {
    labels: labels({ node, nodename: {}, release: {} }),
    type: MetricType.INFO,
    unit: MetricUnit.COUNT,
    key: ['node'],
  },
  received_bytes_total: {
    labels: labels({ node, device: {} }),
    type: MetricType.COUNTER,
    unit: MetricUnit.BYTES,
    scrapeIntervalMs: 30_000,
    key: ['node', 'device'],
  },
  speed_bytes: { labels: labels({ node, device: {} }), type: MetricType.GAUGE, unit: MetricUnit.BYTES_PER_SECOND, key: ['node', 'device'] },
  memory_bytes: { labels: labels({ cluster: {}, node }), type: MetricType.GAUGE, unit: MetricUnit.BYTES, key: ['cluster', 'node'] },
  gpu_memory_mib: {
    labels: labels({ Hostname: {}, gpu: {}, hpc_job: { optional: true } }),
    type: MetricType.GAUGE,
    unit: MetricUnit.MEBIBYTES,
    key: ['Hostname', 'gpu'],
  },
  gpu_energy_millijoules_total: {
    labels: labels({ Hostname: {}, gpu: {} }),
    type: MetricType.COUNTER,
    unit: MetricUnit.MILLIJOULES,
    scrapeIntervalMs: 15_000,
  },
  gpu_joules_total: { labels: labels({ Hostname: {}, gpu: {} }), type: MetricType.COUNTER, unit: MetricUnit.JOULES },
  slurm_node_info: {
    labels: labels({ node_name: {}, state: { values: ['IDLE', 'ALLOCATED', 'DOWN'] }, reason: { optional: true } }),
    type: MetricType.INFO,
    unit: MetricUnit.COUNT,
    key: ['node_name'],
  },
  slurm_job_info: { labels: labels({ job_id: {}, user_name: {} }), type: MetricType.INFO, unit: MetricUnit.COUNT },
  boot_time: { labels: labels({ node }), type: MetricType.GAUGE, unit: MetricUnit.TIMESTAMP },
  duration_milliseconds: { labels: labels({ node }), type: MetricType.GAUGE, unit: MetricUnit.MILLISECONDS },
  cores_limit: { labels: labels({ node }), type: MetricType.GAUGE, unit: MetricUnit.CORES },
  requests_total: { labels: labels({ code: {}, handler: {} }), type: MetricType.COUNTER, unit: MetricUnit.COUNT, scrapeIntervalMs: 30_000 },
  latency_seconds_bucket: {
    labels: labels({ handler: {}, le: {} }),
    type: MetricType.HISTOGRAM,
    unit: MetricUnit.COUNT,
    bucketUnit: MetricUnit.SECONDS,
    key: ['handler', 'le'],
  },
  latency_seconds_sum: { labels: labels({ handler: {} }), type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS },
  latency_seconds_count: { labels: labels({ handler: {} }), type: MetricType.HISTOGRAM, unit: MetricUnit.COUNT },
  pause_seconds: { labels: labels({ quantile: {} }), type: MetricType.SUMMARY, unit: MetricUnit.SECONDS },
  pause_seconds_sum: { labels: labels({}), type: MetricType.SUMMARY, unit: MetricUnit.SECONDS },
};

export const schema: Schema = ({ name, nameMatchers }) => {
  if (name !== undefined) return SERIES[name];
  return nameMatchers.some(({ value }) => value === 'slurm_.*') ? SERIES.slurm_node_info : undefined;
};

/** Variables of the dashboard in which queries of tests stand. */
export const VARIABLES = ['node', 'cluster', 'limit', 'quantile'];

/** The labels of the result as text: `a?` can be absent, `a=x|y` has known values, `…` are labels that nobody knows. */
export function result(text: string): string {
  const { labels: found, open } = labelsOf(readQuery(text, VARIABLES), schema).result;
  const shown = [...found].map(([name, { values, optional }]) => `${name}${optional ? '?' : ''}${values ? `=${values.join('|')}` : ''}`);
  return [...shown.sort(), ...(open ? ['…'] : [])].join(' ');
}

/** All problems as sentences. */
export function problems(text: string, options: ProblemOptions = {}): string[] {
  return problemsOf(readQuery(text, VARIABLES), schema, options).map((problem) => `${problem.kind} ${describeProblem(problem)}`);
}

/** Kinds of all problems. */
export function kinds(text: string, options: ProblemOptions = {}): string[] {
  return problemsOf(readQuery(text, VARIABLES), schema, options).map(({ kind }) => kind);
}

export function unit(text: string): MetricUnit | undefined {
  return unitOf(readQuery(text, VARIABLES), schema);
}

/** The message with which a text is refused. */
export function refusal(text: string): string {
  try {
    readQuery(text, VARIABLES);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return error.message;
    throw error;
  }
  return 'accepted';
}

/** A variable in braces, as Grafana writes it. */
export function braced(name: string): string {
  return `\${${name}}`;
}
