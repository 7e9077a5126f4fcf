import { MetricUnit } from '../../common/metric-family';
import type { Row } from '../vocabulary';
import { half, named } from './lines';
import { toHost } from './links';
import { CPUS, NO_LOOPBACK, onHost, rateOf } from './selectors';

const memory = (field: string): string => onHost(`node_memory_${field}_bytes`);

/** CPU, memory, network and disks of the host. */
export const HOST: Row = {
  title: 'Host',
  panels: [
    half({
      title: 'CPU by mode',
      description:
        'What all CPUs of the host spent their time on. Much "iowait": programs wait for disks. Much "steal": the machine below is overbooked. Much "system" or "softirq": the network or the kernel keeps them busy.',
      unit: MetricUnit.RATIO,
      min: 0,
      max: 1,
      stacked: true,
      queries: [
        { expr: `sum by (mode) (${rateOf('instance:node_cpu_seconds_total:sum')}) / on () group_left () ${CPUS}`, legend: '{{mode}}' },
      ],
      links: [toHost()],
    }),
    half({
      title: 'Memory by use',
      description:
        'What the memory of the host holds. Caches give way when programs need room; when those are gone too, the kernel kills programs. Any memory that is out of order: have the host checked.',
      unit: MetricUnit.BYTES,
      min: 0,
      stacked: true,
      queries: named({
        programs: `${memory('MemTotal')} - ${['MemFree', 'Buffers', 'Cached', 'Slab', 'PageTables', 'SwapCached'].map(memory).join(' - ')}`,
        'page tables': memory('PageTables'),
        kernel: memory('Slab'),
        'cache of files': memory('Cached'),
        'cache of disk blocks': memory('Buffers'),
        'cache of swap': memory('SwapCached'),
        'out of order': memory('HardwareCorrupted'),
        free: memory('MemFree'),
        'in swap': `${memory('SwapTotal')} - ${memory('SwapFree')}`,
      }),
      links: [toHost()],
    }),
    half({
      title: 'Network traffic',
      description:
        'What each network device of the host sends and receives. Flat at the speed of the device: jobs wait for storage or for each other.',
      unit: MetricUnit.BITS_PER_SECOND,
      min: 0,
      queries: named({
        '{{device}} received': `${rateOf('node_network_receive_bytes_total', NO_LOOPBACK)} * 8`,
        '{{device}} sent': `${rateOf('node_network_transmit_bytes_total', NO_LOOPBACK)} * 8`,
      }),
      links: [toHost()],
    }),
    half({
      title: 'Disk traffic',
      description:
        'What is read from and written to each local disk. Steady reading during training: the data set does not fit into memory.',
      unit: MetricUnit.BYTES_PER_SECOND,
      min: 0,
      queries: named({
        '{{device}} read': rateOf('node_disk_read_bytes_total'),
        '{{device}} written': rateOf('node_disk_written_bytes_total'),
      }),
      links: [toHost()],
    }),
    half({
      title: 'Disk busy',
      description:
        'Share of time in which each disk had something to do, and in which it forgot discarded blocks. Near 100 % a spinning disk is at its end; an NVMe disk may do several things at once and have room left: see "Mean disk wait".',
      unit: MetricUnit.RATIO,
      min: 0,
      queries: named({
        '{{device}}': rateOf('node_disk_io_time_seconds_total'),
        '{{device}} discards': rateOf('node_disk_discard_time_seconds_total'),
      }),
      links: [toHost()],
    }),
    half({
      title: 'Disk space used',
      description:
        'Share used of each file system. Above 85 % the kubelet begins to remove images and pods: clean up, or give it more room.',
      unit: MetricUnit.RATIO,
      min: 0,
      max: 1,
      queries: [
        {
          expr: `1 - ${onHost('node_filesystem_avail_bytes')} / (${onHost('node_filesystem_size_bytes')} > 0)`,
          legend: '{{mountpoint}}',
        },
      ],
      links: [toHost()],
    }),
  ],
};
