import { MetricUnit } from '../../common/metric-family';
import {
  ofColumn,
  ofLabel,
  type PanelJson,
  type SizedPanel,
  sized,
  table,
  timeseries,
  toGpu,
  toWorker,
  toWorkerDetails,
} from '../vocabulary';
import { few, gpusByWorker, type Scope } from './scope';

interface ByWorker {
  readonly title: string;
  readonly metric: string;
  readonly aggregation: 'avg' | 'sum';
  readonly unit: MetricUnit;
  readonly max?: number;
  readonly says: string;
  /** The highest is what matters on every page. @default false */
  readonly alwaysHighest?: boolean;
}

const BY_WORKER: readonly ByWorker[] = [
  {
    title: 'GPU utilisation by worker',
    metric: 'DCGM_FI_DEV_GPU_UTIL',
    aggregation: 'avg',
    unit: MetricUnit.PERCENT,
    max: 100,
    says: 'Share of time in which a kernel ran, the mean of the GPUs of each worker. One line apart from the others is where to look.',
  },
  {
    title: 'GPU memory in use by worker',
    metric: 'DCGM_FI_DEV_FB_USED_PERCENT',
    aggregation: 'avg',
    unit: MetricUnit.RATIO,
    max: 1,
    says: 'Share of GPU memory in use, the mean of the GPUs of each worker. A line that climbs without end leads to an out-of-memory error.',
    alwaysHighest: true,
  },
  {
    title: 'GPU memory copies by worker',
    metric: 'DCGM_FI_DEV_MEM_COPY_UTIL',
    aggregation: 'avg',
    unit: MetricUnit.PERCENT,
    max: 100,
    says: 'Share of time in which GPU memory was read or written, the mean of the GPUs of each worker.',
  },
  {
    title: 'GPU power by worker',
    metric: 'DCGM_FI_DEV_POWER_USAGE',
    aggregation: 'sum',
    unit: MetricUnit.WATTS,
    says: 'Power that the GPUs of each worker draw together. A line that drops while its job runs is a worker that stands still.',
  },
  {
    title: 'GPU temperature by worker',
    metric: 'DCGM_FI_DEV_GPU_TEMP',
    aggregation: 'avg',
    unit: MetricUnit.CELSIUS,
    says: 'Temperature, the mean of the GPUs of each worker. One worker warmer than its neighbours under the same load has a problem with its cooling.',
    alwaysHighest: true,
  },
];

/** The GPUs of each worker, and the errors they report. Of many workers, those at one end. */
export function gpuPanelsByWorker(scope: Scope): (SizedPanel | undefined)[] {
  const lines = BY_WORKER.map(({ metric, aggregation, says, alwaysHighest = false, ...parts }) => {
    const query = gpusByWorker(scope, aggregation, metric);
    const lowest = scope.laggards && !alwaysHighest;
    return (
      query &&
      timeseries({
        ...parts,
        min: 0,
        description: `${says} Of ${scope.whose}, the 20 with the ${lowest ? 'lowest' : 'highest'} mean over the range.`,
        queries: [{ expr: few(query, 'node_name', lowest), legend: '{{node_name}}' }],
        links: [toWorkerDetails(ofLabel('node_name')), toWorker(ofLabel('node_name'))],
      })
    );
  });
  return [...lines, xidByCode(scope)].map((panel) => (panel ? sized(8, 8, panel) : undefined));
}

/** GPUs whose last error is a certain one, by its number. */
function xidByCode(scope: Scope): PanelJson | undefined {
  const errors = scope.gpus('DCGM_FI_DEV_XID_ERRORS');
  return errors === undefined
    ? undefined
    : timeseries({
        title: 'GPUs by their last XID',
        description: `How many GPUs of ${scope.whose} reported which XID last; none is no error since the driver was loaded. A step up is a new error: the table below says where. 48, 64, 74, 79 and 95 are mostly faults of hardware: drain the worker.`,
        unit: MetricUnit.COUNT,
        decimals: 0,
        min: 0,
        queries: [{ expr: `count_values("xid", ${errors} > 0)`, legend: 'XID {{xid}}' }],
      });
}

/** Which errors GPUs reported in the range. */
export function xidTable(scope: Scope, width: number, height: number): SizedPanel | undefined {
  const errors = scope.gpus('DCGM_FI_DEV_XID_ERRORS');
  const panel =
    errors &&
    table({
      title: 'XID errors by worker',
      description: `GPUs of ${scope.whose} with an XID error in the range, a row for each error; empty is good. 48, 64, 74, 79 and 95 are mostly faults of hardware: drain the worker. 13, 31, 43 and 45 are mostly those of a program: ask the owner of the job.`,
      unit: MetricUnit.COUNT,
      decimals: 0,
      queries: [
        {
          // 200 rows are more than anybody reads
          expr: `topk(200, max by (node_name, instance, gpu, modelName, err_msg) (max_over_time((${errors} > 0)[$__range:1m])))`,
        },
      ],
      columns: [
        { title: 'Worker', label: 'node_name', links: [toWorkerDetails(ofColumn('Worker')), toWorker(ofColumn('Worker'))] },
        { title: 'GPU', label: 'gpu', links: [toGpu(ofColumn('Worker'), ofColumn('GPU'))], width: 70 },
        { title: 'XID', width: 70 },
        { title: 'What it says', label: 'err_msg' },
        { title: 'Host', label: 'instance' },
        { title: 'Model', label: 'modelName' },
      ],
      sortBy: 'Worker',
      descending: false,
    });
  return sized(width, height, panel || undefined);
}
