import type { Source, Thing } from '../series';
import { constant, counter, gauge, type Shape } from '../values';
import { CPUS_OF_A_NODE, type Host, type World } from '../world';
import { every } from './every';

/** Values of labels of single families. */
const GIVEN = {
  boot_id: ['5c8c3b1e'],
  machine_id: ['ec2d7a'],
  system_uuid: ['ec2d7a-41'],
  container_type: ['container'],
  code: ['CreateContainerError', 'RunContainerError'],
  eviction_signal: ['memory.available'],
  preemption_signal: ['memory'],
  host: ['10.96.0.1:443'],
  method: ['GET', 'PATCH', 'POST', 'PUT'],
  image_size_in_bytes: ['0-10MB', '10MB-100MB', '100MB-500MB', '500MB-1GB', '1GB-5GB', '5GB-10GB'],
  reason: ['OutOfcpu', 'NodeAffinity'],
  static: ['true'],
  major: ['1'],
  minor: ['31'],
  git_version: ['v1.31.4'],
  git_commit: ['a78aa4'],
  git_tree_state: ['clean'],
  build_date: ['2025-01-01T00:00:00Z'],
  go_version: ['go1.22.9'],
  compiler: ['gc'],
  platform: ['linux/amd64'],
  operation_type: [
    'container_status',
    'create_container',
    'exec_sync',
    'image_status',
    'list_containers',
    'list_images',
    'list_podsandbox',
    'podsandbox_status',
    'pull_image',
    'remove_container',
    'run_podsandbox',
    'start_container',
    'status',
    'stop_podsandbox',
    'version',
  ],
  plugin_name: ['kubernetes.io/configmap', 'kubernetes.io/csi', 'kubernetes.io/host-path', 'kubernetes.io/projected'],
  volume_plugin: ['kubernetes.io/configmap', 'kubernetes.io/csi', 'kubernetes.io/host-path', 'kubernetes.io/projected'],
  operation_name: ['verify_controller_attached_volume', 'volume_mount'],
  // a series of operations that failed begins with the first one
  status: ['success'],
  migrated: ['false'],
  config: ['desired'],
};

const SHAPES: { readonly [name: string]: Shape } = {
  machine_cpu_cores: constant(CPUS_OF_A_NODE),
  machine_memory_bytes: constant(1_690_000_000_000),
  node_cpu_usage_seconds_total: counter(70),
  kubelet_running_pods: constant(21),
  kubelet_pleg_last_seen_seconds: gauge(1_736_900_000, 1_736_950_000),
  kubelet_certificate_manager_client_ttl_seconds: gauge(2_000_000, 20_000_000),
  kubelet_certificate_manager_server_ttl_seconds: gauge(2_000_000, 20_000_000),
  container_oom_events_total: constant(0),
  container_start_time_seconds: constant(1_736_800_000),
  container_cpu_usage_seconds_total: counter(0.8),
  container_memory_working_set_bytes: gauge(20_000_000, 4_000_000_000),
};

/** Kubelets: figures of their own, of containers, of probes and of the whole node. */
export const KUBELET: Source = {
  job: 'kubelet',
  targets: ({ hosts }: World) => hosts.map(({ name }) => ({ instance: name })),
  things(world, name, page, target) {
    const shape = SHAPES[name];
    const host = hostOf(world, target.instance ?? '');
    const things = (): readonly Thing[] => {
      if (name.startsWith('container_')) return containers(host, name.includes('_cfs_') || name.includes('start_time'));
      if (name.startsWith('prober_')) return probes(host);
      if (name.startsWith('kubelet_volume_stats_')) return claims(host);
      // a request fails once in a while
      return every(page, target, name.startsWith('rest_client_') ? { ...GIVEN, code: ['200', '409', '500'] } : GIVEN);
    };
    return things().map((thing) => ({ ...thing, shape }));
  },
};

/** Containers of the pods of a node, and the groups of whole pods unless only containers have the metric. */
function containers({ pods }: Host, alone: boolean): readonly Thing[] {
  return pods.flatMap((pod) => [
    ...(alone ? [] : [{ labels: { namespace: pod.namespace, pod: pod.name } }]),
    ...pod.containers.map(({ name, image }) => ({ labels: { namespace: pod.namespace, pod: pod.name, container: name, image } })),
  ]);
}

const probes = ({ pods }: Host): readonly Thing[] =>
  pods.flatMap(({ namespace, name: pod, containers: [first] }) =>
    ['successful', 'failed'].map((result) => ({
      labels: { probe_type: 'Readiness', namespace, pod, container: first?.name ?? '', result },
    })),
  );

const claims = ({ pods }: Host): readonly Thing[] =>
  pods.flatMap(({ namespace, claim }) => (claim === undefined ? [] : [{ labels: { namespace, persistentvolumeclaim: claim } }]));

/** Nodes by name, worked out once for each cluster. */
const known = new WeakMap<World, ReadonlyMap<string, Host>>();
function hostOf(world: World, name: string): Host {
  const byName = known.get(world) ?? new Map(world.hosts.map((host) => [host.name, host]));
  known.set(world, byName);
  const host = byName.get(name);
  if (host === undefined) throw new Error(`no node ${name}`);
  return host;
}
