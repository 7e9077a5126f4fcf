import { MetricUnit } from '../../../common/metric-family';
import { apiServer, barGauge, DisplayUnit, type Row, sized, table, timeseries } from '../../vocabulary';
import { CALL_LIMITS, CALL_TIME, p99, REJECTED, rateOfCalls, SEAT_LIMITS, SEATS, WINDOW } from './queries';

/** What it does, how fast, and what it waits for. */
export const calls = (): Row => ({
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
        queries: [{ expr: `sum by (code) (${rateOfCalls(WINDOW)})`, legend: '{{code}}' }],
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
        queries: [{ expr: `sum by (verb) (${rateOfCalls(WINDOW)})`, legend: '{{verb}}' }],
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
        queries: [{ expr: `topk(20, sum by (verb, resource, subresource) (${rateOfCalls('15m')}))` }],
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
