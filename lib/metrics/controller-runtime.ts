import { type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, gauge, histogram, labels, NONE, oneOf, under } from './family';
import { GO_FAMILIES, GO_RUNTIME_METRICS_FAMILIES, PROCESS_FAMILIES } from './go-runtime';

const { COUNT, SECONDS } = MetricUnit;

const CONTROLLER = labels('controller');
/** The queue is named after its controller, so both labels say the same. */
const QUEUE = labels('controller', 'name');

const RECONCILIATIONS: readonly MetricFamily[] = [
  gauge('controller_runtime_active_workers', COUNT, CONTROLLER, 'Reconciliations that run right now'),
  gauge('controller_runtime_max_concurrent_reconciles', COUNT, CONTROLLER, 'Reconciliations that may run at once'),
  counter('controller_runtime_reconcile_errors_total', COUNT, CONTROLLER, 'Reconciliations that failed'),
  counter('controller_runtime_reconcile_panics_total', COUNT, CONTROLLER, 'Reconciliations that panicked'),
  counter('controller_runtime_reconcile_timeouts_total', COUNT, CONTROLLER, 'Reconciliations cut off for taking too long'),
  counter(
    'controller_runtime_reconcile_total',
    COUNT,
    { controller: any, result: oneOf('error', 'requeue', 'requeue_after', 'success') },
    'Reconciliations that ended, by their result',
  ),
  counter('controller_runtime_terminal_reconcile_errors_total', COUNT, CONTROLLER, 'Reconciliations that failed and are not tried again'),
  histogram('controller_runtime_reconcile_time_seconds', SECONDS, CONTROLLER, 'How long reconciliations took', {
    event: 'the controller has reconciled something',
  }),
];

const WORK_QUEUES: readonly MetricFamily[] = [
  counter('workqueue_adds_total', COUNT, QUEUE, 'Objects put into the queue'),
  gauge('workqueue_depth', COUNT, { ...QUEUE, priority: any }, 'Objects that wait in the queue, by their priority', {
    event: 'an object has been queued',
  }),
  gauge('workqueue_longest_running_processor_seconds', SECONDS, QUEUE, 'How long the oldest reconciliation has been running'),
  histogram('workqueue_queue_duration_seconds', SECONDS, QUEUE, 'How long objects waited in the queue'),
  counter('workqueue_retries_total', COUNT, QUEUE, 'Objects put back into the queue for later'),
  gauge('workqueue_unfinished_work_seconds', SECONDS, QUEUE, 'Sum of the time that running reconciliations have taken so far'),
  histogram('workqueue_work_duration_seconds', SECONDS, QUEUE, 'How long objects of the queue were worked on'),
];

const CLIENT: readonly MetricFamily[] = [
  counter('rest_client_requests_total', COUNT, labels('code', 'method', 'host'), 'Requests to the API server, by HTTP status'),
];

const LEADER_ELECTION: readonly MetricFamily[] = under({ option: 'leader election' }, [
  gauge('leader_election_master_status', COUNT, labels('name'), 'Whether this replica holds the lease (1) or waits for it (0)'),
]);

const CERTIFICATES: readonly MetricFamily[] = [
  counter('certwatcher_read_certificate_errors_total', COUNT, NONE, 'Failures to read the serving certificate'),
  counter('certwatcher_read_certificate_total', COUNT, NONE, 'Readings of the serving certificate'),
];

const WEBHOOKS: readonly MetricFamily[] = [
  counter('controller_runtime_conversion_webhook_panics_total', COUNT, NONE, 'Panics while objects were converted between versions'),
  counter('controller_runtime_webhook_panics_total', COUNT, NONE, 'Panics while objects were admitted'),
  ...under({ option: 'webhooks' }, [
    histogram('controller_runtime_webhook_latency_seconds', SECONDS, labels('webhook'), 'How long calls of a webhook took', {
      event: 'a webhook has been called',
    }),
    gauge('controller_runtime_webhook_requests_in_flight', COUNT, labels('webhook'), 'Calls of a webhook being answered'),
    counter('controller_runtime_webhook_requests_total', COUNT, labels('webhook', 'code'), 'Calls of a webhook, by HTTP status'),
  ]),
];

/**
 * What every program built with controller-runtime says of itself, Go and the process included.
 *
 * @see https://github.com/kubernetes-sigs/controller-runtime/tree/main/pkg/metrics
 */
export const CONTROLLER_RUNTIME_FAMILIES: readonly MetricFamily[] = [
  ...RECONCILIATIONS,
  ...WORK_QUEUES,
  ...CLIENT,
  ...LEADER_ELECTION,
  ...CERTIFICATES,
  ...WEBHOOKS,
  ...GO_FAMILIES,
  ...GO_RUNTIME_METRICS_FAMILIES,
  ...PROCESS_FAMILIES,
];
