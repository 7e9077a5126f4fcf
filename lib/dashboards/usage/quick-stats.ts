import { MetricUnit } from '../../common/metric-family';
import { host, NEUTRAL, type SizedPanel, sized, stat, type Thresholds } from '../vocabulary';
import { CPU, DISK, GPU_TEMPERATURE, MEMORY } from './limits';
import { CPU_SHARE, LOCAL, MEMORY_SHARE, ofHosts, type Scope } from './scope';

interface GpuStat {
  readonly title: string;
  readonly metric: string;
  readonly aggregation: 'avg' | 'sum';
  readonly unit: MetricUnit;
  readonly says: string;
  readonly thresholds?: Thresholds;
}

const gpuStats = (utilisation: Thresholds): readonly GpuStat[] => [
  {
    title: 'GPU utilisation',
    metric: 'DCGM_FI_DEV_GPU_UTIL',
    aggregation: 'avg',
    unit: MetricUnit.PERCENT,
    says: 'Share of time in which a kernel ran, the mean of all GPUs. When it is low, look at the workers with the lowest below.',
    thresholds: utilisation,
  },
  {
    title: 'GPU memory copies',
    metric: 'DCGM_FI_DEV_MEM_COPY_UTIL',
    aggregation: 'avg',
    unit: MetricUnit.PERCENT,
    says: 'Share of time in which GPU memory was read or written, the mean of all GPUs. Near 100 % memory, not arithmetic, sets the pace.',
  },
  {
    title: 'GPU power, all together',
    metric: 'DCGM_FI_DEV_POWER_USAGE',
    aggregation: 'sum',
    unit: MetricUnit.WATTS,
    says: 'Power that all GPUs draw together. A step down without a job that ended means that work stands still.',
  },
  {
    title: 'GPU temperature',
    metric: 'DCGM_FI_DEV_GPU_TEMP',
    aggregation: 'avg',
    unit: MetricUnit.CELSIUS,
    says: 'Mean temperature of all GPUs. When it is red, they slow down: look for the hottest worker below, then at its cooling.',
    thresholds: GPU_TEMPERATURE,
  },
  {
    title: 'SM clock',
    metric: 'DCGM_FI_DEV_SM_CLOCK',
    aggregation: 'avg',
    unit: MetricUnit.MEGAHERTZ,
    says: 'Mean clock of the multiprocessors. Lower than usual under load means that power or temperature holds GPUs back.',
  },
  {
    title: 'GPU memory clock',
    metric: 'DCGM_FI_DEV_MEM_CLOCK',
    aggregation: 'avg',
    unit: MetricUnit.MEGAHERTZ,
    says: 'Mean clock of the GPU memory. It is the same on all busy GPUs of one model; a lower mean means that some are held back.',
  },
];

/** How busy, warm and full it is at this moment. */
export function quickStats(scope: Scope, utilisation: Thresholds = NEUTRAL): (SizedPanel | undefined)[] {
  const { whose } = scope;
  const hosts = [
    stat({
      title: 'Host CPU',
      description: `Share of the CPUs in use, the mean of the hosts of ${whose}. When it is red, GPUs may wait for data: see CPU by worker.`,
      unit: MetricUnit.RATIO,
      thresholds: CPU,
      queries: [{ expr: `avg(${ofHosts(scope, CPU_SHARE)})` }],
    }),
    stat({
      title: 'Host memory',
      description: `Share of the memory in use, caches left aside, the mean of the hosts of ${whose}. When it is red, processes are about to be killed.`,
      unit: MetricUnit.RATIO,
      thresholds: MEMORY,
      queries: [{ expr: `avg(${ofHosts(scope, MEMORY_SHARE)})` }],
    }),
  ];
  const gpus = gpuStats(utilisation).map(({ metric, aggregation, says, ...parts }) => {
    const series = scope.gpus(metric);
    return series && stat({ ...parts, description: `${says} Of ${whose}.`, queries: [{ expr: `${aggregation}(${series})` }] });
  });
  return [...hosts, ...gpus].map((panel) => (panel ? sized(3, 4, panel) : undefined));
}

/** How full local disks are. */
export function diskStat(scope: Scope, width: number, height: number): SizedPanel {
  const bytes = (metric: string) => `max by (instance, device) (${host(metric, LOCAL)})`;
  const [free, size] = [bytes('node_filesystem_avail_bytes'), bytes('node_filesystem_size_bytes')];
  const panel = stat({
    title: 'Local disks',
    description: `Share of the local disks in use on the hosts of ${scope.whose}: all together, and the fullest. When it is red, the kubelet evicts pods: see File systems.`,
    unit: MetricUnit.RATIO,
    thresholds: DISK,
    queries: [
      { expr: `1 - sum(${ofHosts(scope, free)}) / sum(${ofHosts(scope, size)})`, legend: 'all' },
      { expr: `1 - min(${ofHosts(scope, `${free} / ${size}`)})`, legend: 'fullest' },
    ],
  });
  return sized(width, height, panel);
}
