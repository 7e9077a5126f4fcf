import { MetricUnit } from '../../common/metric-family';
import { ANY_IS_BAD, ANY_IS_WORTH_A_LOOK, DisplayUnit, type Row, sized, table, timeseries } from '../vocabulary';
import { named } from './lines';
import { everyGpu, GPU_LEGEND, hostGpus, NO_GPUS, perGpu, rateOf } from './selectors';

/** GPUs of which a bit of the reasons is set. @see https://docs.nvidia.com/datacenter/dcgm/latest/dcgm-api/dcgm-api-field-ids.html */
const heldBack = (bit: number): string => `sum(floor(${everyGpu('DCGM_FI_DEV_CLOCK_THROTTLE_REASONS')} / ${bit}) % 2)`;

const quarter = (parts: Parameters<typeof timeseries>[0]) => sized(6, 8, timeseries(parts));

/** Errors of GPUs and of the links between workers. */
export const GPU_HEALTH: Row = {
  title: 'Errors of GPUs and links',
  collapsed: true,
  panels: [
    sized(
      24,
      8,
      table({
        title: 'State of each GPU',
        description:
          'Last XID error and memory rows that were replaced. When "Remap failed" is red, or rows were remapped after uncorrectable errors, drain the worker and reset the GPU; if it comes back, have the host replaced.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: `max by (gpu, modelName, UUID, err_msg) (${hostGpus('DCGM_FI_DEV_XID_ERRORS')})` },
          { expr: everyGpu('DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS') },
          { expr: everyGpu('DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS') },
          { expr: everyGpu('DCGM_FI_DEV_ROW_REMAP_FAILURE') },
        ],
        columns: [
          { title: 'GPU', label: 'gpu', width: 60 },
          { title: 'Model', label: 'modelName' },
          { title: 'UUID', label: 'UUID' },
          { title: 'Last XID', query: 0, thresholds: ANY_IS_WORTH_A_LOOK, width: 90 },
          { title: 'Meaning', label: 'err_msg' },
          { title: 'Rows remapped, uncorrectable', query: 1, thresholds: ANY_IS_WORTH_A_LOOK },
          { title: 'Rows remapped, correctable', query: 2 },
          { title: 'Remap failed', query: 3, thresholds: ANY_IS_BAD },
        ],
        sortBy: 'GPU',
        descending: false,
        noValue: NO_GPUS,
      }),
    ),
    quarter({
      title: 'XID errors over time',
      description:
        'Code of the last XID error of each GPU; 0 for none. A step shows when it happened: compare with the jobs of that time. Codes are explained in NVIDIA\'s "XID errors" guide.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: [{ expr: perGpu('DCGM_FI_DEV_XID_ERRORS'), legend: GPU_LEGEND }],
    }),
    quarter({
      title: 'Why clocks are held back',
      description:
        'GPUs held back, by reason. The power cap is usual under load; heat and the power brake are not: check cooling and power supply of the host.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: named({
        'power cap': heldBack(0x4),
        'hardware slowdown': heldBack(0x8),
        'heat, by software': heldBack(0x20),
        'heat, by hardware': heldBack(0x40),
        'power brake': heldBack(0x80),
      }),
    }),
    quarter({
      title: 'GPU memory temperature',
      description:
        'Temperature at the memory of each GPU. Empty for models without a sensor there. Above 95 degrees it slows down: check cooling.',
      unit: MetricUnit.CELSIUS,
      queries: [{ expr: perGpu('DCGM_FI_DEV_MEMORY_TEMP'), legend: GPU_LEGEND }],
    }),
    quarter({
      title: 'PCIe retries',
      description:
        'Packets on the PCIe link of each GPU that had to be sent again. More than a few each second: the link is bad, have the host checked.',
      unit: DisplayUnit.PER_SECOND,
      min: 0,
      queries: [{ expr: `max by (gpu) (rate(${hostGpus('DCGM_FI_DEV_PCIE_REPLAY_COUNTER')}[$__rate_interval]))`, legend: GPU_LEGEND }],
    }),
    sized(
      24,
      8,
      timeseries({
        title: 'InfiniBand errors',
        description:
          'Errors of all ports of the host, by kind; empty without InfiniBand. A link that goes down or recovers again and again: drain the worker and check cable and switch.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: named(
          Object.fromEntries(
            Object.entries({
              'link down': 'node_infiniband_link_downed_total',
              'link recovered': 'node_infiniband_link_error_recovery_total',
              'symbol errors': 'node_infiniband_symbol_error_total',
              'packets with errors': 'node_infiniband_port_errors_received_total',
              'packets not sent': 'node_infiniband_port_discards_transmitted_total',
            }).map(([legend, metric]) => [legend, `sum(${rateOf(metric)})`]),
          ),
        ),
      }),
    ),
  ],
};
