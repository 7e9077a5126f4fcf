import { type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, gauge, histogram, info, labels, NONE, oneOf, sometimes, under } from './family';
import { GO_FAMILIES, GO_RUNTIME_METRICS_FAMILIES, PROCESS_FAMILIES } from './go-runtime';

const { COUNT, SECONDS, BYTES } = MetricUnit;

/** What a call is about; calls of paths that are no resource have less of it. */
const RESOURCE = { group: sometimes(), version: sometimes(), resource: sometimes(), subresource: sometimes(), scope: sometimes() };
const CALL = { verb: any, component: sometimes(), ...RESOURCE };
const KIND = { group: sometimes(), resource: any };
const LEVEL = labels('priority_level');
const FLOW = labels('priority_level', 'flow_schema');
const ADMISSION = { ...labels('operation'), rejected: oneOf('true', 'false'), type: oneOf('admit', 'validate') };
const WEBHOOK = labels('name', 'type', 'operation');
const QUEUE = labels('name');
const RESULT = labels('result');

const CALLS: readonly MetricFamily[] = [
  counter('apiserver_request_total', COUNT, { code: any, dry_run: sometimes(), ...CALL }, 'Calls that were answered, by HTTP status'),
  histogram(
    'apiserver_request_duration_seconds',
    SECONDS,
    { dry_run: sometimes(), ...CALL },
    'How long calls took, with the time that they waited and that webhooks took',
  ),
  histogram('apiserver_request_sli_duration_seconds', SECONDS, CALL, 'How long calls took, without waiting and without webhooks'),
  histogram('apiserver_request_filter_duration_seconds', SECONDS, labels('filter'), 'How long each filter in front of a call took'),
  histogram('apiserver_request_body_size_bytes', BYTES, { ...KIND, verb: any }, 'Size of what callers sent'),
  histogram('apiserver_response_sizes', BYTES, CALL, 'Size of answers'),
  counter(
    'apiserver_selfrequest_total',
    COUNT,
    { verb: any, group: sometimes(), resource: sometimes(), subresource: sometimes() },
    'Calls of the API server to itself',
  ),
  gauge(
    'apiserver_requested_deprecated_apis',
    COUNT,
    { group: sometimes(), version: any, resource: any, subresource: sometimes(), removed_release: sometimes() },
    'Deprecated versions of the API that somebody has asked for since the start; 1 for each',
    { event: 'somebody has asked for a deprecated version' },
  ),
  counter('apiserver_tls_handshake_errors_total', COUNT, NONE, 'Connections that failed before anything was asked'),
  histogram(
    'field_validation_request_duration_seconds',
    SECONDS,
    { field_validation: sometimes() },
    'How long calls took, by how strictly their fields were checked',
  ),
];

