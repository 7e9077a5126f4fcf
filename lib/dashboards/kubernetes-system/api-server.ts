import { MetricUnit } from '../../common/metric-family';
import {
  ANY_IS_WORTH_A_LOOK,
  apiServer,
  barGauge,
  Colour,
  DisplayUnit,
  highIsBad,
  type Row,
  sized,
  stat,
  type Thresholds,
  table,
  timeseries,
} from '../vocabulary';
import { orZero } from '../zero';

const GIBIBYTE = 1024 ** 3;
const WINDOW = '$__rate_interval';
const UP = apiServer('up');

const calls = (window: string, ...matchers: string[]): string => `rate(${apiServer('apiserver_request_total', ...matchers)}[${window}])`;
/** Time below which 99 of 100 stay. */
const p99 = (by: string, buckets: string, window: string): string =>
  `histogram_quantile(0.99, sum by (${by}) (rate(${buckets}[${window}])))`;
const CALL_TIME = 'apiserver_request_duration_seconds_bucket';
const ETCD_TIME = apiServer('etcd_request_duration_seconds_bucket');
const WEBHOOK_TIME = apiServer('apiserver_admission_webhook_admission_duration_seconds_bucket');

/** What calls of a level hold of its seats; the level `exempt` knows no limit. */
const LIMITED = 'priority_level!="exempt"';
const SEATS = `sum by (priority_level) (${apiServer('apiserver_flowcontrol_current_executing_seats', LIMITED)}) / sum by (priority_level) (${apiServer('apiserver_flowcontrol_current_limit_seats', LIMITED)})`;
const REJECTED = apiServer('apiserver_flowcontrol_rejected_requests_total');

/** Kubernetes promises one second for a single object; 30 s is what it allows a list of the whole cluster. */
const CALL_LIMITS = highIsBad(1, 30);
/** Its makers ask for a disk that answers well within a tenth of a second; at one second leaders lose their leases. */
const ETCD_LIMITS = highIsBad(0.1, 1);
/** Level by level: calls wait at all seats, which for moments is what the levels are for. */
const SEAT_LIMITS: Thresholds = { below: Colour.GOOD, steps: [{ from: 0.9, colour: Colour.WARN }] };
/** Four fifths of 2 GiB, which is the quota unless it was raised, and of 8 GiB, beyond which nobody should raise it. */
const SIZE_LIMITS = highIsBad(1.6 * GIBIBYTE, 6.4 * GIBIBYTE);

const OBJECTS = apiServer('apiserver_storage_objects');
const NEWER_OBJECTS = apiServer('apiserver_resource_objects');
const NO_WEBHOOK = 'no webhook was called';
const WEEK = 7 * 24 * 3600;

