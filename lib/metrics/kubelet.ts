import { type FamilyLabel, type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, type FamilyLabels, gauge, histogram, info, labels, NONE, oneOf, sometimes, under } from './family';
import { GO_FAMILIES, GO_RUNTIME_METRICS_FAMILIES, PROCESS_FAMILIES } from './go-runtime';

const { COUNT, RATIO, SECONDS, MILLISECONDS, TIMESTAMP, BYTES, MICROSECONDS, CORES, MILLICORES, WATTS } = MetricUnit;

/** Empty on pods that came from the cluster's API. */
const STATIC = { static: sometimes(oneOf('true', 'unknown')) };
const OPERATION = labels('operation_type');

/** Pods and the steps of starting them. */
const PODS: readonly MetricFamily[] = [
  info('kubelet_node_name', labels('node'), 'Name of the node'),
  gauge('kubelet_active_pods', COUNT, STATIC, 'Pods that count when the next one asks for room'),
  gauge('kubelet_desired_pods', COUNT, STATIC, 'Pods that the node is told to run'),
  gauge('kubelet_mirror_pods', COUNT, NONE, 'Entries in the API that stand for static pods'),
  gauge('kubelet_running_pods', COUNT, NONE, 'Pods whose sandbox runs'),
  gauge('kubelet_running_containers', COUNT, { container_state: oneOf('created', 'running', 'exited', 'unknown') }, 'Containers, by state'),
  gauge(
    'kubelet_working_pods',
    COUNT,
    {
      config: oneOf('desired', 'orphan', 'runtime_only'),
      lifecycle: oneOf('sync', 'terminating', 'terminated'),
      static: sometimes(oneOf('true', 'unknown')),
    },
    'Pods that the kubelet works on, by what it does with them',
  ),
  gauge('kubelet_managed_ephemeral_containers', COUNT, NONE, 'Ephemeral containers in pods of the node'),
  gauge('kubelet_pod_in_progress_resizes', COUNT, NONE, 'Pods whose resources are being changed'),
  counter('kubelet_started_pods_total', COUNT, NONE, 'Pods started'),
  counter('kubelet_started_pods_errors_total', COUNT, NONE, 'Pods that failed to start'),
  counter('kubelet_started_user_namespaced_pods_total', COUNT, NONE, 'Pods started in a user namespace'),
  counter('kubelet_started_user_namespaced_pods_errors_total', COUNT, NONE, 'Pods that failed to start in a user namespace'),
  counter('kubelet_restarted_pods_total', COUNT, STATIC, 'Pods that came back with the identity of one that was deleted'),
  counter('kubelet_orphaned_runtime_pods_total', COUNT, NONE, 'Pods found in the container runtime that nobody had asked for'),
  counter('kubelet_sleep_action_terminated_early_total', COUNT, NONE, 'Sleep hooks that were cut short'),
  counter('kubelet_lifecycle_handler_http_fallbacks_total', COUNT, NONE, 'Lifecycle hooks that had to fall back from HTTPS to HTTP'),
  histogram('kubelet_containers_per_pod_count', COUNT, NONE, 'Containers in a pod'),
  histogram('kubelet_pod_start_duration_seconds', SECONDS, NONE, 'Time from the kubelet seeing a pod to the pod running'),
  histogram(
    'kubelet_pod_start_sli_duration_seconds',
    SECONDS,
    NONE,
    'Time to start a pod, without pulling images and running init containers',
  ),
  histogram(
    'kubelet_pod_start_total_duration_seconds',
    SECONDS,
    NONE,
    'Time to start a pod, with pulling images and running init containers',
  ),
  gauge('kubelet_first_network_pod_start_sli_duration_seconds', SECONDS, NONE, 'Time that the first pod with a network took to start'),
  histogram('kubelet_pod_status_sync_duration_seconds', SECONDS, NONE, 'Time from a change of a pod to its status in the API'),
  histogram('kubelet_pod_worker_duration_seconds', SECONDS, OPERATION, 'Time of one round of work on a pod'),
  histogram('kubelet_pod_worker_start_duration_seconds', SECONDS, NONE, 'Time from the kubelet seeing a pod to its first round of work'),
  histogram('kubelet_cgroup_manager_duration_seconds', SECONDS, OPERATION, 'Time that operations on control groups took'),
  ...under({ event: 'a container has started' }, [
    counter(
      'kubelet_started_containers_total',
      COUNT,
      { container_type: oneOf('container', 'init_container', 'ephemeral_container') },
      'Containers started',
    ),
    gauge(
      'kubelet_container_log_filesystem_used_bytes',
      BYTES,
      labels('uid', 'namespace', 'pod', 'container'),
      'Size of the log of a container on disk',
    ),
  ]),
  counter(
    'kubelet_started_containers_errors_total',
    COUNT,
    { container_type: any, code: any },
    'Containers that failed to start, by the reason',
    { event: 'a container has failed to start' },
  ),
  counter('kubelet_admission_rejections_total', COUNT, labels('reason'), 'Pods that the kubelet refused', {
    event: 'a pod has been refused',
  }),
  counter('kubelet_preemptions', COUNT, labels('preemption_signal'), 'Pods removed to make room for critical ones', {
    event: 'a pod has been preempted',
  }),
  ...under({ event: 'a pod has been evicted' }, [
    counter('kubelet_evictions', COUNT, labels('eviction_signal'), 'Pods evicted because the node ran short of something'),
    histogram(
      'kubelet_eviction_stats_age_seconds',
      SECONDS,
      labels('eviction_signal'),
      'Age of the figures that an eviction was decided on',
    ),
  ]),
];

