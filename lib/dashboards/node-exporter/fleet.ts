import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, highIsBad, type Row, sized, timeseries, WIDE_FLEET_STEP } from '../vocabulary';
import { CPU_USED, LINK_ERRORS, MEMORY_USED, NETWORK, rate } from './selectors';

/** Lines of all nodes would say nothing: the ends and the middle do. */
const spread = (query: string, what = '') => [
  { expr: `max(${query})`, legend: `${what}highest` },
  { expr: `avg(${query})`, legend: `${what}mean` },
];

/** All machines together. */
export const fleet = (): Row => ({
  title: 'All nodes',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'CPU use of nodes',
        description: 'Share of its CPUs that the busiest, the middle and the idlest node use. The mean near 100 %: CPU limits the cluster.',
        unit: MetricUnit.RATIO,
        min: 0,
        max: 1,
        queries: [...spread(CPU_USED), { expr: `min(${CPU_USED})`, legend: 'lowest' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Memory use of nodes',
        description: 'Share of its memory that the fullest, the middle and the emptiest node use, without what can be dropped.',
        unit: MetricUnit.RATIO,
        min: 0,
        max: 1,
        queries: [...spread(MEMORY_USED), { expr: `min(${MEMORY_USED})`, legend: 'lowest' }],
        thresholds: highIsBad(0.9, 0.95),
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Waiting for resources',
        description:
          'Share of the time in which some task of a node waits for CPU, memory or a disk: the worst node, and the mean. Waiting for memory is the worst sign: the node is about to stand still.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [
          ...spread(rate('node_pressure_cpu_waiting_seconds_total'), 'CPU, '),
          ...spread(rate('node_pressure_memory_waiting_seconds_total'), 'memory, '),
          ...spread(rate('node_pressure_io_waiting_seconds_total'), 'disk, '),
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Network traffic',
        description:
          'Bytes a second over Ethernet of all nodes: storage, the API, and jobs without InfiniBand. Ports of bonds count beside the bond.',
        unit: MetricUnit.BYTES_PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum(${rate('node_network_receive_bytes_total', NETWORK)})`, legend: 'received' },
          { expr: `sum(${rate('node_network_transmit_bytes_total', NETWORK)})`, legend: 'sent' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'InfiniBand traffic',
        description:
          'Bytes a second over InfiniBand of all nodes. It follows the jobs of several nodes; a fall to zero is a fabric that broke.',
        unit: MetricUnit.BYTES_PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum(${rate('node_infiniband_port_data_received_bytes_total')})`, legend: 'received' },
          { expr: `sum(${rate('node_infiniband_port_data_transmitted_bytes_total')})`, legend: 'sent' },
        ],
        noValue: 'no InfiniBand',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Disk traffic',
        description: 'Bytes a second from and to the local disks of all nodes. High while jobs start: images and data sets.',
        unit: MetricUnit.BYTES_PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum(${rate('node_disk_read_bytes_total')})`, legend: 'read' },
          { expr: `sum(${rate('node_disk_written_bytes_total')})`, legend: 'written' },
        ],
      }),
    ),
    sized(
      24,
      7,
      timeseries({
        title: 'InfiniBand errors',
        description:
          'Errors of InfiniBand links of all nodes each second, by kind. Lost links and symbol errors: the table below names the ports.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        minInterval: WIDE_FLEET_STEP,
        queries: LINK_ERRORS.map(([metric, what]) => ({ expr: `sum(${rate(metric)})`, legend: what })),
        noValue: 'no InfiniBand',
      }),
    ),
  ],
});
