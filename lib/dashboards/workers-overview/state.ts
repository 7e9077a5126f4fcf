import { MetricUnit } from '../../common/metric-family';
import { BUSY, DOWN, DRAINED, DRAINING, IDLE, NODE_STATES, POWERED_OFF } from '../node-states';
import {
  ANY_IS_BAD,
  ANY_IS_WORTH_A_LOOK,
  barGauge,
  FLEET_STEP,
  host,
  lowIsBad,
  NEUTRAL,
  type SizedPanel,
  sized,
  slurm,
  stat,
  type Thresholds,
  table,
  timeseries,
} from '../vocabulary';
import { orZero } from '../zero';
import { CHOSEN_WORKERS, EACH_WORKER, workers, workersIn } from './workers';

/** One worker in twenty may be in repair; a tenth is what users notice in the queue. */
const AVAILABLE: Thresholds = lowIsBad(0.95, 0.9);

const UNAVAILABLE = 'is_unavailable="true"';

/** Zero workers where SLURM is seen and has none of a kind. */
const count = (series: string): string => orZero(`count(${series})`, slurm('slurm_node_info'));

/** Whether workers are well. */
export function workerStats(): SizedPanel[] {
  const faulty = CHOSEN_WORKERS.gpus('DCGM_FI_DEV_XID_ERRORS');
  return [
    stat({
      title: 'Workers',
      description: 'SLURM nodes that are chosen, whatever their state. No data means that the exporter of SLURM is not scraped.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: count(EACH_WORKER) }],
    }),
    stat({
      title: 'Available',
      description:
        'Share of the workers that take jobs: idle, busy or switched off to save power. When it is red, find those that do not in the table Each worker, with the reason.',
      unit: MetricUnit.RATIO,
      thresholds: AVAILABLE,
      filled: true,
      queries: [{ expr: `(${count(workersIn(IDLE, BUSY, POWERED_OFF))}) / count(${EACH_WORKER})` }],
    }),
    stat({
      title: 'Down',
      description:
        'Workers that SLURM has given up, does not hear from or found broken. When it is red, look at the host: it may have been restarted or lost.',
      unit: MetricUnit.COUNT,
      thresholds: ANY_IS_BAD,
      filled: true,
      queries: [{ expr: count(workersIn(DOWN)) }],
    }),
    stat({
      title: 'Drained or draining',
      description: 'Workers that take no new jobs because somebody, or a health check, said so. The reason is in the table Each worker.',
      unit: MetricUnit.COUNT,
      thresholds: ANY_IS_WORTH_A_LOOK,
      filled: true,
      queries: [{ expr: count(workersIn(DRAINED, DRAINING)) }],
    }),
    stat({
      title: 'Idle',
      description: 'Workers without jobs that would take some. Many while jobs wait: see the reasons on Jobs overview.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: count(workersIn(IDLE)) }],
    }),
    stat({
      title: 'With an XID error',
      description:
        'Workers with a GPU that has reported an error since its driver was loaded. Which, and what it means, is in the table XID errors by worker. No data where no GPU is measured.',
      unit: MetricUnit.COUNT,
      thresholds: ANY_IS_WORTH_A_LOOK,
      filled: true,
      queries: [{ expr: `sum(max by (node_name) (${faulty}) > bool 0)` }],
    }),
    stat({
      title: 'Not measured',
      description:
        'Workers whose host sends no metrics: its panels below are empty, which does not mean zero. Look at the scrapes of node-exporter.',
      unit: MetricUnit.COUNT,
      thresholds: ANY_IS_WORTH_A_LOOK,
      filled: true,
      // a node that never registered has no host, and none is expected of it
      queries: [{ expr: count(`${CHOSEN_WORKERS.hosts} unless on (instance) ${host('up')} == 1`) }],
    }),
    stat({
      title: 'CPUs held by jobs',
      description:
        'Share of the CPUs open to jobs that jobs hold, as SLURM counts them. Near 100 % with GPUs to spare: jobs ask for too many CPUs.',
      unit: MetricUnit.RATIO,
      thresholds: NEUTRAL,
      queries: [{ expr: `sum(${workers('slurm_node_cpus_allocated')}) / sum(${workers('slurm_node_cpus_effective')})` }],
    }),
  ].map((panel) => sized(3, 4, panel));
}

