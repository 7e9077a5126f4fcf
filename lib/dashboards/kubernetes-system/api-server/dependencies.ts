import { MetricUnit } from '../../../common/metric-family';
import { apiServer, barGauge, Colour, DisplayUnit, type Row, sized, table, timeseries } from '../../vocabulary';
import { CALL_LIMITS, ETCD_LIMITS, ETCD_TIME, NEWER_OBJECTS, OBJECTS, p99, WEBHOOK_TIME, WINDOW } from './queries';

const NO_WEBHOOK = 'no webhook was called';

/** What is behind it and beside it. */
export const dependencies = (): Row => ({
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
