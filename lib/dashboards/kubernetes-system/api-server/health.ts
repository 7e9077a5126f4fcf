import { MetricUnit } from '../../../common/metric-family';
import { ANY_IS_WORTH_A_LOOK, apiServer, highIsBad, type Row, sized, stat } from '../../vocabulary';
import { orZero } from '../../zero';
import { answering } from '../answering';
import { CALL_LIMITS, CALL_TIME, ETCD_LIMITS, ETCD_TIME, p99, REJECTED, rateOfCalls, SEAT_LIMITS, SEATS, SIZE_LIMITS, UP } from './queries';

const WEEK = 7 * 24 * 3600;

/** Whether the API server is well. */
export const health = (): Row => ({
  title: 'API server',
  panels: [
    sized(
      3,
      4,
      answering(
        'API servers',
        'API servers that answer the agent, and those that do not. Down: look at the control plane, or ask whoever runs it.',
        UP,
      ),
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
        queries: [{ expr: `(${orZero(`sum(${rateOfCalls('5m', 'code=~"5.."')})`, UP)}) / sum(${rateOfCalls('5m')})` }],
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
