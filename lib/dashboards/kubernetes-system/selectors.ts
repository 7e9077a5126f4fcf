import { cadvisor, chosen, kubelet, kubeState } from '../vocabulary';

const CHOSEN = chosen('namespace');

/** Of objects in the chosen namespaces. */
export const of = (metric: string, ...matchers: string[]): string => kubeState(metric, CHOSEN, ...matchers);

/** Of containers in the chosen namespaces, without the sandboxes and groups that hold them. */
export const containers = (metric: string, ...matchers: string[]): string => cadvisor(metric, CHOSEN, 'container!=""', ...matchers);

/** Of volumes in the chosen namespaces. */
export const volumesOf = (metric: string): string => kubelet(metric, CHOSEN);

/** Labels that name a pod. A new pod of kube-state-metrics has another `instance`, so that joins aggregate to these first. */
export const POD = 'namespace, pod';
/** Labels that name a container. */
export const CONTAINER = 'namespace, pod, container';
/** Labels that name a volume claim. */
export const CLAIM = 'namespace, persistentvolumeclaim';

/** One series for each pod: 1 when it should be ready and is not. Those that are done never get ready again. */
export const NOT_READY = `(1 - max by (${POD}) (${of('kube_pod_status_ready', 'condition="true"')})) * on (${POD}) (1 - max by (${POD}) (${of('kube_pod_status_phase', 'phase="Succeeded"')}))`;

/** Why a container waits when nothing is wrong: it has only just been asked for. */
export const USUAL_WAITS = 'reason!~"ContainerCreating|PodInitializing"';

/** Requests or limits of pods that hold them: those that are done do not. */
export const held = (what: 'requests' | 'limits', resource: 'cpu' | 'memory', select = of): string =>
  `max by (${CONTAINER}) (${select(`kube_pod_container_resource_${what}`, `resource="${resource}"`)}) * on (${POD}) group_left () max by (${POD}) (${select('kube_pod_status_phase', 'phase=~"Pending|Running"')})`;
