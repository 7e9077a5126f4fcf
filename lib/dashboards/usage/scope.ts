import { host, type Select } from '../vocabulary';

/** The workers that a page is about, and their GPUs: all panels of this folder ask for no others. */
export interface Scope {
  /** Whose they are, for titles and descriptions: `the chosen workers`. */
  readonly whose: string;
  /**
   * Series of single GPUs in parentheses, each once, with their own labels and `node_name`.
   *
   * @returns nothing when it cannot be told which GPUs those are
   */
  readonly gpus: (metric: string) => string | undefined;
  /** Workers with the hosts they run on, in parentheses: labels `node_name` and `instance`, value 1. */
  readonly hosts: string;
  /** Which end of the workers a page looks for where there are too many to draw: busy ones, or those that hold a job back. */
  readonly laggards: boolean;
}

/** Lines that a panel can show and a reader can tell apart. */
const FEW = 20;

/** Series of hosts, only of those that workers run on. Each once, also where two workers shared a host for a while. */
export const ofHosts = ({ hosts }: Scope, perHost: string): string => `${perHost} and on (instance) ${hosts}`;

/**
 * What was measured of hosts, by the worker that runs there: one series each, with `node_name` alone.
 *
 * @param perHost one series for each `instance`: it is the one side, for two workers can be seen on one host while they move
 */
export const byWorker = ({ hosts }: Scope, perHost: string): string =>
  `max by (node_name) (${hosts} * on (instance) group_left () (${perHost}))`;

/** What was measured of GPUs, by worker: one series each, with `node_name` alone. */
export const gpusByWorker = (scope: Scope, aggregation: string, metric: string): string | undefined => {
  const gpus = scope.gpus(metric);
  return gpus && `${aggregation} by (node_name) (${gpus})`;
};

/**
 * The few series with the highest mean over the whole range, or the lowest. Chosen once for all points, so that lines do not come and go:
 * `topk` alone chooses anew at each.
 *
 * @param by label that tells the series apart
 */
export const few = (query: string, by: string, lowest = false): string =>
  `${query} and on (${by}) ${lowest ? 'bottomk' : 'topk'}(${FEW}, avg_over_time((${query})[$__range:1m] @ end()))`;

/** The page of the kubelet with one series for the whole node, where node-exporter has eight for each of its CPUs. */
const nodeResources: Select = (metric, ...matchers) =>
  `${metric}{${['cluster="$cluster"', 'job="kubelet"', 'metrics_path="/metrics/resource"', ...matchers].join(', ')}}`;
const machine: Select = (metric) => `max by (instance) (${metric}{cluster="$cluster", job="kubelet", metrics_path="/metrics/cadvisor"})`;

/** Share of each host's CPUs that is in use. */
export const CPU_SHARE = `max by (instance) (rate(${nodeResources('node_cpu_usage_seconds_total')}[$__rate_interval])) / on (instance) ${machine('machine_cpu_cores')}`;

/** Share of each host's memory that is not to be had: caches are. */
export const MEMORY_SHARE = `max by (instance) (1 - ${host('node_memory_MemAvailable_bytes')} / ${host('node_memory_MemTotal_bytes')})`;

/** What a counter of hosts grows by in a second, by host. */
export const hostRate = (metric: string, ...matchers: readonly string[]): string =>
  `sum by (instance) (rate(${host(metric, ...matchers)}[$__rate_interval]))`;

/** Matcher of local disks: not network file systems, which all workers share, and not memory. */
export const LOCAL = 'device=~"/dev/.+"';
