import { MetricUnit } from '../../common/metric-family';
import { ANY_IS_BAD, anySource, Colour, highIsBad, lowIsBad, type Row, sized, stat, vmagent, vmsingle } from '../vocabulary';
import { timeUntilUsedUp } from '../zero';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Longer than this nobody plans, and the course of a day says little about it. */
const YEAR = 365 * DAY;

/** Selector of what waits in each queue. */
const PENDING = vmagent('vmagent_remotewrite_pending_data_bytes');
/** Room that each queue still has; the files of queues call `name` what the rest of the agent calls `url`. */
const ROOM = `label_replace(${vmagent('vm_persistentqueue_free_disk_space_bytes')}, "url", "$1", "name", "(.+)")`;

/** Share of its room that each queue takes. */
export const QUEUE_USE = `${PENDING} / on (instance, path, url) (${PENDING} + on (instance, path, url) ${ROOM})`;

/** What a store panel says where there is none. */
export const NO_STORE = 'no store here, or it is not scraped';

/** The row that says whether all is well. */
export const health = (): Row => ({
  title: 'Is the pipeline well?',
  panels: [
    sized(
      4,
      4,
      stat({
        title: 'Targets down',
        description: 'Targets that did not answer the last scrape. Red: their data is missing now; the table below names them.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(1 - ${anySource('up')})` }],
        thresholds: ANY_IS_BAD,
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Fullest queue',
        description:
          'Share of its room that the fullest queue of an agent takes. Above zero for long: a destination is slower than what is scraped, or refuses it; look at its answers.',
        unit: MetricUnit.RATIO,
        decimals: 1,
        queries: [{ expr: `max(${QUEUE_USE})` }],
        // queues hold hours of an outage: a twentieth is minutes behind, beyond half the end is near
        thresholds: highIsBad(0.05, 0.5),
        filled: true,
      }),
    ),
    sized(
      6,
      4,
      stat({
        title: 'Lost in the last hour',
        description:
          'What agents had to drop: samples for which a queue had no room, blocks that a destination refused for good, and blocks that a full queue gave up. Red: there are gaps; look at the answers of destinations.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [
          { expr: `sum(increase(${vmagent('vmagent_remotewrite_samples_dropped_total')}[1h]))`, legend: 'samples' },
          { expr: `sum(increase(${vmagent('vmagent_remotewrite_packets_dropped_total')}[1h]))`, legend: 'refused' },
          { expr: `sum(increase(${vmagent('vm_persistentqueue_blocks_dropped_total')}[1h]))`, legend: 'queue full' },
        ],
        thresholds: ANY_IS_BAD,
        showBoth: true,
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Store takes data',
        description: 'Whether the store accepts samples. No: its volume is full, and agents queue what they scrape. Grow the volume.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `max(${vmsingle('vm_storage_is_read_only')})` }],
        mappings: [
          { value: 0, text: 'yes', color: Colour.GOOD },
          { value: 1, text: 'no', color: Colour.BAD },
        ],
        noValue: NO_STORE,
        filled: true,
      }),
    ),
    sized(
      6,
      4,
      stat({
        title: 'Disk full in',
        description:
          'Time until the store’s volume is full, by its course over the last day. It grows until the retention is reached and stays then. Red: grow the volume, or shorten the retention.',
        unit: MetricUnit.SECONDS,
        queries: [
          {
            expr: timeUntilUsedUp(vmsingle('vm_free_disk_space_bytes'), '1d', YEAR, vmsingle('vm_free_disk_space_limit_bytes')),
          },
        ],
        mappings: [{ value: YEAR, text: 'a year or more', color: Colour.GOOD }],
        // two weeks to get a larger volume approved, three days to act at once
        thresholds: lowIsBad(14 * DAY, 3 * DAY),
        noValue: NO_STORE,
        filled: true,
      }),
    ),
  ],
});
