import { MetricUnit } from '../../common/metric-family';
import { type Column, type Mapping, ofColumn, type PanelJson, STATE_COLOURS, table, toJob } from '../vocabulary';
import { durationOf, FINISHED, nodesOf, RUNNING } from './job-queries';

const { COUNT, SECONDS, RATIO, PERCENT } = MetricUnit;

/** Rows that a table shows: what somebody reads, and what a browser draws at once. */
const ROWS = 200;

const longest = (selection: string): string => `topk(${ROWS}, ${durationOf(selection)})`;
/** The longest jobs of a selection with what is known of them; the value is how long they ran. */
const described = (selection: string, ...labels: readonly string[]): string =>
  `${longest(selection)} * on (job_id) group_left (${labels.join(', ')}) max by (job_id, ${labels.join(', ')}) (${selection})`;
/** Only of jobs that have a row. */
const ofRows = (query: string, selection: string): string => `(${query}) and on (job_id) ${longest(selection)}`;

const JOB: Column = { title: 'Job', label: 'job_id', links: [toJob(ofColumn('Job'))] };
const WHOSE: readonly Column[] = [
  { title: 'Name', label: 'job_name' },
  { title: 'User', label: 'user_name' },
  { title: 'Partition', label: 'slurm_partition' },
];
const LABELS = ['job_name', 'user_name', 'slurm_partition'];

/** Running jobs with the use of their GPUs, where GPUs know their job. */
export function runningTable(utilisation: string | undefined, activity: string | undefined): PanelJson {
  const gpus = utilisation !== undefined && activity !== undefined;
  return table({
    title: 'Running jobs',
    description:
      'The 200 jobs that have run longest, of the chosen users and partitions. Much time, many nodes and little SM activity together are worth a question to the owner.',
    unit: COUNT,
    queries: [
      { expr: described(RUNNING, ...LABELS) },
      { expr: ofRows(nodesOf(RUNNING), RUNNING) },
      ...(gpus ? [{ expr: ofRows(utilisation, RUNNING) }, { expr: ofRows(activity, RUNNING) }] : []),
    ],
    columns: [
      JOB,
      ...WHOSE,
      { title: 'Running for', query: 0, unit: SECONDS },
      { title: 'Nodes', query: 1, unit: COUNT },
      ...(gpus
        ? [
            { title: 'GPU utilisation', query: 2, unit: PERCENT },
            { title: 'SM activity', query: 3, unit: RATIO },
          ]
        : []),
    ],
    sortBy: 'Running for',
  });
}

const ENDS: readonly Mapping[] = Object.entries(STATE_COLOURS)
  .filter(([state]) => state === state.toUpperCase())
  .map(([state, color]) => ({ value: state, text: state, color }));

/** Finished jobs and how they ended. */
export function finishedTable(): PanelJson {
  return table({
    title: 'Finished jobs',
    description:
      'Finished jobs that SLURM still lists, the 200 longest. When one failed: follow its number, and see whether its nodes had problems at the end.',
    unit: COUNT,
    queries: [{ expr: described(FINISHED, ...LABELS, 'job_state', 'job_state_reason') }, { expr: ofRows(nodesOf(FINISHED), FINISHED) }],
    columns: [
      JOB,
      ...WHOSE,
      { title: 'End', label: 'job_state', mappings: ENDS },
      { title: 'Reason', label: 'job_state_reason' },
      { title: 'Ran for', query: 0, unit: SECONDS },
      { title: 'Nodes', query: 1, unit: COUNT },
    ],
    sortBy: 'Ran for',
  });
}
