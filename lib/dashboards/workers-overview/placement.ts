import { MetricUnit } from '../../common/metric-family';
import { GPU_TEMPERATURE, MEMORY } from '../usage/limits';
import { byWorker, CPU_SHARE, gpusByWorker, MEMORY_SHARE } from '../usage/scope';
import {
  Colour,
  DisplayUnit,
  hostsOfWorkers,
  ofColumn,
  ofLabel,
  type PanelJson,
  type SizedPanel,
  sized,
  slurm,
  stateTimeline,
  type Thresholds,
  table,
  toWorker,
  toWorkerDetails,
  withHost,
} from '../vocabulary';
import { CHOSEN, CHOSEN_WORKERS, ELSEWHERE, workers } from './workers';

/** Rows that a table is good for. */
const ROWS = 200;
/** Lines of the timeline: two pages of it. */
const LINES = 50;

/** Where workers run, and how each of them is. */
export function placement(): SizedPanel[] {
  return [sized(24, 12, workerTable()), sized(24, 9, history())];
}

interface Measured {
  readonly title: string;
  readonly unit: MetricUnit;
  readonly expr: string | undefined;
  readonly thresholds?: Thresholds;
}

function measured(): readonly Measured[] {
  const gpus = (aggregation: string, metric: string) => gpusByWorker(CHOSEN_WORKERS, aggregation, metric);
  return [
    { title: 'Jobs', unit: MetricUnit.COUNT, expr: runningJobs() },
    { title: 'CPUs held', unit: MetricUnit.COUNT, expr: `max by (node_name) (${workers('slurm_node_cpus_allocated')})` },
    { title: 'GPUs', unit: MetricUnit.COUNT, expr: gpus('count', 'DCGM_FI_DEV_GPU_UTIL') },
    { title: 'GPU utilisation', unit: MetricUnit.PERCENT, expr: gpus('avg', 'DCGM_FI_DEV_GPU_UTIL') },
    { title: 'GPU memory', unit: MetricUnit.RATIO, expr: gpus('avg', 'DCGM_FI_DEV_FB_USED_PERCENT') },
    { title: 'GPU power', unit: MetricUnit.WATTS, expr: gpus('sum', 'DCGM_FI_DEV_POWER_USAGE') },
    { title: 'Hottest GPU', unit: MetricUnit.CELSIUS, expr: gpus('max', 'DCGM_FI_DEV_GPU_TEMP'), thresholds: GPU_TEMPERATURE },
    { title: 'Host CPU', unit: MetricUnit.RATIO, expr: byWorker(CHOSEN_WORKERS, CPU_SHARE) },
    { title: 'Host memory', unit: MetricUnit.RATIO, expr: byWorker(CHOSEN_WORKERS, MEMORY_SHARE), thresholds: MEMORY },
  ];
}

/** How many jobs run on each worker; zero on those where none does. */
function runningJobs(): string {
  const running = `${workers('slurm_node_job')} and on (job_id) ${slurm('slurm_job_info', 'job_state="RUNNING"')}`;
  const none = `0 * max by (node_name) (${workers('slurm_node_info')})`;
  return `count by (node_name) (max by (node_name, job_id) (${running})) or on (node_name) ${none}`;
}

/**
 * The workers that have a row: first those that are unavailable, then those on which jobs hold most. Whole nodes hold the same; a trace of
 * their free memory tells them apart, so that every column chooses the same ones.
 */
function rowsOfTable(): string {
  const of = (metric: string, ...matchers: readonly string[]) => `max by (node_name) (${slurm(metric, CHOSEN('node_name'), ...matchers)})`;
  const held = of('slurm_node_cpus_allocated');
  const apart = `${held} + on (node_name) 1e-15 * ${of('slurm_node_memory_free_bytes')}`;
  const first = `1e9 * ${of('slurm_node_info', 'is_unavailable="true"')}`;
  const ranked = [first, apart, held, `0 * ${of('slurm_node_info')}`].join(' or on (node_name) ');
  return `topk(${ROWS}, (${ranked}) unless on (node_name) ${ELSEWHERE})`;
}

function workerTable(): PanelJson {
  const ofRows = (query: string) => ({ expr: `(${query}) and on (node_name) ${rowsOfTable()}` });
  const columns = measured().flatMap(({ expr, ...column }) => (expr === undefined ? [] : [{ ...column, expr }]));
  return table({
    title: 'Each worker',
    description: `The chosen workers at the end of the range; of many, the ${ROWS} that are unavailable or on which jobs hold most CPUs. Where each runs, its state in the words of SLURM and the reason given for it, and how busy it is. Sort by a column to find the ones apart; click a name for more.`,
    unit: DisplayUnit.TEXT,
    queries: [
      ofRows(
        withHost(`max by (node_name, state_base, state_is_drain, state_is_maintenance, reason) (${workers('slurm_node_info')})`, CHOSEN),
      ),
      ...columns.map(({ expr }) => ofRows(expr)),
    ],
    columns: [
      { title: 'Worker', label: 'node_name', links: [toWorkerDetails(ofColumn('Worker')), toWorker(ofColumn('Worker'))] },
      { title: 'Host', label: 'instance' },
      {
        title: 'State',
        label: 'state_base',
        mappings: [
          { value: 'DOWN', text: 'DOWN', color: Colour.BAD },
          { value: 'ERROR', text: 'ERROR', color: Colour.BAD },
        ],
      },
      { title: 'Drain', label: 'state_is_drain', mappings: flag('drain', Colour.WARN) },
      { title: 'Maintenance', label: 'state_is_maintenance', mappings: flag('maintenance', Colour.PLANNED) },
      { title: 'Reason', label: 'reason' },
      ...columns.map(({ expr, ...column }, index) => ({ ...column, query: index + 1 })),
    ],
    sortBy: 'Worker',
    descending: false,
  });
}

const flag = (word: string, color: Colour) => [
  { value: 'true', text: word, color },
  { value: 'false', text: '-', color: Colour.QUIET },
];

/** On which host each worker ran when. Those that moved come first where there are too many to show. */
function history(): PanelJson {
  const everPlaced = hostsOfWorkers(CHOSEN, (selector) => `max_over_time(${selector}[$__range] @ end())`);
  const moves = `topk(${LINES}, count by (node_name) (${everPlaced} unless on (node_name) ${ELSEWHERE}))`;
  return stateTimeline({
    title: 'Host of each worker over time',
    description: `A line for each worker and each host it ran on: a worker that moved has several. Of many workers, the ${LINES} with most hosts in the range. A worker that moves again and again is on hosts that fail.`,
    unit: DisplayUnit.TEXT,
    queries: [
      {
        expr: `max by (place, node_name) (label_join(${CHOSEN_WORKERS.hosts} and on (node_name) ${moves}, "place", " on ", "node_name", "instance"))`,
        legend: '{{place}}',
      },
    ],
    states: [{ value: 1, text: 'runs here', colour: Colour.NEUTRAL }],
    links: [toWorkerDetails(ofLabel('node_name'))],
  });
}
