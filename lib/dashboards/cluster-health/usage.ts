import { MetricUnit } from '../../common/metric-family';
import {
  Colour,
  DisplayUnit,
  eachGpu,
  FLEET_STEP,
  gpu,
  heatmap,
  meanOfEachGpu,
  ofColumn,
  ofLabel,
  type Row,
  type Sampling,
  sampled,
  shifted,
  sized,
  slurm,
  smallest,
  stat,
  table,
  timeseries,
  toWorker,
  withNodeName,
} from '../vocabulary';
import { busy, FREE_GPUS, GPUS, gpus, HELD_GPUS, powerOfBusy } from './gpus';
import { mtbf } from './repairs';

const { COUNT, RATIO, PERCENT, WATTS, MEBIBYTES } = MetricUnit;

const SM_ACTIVE = gpu('DCGM_FI_PROF_SM_ACTIVE');
const SM_ACTIVITY = eachGpu(SM_ACTIVE);
const POWER = gpu('DCGM_FI_DEV_POWER_USAGE');
const DAY: Sampling = { everyHours: 1, times: 24 };
const WEEK: Sampling = { everyHours: 6, times: 28 };

const utilisation = (over: Sampling): string => `avg(${sampled(over, (offset) => `avg(${busy(offset)})`)})`;

/** Mean SM activity of each node with a worker on it. */
const activityByNode = (at: string): string => `avg by (node_name) (${withNodeName(eachGpu(shifted(SM_ACTIVE, at)))})`;

const number = (...[parts]: Parameters<typeof stat>) => sized(3, 4, stat(parts));
const graph = (...[parts]: Parameters<typeof timeseries>) => sized(8, 8, timeseries({ minInterval: FLEET_STEP, ...parts }));
const halfGraph = (...[parts]: Parameters<typeof timeseries>) => sized(4, 8, timeseries({ minInterval: FLEET_STEP, ...parts }));

