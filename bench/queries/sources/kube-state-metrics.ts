import { chance } from '../random';
import type { Source, Thing } from '../series';
import { constant, counter, type Shape } from '../values';
import type { Pod, World } from '../world';
import { every } from './every';

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
const INSTANCE = 'metrics-kube-state-metrics-5f6c';

const NOTHING = constant(0);
const TRUE = constant(1);
const unlikely = (seed: string, share: number): boolean => chance(seed) < share;

/** Objects of Kubernetes: here its pods. */
export const KUBE_STATE_METRICS: Source = {
  job: 'kube-state-metrics',
  targets: () => [{ instance: INSTANCE }],
  *things(world: World, name, page, target) {
    if (!name.startsWith('kube_pod_')) yield* every(page, target, { resource: ['*v1.Pod'] });
    else for (const host of world.hosts) for (const pod of host.pods) yield* ofPod(name, pod, host.name);
  },
};

function ofPod(name: string, pod: Pod, node: string): readonly Thing[] {
  const labels = { namespace: pod.namespace, pod: pod.name };
  switch (name) {
    case 'kube_pod_status_phase':
      return PHASES.map((phase) => ({ labels: { ...labels, phase }, shape: phase === 'Running' ? TRUE : NOTHING }));
    case 'kube_pod_status_ready':
      return ['true', 'false', 'unknown'].map((condition) => ({
        labels: { ...labels, condition },
        shape: condition === 'true' ? TRUE : NOTHING,
      }));
    case 'kube_pod_info': {
      const created = { created_by_kind: 'DaemonSet', created_by_name: pod.owner, priority_class: 'system-node-critical' };
      const address = { host_ip: `10.0.${node.length}.1`, pod_ip: `10.1.${pod.name.length}.1`, host_network: 'false' };
      return [{ labels: { ...labels, ...created, ...address, node }, shape: TRUE }];
    }
    case 'kube_pod_created':
      return [{ labels, shape: constant(1_736_800_000) }];
    case 'kube_pod_spec_volumes_persistentvolumeclaims_info':
      return pod.claim === undefined
        ? []
        : [{ labels: { ...labels, volume: 'data', persistentvolumeclaim: pod.claim, ephemeral: 'false' }, shape: TRUE }];
    default:
      return pod.containers.flatMap((container) => ofContainer(name, { ...labels, container: container.name }, node));
  }
}

function ofContainer(name: string, labels: { readonly pod: string; readonly container: string }, node: string): readonly Thing[] {
  const seed = `${labels.pod} ${labels.container}`;
  switch (name) {
    case 'kube_pod_container_resource_requests':
    case 'kube_pod_container_resource_limits': {
      const ofResource = (resource: string, unit: string, shape: Shape): Thing => ({ labels: { ...labels, node, resource, unit }, shape });
      return [ofResource('cpu', 'core', constant(0.5)), ofResource('memory', 'byte', constant(536_870_912))];
    }
    case 'kube_pod_container_status_restarts_total':
      return [{ labels, shape: unlikely(seed, 0.05) ? counter(0.0002) : NOTHING }];
    case 'kube_pod_container_status_last_terminated_reason':
      return unlikely(seed, 0.05) ? [{ labels: { ...labels, reason: 'Error' }, shape: TRUE }] : [];
    case 'kube_pod_container_status_waiting_reason':
      return unlikely(seed, 0.005) ? [{ labels: { ...labels, reason: 'CrashLoopBackOff' }, shape: TRUE }] : [];
    default:
      throw new Error(`${name}: say in bench/queries/sources/kube-state-metrics.ts which pods or containers have it`);
  }
}
