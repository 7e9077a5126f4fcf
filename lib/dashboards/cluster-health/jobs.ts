import { MetricUnit } from '../../common/metric-family';
import { ALL_NODES } from '../node-states';
import {
  Aggregation,
  barGauge,
  Colour,
  DisplayUnit,
  gpu,
  gpusOfJobNodes,
  gpusOfJobs,
  type JobAttribution,
  ofLabel,
  type Row,
  STATE_COLOURS,
  sized,
  stat,
  stateTimeline,
  timeseries,
  toJob,
} from '../vocabulary';
import { orZero } from '../zero';
import { durationOf, jobs, nodesOf, RUNNING } from './job-queries';
import { finishedTable, runningTable } from './job-tables';

const { COUNT, RATIO, SECONDS } = MetricUnit;

/** States of jobs on the time line, each with its number. */
const JOB_STATES = [
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'COMPLETED',
  'CANCELLED',
  'TIMEOUT',
  'PREEMPTED',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
].map((text, value) => ({ value, text, colour: STATE_COLOURS[text] ?? Colour.WARN }));
/** Ends that a job did not choose. Cancelled ones ended as somebody wanted. */
const BAD_ENDS = 'FAILED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|BOOT_FAIL|DEADLINE';
/** Jobs of this many nodes and more count as large: their failures cost most. */
const LARGE = 4;
/** A worker whose GPUs stay below this share of their power limit does not compute: idle ones draw a tenth to a sixth of it. */
const IDLE_POWER = 0.2;

/** Upper ends of the ranges of sizes: powers of two, as jobs are asked for. */
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

const leastMeanMost = (query: string) => [
  { expr: `max(${query})`, legend: 'most' },
  { expr: `avg(${query})`, legend: 'mean' },
  { expr: `min(${query})`, legend: 'least' },
];

const success = (selection: (states: string) => string): string =>
  `count(${selection('COMPLETED')}) / count(${selection(`COMPLETED|${BAD_ENDS}`)})`;

const ended = (states: string): string => jobs(`job_state=~"${states}"`);
const endedLarge = (states: string): string => `${ended(states)} and on (job_id) ${nodesOf(ended(states))} >= ${LARGE}`;

const sizes = () =>
  [...SIZES, Infinity].map((to, index) => {
    const from = (SIZES[index - 1] ?? 0) + 1;
    const upTo = to === Infinity ? '' : ` <= ${to}`;
    const legend = to === Infinity ? `${from} and more` : from === to ? `${from}` : `${from} to ${to}`;
    return { expr: orZero(`count(${nodesOf(RUNNING)} >= ${from}${upTo})`, ALL_NODES), legend };
  });

/** Share of a job's workers that stay far below the power limit for a quarter of an hour; 1 where it is more than half of them. */
function idleJobs(attribution: JobAttribution): string | undefined {
  const highest = gpusOfJobNodes(attribution, Aggregation.MAX, {
    metric: 'DCGM_FI_DEV_POWER_USAGE',
    perGpu: (power) => `max_over_time(${power}[15m]) / ${gpu('DCGM_FI_DEV_POWER_MGMT_LIMIT')}`,
  });
  return highest && `avg by (job_id) ((${highest}) < bool ${IDLE_POWER}) > 0.5`;
}

const graph = (...[parts]: Parameters<typeof timeseries>) => sized(8, 8, timeseries(parts));
const number = (...[parts]: Parameters<typeof stat>) => sized(8, 4, stat(parts));

