import { type FamilyLabel, type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { catalogWith, withOptions } from './catalog';
import { any, counter, type FamilyLabels, gauge, histogram, info, labels, NONE, oneOf, sometimes, under } from './family';
import { GO_FAMILIES, PROCESS_FAMILIES } from './go-runtime';
import { NODE_LABELS } from './kube-state-metrics-allow-list';

const { COUNT, SECONDS, TIMESTAMP, BYTES, CORES } = MetricUnit;

const POD = labels('namespace', 'pod', 'uid');
const CONTAINER = { ...POD, container: any };
const NODE = labels('node');

/** Conditions have three states, and one series for each. */
const STATES = oneOf('true', 'false', 'unknown');
/** A pod that has no node yet has neither its name nor an address. */
const LATER = sometimes();
/** Amounts of everything that can be asked for stand in one family, each in its own unit. */
const AMOUNT = { resource: any, unit: oneOf('core', 'byte', 'integer') };
const AMOUNT_OF_CONTAINER = { ...CONTAINER, node: LATER, ...AMOUNT };
const IMAGE = { image_spec: any, image: LATER, image_id: LATER, container_id: LATER };
const CLAIMED_VOLUME = { ...POD, volume: any, persistentvolumeclaim: any, ephemeral: oneOf('true', 'false') };

/** What the kubelet says of a pod, beside the conditions of Kubernetes itself; `Other` is everything else. */
const POD_REASONS = oneOf(
  'Evicted',
  'NodeAffinity',
  'NodeLost',
  'PreemptionByScheduler',
  'SchedulingGated',
  'Shutdown',
  'TerminationByKubelet',
  'UnexpectedAdmissionError',
  'Other',
);

const DISRUPTION_REASONS = oneOf(
  'PreemptionByScheduler',
  'DeletionByTaintManager',
  'EvictionByEvictionAPI',
  'DeletionByPodGC',
  'TerminationByKubelet',
  'Other',
);

const LABELS_LISTED = { event: 'labels are listed by --metric-labels-allowlist' };
const ANNOTATIONS_LISTED = { event: 'annotations are listed by --metric-annotations-allowlist' };

const PODS: readonly MetricFamily[] = [
  // what it is
  info(
    'kube_pod_info',
    {
      ...POD,
      host_ip: LATER,
      pod_ip: LATER,
      node: LATER,
      created_by_kind: sometimes(),
      created_by_name: sometimes(),
      priority_class: sometimes(),
      host_network: oneOf('true', 'false'),
    },
    'Where a pod runs, under which addresses, and what made it',
  ),
  gauge('kube_pod_created', TIMESTAMP, POD, 'When a pod was created'),
  gauge('kube_pod_start_time', TIMESTAMP, POD, 'When the kubelet took a pod over'),
  gauge('kube_pod_completion_time', TIMESTAMP, POD, 'When the last container of a pod ended', { event: 'a container of a pod has ended' }),
  gauge('kube_pod_deletion_timestamp', TIMESTAMP, POD, 'When a pod that is being deleted has to be gone', {
    event: 'a pod is being deleted',
  }),
  info('kube_pod_ips', { ...POD, ip: any, ip_family: oneOf('4', '6') }, 'Each address of a pod'),
  info(
    'kube_pod_owner',
    { ...POD, owner_kind: sometimes(), owner_name: sometimes(), owner_is_controller: sometimes(oneOf('true', 'false')) },
    'What a pod belongs to',
  ),
  // what the labels of pods become is up to the list: label_…
  info('kube_pod_labels', POD, 'Labels of a pod, as labels', LABELS_LISTED),
  info('kube_pod_annotations', POD, 'Annotations of a pod, as labels', ANNOTATIONS_LISTED),
  info('kube_pod_nodeselectors', POD, 'Node selector of a pod, as labels', { event: 'it is listed by --metric-opt-in-list' }),
  info('kube_pod_restart_policy', { ...POD, type: oneOf('Always', 'Never', 'OnFailure') }, 'Whether containers of a pod are restarted'),
  info('kube_pod_runtimeclass_name_info', { ...POD, runtimeclass_name: any }, 'Runtime class of a pod', {
    event: 'a pod has a runtime class',
  }),
  info('kube_pod_scheduler', { ...POD, name: any }, 'Scheduler that places a pod'),
  info('kube_pod_service_account', { ...POD, service_account: any }, 'Service account of a pod'),
  info(
    'kube_pod_tolerations',
    {
      ...POD,
      key: sometimes(),
      operator: sometimes(oneOf('Exists', 'Equal')),
      value: sometimes(),
      effect: sometimes(oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute')),
      toleration_seconds: sometimes(),
    },
    'Each taint that a pod tolerates',
  ),
  info(
    'kube_pod_resourceclaim_info',
    { ...POD, claim_name: any, resourceclaim_name: sometimes(), resourceclaim_template_name: sometimes() },
    'Each claim on devices that a pod makes',
    { event: 'a pod claims a device' },
  ),
  info('kube_pod_spec_volumes_persistentvolumeclaims_info', CLAIMED_VOLUME, 'Which claim stands behind a volume of a pod', {
    event: 'a pod mounts a claim',
  }),
  gauge(
    'kube_pod_spec_volumes_persistentvolumeclaims_readonly',
    COUNT,
    CLAIMED_VOLUME,
    'Whether a pod may only read the volume of a claim',
    {
      event: 'a pod mounts a claim',
    },
  ),
  gauge('kube_pod_overhead_cpu_cores', CORES, POD, 'CPU that the runtime class adds to what a pod asks for', {
    event: 'a pod has an overhead',
  }),
  gauge('kube_pod_overhead_memory_bytes', BYTES, POD, 'Memory that the runtime class adds to what a pod asks for', {
    event: 'a pod has an overhead',
  }),

  // how it is
  gauge(
    'kube_pod_status_phase',
    COUNT,
    { ...POD, phase: oneOf('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown') },
    'Whether a pod is in this phase (1) or not (0)',
  ),
  gauge('kube_pod_status_ready', COUNT, { ...POD, condition: STATES }, 'Whether this is the state of a pod’s readiness (1) or not (0)'),
  gauge('kube_pod_status_scheduled', COUNT, { ...POD, condition: STATES }, 'Whether this is the state of a pod’s placement (1) or not (0)'),
  gauge('kube_pod_status_unschedulable', COUNT, POD, 'A pod that no node takes', { event: 'no node takes a pod' }),
  gauge(
    'kube_pod_status_qos_class',
    COUNT,
    { ...POD, qos_class: oneOf('BestEffort', 'Burstable', 'Guaranteed') },
    'Whether a pod is of this class of service (1) or not (0)',
  ),
  gauge('kube_pod_status_reason', COUNT, { ...POD, reason: POD_REASONS }, 'Why a pod is not as it should be', {
    event: 'a pod was turned away or thrown out',
  }),
  gauge('kube_pod_status_disruption_reason', COUNT, { ...POD, reason: DISRUPTION_REASONS }, 'Why a pod is made to leave its node', {
    event: 'a pod is made to leave its node',
  }),
  gauge('kube_pod_status_initialized_time', TIMESTAMP, POD, 'When the init containers of a pod had ended'),
  gauge('kube_pod_status_scheduled_time', TIMESTAMP, POD, 'When a pod was given a node'),
  gauge('kube_pod_status_container_ready_time', TIMESTAMP, POD, 'Since when all containers of a pod are ready'),
  gauge('kube_pod_status_ready_time', TIMESTAMP, POD, 'Since when a pod is ready'),
  gauge('kube_pod_status_unscheduled_time', TIMESTAMP, POD, 'Since when no node takes a pod', { event: 'no node takes a pod' }),
];

/** The same of containers and of init containers: some pods have none of the latter. */
function containers(prefix: string, what: string, more: FamilyLabels): readonly MetricFamily[] {
  const ended = { event: `${what} has ended` };
  const restarted = { event: `${what} was started again` };
  const reason = { ...CONTAINER, reason: any };
  return [
    info(`${prefix}_info`, { ...CONTAINER, ...IMAGE, ...more }, `Image of ${what}, as asked for and as found`),
    gauge(`${prefix}_resource_limits`, COUNT, AMOUNT_OF_CONTAINER, `What ${what} may use at most, in the unit of the label`, {
      event: `${what} has a limit`,
    }),
    gauge(`${prefix}_resource_requests`, COUNT, AMOUNT_OF_CONTAINER, `What is kept free for ${what}, in the unit of the label`, {
      event: `${what} has a request`,
    }),
    gauge(`${prefix}_state_started`, TIMESTAMP, CONTAINER, `When ${what} was started`),
    gauge(`${prefix}_status_ready`, COUNT, CONTAINER, `Whether ${what} is ready`),
    gauge(`${prefix}_status_running`, COUNT, CONTAINER, `Whether ${what} runs`),
    gauge(`${prefix}_status_terminated`, COUNT, CONTAINER, `Whether ${what} has ended`),
    gauge(`${prefix}_status_terminated_reason`, COUNT, reason, `Why ${what} has ended`, ended),
    gauge(`${prefix}_status_waiting`, COUNT, CONTAINER, `Whether ${what} waits to be started`),
    gauge(`${prefix}_status_waiting_reason`, COUNT, reason, `Why ${what} waits to be started`, { event: `${what} waits to be started` }),
    counter(`${prefix}_status_restarts_total`, COUNT, CONTAINER, `How often ${what} was started again`),
    gauge(`${prefix}_status_last_terminated_reason`, COUNT, reason, `Why ${what} ended before it was started again`, restarted),
    gauge(`${prefix}_status_last_terminated_exitcode`, COUNT, CONTAINER, `Exit code of ${what} before it was started again`, restarted),
    gauge(`${prefix}_status_last_terminated_timestamp`, TIMESTAMP, CONTAINER, `When ${what} ended before it was started again`, restarted),
  ];
}

/** Label of a metric that stands for a label of an object. @see https://github.com/kubernetes/kube-state-metrics/blob/main/internal/store/utils.go */
const shown = (key: string): [string, FamilyLabel] => [`label_${key.replaceAll(/\W/g, '_')}`, sometimes()];

const nodeLabelsFamily = (keys: readonly string[]): MetricFamily =>
  info('kube_node_labels', { ...NODE, ...Object.fromEntries(keys.map(shown)) }, 'Labels of a node, as labels', LABELS_LISTED);

const NODES: readonly MetricFamily[] = [
  info(
    'kube_node_info',
    {
      ...NODE,
      ...labels('kernel_version', 'os_image', 'container_runtime_version', 'kubelet_version'),
      kubeproxy_version: sometimes(),
      provider_id: sometimes(),
      pod_cidr: sometimes(),
      system_uuid: sometimes(),
      internal_ip: sometimes(),
    },
    'System, versions and addresses of a node',
  ),
  // those that the component lists unless it is told others
  nodeLabelsFamily(NODE_LABELS),
  info('kube_node_annotations', NODE, 'Annotations of a node, as labels', ANNOTATIONS_LISTED),
  gauge('kube_node_created', TIMESTAMP, NODE, 'When a node joined'),
  gauge('kube_node_deletion_timestamp', TIMESTAMP, NODE, 'When a node that is being deleted has to be gone', {
    event: 'a node is being deleted',
  }),
  info('kube_node_role', { ...NODE, role: any }, 'Each role of a node, by the label node-role.kubernetes.io', {
    event: 'a node has a role',
  }),
  info('kube_node_spec_pod_cidrs', { ...NODE, pod_cidr: any }, 'Each range of addresses that a node gives its pods', {
    event: 'a node has been given a range of addresses',
  }),
  info(
    'kube_node_spec_taint',
    { ...NODE, key: any, value: sometimes(), effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') },
    'Each taint of a node',
    { event: 'a node has a taint' },
  ),
  gauge('kube_node_spec_unschedulable', COUNT, NODE, 'Whether a node is cordoned'),
  info('kube_node_status_addresses', { ...NODE, type: any, address: any }, 'Each address of a node'),
  gauge('kube_node_status_allocatable', COUNT, { ...NODE, ...AMOUNT }, 'What pods can have of a node, in the unit of the label'),
  gauge('kube_node_status_capacity', COUNT, { ...NODE, ...AMOUNT }, 'What a node has in all, in the unit of the label'),
  // checks of the platform and of Soperator add conditions
  gauge(
    'kube_node_status_condition',
    COUNT,
    { ...NODE, condition: any, status: STATES },
    'Whether this is the state of a node’s condition (1) or not (0)',
  ),
];

/** What Soperator’s own deployment shows of SlurmCluster resources. The one that is rendered here may not read them. */
const CUSTOM_RESOURCES: readonly MetricFamily[] = [
  info(
    'kube_customresource_slurmcluster_info',
    labels('customresource_group', 'customresource_kind', 'customresource_version', 'name', 'namespace', 'cr_version'),
    'Each SLURM cluster, and the version of Soperator that made it',
  ),
];

/**
 * The state of Kubernetes objects, before any allow-list.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
 */
export const KUBE_STATE_METRICS_CATALOG: MetricCatalog = {
  name: 'kube-state-metrics',
  families: [
    ...under({ option: 'resource pods' }, [
      ...PODS,
      ...containers('kube_pod_container', 'a container', NONE),
      ...under(
        { event: 'a pod has an init container' },
        containers('kube_pod_init_container', 'an init container', { restart_policy: sometimes(oneOf('Always', 'Never', 'OnFailure')) }),
      ),
    ]),
    ...under({ option: 'resource nodes' }, NODES),
    ...under({ option: 'custom resource slurmclusters' }, CUSTOM_RESOURCES),
  ],
};

/** What an exporter is told to show. */
export interface ShownObjects {
  /** Kinds of objects: `pods`, `nodes`. */
  readonly resources: readonly string[];
  /** Whether its allow-list lets a family of this name through. */
  readonly isAllowed: (name: string) => boolean;
  /** Label keys of nodes that it shows. */
  readonly nodeLabels: readonly string[];
}

/** The catalog of an exporter that shows some kinds of objects, and of them the families of an allow-list. */
export function kubeStateMetricsCatalog({ resources, isAllowed, nodeLabels }: ShownObjects): MetricCatalog {
  const of = withOptions(KUBE_STATE_METRICS_CATALOG, (option) => resources.includes(option.replace(/^resource /, '')));
  const allowed = catalogWith(of, ({ name }) => isAllowed(name));
  if (nodeLabels === NODE_LABELS) return allowed;
  const { labels } = nodeLabelsFamily(nodeLabels);
  return { ...allowed, families: allowed.families.map((family) => (family.name === 'kube_node_labels' ? { ...family, labels } : family)) };
}

const CONFIGURATION = labels('type', 'filename');

/**
 * What the exporter says of itself, on a port of its own.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/README.md#kube-state-metrics-self-metrics
 */
export const KUBE_STATE_METRICS_SELF_CATALOG: MetricCatalog = {
  name: 'kube-state-metrics telemetry',
  families: [
    info(
      'kube_state_metrics_build_info',
      {
        ...labels('client_go_version', 'goarch', 'goos', 'goversion', 'revision', 'tags'),
        // empty in a build that was not made by the project
        branch: sometimes(),
        version: sometimes(),
      },
      'Version of the exporter and what it was built with',
    ),
    gauge('kube_state_metrics_shard_ordinal', COUNT, labels('shard_ordinal'), 'Number of this shard, the first one 0'),
    gauge('kube_state_metrics_total_shards', COUNT, NONE, 'Shards that share the objects'),
    counter(
      'kube_state_metrics_watch_total',
      COUNT,
      { resource: any, result: oneOf('success', 'error') },
      'Watches started at the API server, by kind and result',
    ),
    counter(
      'kube_state_metrics_list_total',
      COUNT,
      { resource: any, result: oneOf('success', 'error') },
      'Lists fetched from the API server, by kind and result',
      // the first state of everything comes with the watch, where the API server can do that
      { event: 'the API server has not sent all objects with the watch' },
    ),
    ...under({ option: 'flag --object-limit' }, [
      gauge('kube_state_metrics_list_objects', COUNT, labels('resource'), 'Objects of the last list that were kept, by kind'),
      gauge('kube_state_metrics_list_objects_limit', COUNT, labels('resource'), 'Objects of a list that are kept at most, by kind'),
    ]),
    histogram(
      'http_request_duration_seconds',
      SECONDS,
      { handler: oneOf('metrics'), method: any },
      'How long it took to write the page of objects',
      {
        event: 'the page of objects has been read',
      },
    ),
    counter('kube_state_metrics_custom_resource_state_add_events_total', COUNT, NONE, 'Custom resource definitions that appeared'),
    counter('kube_state_metrics_custom_resource_state_delete_events_total', COUNT, NONE, 'Custom resource definitions that went away'),
    counter('kube_state_metrics_custom_resource_state_update_events_total', COUNT, NONE, 'Custom resource definitions that changed'),
    gauge('kube_state_metrics_custom_resource_state_cache', COUNT, NONE, 'Custom resource definitions that are followed'),
    ...under({ option: 'flag --config' }, [
      gauge('kube_state_metrics_config_hash', COUNT, CONFIGURATION, 'Digest of the configuration in use'),
      gauge('kube_state_metrics_last_config_reload_successful', COUNT, CONFIGURATION, 'Whether the last configuration could be read'),
      gauge(
        'kube_state_metrics_last_config_reload_success_timestamp_seconds',
        TIMESTAMP,
        CONFIGURATION,
        'When the configuration in use was read',
      ),
    ]),
    ...GO_FAMILIES,
    ...PROCESS_FAMILIES,
  ],
};