/** The container runtime and images. */
const RUNTIME: readonly MetricFamily[] = [
  counter('kubelet_runtime_operations_total', COUNT, OPERATION, 'Calls to the container runtime'),
  histogram('kubelet_runtime_operations_duration_seconds', SECONDS, OPERATION, 'Time that calls to the container runtime took'),
  counter('kubelet_runtime_operations_errors_total', COUNT, OPERATION, 'Calls to the container runtime that failed', {
    event: 'a call has failed',
  }),
  // empty for the default runtime class
  histogram('kubelet_run_podsandbox_duration_seconds', SECONDS, { runtime_handler: sometimes() }, 'Time that it took to make a sandbox'),
  counter('kubelet_run_podsandbox_errors_total', COUNT, { runtime_handler: sometimes() }, 'Sandboxes that failed to start', {
    event: 'a sandbox has failed to start',
  }),
  histogram(
    'kubelet_image_pull_duration_seconds',
    SECONDS,
    labels('image_size_in_bytes'),
    'Time that it took to pull an image, by its size',
    {
      event: 'an image has been pulled',
    },
  ),
  counter('kubelet_image_garbage_collected_total', COUNT, { reason: oneOf('age', 'space') }, 'Images removed from the node', {
    event: 'an image has been removed',
  }),
  gauge('kubelet_cri_losing_support', COUNT, labels('version'), 'Release of Kubernetes that will not work with this container runtime', {
    hardware: 'node with an old container runtime',
  }),

  // the loop that looks for changes of containers
  counter('kubelet_pleg_discard_events', COUNT, NONE, 'Changes of containers that were lost because nobody read them'),
  gauge('kubelet_pleg_last_seen_seconds', TIMESTAMP, NONE, 'When the loop that looks for changes of containers last ran'),
  histogram('kubelet_pleg_relist_duration_seconds', SECONDS, NONE, 'Time of one look at all containers'),
  histogram('kubelet_pleg_relist_interval_seconds', SECONDS, NONE, 'Time between two looks at all containers'),
  counter('kubelet_evented_pleg_connection_error_count', COUNT, NONE, 'Failed attempts to be told of changes by the container runtime'),
  histogram('kubelet_evented_pleg_connection_latency_seconds', SECONDS, NONE, 'How long events of the container runtime were under way'),
  counter(
    'kubelet_evented_pleg_connection_success_count',
    COUNT,
    NONE,
    'Successful attempts to be told of changes by the container runtime',
  ),
];

/** CPUs, memory and devices that are given to containers for themselves. */
const RESOURCES: readonly MetricFamily[] = [
  gauge('kubelet_cgroup_version', COUNT, NONE, 'Version of control groups on the node: 1 or 2'),
  gauge('kubelet_cpu_manager_exclusive_cpu_allocation_count', CORES, NONE, 'CPUs given to containers for themselves'),
  counter('kubelet_cpu_manager_pinning_errors_total', COUNT, NONE, 'Containers that should have got CPUs for themselves and did not'),
  counter('kubelet_cpu_manager_pinning_requests_total', COUNT, NONE, 'Containers that should have got CPUs for themselves'),
  gauge('kubelet_cpu_manager_shared_pool_size_millicores', MILLICORES, NONE, 'CPUs that all other containers share'),
  counter('kubelet_memory_manager_pinning_errors_total', COUNT, NONE, 'Containers that should have got memory for themselves and did not'),
  counter('kubelet_memory_manager_pinning_requests_total', COUNT, NONE, 'Containers that should have got memory for themselves'),
  histogram('kubelet_topology_manager_admission_duration_ms', MILLISECONDS, NONE, 'Time to find resources that are near each other'),
  counter('kubelet_topology_manager_admission_errors_total', COUNT, NONE, 'Pods whose resources could not be had near each other'),
  counter('kubelet_topology_manager_admission_requests_total', COUNT, NONE, 'Pods whose resources had to be near each other'),
  counter(
    'kubelet_container_aligned_compute_resources_count',
    COUNT,
    labels('boundary', 'scope'),
    'Containers whose resources are near each other',
    {
      event: 'a container got resources near each other',
    },
  ),
  ...under({ event: 'a device plugin has registered' }, [
    counter('kubelet_device_plugin_registration_total', COUNT, labels('resource_name'), 'How often device plugins registered'),
    histogram(
      'kubelet_device_plugin_alloc_duration_seconds',
      SECONDS,
      labels('resource_name'),
      'Time that a device plugin took to give devices',
      {
        event: 'a container got devices',
      },
    ),
  ]),
  // who asks which pod holds which device, such as the exporter of GPUs
  ...under({ event: 'somebody has asked which pod holds which device' }, [
    counter('kubelet_pod_resources_endpoint_requests_total', COUNT, labels('server_api_version'), 'Questions about the devices of pods'),
    ...(
      [
        ['get', 'of one pod'],
        ['list', 'of all pods'],
        ['get_allocatable', 'that pods may have'],
      ] as const
    ).flatMap(([call, what]) => [
      counter(
        `kubelet_pod_resources_endpoint_requests_${call}`,
        COUNT,
        labels('server_api_version'),
        `Questions about the devices ${what}`,
      ),
      counter(
        `kubelet_pod_resources_endpoint_errors_${call}`,
        COUNT,
        labels('server_api_version'),
        `Failed questions about the devices ${what}`,
      ),
    ]),
  ]),
  // dynamic resource allocation; `<any>` stands for all drivers together
  gauge('dra_resource_claims_in_use', COUNT, labels('driver_name'), 'Resource claims in use, by driver'),
  histogram(
    'dra_operations_duration_seconds',
    SECONDS,
    { operation_name: oneOf('PrepareResources', 'UnprepareResources'), is_error: oneOf('true', 'false') },
    'Time to get the resource claims of a pod ready, or to give them back',
    { event: 'a pod has begun or ended' },
  ),
  histogram(
    'dra_grpc_operations_duration_seconds',
    SECONDS,
    labels('driver_name', 'method_name', 'grpc_status_code'),
    'Time of calls to a resource driver',
    {
      event: 'a resource driver has been called',
    },
  ),
];

