import { MetricUnit } from '../../common/metric-family';
import { eachGpu, gpu, highIsBad, ofColumn, type Row, sized, table, timeseries, toWorker, withNodeName } from '../vocabulary';

const { CELSIUS } = MetricUnit;
const CORE = gpu('DCGM_FI_DEV_GPU_TEMP');
const MEMORY = gpu('DCGM_FI_DEV_MEMORY_TEMP');
/** Data-centre GPUs slow down near 87 degrees; healthy ones under load stay below 80. */
const CORE_LIMITS = highIsBad(80, 85);
/** Their memory is specified to 95 degrees, and slows down there. */
const MEMORY_LIMITS = highIsBad(90, 95);

const hottestAndMean = (series: string) => [
  { expr: `max(${series})`, legend: 'hottest' },
  { expr: `avg(${eachGpu(series)})`, legend: 'mean' },
];

/** Whether GPUs get too hot. */
export function heatRow(): Row {
  return {
    title: 'Temperature',
    collapsed: true,
    panels: [
      sized(
        8,
        9,
        timeseries({
          title: 'GPU temperature',
          description:
            'The hottest GPU and the mean. When the hottest crosses the red line it slows down: see which node it is in on the right.',
          unit: CELSIUS,
          thresholds: CORE_LIMITS,
          showThresholds: true,
          queries: hottestAndMean(CORE),
        }),
      ),
      sized(
        8,
        9,
        timeseries({
          title: 'GPU memory temperature',
          description:
            'The hottest memory and the mean. Above the red line it slows down; memory that is hot while its core is cool points at the cooler.',
          unit: CELSIUS,
          thresholds: MEMORY_LIMITS,
          showThresholds: true,
          queries: hottestAndMean(MEMORY),
        }),
      ),
      sized(
        8,
        9,
        table({
          title: 'Hottest GPUs by node',
          description:
            'The highest temperature of any GPU of a node within the chosen time, the 100 hottest nodes. Nodes of one rack together point at its cooling.',
          unit: CELSIUS,
          queries: [{ expr: `topk(100, max by (node_name, instance) (${withNodeName(`max_over_time(${CORE}[$__range])`)}))` }],
          columns: [
            { title: 'Node', label: 'node_name', links: [toWorker(ofColumn('Node'))] },
            { title: 'Host', label: 'instance' },
            { title: 'Hottest', query: 0, thresholds: CORE_LIMITS },
          ],
          sortBy: 'Hottest',
        }),
      ),
    ],
  };
}
