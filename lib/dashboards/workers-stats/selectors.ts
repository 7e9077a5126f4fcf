import { cadvisor, chosen, gpu, host, slurm, type WorkerMatcher } from '../vocabulary';

/** Matcher of the chosen worker. */
export const THE_WORKER: WorkerMatcher = (label) => `${label}="$worker"`;

/** Series that SLURM has of the chosen worker. */
export const worker = (metric: string, ...matchers: readonly string[]): string => slurm(metric, THE_WORKER('node_name'), ...matchers);

/** Series of the host. */
export const onHost = (metric: string, ...matchers: readonly string[]): string => host(metric, 'instance="$node"', ...matchers);

/** How fast a counter of the host grows. */
export const rateOf = (metric: string, ...matchers: readonly string[]): string => `rate(${onHost(metric, ...matchers)}[$__rate_interval])`;

/** Number of CPUs of the host. Counters of node-exporter cannot tell: where series are economised, they are sums over all CPUs. */
export const CPUS = `max(${cadvisor('machine_cpu_cores', 'instance="$node"')})`;

/**
 * GPUs of the host, by their place in it and not by the pod that holds them: a GPU that has fallen off the bus belongs to no pod any more,
 * and is the one to look at.
 */
export const hostGpus = (metric: string, ...matchers: readonly string[]): string => gpu(metric, 'instance="$node"', ...matchers);

/** One series for each GPU of the host, whatever pods and jobs held it. */
export const everyGpu = (metric: string): string => `max by (gpu) (${hostGpus(metric)})`;

/** One series for each GPU that is chosen. */
export const perGpu = (metric: string, ...matchers: readonly string[]): string =>
  `max by (gpu) (${hostGpus(metric, chosen('gpu'), ...matchers)})`;

/** Name of a GPU in legends. */
export const GPU_LEGEND = 'GPU {{gpu}}';

/** All network devices but the one that leads nowhere. */
export const NO_LOOPBACK = 'device!="lo"';

/** What GPU panels show on a worker without GPUs, and while their exporter is away. */
export const NO_GPUS = 'no GPU data';
