import { MetricUnit } from '../../common/metric-family';
import { ANY_IS_BAD, ANY_IS_WORTH_A_LOOK, DisplayUnit, highIsBad, type Row, sized, table } from '../vocabulary';
import { half, named, third } from './lines';
import { onHost, rateOf } from './selectors';

/** Mean time of one operation; none where there was no operation. */
const wait = (what: 'read' | 'write'): string =>
  `${rateOf(`node_disk_${what}_time_seconds_total`)} / (${rateOf(`node_disk_${what}s_completed_total`)} > 0)`;

/** Disks of the host in detail. */
export const DISKS: Row = {
  title: 'Disks of the host',
  collapsed: true,
  panels: [
    third({
      title: 'Disk operations',
      description: 'Reads and writes of each disk. Many with little traffic: small files; pack the data set into larger ones.',
      unit: DisplayUnit.OPERATIONS_PER_SECOND,
      min: 0,
      queries: named({
        '{{device}} reads': rateOf('node_disk_reads_completed_total'),
        '{{device}} writes': rateOf('node_disk_writes_completed_total'),
      }),
    }),
    third({
      title: 'Mean disk wait',
      description:
        'How long a read or a write of each disk took, waiting included; gaps where there was none. Above 10 ms on an NVMe disk, or 100 ms on a network disk: it is overloaded or failing.',
      unit: MetricUnit.SECONDS,
      min: 0,
      queries: named({ '{{device}} reads': wait('read'), '{{device}} writes': wait('write') }),
    }),
    third({
      title: 'Disk queues',
      description:
        'Operations of each disk under way at once: the mean, and those at the moment of the scrape. Steadily long: programs wait for this disk.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: named({
        '{{device}} mean': rateOf('node_disk_io_time_weighted_seconds_total'),
        '{{device}} now': onHost('node_disk_io_now'),
      }),
    }),
    half({
      title: 'Merged disk operations',
      description:
        'Reads and writes of each disk that the kernel joined with a neighbour. None beside many operations: programs jump about in files.',
      unit: DisplayUnit.OPERATIONS_PER_SECOND,
      min: 0,
      queries: named({
        '{{device}} reads': rateOf('node_disk_reads_merged_total'),
        '{{device}} writes': rateOf('node_disk_writes_merged_total'),
      }),
    }),
    half({
      title: 'Disk discards',
      description:
        'Blocks that each disk was told to forget, and those told at once with a neighbour. Bursts while "Mean disk wait" rises: trim at a quieter time.',
      unit: DisplayUnit.OPERATIONS_PER_SECOND,
      min: 0,
      queries: named({
        '{{device}}': rateOf('node_disk_discards_completed_total'),
        '{{device}} merged': rateOf('node_disk_discards_merged_total'),
      }),
    }),
  ],
};

const size = onHost('node_filesystem_size_bytes');
const avail = onHost('node_filesystem_avail_bytes');
/** By what tells mounts apart. The label with a mount's error is left out, for a mount would have a row with it and one without. */
const byMount = (query: string): string => `max by (mountpoint, device, fstype) (${query})`;

/** File systems of the host in detail. */
export const FILESYSTEMS: Row = {
  title: 'File systems of the host',
  collapsed: true,
  panels: [
    sized(
      24,
      9,
      table({
        title: 'File systems now',
        description:
          'Size and room of each file system, in bytes and in files. When a share is red, clean up or enlarge it. Read-only, where it was not mounted so, means that the kernel found errors: drain the worker and check the disk. Not measured: the mount hangs, often a file server that is gone.',
        unit: MetricUnit.BYTES,
        queries: [
          { expr: byMount(size) },
          { expr: byMount(onHost('node_filesystem_free_bytes')) },
          { expr: byMount(avail) },
          { expr: byMount(`1 - ${avail} / (${size} > 0)`) },
          { expr: byMount(onHost('node_filesystem_files')) },
          { expr: byMount(onHost('node_filesystem_files_free')) },
          { expr: byMount(onHost('node_filesystem_readonly')) },
          { expr: byMount(onHost('node_filesystem_device_error')) },
        ],
        columns: [
          { title: 'Mount', label: 'mountpoint' },
          { title: 'Device', label: 'device' },
          { title: 'Kind', label: 'fstype', width: 80 },
          { title: 'Size', query: 0 },
          { title: 'Free', query: 1 },
          { title: 'Free for users', query: 2 },
          // the kubelet evicts pods at 85 to 90 percent
          { title: 'Used', query: 3, unit: MetricUnit.RATIO, thresholds: highIsBad(0.8, 0.9) },
          { title: 'Files at most', query: 4, unit: MetricUnit.COUNT },
          { title: 'Files free', query: 5, unit: MetricUnit.COUNT },
          { title: 'Read-only', query: 6, unit: MetricUnit.COUNT, thresholds: ANY_IS_WORTH_A_LOOK },
          { title: 'Not measured', query: 7, unit: MetricUnit.COUNT, thresholds: ANY_IS_BAD },
        ],
        sortBy: 'Used',
      }),
    ),
    third({
      title: 'Space left',
      description: 'Room for users on each file system. A line on its way to 0 tells when it will be full: clean up before.',
      unit: MetricUnit.BYTES,
      min: 0,
      queries: [{ expr: avail, legend: '{{mountpoint}}' }],
    }),
    third({
      title: 'Files left',
      description:
        'How many more files each file system can hold. At 0 nothing can be made although there is space: remove small files, such as old logs and environments.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: [{ expr: onHost('node_filesystem_files_free'), legend: '{{mountpoint}}' }],
    }),
    third({
      title: 'Mounts in trouble',
      description:
        'How many mounts are read-only, and how many cannot be measured. A step upwards: see which one in "File systems now". Some images are read-only always.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: named({
        'read-only': `sum(${onHost('node_filesystem_readonly')})`,
        'not measured': `sum(${onHost('node_filesystem_device_error')})`,
      }),
    }),
  ],
};