const CLAIM = labels('namespace', 'persistentvolumeclaim');

/** Volumes. */
const VOLUMES: readonly MetricFamily[] = [
  ...under({ event: 'a pod has mounted a volume claim whose driver can measure it' }, [
    gauge('kubelet_volume_stats_available_bytes', BYTES, CLAIM, 'Space left on a volume'),
    gauge('kubelet_volume_stats_capacity_bytes', BYTES, CLAIM, 'Size of a volume'),
    gauge('kubelet_volume_stats_used_bytes', BYTES, CLAIM, 'Space used on a volume'),
    gauge('kubelet_volume_stats_inodes', COUNT, CLAIM, 'Files that a volume can hold'),
    gauge('kubelet_volume_stats_inodes_free', COUNT, CLAIM, 'Files that a volume can still hold'),
    gauge('kubelet_volume_stats_inodes_used', COUNT, CLAIM, 'Files that a volume holds'),
    gauge('kubelet_volume_stats_health_status_abnormal', COUNT, CLAIM, 'Whether a volume is unwell: 1 when it is', {
      option: 'feature gate CSIVolumeHealth',
    }),
  ]),
  histogram('kubelet_volume_metric_collection_duration_seconds', SECONDS, labels('metric_source'), 'Time to measure a volume', {
    event: 'a volume has been measured',
  }),
  ...under({ event: 'a pod with a volume has begun' }, [
    histogram(
      'storage_operation_duration_seconds',
      SECONDS,
      { volume_plugin: any, operation_name: any, status: oneOf('success', 'fail-unknown'), migrated: oneOf('true', 'false') },
      'Time that operations on volumes took',
    ),
    histogram(
      'volume_operation_total_seconds',
      SECONDS,
      labels('plugin_name', 'operation_name'),
      'Time that operations on volumes took, retries included',
    ),
    gauge(
      'volume_manager_total_volumes',
      COUNT,
      { plugin_name: any, state: oneOf('actual_state_of_world', 'desired_state_of_world') },
      'Volumes of the node, those that are there and those that should be',
    ),
  ]),
  counter('volume_operation_total_errors', COUNT, labels('plugin_name', 'operation_name'), 'Operations on volumes that failed', {
    event: 'an operation on a volume has failed',
  }),
  histogram(
    'csi_operations_seconds',
    SECONDS,
    { driver_name: any, method_name: any, grpc_status_code: any, migrated: oneOf('true', 'false') },
    'Time of calls to a storage driver',
    { event: 'a storage driver has been called' },
  ),
  gauge('plugin_manager_total_plugins', COUNT, labels('socket_path', 'state'), 'Plugins that the kubelet knows', {
    event: 'a plugin has registered',
  }),
  // what pods that are gone have left behind
  gauge('kubelet_orphan_pod_cleaned_volumes', COUNT, NONE, 'Pods whose left volumes the last sweep cleaned'),
  gauge('kubelet_orphan_pod_cleaned_volumes_errors', COUNT, NONE, 'Pods whose left volumes the last sweep failed to clean'),
  counter('force_cleaned_failed_volume_operations_total', COUNT, NONE, 'Volumes cleaned by force after they could not be taken over'),
  counter('force_cleaned_failed_volume_operation_errors_total', COUNT, NONE, 'Volumes that could not be cleaned by force either'),
  counter('reconstruct_volume_operations_total', COUNT, NONE, 'Mounted volumes that a new kubelet tried to take over'),
  counter('reconstruct_volume_operations_errors_total', COUNT, NONE, 'Mounted volumes that a new kubelet could not take over'),
];

