import { MetricUnit } from '../../common/metric-family';
import { ALL_NODES, BUSY, DOWN, DRAINED, DRAINING, IDLE, nodesIn } from '../node-states';
import {
  ANY_IS_BAD,
  ANY_IS_WORTH_A_LOOK,
  anySource,
  Colour,
  cadvisor,
  eachGpu,
  gpu,
  highIsBad,
  lowIsBad,
  NEUTRAL,
  type Row,
  shifted,
  sized,
  slurm,
  stat,
} from '../vocabulary';
import { orZero } from '../zero';
import { busy, GPU_SCRAPES, GPUS } from './gpus';

const { COUNT, RATIO, PERCENT, CELSIUS, SECONDS } = MetricUnit;

/** GPUs of nodes that SLURM knows, whatever their state: one GPU gives one second in each second. */
const GPUS_OF_SLURM = `sum(rate(${slurm('slurm_node_gpu_seconds_total')}[10m]))`;
const XID = gpu('DCGM_FI_DEV_XID_ERRORS');
const LAST_XID = eachGpu(XID);

const health = (...[parts]: Parameters<typeof stat>) => sized(4, 4, stat({ filled: true, ...parts }));

/** Whether all is well, in five seconds: red is for somebody now, orange for somebody today. */
export function healthRow(): Row {
  return {
    title: 'Is the cluster well?',
    panels: [
      health({
        title: 'Nodes that take jobs',
        description:
          'Share of all SLURM nodes that run jobs or could: neither down, drained, in maintenance nor powered off. When red: the row Nodes says which are not, and why.',
        unit: RATIO,
        decimals: 1,
        // a spare node in twenty is usual for a large cluster; one in ten is missed by the queue
        thresholds: lowIsBad(0.95, 0.9),
        queries: [{ expr: `(${orZero(`count(${nodesIn(BUSY, IDLE)})`, ALL_NODES)}) / count(${ALL_NODES})` }],
      }),
      health({
        title: 'Nodes down',
        description:
          'Nodes that are down, in error, do not answer or were registered wrong. When red: see Nodes with problems for the reason, then slurmd on that worker.',
        unit: COUNT,
        thresholds: ANY_IS_BAD,
        queries: [{ expr: orZero(`count(${nodesIn(DOWN)})`, ALL_NODES) }],
      }),
      health({
        title: 'Nodes drained or draining',
        description:
          'Nodes that take no new jobs because somebody or a health check said so. When orange: read the reason in Nodes with problems; repair the node, then resume it.',
        unit: COUNT,
        thresholds: ANY_IS_WORTH_A_LOOK,
        queries: [{ expr: orZero(`count(${nodesIn(DRAINED, DRAINING)})`, ALL_NODES) }],
      }),
      health({
        title: 'GPUs that do not report',
        description:
          'GPUs that SLURM has and the GPU exporter does not show. When red: a GPU has fallen off the bus, or the exporter of a node does not run; compare GPUs by model with the size of the nodes.',
        unit: COUNT,
        decimals: 0,
        // the rate of SLURM's counter is not exact: half a GPU is none
        thresholds: highIsBad(0.5, 1),
        queries: [{ expr: `clamp_min(${GPUS_OF_SLURM} - (${orZero(`count(${GPUS})`, GPU_SCRAPES)}), 0)` }],
      }),
      health({
        title: 'New XID errors, 1 h',
        description:
          'GPUs whose last XID error came within the last hour. When red: look the code up in NVIDIA’s list; 48, 63, 64, 74, 79, 94 and 95 mean hardware, 13 and 31 mostly the program. The same code twice in a row counts once.',
        unit: COUNT,
        thresholds: ANY_IS_BAD,
        queries: [{ expr: orZero(`count(${LAST_XID} > 0 unless ${LAST_XID} == ${eachGpu(shifted(XID, ' offset 1h'))})`, GPU_SCRAPES) }],
      }),
      health({
        title: 'Scrapes that fail',
        description:
          'Targets of which nothing is known at the moment, from all sources. When red: panels that live on them show gaps; see whether the target’s pod runs.',
        unit: COUNT,
        thresholds: ANY_IS_BAD,
        queries: [{ expr: `sum(${anySource('up')} == bool 0)` }],
      }),
      health({
        title: 'Jobs running',
        description: 'Jobs that run now.',
        unit: COUNT,
        thresholds: NEUTRAL,
        queries: [{ expr: orZero(`count(${slurm('slurm_job_info', 'job_state="RUNNING"')})`, ALL_NODES) }],
      }),
      health({
        title: 'Jobs waiting',
        description: 'Jobs that wait for nodes, for their turn or for something that they depend on; Why jobs wait has the reasons.',
        unit: COUNT,
        thresholds: NEUTRAL,
        queries: [{ expr: orZero(`count(${slurm('slurm_job_info', 'job_state="PENDING"')})`, ALL_NODES) }],
      }),
      health({
        title: 'Busy GPUs',
        description: 'Share of GPUs on which kernels ran for at least a tenth of the time.',
        unit: RATIO,
        thresholds: NEUTRAL,
        queries: [{ expr: `avg(${busy()})` }],
      }),
      health({
        title: 'GPU utilisation',
        description:
          'Share of time in which a kernel ran, mean of all GPUs. It says that GPUs are used, not how well: see SM activity for that.',
        unit: PERCENT,
        decimals: 0,
        thresholds: NEUTRAL,
        queries: [{ expr: `avg(${GPUS})` }],
      }),
      health({
        title: 'Closest to thermal slowdown',
        description:
          'How far the hottest GPU is from the temperature at which it slows down. When red: see Hottest GPUs by node; look at cooling and at neighbours in the rack.',
        unit: CELSIUS,
        decimals: 0,
        // sensors step by a degree, and load moves a GPU by a few within seconds
        thresholds: lowIsBad(8, 3),
        queries: [{ expr: `min(${gpu('DCGM_FI_DEV_SLOWDOWN_TEMP')} - ${gpu('DCGM_FI_DEV_GPU_TEMP')})` }],
      }),
      health({
        title: 'SLURM controller up for',
        description:
          'Since when slurmctld runs. When orange: it began anew less than an hour ago; while it is away no job starts. See the last state of its container.',
        unit: SECONDS,
        // an hour is long enough for somebody to notice a restart
        thresholds: { below: Colour.WARN, steps: [{ from: 3600, colour: Colour.GOOD }] },
        queries: [{ expr: `time() - max(${cadvisor('container_start_time_seconds', 'container="slurmctld"')})` }],
      }),
    ],
  };
}
