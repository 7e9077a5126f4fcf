import { MetricUnit } from '../../common/metric-family';
import { UTILISATION_OF_JOBS } from '../usage/limits';
import { few } from '../usage/scope';
import {
  Aggregation,
  Colour,
  chosen,
  DisplayUnit,
  gpusOfJobNodes,
  gpusOfJobs,
  type JobAttribution,
  type Mapping,
  ofColumn,
  ofLabel,
  type PanelJson,
  type SizedPanel,
  STATE_COLOURS,
  sized,
  slurm,
  stateTimeline,
  table,
  timeseries,
  toJob,
  toWorker,
  toWorkerDetails,
} from '../vocabulary';
import { CHOSEN_JOBS, each, inState, jobs, largest, RUNNING } from './jobs';

/** States by their place on the timeline: where two are seen at once, while one gives way to the other, the later one wins. */
const TIMELINE: readonly { readonly state: string; readonly means: readonly string[] }[] = [
  { state: 'PENDING', means: ['PENDING'] },
  { state: 'SUSPENDED', means: ['SUSPENDED'] },
  { state: 'RUNNING', means: ['RUNNING'] },
  { state: 'COMPLETED', means: ['COMPLETED'] },
  { state: 'CANCELLED', means: ['CANCELLED', 'PREEMPTED'] },
  { state: 'TIMEOUT', means: ['TIMEOUT', 'DEADLINE'] },
  { state: 'OUT_OF_MEMORY', means: ['OUT_OF_MEMORY'] },
  { state: 'FAILED', means: ['FAILED'] },
  { state: 'NODE_FAIL', means: ['NODE_FAIL', 'BOOT_FAIL'] },
];

const colourOf = (state: string): Colour => STATE_COLOURS[state] ?? Colour.QUIET;

const STATE_MAPPINGS: readonly Mapping[] = TIMELINE.flatMap(({ state, means }) =>
  means.map((value) => ({ value, text: value, color: colourOf(state) })),
);

/** Rows that a table is good for. */
const ROWS = 200;
/** Lines of the timeline, four pages of them. */
const LINES = 100;

/** What SLURM knows of the jobs, now and before. */
export function jobDetails(): SizedPanel[] {
  return [sized(24, 11, detailsTable()), sized(24, 10, timeline())];
}

function detailsTable(): PanelJson {
  const limited = (query: string) => `${query} and on (job_id) ${largest(ROWS, false)}`;
  const ofJob = (metric: string) => limited(each(slurm(metric)));
  const details = table({
    title: 'Job details',
    description: `What SLURM knows of each chosen job at the end of the range, the ${ROWS} with most CPUs. It forgets finished jobs after a while: move the end of the range to when they were there. The end of a running job is when its time limit is over.`,
    unit: DisplayUnit.TEXT,
    queries: [
      { expr: limited(jobs()) },
      { expr: limited(`count by (job_id) (max by (job_id, node_name) (${slurm('slurm_node_job')}))`) },
      { expr: ofJob('slurm_job_duration_seconds') },
      { expr: ofJob('slurm_job_cpus') },
      { expr: ofJob('slurm_job_memory_bytes') },
    ],
    columns: [
      { title: 'Job', label: 'job_id', links: [toJob(ofColumn('Job'))], width: 90 },
      { title: 'Name', label: 'job_name' },
      { title: 'State', label: 'job_state', mappings: STATE_MAPPINGS },
      { title: 'Reason', label: 'job_state_reason' },
      { title: 'User', label: 'user_name' },
      { title: 'Partition', label: 'slurm_partition' },
      { title: 'Nodes', query: 1, unit: MetricUnit.COUNT, width: 80 },
      { title: 'Ran for', query: 2, unit: MetricUnit.SECONDS },
      { title: 'CPUs', query: 3, unit: MetricUnit.COUNT, width: 80 },
      { title: 'Memory', query: 4, unit: MetricUnit.BYTES },
      { title: 'Submitted', label: 'submit_time', unit: MetricUnit.TIMESTAMP },
      { title: 'Started', label: 'start_time', unit: MetricUnit.TIMESTAMP },
      { title: 'Ends', label: 'end_time', unit: MetricUnit.TIMESTAMP },
      { title: 'Finished', label: 'finished_time', unit: MetricUnit.TIMESTAMP },
      { title: 'Mail', label: 'user_mail' },
      { title: 'User id', label: 'user_id' },
      { title: 'Array', label: 'array_job_id' },
      { title: 'Task', label: 'array_task_id' },
      { title: 'Output', label: 'standard_output' },
      { title: 'Errors', label: 'standard_error' },
    ],
    sortBy: 'Job',
  });
  return { ...details, transformations: [...(details.transformations ?? []), timesOf('Submitted', 'Started', 'Ends', 'Finished')] };
}

/** Labels hold seconds since 1970 as text; Grafana reads them as times by the format `X`. */
const timesOf = (...columns: readonly string[]) => ({
  id: 'convertFieldType',
  options: { conversions: columns.map((targetField) => ({ targetField, destinationType: 'time', dateFormat: 'X' })) },
});