/** How much of the cluster is used, and how well. */
export function usageRow(): Row {
  return {
    title: 'How well it is used',
    panels: [
      number({
        title: 'Utilisation, 1 d',
        description: 'Share of GPUs that were busy, mean of one look an hour over the last day.',
        unit: RATIO,
        decimals: 1,
        queries: [{ expr: utilisation(DAY) }],
      }),
      number({
        title: 'Utilisation, 7 d',
        description: 'Share of GPUs that were busy, mean of one look every six hours over the last week.',
        unit: RATIO,
        decimals: 1,
        queries: [{ expr: utilisation(WEEK) }],
      }),
      number({
        title: 'GPUs held',
        description: 'GPUs of which a process holds memory, now. Far more than busy GPUs means that jobs hold GPUs and do not use them.',
        unit: COUNT,
        queries: [{ expr: HELD_GPUS }],
      }),
      number({
        title: 'GPUs free',
        description: 'GPUs of which no process holds memory, now.',
        unit: COUNT,
        queries: [{ expr: FREE_GPUS }],
      }),
      number({
        title: 'SM activity',
        description: 'Share of multiprocessors that had work, mean of all GPUs over the chosen time.',
        unit: RATIO,
        decimals: 1,
        queries: [{ expr: `avg(${meanOfEachGpu(SM_ACTIVE, '$__range')})` }],
      }),
      number({
        title: 'GPU power',
        description: 'Power of all GPUs, mean over the chosen time. Hosts and cooling draw more on top.',
        unit: WATTS,
        queries: [{ expr: `sum(${meanOfEachGpu(POWER, '$__range')})` }],
      }),
      number({
        title: 'Power of a busy GPU',
        description: 'Mean power of GPUs that are busy, now. Far below their limit, they mostly wait.',
        unit: WATTS,
        decimals: 0,
        queries: [{ expr: `avg(${powerOfBusy()})` }],
      }),
      number({
        title: 'Time between failures, 7 d',
        description:
          'GPU-hours in service for each node that failed in the last week; with no failure, all hours of the week. When it falls, look for one node that fails again and again.',
        unit: DisplayUnit.GPU_HOURS,
        decimals: 0,
        queries: [{ expr: mtbf() }],
      }),
      graph({
        title: 'Utilisation',
        description: 'Share of GPUs on which kernels ran for at least a tenth of the time. Valleys are time that nobody used.',
        unit: RATIO,
        min: 0,
        max: 1,
        queries: [{ expr: `avg(${busy()})`, legend: 'busy' }],
      }),
      graph({
        title: 'GPUs held and free',
        description: 'GPUs by whether a process holds their memory; the legend has the means over the chosen time.',
        unit: COUNT,
        stacked: true,
        legendValues: ['mean', 'lastNotNull'],
        colours: { held: Colour.NEUTRAL, free: Colour.QUIET },
        queries: [
          { expr: HELD_GPUS, legend: 'held' },
          { expr: FREE_GPUS, legend: 'free' },
        ],
      }),
      graph({
        title: 'Kernels running',
        description:
          'Share of time in which a kernel ran: mean of all GPUs, and the least busy one. The least busy one at zero while one job has all GPUs means that a rank hangs.',
        unit: PERCENT,
        min: 0,
        max: 100,
        queries: [
          { expr: `avg(${GPUS})`, legend: 'mean' },
          { expr: `min(${GPUS})`, legend: 'least busy' },
        ],
      }),
      graph({
        title: 'SM activity over time',
        description: 'Share of multiprocessors with work: the least and the most active GPU, the mean, and what one GPU in twenty exceeds.',
        unit: RATIO,
        min: 0,
        max: 1,
        queries: [
          { expr: `max(${SM_ACTIVITY})`, legend: 'most' },
          { expr: `quantile(0.95, ${SM_ACTIVITY})`, legend: '95 %' },
          { expr: `avg(${SM_ACTIVITY})`, legend: 'mean' },
          { expr: `min(${SM_ACTIVITY})`, legend: 'least' },
        ],
      }),
      graph({
        title: 'Tensor cores',
        description:
          'Share of cycles in which tensor cores worked. Training in half precision that stays below a third or so leaves speed unused.',
        unit: RATIO,
        min: 0,
        max: 1,
        queries: [
          { expr: `max(${gpu('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE')})`, legend: 'most' },
          { expr: `avg(${gpus('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE')})`, legend: 'mean' },
        ],
      }),
      graph({
        title: 'SM occupancy',
        description:
          'Share of the warps that multiprocessors could hold and did. Low occupancy with high activity is normal for large matrix kernels.',
        unit: RATIO,
        min: 0,
        max: 1,
        queries: [
          { expr: `max(${gpu('DCGM_FI_PROF_SM_OCCUPANCY')})`, legend: 'most' },
          { expr: `avg(${gpus('DCGM_FI_PROF_SM_OCCUPANCY')})`, legend: 'mean' },
        ],
      }),
      graph({
        title: 'Power of all GPUs',
        description: 'Sum of what GPUs draw; hosts and cooling come on top.',
        unit: WATTS,
        min: 0,
        queries: [{ expr: `sum(${eachGpu(POWER)})`, legend: 'all GPUs' }],
      }),
      halfGraph({
        title: 'Power of busy GPUs',
        description: 'What a busy GPU draws: mean and least. A mean that falls while utilisation stays means that jobs wait more.',
        unit: WATTS,
        min: 0,
        queries: [
          { expr: `avg(${powerOfBusy()})`, legend: 'mean' },
          { expr: `min(${powerOfBusy()})`, legend: 'least' },
        ],
      }),
      // a panel of its own, because a store with thousands of GPUs reads power and utilisation of each of them for each line
      halfGraph({
        title: 'Highest power of a GPU',
        description: 'What the GPU draws that draws most. It stays far below the limit while no job makes full use of a GPU.',
        unit: WATTS,
        min: 0,
        queries: [{ expr: `max(${POWER})`, legend: 'most' }],
      }),
      graph({
        title: 'GPU memory',
        description: 'Memory of all GPUs together, used and free.',
        unit: MEBIBYTES,
        stacked: true,
        min: 0,
        colours: { used: Colour.NEUTRAL, free: Colour.QUIET },
        queries: [
          { expr: `sum(${gpus('DCGM_FI_DEV_FB_USED')})`, legend: 'used' },
          { expr: `sum(${gpus('DCGM_FI_DEV_FB_FREE')})`, legend: 'free' },
        ],
      }),
      sized(
        8,
        9,
        heatmap({
          title: 'Hosts by SM activity',
          description:
            'How many hosts had which mean SM activity. Two bands mean that some hosts work less than others at the same time: look for them on the right.',
          unit: COUNT,
          queries: [
            {
              // 0 to 9: a tenth each, one digit, so that the order of names is that of values
              expr: `count_values("tenth", clamp_max(floor(10 * avg by (instance) (${SM_ACTIVITY})), 9))`,
              legend: 'from {{tenth}}0 %',
            },
          ],
        }),
      ),
      graphOfLeastActive(),
      sized(
        8,
        9,
        table({
          title: 'Nodes by SM activity',
          description:
            'The 100 nodes with the least SM activity over the chosen time. Idle nodes stand at zero; a busy one far below the nodes of the same job is a straggler.',
          unit: RATIO,
          queries: [{ expr: `bottomk(100, avg by (node_name) (${withNodeName(meanOfEachGpu(SM_ACTIVE, '$__range'))}))` }],
          columns: [
            { title: 'Node', label: 'node_name', links: [toWorker(ofColumn('Node'))] },
            { title: 'SM activity', query: 0 },
          ],
          sortBy: 'SM activity',
          descending: false,
        }),
      ),
    ],
  };
}

/** Only nodes with a running job: an idle node is no straggler. */
function graphOfLeastActive() {
  const running = slurm('slurm_job_info', 'job_state="RUNNING"');
  const withJob = (at: string) =>
    `${activityByNode(at)} and on (node_name) (${shifted(slurm('slurm_node_job'), at)} and on (job_id) ${shifted(running, at)})`;
  return sized(
    8,
    9,
    timeseries({
      title: 'SM activity of the least active nodes',
      description:
        'The 20 nodes with running jobs whose GPUs have the least to do at the end of the chosen time. One line far below the others is a straggler.',
      unit: RATIO,
      min: 0,
      max: 1,
      links: [toWorker(ofLabel('node_name'))],
      queries: [{ expr: smallest(20, 'node_name', withJob), legend: '{{node_name}}' }],
    }),
  );
}
