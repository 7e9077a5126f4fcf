import { MetricUnit } from '../../common/metric-family';
import { Colour, DisplayUnit, highIsBad, lowIsBad, type Row, sized, stat, timeseries, vmagent } from '../vocabulary';
import { QUEUE_USE } from './overview';

/** A month is as good as never for a queue that holds hours. */
const MONTH = 30 * 24 * 3600;
const HOUR = 3600;
const WHICH = 'Destinations are numbered in their order: the store first, then the cloud and others.';

/** Growth over a few minutes, so that the flushes of single blocks do not count. */
const FULL_IN = `min by (name) (clamp_max(${vmagent('vm_persistentqueue_free_disk_space_bytes')} / clamp_min(-deriv(${vmagent('vm_persistentqueue_free_disk_space_bytes')}[15m]), 1), ${MONTH}))`;

const rate = (metric: string): string => `rate(${vmagent(metric)}[$__rate_interval])`;

/** What agents send. */
export const agents = (): Row => ({
  title: 'Agents and destinations',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Samples collected',
        description:
          'Samples a second that each agent passes on. Shards should have about the same; a fall to zero is an agent that does not run.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum by (instance) (${rate('vmagent_remotewrite_global_rows_pushed_before_relabel_total')})`, legend: '{{instance}}' },
        ],
        stacked: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Sent to destinations',
        description: `Bytes a second that each destination took. ${WHICH}`,
        unit: MetricUnit.BYTES_PER_SECOND,
        min: 0,
        queries: [{ expr: `sum by (url) (${rate('vmagent_remotewrite_bytes_sent_total')})`, legend: '{{url}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Answers of destinations',
        description: `Requests a second by their answer. 4XX: the token or the data is refused; 5XX: the destination is unwell. Both are tried again, but for 400, 409 and 415. ${WHICH}`,
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum by (url, status_code) (${rate('vmagent_remotewrite_requests_total')})`, legend: '{{url}} {{status_code}}' },
          { expr: `sum by (url) (${rate('vmagent_remotewrite_errors_total')})`, legend: '{{url}} no answer' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Queue by destination',
        description: `Bytes that wait to be sent, in memory and on disk. It rises while a destination is away, and falls when it catches up. ${WHICH}`,
        unit: MetricUnit.BYTES,
        min: 0,
        queries: [
          { expr: `sum by (instance, url) (${vmagent('vmagent_remotewrite_pending_data_bytes')})`, legend: '{{instance}} {{url}}' },
        ],
      }),
    ),
    sized(
      4,
      8,
      stat({
        title: 'Queue full in',
        description: `Time until a destination’s queue is full and samples are lost, if it goes on as in the last quarter of an hour. ${WHICH}`,
        unit: MetricUnit.SECONDS,
        queries: [{ expr: FULL_IN, legend: '{{name}}' }],
        mappings: [{ value: MONTH, text: 'not filling', color: Colour.GOOD }],
        // enough to sleep through, and enough to act
        thresholds: lowIsBad(12 * HOUR, 2 * HOUR),
        showBoth: true,
      }),
    ),
    sized(
      4,
      8,
      stat({
        title: 'Queue in use',
        description: `Share of its room that each destination’s queue takes, of the agent where it is fullest. ${WHICH}`,
        unit: MetricUnit.RATIO,
        decimals: 1,
        queries: [{ expr: `max by (url) (${QUEUE_USE})`, legend: '{{url}}' }],
        thresholds: highIsBad(0.05, 0.5),
        showBoth: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Samples and blocks lost',
        description: 'What agents dropped each second, for good. Anything above zero is a gap in the data of that destination.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum by (url) (${rate('vmagent_remotewrite_samples_dropped_total')})`, legend: '{{url}} samples without room' },
          { expr: `sum by (url) (${rate('vmagent_remotewrite_packets_dropped_total')})`, legend: '{{url}} blocks refused' },
          { expr: `sum by (name) (${rate('vm_persistentqueue_blocks_dropped_total')})`, legend: '{{name}} blocks of a full queue' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Senders in use',
        description: `Share of the time in which an agent’s connections to a destination are busy. Near 100 % they are the limit: give it more queues, or run more shards. ${WHICH}`,
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [
          {
            expr: `sum by (instance, url) (${rate('vmagent_remotewrite_send_duration_seconds_total')}) / sum by (instance, url) (${vmagent('vmagent_remotewrite_queues')})`,
            legend: '{{instance}} {{url}}',
          },
        ],
        // retries after an outage need the rest
        thresholds: highIsBad(0.7, 0.9),
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of answers',
        description: `Mean time that a destination took to answer. ${WHICH}`,
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [
          {
            // its buckets are VictoriaMetrics' own, which other stores cannot read quantiles from
            expr: `sum by (url) (${rate('vmagent_remotewrite_duration_seconds_sum')}) / sum by (url) (${rate('vmagent_remotewrite_duration_seconds_count')})`,
            legend: '{{url}}',
          },
        ],
      }),
    ),
    sized(
      8,
      8,
      stat({
        title: 'Configuration of agents',
        description:
          'Whether each agent could read its last configuration. Refused: it goes on with the one before; its log says which line is wrong.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `min by (instance) (${vmagent('vm_promscrape_config_last_reload_successful')})`, legend: '{{instance}}' }],
        mappings: [
          { value: 1, text: 'in force', color: Colour.GOOD },
          { value: 0, text: 'refused', color: Colour.BAD },
        ],
        showBoth: true,
      }),
    ),
  ],
});