/** What runs, what waits, and how it ends. */
export function jobsRow(attribution: JobAttribution): Row {
  const idle = idleJobs(attribution);
  const activity = gpusOfJobs(attribution, Aggregation.MEAN, { metric: 'DCGM_FI_DEV_GPU_UTIL' });
  const sm = gpusOfJobs(attribution, Aggregation.MEAN, { metric: 'DCGM_FI_PROF_SM_ACTIVE' });
  return {
    title: 'Jobs',
    collapsed: true,
    panels: [
      number({
        title: 'Nodes of a job',
        description: 'How many nodes a running job has that has more than one: the mean.',
        unit: COUNT,
        decimals: 1,
        noValue: 'no job of several nodes',
        queries: [{ expr: `avg(${nodesOf(RUNNING)} > 1)` }],
      }),
      number({
        title: 'Running for',
        description: 'How long the jobs that run now have done so: the mean.',
        unit: SECONDS,
        noValue: 'no job',
        queries: [{ expr: `avg(${durationOf(RUNNING)})` }],
      }),
      number({
        title: 'Jobs that succeeded',
        description:
          'Share of finished jobs that completed, of those that SLURM still lists; cancelled ones do not count. When it falls, see Finished jobs for how the others ended.',
        unit: RATIO,
        decimals: 0,
        noValue: 'no finished job',
        queries: [{ expr: success(ended) }],
      }),
      sized(24, 10, runningTable(activity, sm)),
      sized(24, 10, finishedTable()),
      graph({
        title: 'Why jobs wait',
        description:
          'Waiting jobs by the reason that SLURM gives. Resources: nodes are taken. Priority: others come first. Dependency and the like: the job itself waits. ReqNodeNotAvail: nodes that it needs are down.',
        unit: COUNT,
        stacked: true,
        queries: [{ expr: `count by (job_state_reason) (${jobs('job_state="PENDING"')})`, legend: '{{job_state_reason}}' }],
      }),
      graph({
        title: 'Jobs by state',
        description: 'Jobs that SLURM lists. Finished ones leave the list after a while, five minutes unless SLURM is set otherwise.',
        unit: COUNT,
        stacked: true,
        colours: Object.fromEntries(JOB_STATES.map(({ text, colour }) => [text, colour])),
        queries: [{ expr: `count by (job_state) (${jobs()})`, legend: '{{job_state}}' }],
      }),
      graph({
        title: 'Running jobs by partition',
        description: 'Jobs that run, by partition.',
        unit: COUNT,
        stacked: true,
        queries: [{ expr: `count by (slurm_partition) (${RUNNING})`, legend: '{{slurm_partition}}' }],
      }),
      graph({
        title: 'Success of jobs',
        description:
          'Share of finished jobs that completed, of all and of those with 4 nodes or more; cancelled ones do not count. When only large ones fail, look at the network and at single nodes.',
        unit: RATIO,
        min: 0,
        max: 1,
        queries: [
          { expr: success(ended), legend: 'all' },
          { expr: success(endedLarge), legend: `${LARGE} nodes and more` },
        ],
      }),
      graph({
        title: 'Size of running jobs',
        description: 'Nodes of a running job: most, mean, least.',
        unit: COUNT,
        queries: leastMeanMost(nodesOf(RUNNING)),
      }),
      graph({
        title: 'Age of running jobs',
        description: 'How long running jobs have done so: longest, mean, shortest.',
        unit: SECONDS,
        queries: leastMeanMost(durationOf(RUNNING)),
      }),
      sized(
        8,
        10,
        barGauge({
          title: 'Running jobs by size',
          description: 'How many running jobs have how many nodes.',
          unit: COUNT,
          min: 0,
          queries: sizes(),
        }),
      ),
      sized(
        16,
        10,
        stateTimeline({
          title: 'Longest jobs over time',
          description: 'States of the 50 jobs with the longest run time that SLURM lists. Choose users and partitions above to see others.',
          unit: DisplayUnit.TEXT,
          states: JOB_STATES,
          links: [toJob(ofLabel('job_id'))],
          queries: [
            {
              expr: `${jobStates()} and on (job_id) topk(50, ${durationOf(jobs(), ' @ end()')})`,
              legend: '{{job_id}} {{job_name}}',
            },
          ],
        }),
      ),
      sized(
        24,
        8,
        idle === undefined
          ? undefined
          : stateTimeline({
              title: 'Jobs that hardly use their GPUs',
              description:
                'Running jobs of which more than half the workers drew less than a fifth of their GPUs’ power limit for a quarter of an hour. When a job stands here, ask its owner: it hangs, or holds nodes that others wait for.',
              unit: DisplayUnit.TEXT,
              states: [{ value: 1, text: 'mostly idle', colour: Colour.WARN }],
              noValue: 'no such job',
              // each point looks at a quarter of an hour of every GPU: often enough to leave no gap between two of them
              minInterval: '10m',
              links: [toJob(ofLabel('job_id'))],
              queries: [{ expr: `ceil(${idle})`, legend: 'job {{job_id}}' }],
            }),
      ),
    ],
  };
}

/** The state of each job as a number. */
function jobStates(): string {
  const inState = ({ value, text }: { readonly value: number; readonly text: string }) =>
    `max by (job_id, job_name) (${jobs(`job_state="${text}"`)}) * ${value}`;
  return `(${JOB_STATES.map(inState).join(' or on (job_id) ')})`;
}