function timeline(): PanelJson {
  const numbered = TIMELINE.map(({ means }, index) => `${jobs(inState(...means))} * ${index + 1}`);
  return stateTimeline({
    title: 'Job states over time',
    description: `When each chosen job waited, ran and ended, the ${LINES} with most CPUs. A job that goes back to waiting was requeued: look at its worker.`,
    unit: DisplayUnit.TEXT,
    queries: [
      {
        expr: `max by (job_id, job_name) (${numbered.join(' or ')}) and on (job_id) ${largest(LINES, true)}`,
        legend: '{{job_id}} {{job_name}}',
      },
    ],
    links: [toJob(ofLabel('job_id'))],
    states: TIMELINE.map(({ state }, index) => ({ value: index + 1, text: state, colour: colourOf(state) })),
  });
}

/** Which workers the running jobs are on: the way from a job to its workers and their GPUs. */
export function workersOfJobs(attribution: JobAttribution): SizedPanel {
  const gpus = (aggregation: Aggregation, metric: string) =>
    gpusOfJobNodes(attribution, aggregation, { metric, matchers: [chosen('worker', 'exported_pod')], jobs: CHOSEN_JOBS });
  const measured = [
    {
      title: 'GPU utilisation',
      unit: MetricUnit.PERCENT,
      thresholds: UTILISATION_OF_JOBS,
      expr: gpus(Aggregation.MEAN, 'DCGM_FI_DEV_GPU_UTIL'),
    },
    { title: 'GPU memory', unit: MetricUnit.RATIO, expr: gpus(Aggregation.MEAN, 'DCGM_FI_DEV_FB_USED_PERCENT') },
    { title: 'GPU power', unit: MetricUnit.WATTS, expr: gpus(Aggregation.SUM, 'DCGM_FI_DEV_POWER_USAGE') },
    { title: 'Hottest GPU', unit: MetricUnit.CELSIUS, expr: gpus(Aggregation.MAX, 'DCGM_FI_DEV_GPU_TEMP') },
  ].flatMap(({ expr, ...column }) => (expr === undefined ? [] : [{ ...column, expr: `${expr} and on (job_id) ${jobs(RUNNING)}` }]));
  // by power, where GPUs are known: no two workers draw the same, so that every column chooses the same rows; many are at 0 or 100 percent
  const power = measured.find(({ title }) => title === 'GPU power');
  const rows = (query: string) =>
    power === undefined ? `topk(${ROWS}, ${query})` : `(${query}) and on (job_id, node_name) bottomk(${ROWS}, ${power.expr})`;
  const nodes = `max by (job_id, node_name, nvlink_instance_group) (${slurm('slurm_node_job', chosen('worker', 'node_name'))} and on (job_id) ${jobs(RUNNING)})`;
  const panel = table({
    title: 'Workers of running jobs',
    description: `A row for each chosen job and each worker it runs on, with the GPUs of that worker; of many, the ${ROWS} whose GPUs draw least. A worker far from the others of its job holds it back: click through to it.`,
    unit: MetricUnit.COUNT,
    queries: [nodes, ...measured.map(({ expr }) => expr)].map((expr) => ({ expr: rows(expr) })),
    columns: [
      { title: 'Job', label: 'job_id', links: [toJob(ofColumn('Job'))] },
      { title: 'Worker', label: 'node_name', links: [toWorker(ofColumn('Worker')), toWorkerDetails(ofColumn('Worker'))] },
      { title: 'NVLink group', label: 'nvlink_instance_group' },
      ...measured.map(({ expr, ...column }, index) => ({ ...column, query: index + 1 })),
    ],
    sortBy: 'Job',
  });
  return sized(24, 9, panel);
}

interface ByJob {
  readonly title: string;
  readonly metric: string;
  readonly aggregation: Aggregation;
  readonly unit: MetricUnit;
  readonly lowest: boolean;
  readonly says: string;
}

const BY_JOB: readonly ByJob[] = [
  {
    title: 'GPU utilisation by job',
    metric: 'DCGM_FI_DEV_GPU_UTIL',
    aggregation: Aggregation.MEAN,
    unit: MetricUnit.PERCENT,
    lowest: true,
    says: 'Mean utilisation of the GPUs of each running job. A job at zero keeps GPUs from others: ask its owner.',
  },
  {
    title: 'Tensor activity by job',
    metric: 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE',
    aggregation: Aggregation.MEAN,
    unit: MetricUnit.RATIO,
    lowest: true,
    says: 'Share of cycles in which tensor pipes were active, the mean of the GPUs of each running job. Low beside high utilisation: the job waits for memory, the network or its data.',
  },
  {
    title: 'GPU power by job',
    metric: 'DCGM_FI_DEV_POWER_USAGE',
    aggregation: Aggregation.SUM,
    unit: MetricUnit.WATTS,
    lowest: false,
    says: 'Power that the GPUs of each running job draw together. A step down is a job that stands still.',
  },
];

/** Running jobs beside each other; nothing where GPUs are not attributed to jobs. */
export function gpusByJob(attribution: JobAttribution): (SizedPanel | undefined)[] {
  return BY_JOB.map(({ metric, aggregation, lowest, says, ...parts }) => {
    const query = gpusOfJobs(attribution, aggregation, { metric, jobs: CHOSEN_JOBS });
    const panel =
      query &&
      timeseries({
        ...parts,
        min: 0,
        description: `${says} The 20 with the ${lowest ? 'lowest' : 'highest'} mean over the range.`,
        queries: [{ expr: few(query, 'job_id', lowest), legend: 'job {{job_id}}' }],
        links: [toJob(ofLabel('job_id'))],
      });
    return panel ? sized(8, 8, panel) : undefined;
  });
}