const REQUEST = { long_running: oneOf('true', 'false'), method: any, path: any, server_type: any };

/** The kubelet itself: its start, its server, its certificates. */
const ITSELF: readonly MetricFamily[] = [
  gauge('kubelet_node_startup_duration_seconds', SECONDS, NONE, 'Time that the node took to start'),
  gauge('kubelet_node_startup_pre_kubelet_duration_seconds', SECONDS, NONE, 'Time from the boot of the node to the start of the kubelet'),
  gauge('kubelet_node_startup_pre_registration_duration_seconds', SECONDS, NONE, 'Time from the start of the kubelet to its registration'),
  gauge('kubelet_node_startup_registration_duration_seconds', SECONDS, NONE, 'Time that the registration took'),
  gauge('kubelet_node_startup_post_registration_duration_seconds', SECONDS, NONE, 'Time from the registration to a node that is ready'),
  gauge('kubelet_graceful_shutdown_start_time_seconds', TIMESTAMP, NONE, 'When the node last began to shut down; 0 for never'),
  gauge('kubelet_graceful_shutdown_end_time_seconds', TIMESTAMP, NONE, 'When the node last ended its shutdown; 0 for never'),
  ...under({ event: 'a request has been answered' }, [
    gauge('kubelet_http_inflight_requests', COUNT, REQUEST, 'Requests that the kubelet is answering'),
    counter('kubelet_http_requests_total', COUNT, REQUEST, 'Requests that the kubelet got'),
    histogram('kubelet_http_requests_duration_seconds', SECONDS, REQUEST, 'Time that the kubelet took to answer'),
  ]),
  ...under({ option: 'certificates that the kubelet renews itself' }, [
    gauge(
      'kubelet_certificate_manager_client_ttl_seconds',
      SECONDS,
      NONE,
      'Time until the certificate that the kubelet calls the API with expires',
    ),
    counter(
      'kubelet_certificate_manager_client_expiration_renew_errors',
      COUNT,
      NONE,
      'Failed renewals of the certificate for calls to the API',
    ),
    gauge(
      'kubelet_certificate_manager_server_ttl_seconds',
      SECONDS,
      NONE,
      'Time until the certificate that the kubelet serves with expires',
    ),
    histogram(
      'kubelet_certificate_manager_server_rotation_seconds',
      SECONDS,
      NONE,
      'Age of the certificate that the kubelet serves with, when renewed',
    ),
    counter('kubelet_server_expiration_renew_errors', COUNT, NONE, 'Failed renewals of the certificate that the kubelet serves with'),
  ]),
  ...under({ option: 'credential provider' }, [
    histogram(
      'kubelet_credential_provider_plugin_duration',
      SECONDS,
      labels('plugin_name'),
      'Time that it took to get a password for a registry',
    ),
    counter('kubelet_credential_provider_plugin_errors', COUNT, labels('plugin_name'), 'Passwords for a registry that could not be had'),
  ]),
];

const HOST_VERB = labels('host', 'verb');

/** Calls to the API of the cluster. */
const CLIENT: readonly MetricFamily[] = [
  counter('rest_client_requests_total', COUNT, labels('host', 'method', 'code'), 'Calls to the API, by status'),
  histogram('rest_client_request_duration_seconds', SECONDS, HOST_VERB, 'Time that calls to the API took'),
  histogram('rest_client_request_size_bytes', BYTES, HOST_VERB, 'Size of calls to the API'),
  histogram('rest_client_response_size_bytes', BYTES, HOST_VERB, 'Size of answers of the API'),
  histogram(
    'rest_client_rate_limiter_duration_seconds',
    SECONDS,
    HOST_VERB,
    "How long calls to the API waited for the kubelet's own limit",
  ),
  counter('rest_client_request_retries_total', COUNT, labels('host', 'verb', 'code'), 'Calls to the API that were tried again', {
    event: 'a call has been tried again',
  }),
  histogram('rest_client_dns_resolution_duration_seconds', SECONDS, labels('host'), 'Time to look up the address of the API', {
    event: 'a name has been looked up',
  }),
  gauge(
    'rest_client_exec_plugin_ttl_seconds',
    SECONDS,
    NONE,
    'Time until the certificate of a login program expires; infinite without one',
  ),
  histogram('rest_client_exec_plugin_certificate_rotation_age', SECONDS, NONE, 'Age of the certificate of a login program, when renewed'),
  counter('rest_client_exec_plugin_call_total', COUNT, labels('code', 'call_status'), 'Calls of a login program', {
    option: 'login program',
  }),
  gauge('rest_client_transport_cache_entries', COUNT, NONE, 'Connections to the API that are kept'),
  counter(
    'rest_client_transport_create_calls_total',
    COUNT,
    { result: sometimes(oneOf('hit', 'miss', 'uncacheable')) },
    'How often a connection to the API was asked for, by whether one was kept',
  ),
];

const QUEUE = labels('name');

