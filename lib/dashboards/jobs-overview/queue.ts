import { MetricUnit } from '../../common/metric-family';
import {
  Aggregation,
  ANY_IS_BAD,
  ANY_IS_WORTH_A_LOOK,
  gpusOfJobs,
  type JobAttribution,
  lowIsBad,
  type SizedPanel,
  STATE_COLOURS,
  sized,
  slurm,
  stat,
  timeseries,
} from '../vocabulary';
import { orZero } from '../zero';
import { CHOSEN_JOBS, cameInto, each, FAILED, inState, jobs, jobsBefore, LOST, RUNNING, WAITING } from './jobs';

/** One in five that fails is more than mistakes of users; less than half that end well is an outage. */
const ENDED_WELL = lowIsBad(0.8, 0.5);

/** Utilisation in percent up to which a GPU counts as idle: what polling and monitoring take. */
const IDLE = 5;

/** Zero jobs where SLURM is seen and has none. */
const orNone = (count: string): string => orZero(count, slurm('slurm_node_info'));

/** Whether the queue is well. */
export function queueStats(attribution: JobAttribution): (SizedPanel | undefined)[] {
  const utilisation = gpusOfJobs(attribution, Aggregation.MAX, { metric: 'DCGM_FI_DEV_GPU_UTIL', jobs: CHOSEN_JOBS });
  const panels = [
    stat({
      title: 'Running jobs',
      description: 'Jobs that run now. None while jobs wait means that no worker takes them: see Workers overview.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: orNone(`count(${each(jobs(RUNNING))})`) }],
    }),
    stat({
      title: 'Waiting jobs',
      description: 'Jobs that wait for their turn. Why they wait is in the row Queue below.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: orNone(`count(${each(jobs(WAITING))})`) }],
    }),
    stat({
      title: 'Failed in this range',
      description:
        'Jobs that failed, ran out of memory or time, or lost their node within the range. Find them by their state in the table below.',
      unit: MetricUnit.COUNT,
      thresholds: ANY_IS_WORTH_A_LOOK,
      filled: true,
      queries: [{ expr: orNone(cameInto(...FAILED)) }],
    }),
    stat({
      title: 'Lost to nodes in this range',
      description:
        'Jobs that ended because a node failed or did not start, within the range. When it is red, look for workers that are down.',
      unit: MetricUnit.COUNT,
      thresholds: ANY_IS_BAD,
      filled: true,
      queries: [{ expr: orNone(cameInto(...LOST)) }],
    }),
    stat({
      title: 'Ended well in this range',
      description:
        'Of the jobs that ended within the range without being cancelled, the share that completed. No data when none ended. When it is red, compare states and reasons in the table below.',
      unit: MetricUnit.RATIO,
      thresholds: ENDED_WELL,
      filled: true,
      noValue: 'none ended',
      queries: [{ expr: `(${orNone(cameInto('COMPLETED'))}) / ${cameInto('COMPLETED', ...FAILED)}` }],
    }),
    utilisation &&
      stat({
        title: 'Jobs with idle GPUs',
        // a job that has just begun loads its data
        description: `Running jobs none of whose GPUs was above ${IDLE} % utilisation in the last 15 minutes. Click through to the job and ask its owner: it keeps GPUs from others.`,
        unit: MetricUnit.COUNT,
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
        queries: [
          {
            expr: orNone(
              `count(max_over_time((${utilisation})[15m:1m]) <= ${IDLE} and on (job_id) ${jobs(RUNNING)} and on (job_id) ${jobsBefore('15m', RUNNING)})`,
            ),
          },
        ],
      }),
  ];
  return panels.map((panel) => (panel ? sized(4, 4, panel) : undefined));
}

/** CPUs or memory of jobs, by a label of `slurm_job_info`: one series for each job and value, so that none counts twice. */
const of = (metric: string, state: string): string =>
  `sum(${each(jobs(inState(state)))} * on (job_id) group_left () max by (job_id) (${slurm(metric)}))`;

/** How the queue went. */
export function queue(): SizedPanel[] {
  const count = (label: string, ...matchers: readonly string[]) => `count by (${label}) (max by (job_id, ${label}) (${jobs(...matchers)}))`;
  return [
    timeseries({
      title: 'Jobs by state',
      description:
        'Chosen jobs in each state. SLURM lists finished jobs for a while only. A growing band of FAILED is one job that is sent again and again, or a bad worker.',
      unit: MetricUnit.COUNT,
      decimals: 0,
      stacked: true,
      colours: STATE_COLOURS,
      queries: [{ expr: count('job_state'), legend: '{{job_state}}' }],
    }),
    timeseries({
      title: 'Waiting jobs by reason',
      description:
        'Why jobs wait, in the words of SLURM. Resources and Priority are a full cluster; ReqNodeNotAvail is a worker that is down, drained or reserved; limits have their own names.',
      unit: MetricUnit.COUNT,
      decimals: 0,
      stacked: true,
      queries: [{ expr: count('job_state_reason', WAITING), legend: '{{job_state_reason}}' }],
    }),
    timeseries({
      title: 'Jobs by partition',
      description: 'Running and waiting jobs of each partition. Many that wait in one and few in another: move work, or nodes.',
      unit: MetricUnit.COUNT,
      decimals: 0,
      queries: [
        { expr: count('slurm_partition', RUNNING), legend: '{{slurm_partition}} running' },
        { expr: count('slurm_partition', WAITING), legend: '{{slurm_partition}} waiting' },
      ],
    }),
    timeseries({
      title: 'CPUs of jobs',
      description: 'CPUs that running jobs hold, and that waiting jobs ask for. What waits beyond what the cluster has cannot run at once.',
      unit: MetricUnit.CORES,
      min: 0,
      queries: [
        { expr: of('slurm_job_cpus', 'RUNNING'), legend: 'held' },
        { expr: of('slurm_job_cpus', 'PENDING'), legend: 'asked for' },
      ],
    }),
    timeseries({
      title: 'Memory of jobs',
      description:
        'Memory that running jobs hold, and that waiting jobs ask for. Jobs that ask for more than they use keep others waiting.',
      unit: MetricUnit.BYTES,
      min: 0,
      queries: [
        { expr: of('slurm_job_memory_bytes', 'RUNNING'), legend: 'held' },
        { expr: of('slurm_job_memory_bytes', 'PENDING'), legend: 'asked for' },
      ],
    }),
  ].map((panel, index) => sized(index < 3 ? 8 : 12, 8, panel));
}