const AT_ONCE: readonly MetricFamily[] = [
  gauge(
    'apiserver_current_inflight_requests',
    COUNT,
    { request_kind: oneOf('mutating', 'readOnly') },
    'Most calls that were worked on at once in the last second',
  ),
  gauge(
    'apiserver_current_inqueue_requests',
    COUNT,
    { request_kind: oneOf('mutating', 'readOnly') },
    'Most calls that waited at once in the last second',
  ),
  gauge('apiserver_longrunning_requests', COUNT, CALL, 'Watches, port-forwards and other calls that stay open'),
  counter('apiserver_request_terminations_total', COUNT, { code: any, ...CALL }, 'Calls that the API server gave up to protect itself', {
    event: 'a call was given up',
  }),
  counter('apiserver_request_aborts_total', COUNT, CALL, 'Calls that ended before they were answered', { event: 'a call was aborted' }),

  // fair shares: each level has seats, each call takes one or more of them
  gauge('apiserver_flowcontrol_current_executing_requests', COUNT, FLOW, 'Calls that hold seats'),
  gauge('apiserver_flowcontrol_current_executing_seats', COUNT, FLOW, 'Seats that calls hold'),
  gauge('apiserver_flowcontrol_current_inqueue_requests', COUNT, FLOW, 'Calls that wait for seats'),
  gauge('apiserver_flowcontrol_current_inqueue_seats', COUNT, FLOW, 'Seats that waiting calls ask for'),
  gauge('apiserver_flowcontrol_current_limit_seats', COUNT, LEVEL, 'Seats that the level has now, with those that it has borrowed'),
  gauge('apiserver_flowcontrol_nominal_limit_seats', COUNT, LEVEL, 'Seats that the level has by its configuration'),
  gauge('apiserver_flowcontrol_lower_limit_seats', COUNT, LEVEL, 'Seats that the level never lends'),
  gauge('apiserver_flowcontrol_upper_limit_seats', COUNT, LEVEL, 'Seats that the level can have with all that it may borrow'),
  counter('apiserver_flowcontrol_dispatched_requests_total', COUNT, FLOW, 'Calls that got their seats'),
  counter(
    'apiserver_flowcontrol_rejected_requests_total',
    COUNT,
    { ...FLOW, reason: oneOf('queue-full', 'concurrency-limit', 'time-out', 'cancelled') },
    'Calls that got no seat, by why',
    { event: 'a call was turned away' },
  ),
  histogram(
    'apiserver_flowcontrol_request_wait_duration_seconds',
    SECONDS,
    { ...FLOW, execute: oneOf('true', 'false') },
    'How long calls waited for their seats',
  ),
  histogram(
    'apiserver_flowcontrol_request_execution_seconds',
    SECONDS,
    { ...FLOW, type: oneOf('regular', 'watch') },
    'How long calls held their seats',
  ),
  histogram('apiserver_flowcontrol_request_queue_length_after_enqueue', COUNT, FLOW, 'How many waited when one more came'),
  histogram('apiserver_flowcontrol_work_estimated_seats', COUNT, FLOW, 'Seats that a call was thought to need'),
];

const STORAGE: readonly MetricFamily[] = [
  histogram(
    'etcd_request_duration_seconds',
    SECONDS,
    // `type` until 1.33
    { operation: any, group: sometimes(), resource: sometimes(), type: sometimes() },
    'How long etcd took to answer',
  ),
  counter(
    'etcd_requests_total',
    COUNT,
    { operation: any, group: sometimes(), resource: sometimes(), type: sometimes() },
    'Questions to etcd',
  ),
  counter(
    'etcd_request_errors_total',
    COUNT,
    { operation: any, group: sometimes(), resource: sometimes(), type: sometimes() },
    'Questions that etcd did not answer',
    { event: 'etcd has failed to answer' },
  ),
  gauge('apiserver_storage_size_bytes', BYTES, { storage_cluster_id: any }, 'Size of the file of etcd'),
  gauge('apiserver_storage_objects', COUNT, labels('resource'), 'Objects of each kind; replaced by apiserver_resource_objects'),
  gauge('apiserver_resource_objects', COUNT, KIND, 'Objects of each kind, when they were last counted'),
  gauge('apiserver_resource_size_estimate_bytes', BYTES, KIND, 'Bytes that the objects of each kind may take'),
  ...['evaluated_objects', 'fetched_objects', 'returned_objects'].map((what) =>
    counter(`apiserver_storage_list_${what}_total`, COUNT, KIND, `Objects that lists from etcd ${what.split('_')[0]}`),
  ),
  counter('apiserver_storage_list_total', COUNT, KIND, 'Lists that etcd had to answer'),
  counter('apiserver_storage_events_received_total', COUNT, KIND, 'Changes that etcd told of'),
  counter('apiserver_cache_list_total', COUNT, { ...KIND, index: sometimes() }, 'Lists that the cache could answer'),
  counter('apiserver_watch_cache_events_dispatched_total', COUNT, KIND, 'Changes passed on to watches'),
  counter('apiserver_watch_events_total', COUNT, { ...KIND, version: any }, 'Changes sent to watches'),
  histogram('apiserver_watch_events_sizes', BYTES, { ...KIND, version: any }, 'Size of changes sent to watches'),
  gauge('watch_cache_capacity', COUNT, KIND, 'Changes that the cache can hold'),
];