/** Lists of work to do. */
const QUEUES: readonly MetricFamily[] = [
  counter('workqueue_adds_total', COUNT, QUEUE, 'Items put into a queue of work'),
  gauge('workqueue_depth', COUNT, QUEUE, 'Items that wait in a queue of work'),
  gauge('workqueue_longest_running_processor_seconds', SECONDS, QUEUE, 'How long the oldest item of a queue has been worked on'),
  histogram('workqueue_queue_duration_seconds', SECONDS, QUEUE, 'How long items waited in a queue of work'),
  counter('workqueue_retries_total', COUNT, QUEUE, 'Items put into a queue of work again'),
  gauge('workqueue_unfinished_work_seconds', SECONDS, QUEUE, 'Time spent so far on items that are being worked on'),
  histogram('workqueue_work_duration_seconds', SECONDS, QUEUE, 'How long items of a queue were worked on'),
];

const RESULT = labels('result');
const STATUS = labels('status');

/** Who may ask the kubelet. */
const ACCESS: readonly MetricFamily[] = [
  counter('apiserver_delegated_authn_request_total', COUNT, labels('code'), 'Questions to the API who a caller is, by status', {
    event: 'somebody has come with a token',
  }),
  histogram(
    'apiserver_delegated_authn_request_duration_seconds',
    SECONDS,
    labels('code'),
    'Time that the API takes to say who a caller is',
    {
      event: 'somebody has come with a token',
    },
  ),
  counter('apiserver_delegated_authz_request_total', COUNT, labels('code'), 'Questions to the API whether a caller may, by status'),
  histogram(
    'apiserver_delegated_authz_request_duration_seconds',
    SECONDS,
    labels('code'),
    'Time of questions to the API whether a caller may',
  ),
  histogram('apiserver_client_certificate_expiration_seconds', SECONDS, NONE, "Time left on callers' certificates"),
  ...under({ event: 'a caller has shown a token' }, [
    counter('authentication_attempts', COUNT, RESULT, 'Callers, by whether they are known'),
    histogram('authentication_duration_seconds', SECONDS, RESULT, 'Time that it took to know a caller'),
    gauge('authentication_token_cache_active_fetch_count', COUNT, STATUS, 'Tokens that are being checked'),
    counter('authentication_token_cache_fetch_total', COUNT, STATUS, 'Tokens that had to be checked by the API'),
    histogram('authentication_token_cache_request_duration_seconds', SECONDS, STATUS, 'Time that it took to check a token'),
    counter('authentication_token_cache_request_total', COUNT, STATUS, 'Tokens checked, by whether the result was kept'),
  ]),
  ...under({ event: 'a caller has asked for something' }, [
    counter('authorization_attempts_total', COUNT, RESULT, 'Requests, by whether they were allowed'),
    histogram('authorization_duration_seconds', SECONDS, RESULT, 'Time that it took to allow a request'),
  ]),
];

/** What the kubelet has only because it is built from the code of the API server: always zero, or nearly. */
const BORROWED: readonly MetricFamily[] = [
  counter('aggregator_discovery_aggregation_count_total', COUNT, NONE, 'How often lists of API groups were merged'),
  histogram('apiextensions_apiserver_validation_ratcheting_seconds', SECONDS, NONE, 'Time to compare an old with a new custom resource'),
  counter('apiserver_audit_event_total', COUNT, NONE, 'Audit events sent'),
  counter('apiserver_audit_requests_rejected_total', COUNT, NONE, 'Requests refused because they could not be audited'),
  histogram('apiserver_cel_compilation_duration_seconds', SECONDS, NONE, 'Time to compile CEL expressions'),
  histogram('apiserver_cel_evaluation_duration_seconds', SECONDS, NONE, 'Time to evaluate CEL expressions'),
  gauge('apiserver_envelope_encryption_dek_cache_fill_percent', RATIO, NONE, 'Share of the cache of data keys that is full'),
  counter('apiserver_kube_aggregator_x509_insecure_sha1_total', COUNT, NONE, 'Aggregated API servers with a SHA-1 certificate'),
  counter('apiserver_kube_aggregator_x509_missing_san_total', COUNT, NONE, 'Aggregated API servers with a certificate that names no host'),
  histogram('apiserver_storage_data_key_generation_duration_seconds', SECONDS, NONE, 'Time to make a data key'),
  counter('apiserver_storage_data_key_generation_failures_total', COUNT, NONE, 'Data keys that could not be made'),
  counter('apiserver_storage_envelope_transformation_cache_misses_total', COUNT, NONE, 'Data keys that were not in the cache'),
  counter('apiserver_validation_declarative_validation_mismatch_total', COUNT, NONE, 'Objects that two ways to validate disagree on'),
  counter('apiserver_validation_declarative_validation_panic_total', COUNT, NONE, 'Crashes of the newer way to validate objects'),
  counter('apiserver_webhooks_x509_insecure_sha1_total', COUNT, NONE, 'Webhooks with a SHA-1 certificate'),
  counter('apiserver_webhooks_x509_missing_san_total', COUNT, NONE, 'Webhooks with a certificate that names no host'),
  histogram('node_collector_update_all_nodes_health_duration_seconds', SECONDS, NONE, 'Time of the node controller to judge all nodes'),
  histogram('node_collector_update_node_health_duration_seconds', SECONDS, NONE, 'Time of the node controller to judge a node'),
];

