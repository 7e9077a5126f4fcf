import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, highIsBad, type Row, sized, timeseries } from '../vocabulary';
import { of, rateOf } from './selectors';

/** File systems that could be measured: the others say why in this label. */
const MEASURED = 'device_error=""';

const perOperation = (time: string, count: string): string => `${rateOf(time)} / (${rateOf(count)} > 0)`;

/** One machine: disks and file systems. */
export const disks = (): Row => ({
  title: 'Node $node: disks and file systems',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Disk use',
        description:
          'Share of the time in which a disk had something to do. Near 100 % together with a high latency: it is the bottleneck.',
        unit: MetricUnit.RATIO,
        min: 0,
        max: 1,
        queries: [{ expr: rateOf('node_disk_io_time_seconds_total'), legend: '{{device}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Disk latency',
        description:
          'Mean time of a read and of a write. NVMe disks take fractions of a millisecond, network disks a few; more: the disk is overloaded or fails.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [
          { expr: perOperation('node_disk_read_time_seconds_total', 'node_disk_reads_completed_total'), legend: '{{device}} read' },
          { expr: perOperation('node_disk_write_time_seconds_total', 'node_disk_writes_completed_total'), legend: '{{device}} write' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Disk throughput',
        description: 'Bytes a second from and to each disk. Cloud disks have a limit: a flat top is it.',
        unit: MetricUnit.BYTES_PER_SECOND,
        min: 0,
        queries: [
          { expr: rateOf('node_disk_read_bytes_total'), legend: '{{device}} read' },
          { expr: rateOf('node_disk_written_bytes_total'), legend: '{{device}} written' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Disk operations',
        description: 'Reads and writes a second of each disk. Cloud disks have a limit here as well.',
        unit: DisplayUnit.OPERATIONS_PER_SECOND,
        min: 0,
        queries: [
          { expr: rateOf('node_disk_reads_completed_total'), legend: '{{device}} read' },
          { expr: rateOf('node_disk_writes_completed_total'), legend: '{{device}} write' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Space by file system',
        description: 'Share used of each file system. Red: find what grows, and remove it before jobs fail.',
        unit: MetricUnit.RATIO,
        min: 0,
        max: 1,
        queries: [
          {
            expr: `max by (mountpoint) (1 - ${of('node_filesystem_avail_bytes', MEASURED)} / ${of('node_filesystem_size_bytes', MEASURED)})`,
            legend: '{{mountpoint}}',
          },
        ],
        thresholds: highIsBad(0.8, 0.9),
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Files by file system',
        description: 'Share of the files that each file system can hold. Full of small files, it takes no more while there is space left.',
        unit: MetricUnit.RATIO,
        min: 0,
        max: 1,
        queries: [
          {
            // file systems that make room for files as they come say that they can hold none
            expr: `max by (mountpoint) (1 - ${of('node_filesystem_files_free', MEASURED)} / (${of('node_filesystem_files', MEASURED)} > 0))`,
            legend: '{{mountpoint}}',
          },
        ],
        thresholds: highIsBad(0.8, 0.9),
        showThresholds: true,
      }),
    ),
  ],
});
