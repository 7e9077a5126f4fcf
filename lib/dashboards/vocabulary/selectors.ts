/** Makes the selector of a metric of one source in the chosen cluster. Matchers are PromQL: `node_name=~"$worker"`. */
export type Select = (metric: string, ...matchers: readonly string[]) => string;

/**
 * Selectors of one job. `job` stands in each, because names of metrics do not belong to one source: `up` and `process_…` are everywhere.
 *
 * @param job value of the label `job`, as the table of jobs has it
 */
export const ofJob =
  (job: string, ...always: readonly string[]): Select =>
  (metric, ...matchers) =>
    `${metric}{${['cluster="$cluster"', `job="${job}"`, ...always, ...matchers].join(', ')}}`;

/** SLURM: nodes, jobs, controller. */
export const slurm = ofJob('slurm-exporter', 'endpoint="metrics"');
/** Whether the exporter of SLURM itself is well. */
export const slurmMonitoring = ofJob('slurm-exporter', 'endpoint="monitoring"');
/** GPUs. */
export const gpu = ofJob('dcgm-exporter');
/** Hosts: node-exporter. */
export const host = ofJob('node-exporter');
/** The kubelet's own page. */
export const kubelet = ofJob('kubelet', 'metrics_path="/metrics"');
/** Containers. */
export const cadvisor = ofJob('kubelet', 'metrics_path="/metrics/cadvisor"');
/** Objects of Kubernetes. */
export const kubeState = ofJob('kube-state-metrics', 'endpoint="http"');
/** Soperator's manager. */
export const controller = ofJob('soperator-controller');
/** The API server. */
export const apiServer = ofJob('apiserver');
/** CoreDNS. */
export const coreDns = ofJob('coredns');
/** The agent. */
export const vmagent = ofJob('vmagent');
/** The store. */
export const vmsingle = ofJob('vmsingle');
/** The operator of VictoriaMetrics. */
export const vmOperator = ofJob('vm-operator');
/** Grafana. */
export const grafana = ofJob('grafana');
/** Any source: for `up` and what the agent says of scrapes. */
export const anySource: Select = (metric, ...matchers) => `${metric}{${['cluster="$cluster"', ...matchers].join(', ')}}`;

/**
 * Series of GPUs, each GPU once: where the exporter names jobs, a GPU that jobs share has its series once for each of them, and a new one
 * with each job that follows.
 */
export const eachGpu = (series: string): string => `max without (hpc_job) (${series})`;

/** The mean of each GPU over a while, whichever jobs it had meanwhile: one series each. */
export function meanOfEachGpu(series: string, over: string): string {
  const all = (what: string) => `sum without (hpc_job) (${what}_over_time(${series}[${over}]))`;
  return `${all('sum')} / ${all('count')}`;
}

/**
 * Names the SLURM node of GPU series `node_name`, as SLURM's own series do: a worker's pod is called like its node. What hangs on no
 * worker has no such label afterwards.
 */
export const withNodeName = (query: string): string => `label_replace(${query}, "node_name", "$1", "exported_pod", "(.+)")`;
