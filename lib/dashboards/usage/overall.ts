import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, FLEET_STEP, type PanelJson, type SizedPanel, sized, type Thresholds, timeseries } from '../vocabulary';
import { CPU, GPU_TEMPERATURE, MEMORY } from './limits';
import { CPU_SHARE, hostRate, MEMORY_SHARE, ofHosts, type Scope } from './scope';
import { tensorThroughput } from './tensor-throughput';

interface Spread {
  readonly title: string;
  readonly description: string;
  readonly unit: MetricUnit;
  readonly max?: number;
  readonly thresholds?: Thresholds;
}

/** Lowest, mean and highest of some series. */
const spread = (parts: Spread, series: string): PanelJson =>
  timeseries({
    ...parts,
    min: 0,
    minInterval: FLEET_STEP,
    showThresholds: parts.thresholds !== undefined,
    queries: [
      { expr: `min(${series})`, legend: 'lowest' },
      { expr: `avg(${series})`, legend: 'mean' },
      { expr: `max(${series})`, legend: 'highest' },
    ],
    legendValues: ['lastNotNull', 'min', 'max'],
  });

interface GpuSpread extends Spread {
  readonly metric: string;
}

const GPU_SPREADS: readonly GpuSpread[] = [
  {
    title: 'GPU utilisation, lowest to highest',
    metric: 'DCGM_FI_DEV_GPU_UTIL',
    unit: MetricUnit.PERCENT,
    max: 100,
    description:
      'Share of time in which a kernel ran. A lowest far below the mean is a GPU that the others wait for: find its worker by the panels per worker.',
  },
  {
    title: 'GPU memory in use, lowest to highest',
    metric: 'DCGM_FI_DEV_FB_USED_PERCENT',
    unit: MetricUnit.RATIO,
    max: 1,
    description: 'Share of GPU memory in use. A highest at the top comes before out-of-memory errors; a wide spread is uneven work.',
  },
  {
    title: 'GPU temperature, lowest to highest',
    metric: 'DCGM_FI_DEV_GPU_TEMP',
    unit: MetricUnit.CELSIUS,
    thresholds: GPU_TEMPERATURE,
    description:
      'Temperature of the GPUs. Above the upper line they slow down: find the worker by temperature per worker, then its cooling.',
  },
  {
    title: 'Tensor activity, lowest to highest',
    metric: 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE',
    unit: MetricUnit.RATIO,
    max: 1,
    description:
      'Share of cycles in which the tensor pipe was active: for training, the honest sibling of utilisation. Half is good; near zero with high utilisation means that the work is not matrix arithmetic.',
  },
];

/** How the chosen ones did over time, each panel for all of them together. */
export function overall(scope: Scope): (SizedPanel | undefined)[] {
  const { whose } = scope;
  const gpus = GPU_SPREADS.map(({ metric, description, ...parts }) => {
    const series = scope.gpus(metric);
    return series && spread({ ...parts, description: `${description} Of ${whose}.` }, series);
  });
  const hosts = [
    spread(
      {
        title: 'Host CPU, lowest to highest',
        description: `Share of the CPUs in use on the hosts of ${whose}. A host at the top keeps its GPUs waiting: see CPU by worker.`,
        unit: MetricUnit.RATIO,
        max: 1,
        thresholds: CPU,
      },
      ofHosts(scope, CPU_SHARE),
    ),
    spread(
      {
        title: 'Host memory, lowest to highest',
        description: `Share of the memory in use, caches left aside, on the hosts of ${whose}. A host above the upper line is about to kill processes.`,
        unit: MetricUnit.RATIO,
        max: 1,
        thresholds: MEMORY,
      },
      ofHosts(scope, MEMORY_SHARE),
    ),
  ];
  return [...gpus.slice(0, 3), throughput(scope), gpus[3], ...hosts, infiniband(scope)].map((panel) =>
    panel ? sized(6, 8, panel) : undefined,
  );
}

function throughput(scope: Scope): PanelJson | undefined {
  const active = scope.gpus('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE');
  return active === undefined
    ? undefined
    : timeseries({
        title: 'Tensor throughput, at most',
        description: `What the GPUs of ${scope.whose} would reach if their tensor pipes did full work in every active cycle: activity times the peak of each GPU's model without sparsity, in 16-bit and in 8-bit numbers. Which numbers a job uses, no metric tells. Models without a known peak are left out.`,
        unit: DisplayUnit.TERAFLOPS,
        min: 0,
        minInterval: FLEET_STEP,
        queries: [
          { expr: tensorThroughput(active, ({ sixteenBit }) => sixteenBit), legend: 'FP16 or BF16' },
          { expr: tensorThroughput(active, ({ eightBit }) => eightBit), legend: 'FP8' },
        ],
      });
}

/** Empty where hosts have no InfiniBand. */
function infiniband(scope: Scope): PanelJson {
  const sum = (metric: string) => `sum(${ofHosts(scope, hostRate(metric))})`;
  return timeseries({
    title: 'InfiniBand traffic',
    description: `Bytes that the hosts of ${scope.whose} send and receive over InfiniBand, all together; empty where there is none. Traffic that stops while jobs run on several workers means that they wait for each other.`,
    unit: MetricUnit.BYTES_PER_SECOND,
    min: 0,
    minInterval: FLEET_STEP,
    queries: [
      { expr: sum('node_infiniband_port_data_transmitted_bytes_total'), legend: 'sent' },
      { expr: sum('node_infiniband_port_data_received_bytes_total'), legend: 'received' },
    ],
  });
}