const ADMISSIONS: readonly MetricFamily[] = [
  histogram(
    'apiserver_admission_controller_admission_duration_seconds',
    SECONDS,
    { ...ADMISSION, name: any },
    'How long each built-in check of changes took',
  ),
  histogram('apiserver_admission_step_admission_duration_seconds', SECONDS, ADMISSION, 'How long all checks of a change took'),
  ...under({ event: 'a webhook has been called' }, [
    histogram(
      'apiserver_admission_webhook_admission_duration_seconds',
      SECONDS,
      { ...WEBHOOK, rejected: oneOf('true', 'false') },
      'How long webhooks took',
    ),
    counter(
      'apiserver_admission_webhook_request_total',
      COUNT,
      { ...WEBHOOK, code: any, rejected: oneOf('true', 'false') },
      'Calls of webhooks, by HTTP status',
    ),
    counter(
      'apiserver_admission_webhook_rejection_count',
      COUNT,
      { ...WEBHOOK, error_type: oneOf('calling_webhook_error', 'apiserver_internal_error', 'no_error'), rejection_code: any },
      'Changes that webhooks refused, or that were refused because a webhook failed',
    ),
    counter('apiserver_admission_webhook_fail_open_count', COUNT, labels('name', 'type'), 'Changes let through although a webhook failed'),
  ]),
  gauge('aggregator_unavailable_apiservice', COUNT, labels('name'), 'Whether an API of another server is out of reach (1) or not (0)'),
];

const TRUST: readonly MetricFamily[] = [
  histogram('apiserver_client_certificate_expiration_seconds', SECONDS, NONE, 'Time that is left on the certificates of callers'),
  counter('apiserver_audit_event_total', COUNT, NONE, 'Events written to the audit log'),
  counter('apiserver_audit_requests_rejected_total', COUNT, NONE, 'Calls refused because they could not be audited'),
  counter('authentication_attempts', COUNT, RESULT, 'Attempts to find out who calls'),
  histogram('authentication_duration_seconds', SECONDS, RESULT, 'How long it took to find out who calls'),
  counter('authenticated_user_requests', COUNT, labels('username'), 'Calls of callers that are known'),
  counter('authorization_attempts_total', COUNT, RESULT, 'Decisions whether a caller may'),
  histogram('authorization_duration_seconds', SECONDS, RESULT, 'How long it took to decide whether a caller may'),
];

const ITSELF: readonly MetricFamily[] = [
  info(
    'kubernetes_build_info',
    labels('build_date', 'compiler', 'git_commit', 'git_tree_state', 'git_version', 'go_version', 'major', 'minor', 'platform'),
    'Release of Kubernetes, and how it was built',
  ),
  info('kubernetes_feature_enabled', { name: any, stage: sometimes() }, 'Switches of features'),
  counter('rest_client_requests_total', COUNT, labels('code', 'host', 'method'), 'Calls that it made itself, by HTTP status'),
  histogram('rest_client_request_duration_seconds', SECONDS, labels('host', 'verb'), 'How long calls that it made itself took'),
  counter('workqueue_adds_total', COUNT, QUEUE, 'Work put into one of its queues'),
  gauge('workqueue_depth', COUNT, QUEUE, 'Work that waits in one of its queues'),
  counter('workqueue_retries_total', COUNT, QUEUE, 'Work that one of its queues has again'),
  histogram('workqueue_queue_duration_seconds', SECONDS, QUEUE, 'How long work waited in one of its queues'),
  histogram('workqueue_work_duration_seconds', SECONDS, QUEUE, 'How long work of one of its queues took'),
];

/**
 * The API server of Kubernetes: what is kept of it, and what else people ask for. Its page has much more, which differs with each
 * release and of which nothing is kept.
 *
 * @see https://kubernetes.io/docs/reference/instrumentation/metrics/
 */
export const APISERVER_CATALOG: MetricCatalog = {
  name: 'apiserver',
  families: [
    ...CALLS,
    ...AT_ONCE,
    ...STORAGE,
    ...ADMISSIONS,
    ...TRUST,
    ...ITSELF,
    ...GO_FAMILIES,
    ...GO_RUNTIME_METRICS_FAMILIES,
    ...PROCESS_FAMILIES,
  ],
};