/** Whether the API server is well. */
const health = (): Row => ({
  title: 'API server',
  panels: [
    sized(
      3,
      4,
      stat({
        title: 'API servers',
        description: 'API servers that answer the agent, and those that do not. Down: look at the control plane, or ask whoever runs it.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: `sum(${UP})`, legend: 'up' },
          { expr: `sum(1 - ${UP})`, legend: 'down' },
        ],
        showBoth: true,
        noValue: 'not found',
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Calls that failed',
        description:
          'Share of calls in the last five minutes that the API server could not answer (5xx). Red: look at etcd and webhooks below.',
        unit: MetricUnit.RATIO,
        decimals: 1,
        queries: [{ expr: `(${orZero(`sum(${calls('5m', 'code=~"5.."')})`, UP)}) / sum(${calls('5m')})` }],
        // clients try again, so that one in a hundred is a nuisance and one in twenty stops controllers
        thresholds: highIsBad(0.01, 0.05),
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Slow calls',
        description:
          'Time within which 99 of 100 calls of the last five minutes were answered, lists and watches left out. Beyond 1 s: etcd, a webhook, or too many calls.',
        unit: MetricUnit.SECONDS,
        decimals: 2,
        queries: [{ expr: p99('le', apiServer(CALL_TIME, 'verb!="LIST"'), '5m') }],
        thresholds: CALL_LIMITS,
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Slow etcd',
        description: 'Time within which etcd answered 99 of 100 questions of the last five minutes. Red: its disk is too slow, or shared.',
        unit: MetricUnit.SECONDS,
        decimals: 2,
        queries: [{ expr: p99('le', ETCD_TIME, '5m') }],
        thresholds: ETCD_LIMITS,
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Size of etcd',
        description:
          'Size of the file of etcd. At its quota, 2 GiB unless it was raised, it takes no more changes: delete what fills it, compact it, or raise the quota.',
        unit: MetricUnit.BYTES,
        queries: [{ expr: `max(${apiServer('apiserver_storage_size_bytes')})` }],
        thresholds: SIZE_LIMITS,
        sparkline: true,
        noValue: 'not told',
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Fullest level',
        description: 'Share of its seats that the busiest priority level has given away. At 100 % its calls wait: see which below.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [{ expr: `max(${SEATS})` }],
        thresholds: SEAT_LIMITS,
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Turned away in the last hour',
        description:
          'Calls that found their level full and its queue, too (429). Find the client that floods it: the table of busiest calls.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: orZero(`sum(increase(${REJECTED}[1h]))`, UP) }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Calls with certificates that end',
        description:
          'Calls of the last hour by clients whose certificate ends within a week. Kubelets renew theirs long before; find who does not.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: `sum(increase(${apiServer('apiserver_client_certificate_expiration_seconds_bucket', `le="${WEEK}"`)}[1h]))` }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
  ],
});

/** What it does, how fast, and what it waits for. */
const course = (): Row => ({
  title: 'API server: calls',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Calls by answer',
        description: 'Calls a second by HTTP status. 409 and 404 are usual; 429 is turned away, 5xx is trouble in the control plane.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        stacked: true,
        queries: [{ expr: `sum by (code) (${calls(WINDOW)})`, legend: '{{code}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Calls by verb',
        description: 'Calls a second by what they ask for. Many lists: a client that does not watch. It loads etcd more than all others.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        stacked: true,
        queries: [{ expr: `sum by (verb) (${calls(WINDOW)})`, legend: '{{verb}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of calls',
        description:
          'Time within which 99 of 100 calls were answered, by verb, without those that stay open. One second is what Kubernetes promises for all but lists.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [{ expr: p99('le, verb', apiServer(CALL_TIME), WINDOW), legend: '{{verb}}' }],
        thresholds: CALL_LIMITS,
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Calls at once',
        description: 'Most calls that were worked on at once, changes and reads. A steady rise without more calls: each takes longer.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (request_kind) (${apiServer('apiserver_current_inflight_requests')})`, legend: '{{request_kind}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Seats in use by level',
        description:
          'Share of its seats that each priority level has given away. One level at 100 % with the others idle: one kind of client asks too much.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [{ expr: SEATS, legend: '{{priority_level}}' }],
        thresholds: SEAT_LIMITS,
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Waiting and turned away',
        description: 'Calls that wait for a seat, by level, and calls a second that got none, by why. Either for long: spread the load.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [
          {
            expr: `sum by (priority_level) (${apiServer('apiserver_flowcontrol_current_inqueue_requests')})`,
            legend: 'waiting: {{priority_level}}',
          },
          { expr: `sum by (priority_level, reason) (rate(${REJECTED}[${WINDOW}]))`, legend: 'turned away: {{priority_level}}, {{reason}}' },
          {
            expr: `sum by (code) (rate(${apiServer('apiserver_request_terminations_total')}[${WINDOW}]))`,
            legend: 'given up: {{code}}',
          },
        ],
      }),
    ),
    sized(
      12,
      9,
      table({
        title: 'Busiest calls',
        description:
          'The twenty kinds of calls with most of them in the last quarter of an hour. One that stands out has a client in a loop.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        decimals: 2,
        queries: [{ expr: `topk(20, sum by (verb, resource, subresource) (${calls('15m')}))` }],
        columns: [
          { title: 'Verb', label: 'verb' },
          { title: 'Resource', label: 'resource' },
          { title: 'Subresource', label: 'subresource' },
          { title: 'Calls', query: 0 },
        ],
        sortBy: 'Calls',
      }),
    ),
    sized(
      6,
      9,
      timeseries({
        title: 'Watches',
        description: 'Calls that stay open, by verb. After a restart of an API server all watches begin anew, which is a peak of lists.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (verb) (${apiServer('apiserver_longrunning_requests')})`, legend: '{{verb}}' }],
      }),
    ),
    sized(
      6,
      9,
      barGauge({
        title: 'Most watched',
        description: 'The ten kinds of objects with most watches. Each change of such an object is sent that many times.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [
          { expr: `topk(10, sum by (resource) (${apiServer('apiserver_longrunning_requests', 'verb="WATCH"')}))`, legend: '{{resource}}' },
        ],
      }),
    ),
  ],
});

/** What is behind it and beside it. */
const dependencies = (): Row => ({
  title: 'API server: etcd, webhooks, trust',
  collapsed: true,
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Time of etcd',
        description: 'Time within which etcd answered 99 of 100 questions, by kind. Changes that are slow while reads are not: its disk.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [{ expr: p99('le, operation', ETCD_TIME, WINDOW), legend: '{{operation}}' }],
        thresholds: ETCD_LIMITS,
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      barGauge({
        title: 'Most objects',
        description:
          'The twenty kinds of objects with most of them. Tens of thousands of one kind that nobody needs: find who leaves them behind.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [
          { expr: `topk(20, max by (resource) (${OBJECTS}))`, legend: '{{resource}}' },
          // releases that have only these
          { expr: `topk(20, max by (resource, group) (${NEWER_OBJECTS}) unless on () ${OBJECTS})`, legend: '{{resource}} {{group}}' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of webhooks',
        description: 'Time within which 99 of 100 calls of a webhook were answered. Every change of what it checks waits that long.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [{ expr: p99('le, name', WEBHOOK_TIME, WINDOW), legend: '{{name}}' }],
        thresholds: CALL_LIMITS,
        showThresholds: true,
        noValue: NO_WEBHOOK,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Refusals of webhooks',
        description:
          'Changes a second that a webhook refused (no_error), or that failed or went through unchecked because it did not answer. The latter: see to its pods.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          {
            expr: `sum by (name, error_type) (rate(${apiServer('apiserver_admission_webhook_rejection_count')}[${WINDOW}]))`,
            legend: '{{name}}: {{error_type}}',
          },
          {
            expr: `sum by (name) (rate(${apiServer('apiserver_admission_webhook_fail_open_count')}[${WINDOW}]))`,
            legend: '{{name}}: unchecked',
          },
        ],
        noValue: NO_WEBHOOK,
      }),
    ),
    sized(
      8,
      8,
      table({
        title: 'APIs out of reach',
        description:
          'APIs that another server should answer, such as that of metrics, and does not. Namespaces cannot be deleted meanwhile.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `max by (name) (${apiServer('aggregator_unavailable_apiservice')}) == 1` }],
        columns: [{ title: 'API', label: 'name' }],
        noValue: 'all within reach',
      }),
    ),
    sized(
      8,
      8,
      table({
        title: 'Deprecated versions asked for',
        description: 'Versions of the API that somebody asked for since the API server started, and the release that no longer has them.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `max by (group, version, resource, removed_release) (${apiServer('apiserver_requested_deprecated_apis')})` }],
        columns: [
          { title: 'Group', label: 'group' },
          { title: 'Version', label: 'version' },
          { title: 'Resource', label: 'resource' },
          { title: 'Gone in', label: 'removed_release' },
        ],
        noValue: 'none',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Audit log',
        description: 'Calls a second that were written down, and those refused because they could not be. The latter: its disk or backend.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum(rate(${apiServer('apiserver_audit_event_total')}[${WINDOW}]))`, legend: 'written' },
          { expr: `sum(rate(${apiServer('apiserver_audit_requests_rejected_total')}[${WINDOW}]))`, legend: 'refused' },
        ],
        colours: { refused: Colour.BAD },
      }),
    ),
    sized(
      8,
      8,
      table({
        title: 'Releases of API servers',
        description:
          'Each API server with its release, and how long it has been running. Several releases for long: an upgrade that stopped.',
        unit: MetricUnit.SECONDS,
        queries: [
          { expr: `topk(20, max by (instance, git_version) (${apiServer('kubernetes_build_info')}))` },
          { expr: `topk(20, time() - max by (instance) (${apiServer('process_start_time_seconds')}))` },
        ],
        columns: [
          { title: 'API server', label: 'instance' },
          { title: 'Release', label: 'git_version' },
          { title: 'Running for', query: 1 },
        ],
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'Memory of API servers',
        description: 'Memory of the largest API server. It grows with objects and watches; a peak is often somebody who lists everything.',
        unit: MetricUnit.BYTES,
        min: 0,
        queries: [{ expr: `max(${apiServer('process_resident_memory_bytes')})`, legend: 'largest' }],
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'CPU of API servers',
        description: 'CPU of the busiest API server. It grows with calls; at the limit of its machine every call takes longer.',
        unit: MetricUnit.CORES,
        min: 0,
        queries: [{ expr: `max(rate(${apiServer('process_cpu_seconds_total')}[${WINDOW}]))`, legend: 'busiest' }],
      }),
    ),
  ],
});

/** The API server: whether it is well, what it does, and what it depends on. */
export const apiServers = (): Row[] => [health(), course(), dependencies()];
