import { kubeState, slurm } from './selectors';

/** Which workers are meant: the matcher of a label that holds their names, such as `(label) => chosen('worker', label)`. */
export type WorkerMatcher = (label: string) => string;

/** Every worker that SLURM knows. */
const every: WorkerMatcher = () => '';

/** What makes pods that are no workers. What makes workers differs from one release to the next, and of a bare pod it is nothing. */
const OTHER_PODS = 'created_by_kind!~"DaemonSet|ReplicaSet|Job|Node"';

const named = (query: string, label: string, from: string): string => `label_replace(${query}, "${label}", "$1", "${from}", "(.+)")`;

/**
 * Workers with the hosts they run on: one series for each pair, with the labels `node_name` and `instance`, which is the node of Kubernetes
 * on GPU and host series; the value is 1.
 *
 * A worker says itself where it runs when it registers at SLURM (`instance_id`). Where it does not, it is the pod of the same name in the
 * namespace of the SLURM cluster that tells: SLURM's own series carry that namespace. A worker with neither is left out.
 *
 * @param read how each selector is read, such as over a range; it must keep the labels. @default - as it is at the moment
 */
export function hostsOfWorkers(workers: WorkerMatcher = every, read: (selector: string) => string = (selector) => selector): string {
  const nodes = (...matchers: readonly string[]) => read(slurm('slurm_node_info', ...given(workers('node_name')), ...matchers));
  const pods = read(kubeState('kube_pod_info', ...given(workers('pod')), 'node!=""', OTHER_PODS));
  const told = named(nodes('instance_id!=""'), 'instance', 'instance_id');
  // `and` lets other pods of a worker's name go, in the namespaces of other clusters
  const seen = `${named(named(pods, 'node_name', 'pod'), 'instance', 'node')} and on (namespace, node_name) ${nodes()}`;
  return `max by (node_name, instance) (${told} or on (node_name) (${seen}))`;
}

const given = (matcher: string): readonly string[] => (matcher === '' ? [] : [matcher]);

/**
 * Adds the host of each worker as the label `instance`; a worker without one stays without.
 *
 * @param series series of workers, with `node_name`
 */
export function withHost(series: string, workers: WorkerMatcher = every): string {
  // while a worker moves it can be seen on two hosts, which would break the join
  const host = `topk by (node_name) (1, ${hostsOfWorkers(workers)})`;
  const none = `max by (node_name) (${slurm('slurm_node_info', ...given(workers('node_name')))})`;
  return `(${series}) * on (node_name) group_left (instance) (${host} or on (node_name) ${none})`;
}