/** Builds, feature gates and the metrics themselves. */
const BUILD: readonly MetricFamily[] = [
  info(
    'kubernetes_build_info',
    labels('major', 'minor', 'git_version', 'git_commit', 'git_tree_state', 'build_date', 'go_version', 'compiler', 'platform'),
    'Release of Kubernetes that the kubelet is of',
  ),
  gauge(
    'kubernetes_feature_enabled',
    COUNT,
    // empty for what is there for good
    { name: any, stage: sometimes(oneOf('ALPHA', 'BETA', 'DEPRECATED')) },
    'Whether a feature gate is open: 1 when it is',
  ),
  counter(
    'registered_metrics_total',
    COUNT,
    { stability_level: oneOf('ALPHA', 'BETA', 'INTERNAL', 'STABLE'), deprecated_version: sometimes() },
    'Families that the kubelet can expose',
  ),
  counter('disabled_metrics_total', COUNT, NONE, 'Families that are switched off'),
  counter('hidden_metrics_total', COUNT, NONE, 'Families that are hidden because they are about to go'),
  counter(
    'cardinality_enforcement_unexpected_categorizations_total',
    COUNT,
    NONE,
    'Label values that were replaced because they were not allowed',
  ),
];

/**
 * The kubelet itself: pods, volumes, its own health.
 *
 * @see https://kubernetes.io/docs/reference/instrumentation/metrics/
 */
export const KUBELET_CATALOG: MetricCatalog = {
  name: 'kubelet /metrics',
  families: [
    ...PODS,
    ...RUNTIME,
    ...RESOURCES,
    ...VOLUMES,
    ...ITSELF,
    ...CLIENT,
    ...QUEUES,
    ...ACCESS,
    ...BORROWED,
    ...BUILD,
    ...PROCESS_FAMILIES,
    ...GO_FAMILIES,
    ...GO_RUNTIME_METRICS_FAMILIES,
  ],
};

/**
 * Labels of every group of cAdvisor. A group of the node has only `id`; a pod's own group has `pod` and `namespace`; its sandbox has `image`
 * and `name` on top, and a container `container` as well.
 */
const GROUP: FamilyLabels = {
  id: any,
  pod: sometimes(),
  namespace: sometimes(),
  container: sometimes(),
  image: sometimes(),
  name: sometimes(),
};
const withGroup = (more: { readonly [name: string]: FamilyLabel }): FamilyLabels => ({ ...GROUP, ...more });
const DEVICE = withGroup({ device: sometimes() });
const INTERFACE: FamilyLabels = {
  id: any,
  pod: sometimes(),
  namespace: sometimes(),
  image: sometimes(),
  name: sometimes(),
  interface: any,
};
const MACHINE = labels('boot_id', 'machine_id', 'system_uuid');

const LIMITED = { event: 'a container with a CPU limit runs' };

/**
 * Containers and control groups.
 *
 * @see https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md
 */