/** What SLURM gives away, and to which part of the cluster. */
export function allocation(): SizedPanel[] {
  const total = (metric: string) => `sum(${workers(metric)})`;
  return [
    sized(
      8,
      8,
      timeseries({
        title: 'Workers by state',
        description: 'Chosen workers in each state. A step of down or drained is an incident; maintenance and draining are on purpose.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        stacked: true,
        minInterval: FLEET_STEP,
        colours: Object.fromEntries(NODE_STATES.map(({ text, colour }) => [text, colour])),
        queries: NODE_STATES.map((state) => ({ expr: count(workersIn(state)), legend: state.text })),
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'CPUs that SLURM gives away',
        description:
          'CPUs of the chosen workers: held by jobs, open to jobs, and all. What lies between open and all is kept for the system.',
        unit: MetricUnit.CORES,
        min: 0,
        queries: [
          { expr: total('slurm_node_cpus_allocated'), legend: 'held by jobs' },
          { expr: total('slurm_node_cpus_idle'), legend: 'held by none' },
          { expr: total('slurm_node_cpus_effective'), legend: 'open to jobs' },
          { expr: total('slurm_node_cpus_total'), legend: 'all' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Memory that SLURM gives away',
        description:
          'Memory of the chosen workers: held by jobs, open to jobs, all, and what was free when it was last measured. Held and free both high: jobs ask for more than they use.',
        unit: MetricUnit.BYTES,
        min: 0,
        queries: [
          { expr: total('slurm_node_memory_allocated_bytes'), legend: 'held by jobs' },
          { expr: total('slurm_node_memory_effective_bytes'), legend: 'open to jobs' },
          { expr: total('slurm_node_memory_free_bytes'), legend: 'free as measured' },
          { expr: total('slurm_node_memory_total_bytes'), legend: 'all' },
        ],
      }),
    ),
    sized(14, 8, partitions()),
    sized(10, 8, nvlinkGroups()),
  ];
}

function partitions() {
  const members = `max by (node_name, partition) (${slurm('slurm_node_partition', 'partition=~"$partition"', 'node_name=~"$worker"')})`;
  const sum = (perNode: string) => `sum by (partition) (${members} * on (node_name) group_left () ${perNode})`;
  const value = (metric: string) => `max by (node_name) (${slurm(metric)})`;
  const share = (held: string, open: string) => `${sum(value(held))} / ${sum(value(open))}`;
  return table({
    title: 'Partitions',
    description:
      'Workers, CPUs and memory of each partition. A worker in several partitions counts in each. A partition with workers that are unavailable keeps its jobs waiting.',
    unit: MetricUnit.COUNT,
    queries: [
      { expr: `count by (partition) (${members})` },
      {
        expr: `count by (partition) (${members} and on (node_name) ${slurm('slurm_node_info', UNAVAILABLE)}) or 0 * count by (partition) (${members})`,
      },
      { expr: sum(value('slurm_node_cpus_effective')) },
      { expr: share('slurm_node_cpus_allocated', 'slurm_node_cpus_effective') },
      { expr: sum(value('slurm_node_memory_effective_bytes')) },
      { expr: share('slurm_node_memory_allocated_bytes', 'slurm_node_memory_effective_bytes') },
    ],
    columns: [
      { title: 'Partition', label: 'partition' },
      { title: 'Workers', query: 0 },
      { title: 'Unavailable', query: 1, thresholds: ANY_IS_BAD },
      { title: 'CPUs', query: 2 },
      { title: 'CPUs held', query: 3, unit: MetricUnit.RATIO },
      { title: 'Memory', query: 4, unit: MetricUnit.BYTES },
      { title: 'Memory held', query: 5, unit: MetricUnit.RATIO },
    ],
    sortBy: 'Workers',
  });
}

function nvlinkGroups() {
  const members = `max by (node_name, nvlink_instance_group) (${workers('slurm_node_nvlink_instance_group')})`;
  return barGauge({
    title: 'Workers by NVLink group',
    description:
      'Workers that share one NVLink domain; empty where nodes have no such group. A job that spans groups is slower between them: a group with one worker is of little use.',
    unit: MetricUnit.COUNT,
    decimals: 0,
    min: 0,
    // 200 bars are more than fit
    queries: [{ expr: `topk(200, count by (nvlink_instance_group) (${members}))`, legend: '{{nvlink_instance_group}}' }],
  });
}
