import { MetricUnit } from '../../common/metric-family';
import { ALL_NODES } from '../node-states';
import { DisplayUnit, newEvents, type Row, type Sampling, sampled, sized, slurm, stat, timeseries } from '../vocabulary';
import { orZero } from '../zero';

const { COUNT, SECONDS } = MetricUnit;

/** Failures that nobody planned. */
const FAILS = slurm('slurm_node_fails_total', 'state_is_maintenance!="true"');
/** One look a day over a week. */
const WEEK: Sampling = { everyHours: 24, times: 7 };
/** How far back means of finished outages look: they are rare, and mean nothing over a few minutes. */
const OUTAGES_OVER = '12h';

/**
 * GPU-hours in service between two failures of nodes in the last week: GPUs of nodes that could run jobs, looked at once a day, times 24
 * hours each. Days before the first data count nothing. Without a failure it is all hours.
 */
export function mtbf(): string {
  const inService = slurm('slurm_node_gpu_seconds_total', 'state_is_maintenance!="true"', 'state_base=~"IDLE|ALLOCATED|MIXED"');
  const hours = `sum(${sampled(WEEK, (offset) => `sum(rate(${inService}[1h]${offset}))`)}) * 24`;
  return `${hours} / clamp_min(${orZero(`sum(${newEvents(FAILS, '7d')})`, ALL_NODES)}, 1)`;
}

const mean = (histogram: string, over: string): string =>
  `sum(increase(${slurm(`${histogram}_sum`)}[${over}])) / sum(increase(${slurm(`${histogram}_count`)}[${over}]))`;

const lengths = (histogram: string) => {
  const quantile = (share: number) =>
    `histogram_quantile(${share}, sum by (le) (increase(${slurm(`${histogram}_bucket`)}[${OUTAGES_OVER}])))`;
  return [
    { expr: quantile(1), legend: 'longest' },
    { expr: mean(histogram, OUTAGES_OVER), legend: 'mean' },
    { expr: quantile(0), legend: 'shortest' },
  ];
};

const UNAVAILABLE = 'slurm_node_unavailability_duration_seconds';
const DRAINING = 'slurm_node_draining_duration_seconds';
const NONE = 'none is over';

/** How often nodes fail and how long it takes until they are back. */
export function repairsRow(): Row {
  return {
    title: 'Failures and repairs',
    collapsed: true,
    panels: [
      sized(
        8,
        4,
        stat({
          title: 'Failures of nodes',
          description: 'How often nodes went down or were drained within the chosen time, without maintenance.',
          unit: COUNT,
          decimals: 0,
          queries: [{ expr: orZero(`sum(${newEvents(FAILS, '$__range')})`, ALL_NODES) }],
        }),
      ),
      sized(
        8,
        4,
        stat({
          title: 'Mean time unavailable, 1 d',
          description: 'How long nodes were unavailable that came back within the last day.',
          unit: SECONDS,
          noValue: NONE,
          queries: [{ expr: mean(UNAVAILABLE, '1d') }],
        }),
      ),
      sized(
        8,
        4,
        stat({
          title: 'Mean time draining, 1 d',
          description: 'How long nodes drained, jobs still running on them, of those that finished within the last day.',
          unit: SECONDS,
          noValue: NONE,
          queries: [{ expr: mean(DRAINING, '1d') }],
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Time between failures, rolling 7 d',
          description: 'GPU-hours in service for each failure of a node in the week before. It falls when nodes fail more often.',
          unit: DisplayUnit.GPU_HOURS,
          min: 0,
          // each point looks back a week
          minInterval: '10m',
          queries: [{ expr: mtbf(), legend: 'GPU-hours between failures' }],
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Time unavailable',
          description:
            'How long nodes were unavailable that came back within the 12 hours before. Lengths are those of the histogram’s buckets.',
          unit: SECONDS,
          min: 0,
          queries: lengths(UNAVAILABLE),
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Time draining',
          description:
            'How long nodes drained that finished within the 12 hours before. Long ones wait for long jobs: a shorter time limit helps.',
          unit: SECONDS,
          min: 0,
          queries: lengths(DRAINING),
        }),
      ),
    ],
  };
}