export const KUBELET_CADVISOR_CATALOG: MetricCatalog = {
  name: 'kubelet /metrics/cadvisor',
  families: [
    info(
      'cadvisor_version_info',
      {
        ...labels('kernelVersion', 'osVersion'),
        // empty in the cAdvisor of a kubelet
        dockerVersion: sometimes(),
        cadvisorVersion: sometimes(),
        cadvisorRevision: sometimes(),
      },
      'Releases of kernel, system and cAdvisor',
    ),
    gauge('container_scrape_error', COUNT, NONE, 'Whether the last scrape of containers failed: 1 when it did'),
    gauge('container_last_seen', TIMESTAMP, GROUP, 'When the group was last seen'),
    gauge('container_start_time_seconds', TIMESTAMP, GROUP, 'When the group began'),

    // CPU
    counter('container_cpu_usage_seconds_total', SECONDS, withGroup({ cpu: oneOf('total') }), 'CPU time used'),
    counter('container_cpu_user_seconds_total', SECONDS, GROUP, 'CPU time used by programs themselves'),
    counter('container_cpu_system_seconds_total', SECONDS, GROUP, 'CPU time used by the kernel for programs'),
    ...under(LIMITED, [
      counter('container_cpu_cfs_periods_total', COUNT, GROUP, 'Periods of the CPU limit in which something ran'),
      counter('container_cpu_cfs_throttled_periods_total', COUNT, GROUP, 'Periods of the CPU limit in which it was reached'),
      counter('container_cpu_cfs_throttled_seconds_total', SECONDS, GROUP, 'Time that programs were held back by the CPU limit'),
      gauge('container_spec_cpu_quota', MICROSECONDS, GROUP, 'CPU time that the limit gives in each period'),
    ]),
    gauge('container_spec_cpu_period', MICROSECONDS, GROUP, 'Length of a period of the CPU limit'),
    gauge('container_spec_cpu_shares', COUNT, GROUP, 'Weight of the group when CPU is short'),
    // zero unless the kubelet is told to measure it
    gauge('container_cpu_load_average_10s', COUNT, GROUP, 'Tasks that ran or waited to, over ten seconds'),
    gauge('container_cpu_load_d_average_10s', COUNT, GROUP, 'Tasks that waited for a device, over ten seconds'),
    gauge(
      'container_tasks_state',
      COUNT,
      withGroup({ state: oneOf('iowaiting', 'running', 'sleeping', 'stopped', 'uninterruptible') }),
      'Tasks, by what they do',
    ),

    // memory
    gauge('container_memory_usage_bytes', BYTES, GROUP, 'Memory in use, the page cache included'),
    gauge('container_memory_working_set_bytes', BYTES, GROUP, 'Memory in use without what can be dropped: what the limit acts on'),
    gauge('container_memory_max_usage_bytes', BYTES, GROUP, 'Most memory that was ever in use'),
    gauge('container_memory_rss', BYTES, GROUP, 'Memory of programs that no file stands for'),
    gauge('container_memory_cache', BYTES, GROUP, 'Page cache'),
    gauge('container_memory_mapped_file', BYTES, GROUP, 'Files mapped into memory'),
    gauge('container_memory_kernel_usage', BYTES, GROUP, 'Memory that the kernel uses for the group'),
    gauge('container_memory_swap', BYTES, GROUP, 'Swap in use'),
    gauge('container_memory_total_active_file_bytes', BYTES, GROUP, 'Page cache that was used lately'),
    gauge('container_memory_total_inactive_file_bytes', BYTES, GROUP, 'Page cache that was not used lately'),
    counter('container_memory_failcnt', COUNT, GROUP, 'How often the memory limit was hit'),
    counter(
      'container_memory_failures_total',
      COUNT,
      withGroup({ failure_type: oneOf('pgfault', 'pgmajfault'), scope: oneOf('container', 'hierarchy') }),
      'Page faults: the major ones had to read from disk',
    ),
    counter('container_oom_events_total', COUNT, GROUP, 'How often the kernel killed a program for want of memory'),
    gauge('container_spec_memory_limit_bytes', BYTES, GROUP, 'Memory limit; 0 for none'),
    gauge('container_spec_memory_reservation_limit_bytes', BYTES, GROUP, 'Memory that is kept for the group; 0 for none'),
    gauge('container_spec_memory_swap_limit_bytes', BYTES, GROUP, 'Limit of memory and swap together; 0 for none'),

    // disks: figures of a container need a runtime that gives them
    gauge('container_fs_inodes_free', COUNT, DEVICE, 'Files that a file system can still hold'),
    gauge('container_fs_inodes_total', COUNT, DEVICE, 'Files that a file system can hold'),
    gauge('container_fs_limit_bytes', BYTES, DEVICE, 'Size of a file system'),
    gauge('container_fs_usage_bytes', BYTES, DEVICE, 'Space used on a file system'),
    gauge('container_fs_io_current', COUNT, DEVICE, 'Reads and writes under way'),
    counter('container_fs_io_time_seconds_total', SECONDS, DEVICE, 'Time in which a read or write was under way'),
    counter('container_fs_io_time_weighted_seconds_total', SECONDS, DEVICE, 'Time that reads and writes took, those at once added up'),
    counter('container_fs_read_seconds_total', SECONDS, DEVICE, 'Time that reads took'),
    counter('container_fs_reads_merged_total', COUNT, DEVICE, 'Reads joined with a neighbour'),
    counter('container_fs_reads_total', COUNT, DEVICE, 'Reads done'),
    counter('container_fs_sector_reads_total', COUNT, DEVICE, 'Sectors read'),
    counter('container_fs_write_seconds_total', SECONDS, DEVICE, 'Time that writes took'),
    counter('container_fs_writes_merged_total', COUNT, DEVICE, 'Writes joined with a neighbour'),
    counter('container_fs_writes_total', COUNT, DEVICE, 'Writes done'),
    counter('container_fs_sector_writes_total', COUNT, DEVICE, 'Sectors written'),
    ...under({ event: 'a group has read from or written to a disk', hardware: 'kernel that counts disk traffic of groups' }, [
      counter('container_fs_reads_bytes_total', BYTES, DEVICE, 'Bytes that a group read from disks'),
      counter('container_fs_writes_bytes_total', BYTES, DEVICE, 'Bytes that a group wrote to disks'),
      counter(
        'container_blkio_device_usage_total',
        BYTES,
        withGroup({ device: sometimes(), major: any, minor: any, operation: any }),
        'Bytes that a group moved from and to a disk',
      ),
    ]),

    // network: of the sandbox that the containers of a pod share, so there is no container
    counter('container_network_receive_bytes_total', BYTES, INTERFACE, 'Bytes received'),
    counter('container_network_receive_errors_total', COUNT, INTERFACE, 'Packets received with an error'),
    counter('container_network_receive_packets_dropped_total', COUNT, INTERFACE, 'Packets received and dropped'),
    counter('container_network_receive_packets_total', COUNT, INTERFACE, 'Packets received'),
    counter('container_network_transmit_bytes_total', BYTES, INTERFACE, 'Bytes sent'),
    counter('container_network_transmit_errors_total', COUNT, INTERFACE, 'Packets that could not be sent'),
    counter('container_network_transmit_packets_dropped_total', COUNT, INTERFACE, 'Packets dropped instead of sent'),
    counter('container_network_transmit_packets_total', COUNT, INTERFACE, 'Packets sent'),

    // time that programs waited for want of something
    ...(
      [
        ['cpu', 'a CPU'],
        ['memory', 'memory'],
        ['io', 'disks'],
      ] as const
    ).flatMap(([resource, what]) => [
      counter(`container_pressure_${resource}_waiting_seconds_total`, SECONDS, GROUP, `Time in which a task waited for ${what}`),
      counter(`container_pressure_${resource}_stalled_seconds_total`, SECONDS, GROUP, `Time in which every task waited for ${what}`),
    ]),

    // processes
    gauge('container_processes', COUNT, GROUP, 'Processes'),
    gauge('container_threads', COUNT, GROUP, 'Threads'),
    gauge('container_threads_max', COUNT, GROUP, 'Threads that there may be; 0 for no limit'),
    gauge('container_file_descriptors', COUNT, GROUP, 'Files open'),
    gauge('container_sockets', COUNT, GROUP, 'Sockets open'),
    gauge('container_ulimits_soft', COUNT, withGroup({ ulimit: any }), 'Soft limit of the first process; -1 for none'),

    // the machine
    gauge('machine_cpu_cores', CORES, MACHINE, 'CPUs of the node, hyper-threads counted'),
    gauge('machine_cpu_physical_cores', CORES, MACHINE, 'CPU cores of the node'),
    gauge('machine_cpu_sockets', COUNT, MACHINE, 'CPU sockets of the node'),
    gauge('machine_memory_bytes', BYTES, MACHINE, 'Memory of the node'),
    gauge('machine_swap_bytes', BYTES, MACHINE, 'Swap of the node'),
    gauge('machine_nvm_avg_power_budget_watts', WATTS, MACHINE, 'Power that non-volatile memory may draw'),
    gauge(
      'machine_nvm_capacity',
      BYTES,
      { ...MACHINE, mode: oneOf('app_direct_mode', 'memory_mode') },
      'Non-volatile memory of the node, by how it is used',
    ),
    gauge('machine_scrape_error', COUNT, NONE, 'Whether the last look at the machine failed: 1 when it did'),
  ],
};

