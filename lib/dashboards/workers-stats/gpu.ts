import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, type Row } from '../vocabulary';
import { named, third } from './lines';
import { EIGHT_BIT_RATES, SIXTEEN_BIT_RATES } from './peak-rates';
import { everyGpu, GPU_LEGEND, perGpu, rateOf } from './selectors';

const used = perGpu('DCGM_FI_DEV_FB_USED');
/** What all GPUs move together. */
const total = (metric: string): string => `sum(${everyGpu(metric)})`;

/** What each GPU does, and what they move. */
export const GPU: Row = {
  title: 'GPUs',
  panels: [
    third({
      title: 'GPU utilisation',
      description:
        'Share of time in which a kernel ran, by GPU. One line below the others: that rank waits, or is what the others wait for.',
      unit: MetricUnit.PERCENT,
      min: 0,
      max: 100,
      queries: [{ expr: perGpu('DCGM_FI_DEV_GPU_UTIL'), legend: GPU_LEGEND }],
    }),
    third({
      title: 'GPU memory in use',
      description: 'Share of the memory of each GPU that is taken. Near 100 %, the next allocation fails: use smaller batches.',
      unit: MetricUnit.RATIO,
      min: 0,
      max: 1,
      queries: [{ expr: `${used} / (${used} + ${perGpu('DCGM_FI_DEV_FB_FREE')})`, legend: GPU_LEGEND }],
    }),
    third({
      title: 'GPU memory traffic',
      description:
        'Share of time in which the memory of each GPU was read or written. High beside low tensor activity: the program is bound by memory.',
      unit: MetricUnit.PERCENT,
      min: 0,
      max: 100,
      queries: [{ expr: perGpu('DCGM_FI_DEV_MEM_COPY_UTIL'), legend: GPU_LEGEND }],
    }),
    third({
      title: 'GPU power',
      description:
        'Power that each GPU draws, and the lowest limit in force. Lines at the limit are slowed by it, which is usual under full load.',
      unit: MetricUnit.WATTS,
      min: 0,
      queries: [
        { expr: perGpu('DCGM_FI_DEV_POWER_USAGE'), legend: GPU_LEGEND },
        { expr: `min(${perGpu('DCGM_FI_DEV_POWER_MGMT_LIMIT')})`, legend: 'limit' },
      ],
    }),
    third({
      title: 'GPU temperature',
      description:
        'Temperature of each GPU, and the lowest at which one slows down. A line that comes near it, or stands apart from the others: check cooling.',
      unit: MetricUnit.CELSIUS,
      queries: [
        { expr: perGpu('DCGM_FI_DEV_GPU_TEMP'), legend: GPU_LEGEND },
        { expr: `min(${perGpu('DCGM_FI_DEV_SLOWDOWN_TEMP')})`, legend: 'slows down at' },
      ],
    }),
    third({
      title: 'GPU clocks',
      description:
        'Clock of the multiprocessors of each GPU, and the mean of their memory. A line below the others under load: see "Why clocks are held back".',
      unit: MetricUnit.MEGAHERTZ,
      min: 0,
      queries: [
        { expr: perGpu('DCGM_FI_DEV_SM_CLOCK'), legend: GPU_LEGEND },
        { expr: `avg(${perGpu('DCGM_FI_DEV_SM_CLOCK')})`, legend: 'mean' },
        { expr: `avg(${perGpu('DCGM_FI_DEV_MEM_CLOCK')})`, legend: 'memory, mean' },
      ],
    }),
    third({
      title: 'Tensor pipe activity',
      description:
        'Share of cycles in which the tensor pipes of each GPU worked: what training is about. High utilisation and low activity here: the GPUs are held, not used.',
      unit: MetricUnit.RATIO,
      min: 0,
      queries: [{ expr: perGpu('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE'), legend: GPU_LEGEND }],
    }),
    third({
      title: 'Possible rate with FP8',
      description:
        'Tensor pipe activity times what the model of GPU can do at most with 8-bit numbers: an upper bound, not a measurement. Empty for models without FP8 or without a known peak.',
      unit: DisplayUnit.TERAFLOPS,
      min: 0,
      queries: [{ expr: EIGHT_BIT_RATES, legend: GPU_LEGEND }],
    }),
    third({
      title: 'Possible rate with FP16 and BF16',
      description:
        'Tensor pipe activity times what the model of GPU can do at most with 16-bit numbers: an upper bound, not a measurement. Empty for models without a known peak.',
      unit: DisplayUnit.TERAFLOPS,
      min: 0,
      queries: [{ expr: SIXTEEN_BIT_RATES, legend: GPU_LEGEND }],
    }),
    third({
      title: 'NVLink traffic',
      description:
        'What all GPUs of the host send and receive over NVLink, by the profiler, and both together by the driver. Empty without NVLink. Zero while a job uses several GPUs: it goes over PCIe.',
      unit: MetricUnit.BYTES_PER_SECOND,
      queries: named({
        sent: total('DCGM_FI_PROF_NVLINK_TX_BYTES'),
        received: total('DCGM_FI_PROF_NVLINK_RX_BYTES'),
        // the driver gives MiB a second, whatever the name says
        'both, by the driver': `${total('DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL')} * 1048576`,
      }),
    }),
    third({
      title: 'PCIe traffic',
      description:
        'What all GPUs of the host send and receive over PCIe. Steadily high: data is loaded through the CPU, or GPUs talk past NVLink.',
      unit: MetricUnit.BYTES_PER_SECOND,
      queries: named({ sent: total('DCGM_FI_PROF_PCIE_TX_BYTES'), received: total('DCGM_FI_PROF_PCIE_RX_BYTES') }),
    }),
    third({
      title: 'InfiniBand traffic',
      description:
        'What each port of the host sends and receives. Empty without InfiniBand. One port below the others in a job over several workers: check its link.',
      unit: MetricUnit.BYTES_PER_SECOND,
      queries: named({
        '{{device}}:{{port}} sent': rateOf('node_infiniband_port_data_transmitted_bytes_total'),
        '{{device}}:{{port}} received': rateOf('node_infiniband_port_data_received_bytes_total'),
      }),
    }),
  ],
};