const PROBE: FamilyLabels = {
  probe_type: oneOf('Liveness', 'Readiness', 'Startup'),
  namespace: any,
  pod: any,
  container: any,
};
const PROBED = { event: 'a pod with a probe runs' };

/** Results of liveness, readiness and startup probes. */
export const KUBELET_PROBES_CATALOG: MetricCatalog = {
  name: 'kubelet /metrics/probes',
  families: [
    counter(
      'prober_probe_total',
      COUNT,
      { ...PROBE, pod_uid: any, result: oneOf('successful', 'failed', 'unknown') },
      'Probes of a container, by how they ended',
      PROBED,
    ),
    histogram('prober_probe_duration_seconds', SECONDS, PROBE, 'Time that a probe took', PROBED),
    ...PROCESS_FAMILIES.filter(({ name }) => name === 'process_start_time_seconds'),
  ],
};

const POD = labels('namespace', 'pod');
const CONTAINER = labels('namespace', 'pod', 'container');
const RUNNING = { event: 'a pod runs' };

/** CPU and memory of node and pods, as the scheduler's side sees them. */
export const KUBELET_RESOURCE_CATALOG: MetricCatalog = {
  name: 'kubelet /metrics/resource',
  families: [
    ...under(RUNNING, [
      counter('container_cpu_usage_seconds_total', SECONDS, CONTAINER, 'CPU time that a container used'),
      gauge('container_memory_working_set_bytes', BYTES, CONTAINER, 'Memory that a container uses without what can be dropped'),
      gauge('container_start_time_seconds', TIMESTAMP, CONTAINER, 'When a container began'),
      gauge('container_swap_limit_bytes', BYTES, CONTAINER, 'Swap that a container may use'),
      gauge('container_swap_usage_bytes', BYTES, CONTAINER, 'Swap that a container uses'),
      counter('pod_cpu_usage_seconds_total', SECONDS, POD, 'CPU time that a pod used'),
      gauge('pod_memory_working_set_bytes', BYTES, POD, 'Memory that a pod uses without what can be dropped'),
      gauge('pod_swap_usage_bytes', BYTES, POD, 'Swap that a pod uses'),
    ]),
    counter('node_cpu_usage_seconds_total', SECONDS, NONE, 'CPU time used on the node'),
    gauge('node_memory_working_set_bytes', BYTES, NONE, 'Memory used on the node without what can be dropped'),
    gauge('node_swap_usage_bytes', BYTES, NONE, 'Swap used on the node'),
    gauge('resource_scrape_error', COUNT, NONE, 'Whether the last look at containers failed: 1 when it did'),
  ],
};
