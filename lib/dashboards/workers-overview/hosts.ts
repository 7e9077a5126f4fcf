import { MetricUnit } from '../../common/metric-family';
import { CPU, DISK, MEMORY } from '../usage/limits';
import { byWorker, CPU_SHARE, few, hostRate, LOCAL, MEMORY_SHARE } from '../usage/scope';
import {
  FLEET_STEP,
  host,
  ofLabel,
  type PanelJson,
  type SizedPanel,
  sized,
  type TimeseriesParts,
  timeseries,
  toWorkerDetails,
} from '../vocabulary';
import { CHOSEN_WORKERS } from './workers';

const LINKS = [toWorkerDetails(ofLabel('node_name'))];

/** A disk, not a volume on top of one: bytes would count twice. */
const DISKS = 'device!~"dm-.*|md.*|sr.*|nbd.*"';

/** What hosts of workers do, a line for each worker. */
function lines(
  parts: Omit<TimeseriesParts, 'queries'>,
  ...perHost: readonly { readonly expr: string; readonly says?: string }[]
): PanelJson {
  return timeseries({
    ...parts,
    min: 0,
    description: `${parts.description} Of many workers, the 20 with the highest mean over the range.`,
    links: LINKS,
    queries: perHost.map(({ expr, says }) => ({
      expr: few(byWorker(CHOSEN_WORKERS, expr), 'node_name'),
      legend: says === undefined ? '{{node_name}}' : `{{node_name}} ${says}`,
    })),
  });
}

/** CPU, memory and disks of each worker's host. */
export function hosts(): SizedPanel[] {
  return [
    sized(
      12,
      8,
      lines(
        {
          title: 'CPU by worker',
          description:
            'Share of the CPUs in use on the host of each worker. Above the line GPUs wait for data: give the job more CPUs, or fewer loaders.',
          unit: MetricUnit.RATIO,
          max: 1,
          thresholds: CPU,
          showThresholds: true,
        },
        { expr: CPU_SHARE },
      ),
    ),
    sized(
      12,
      8,
      lines(
        {
          title: 'Memory by worker',
          description:
            'Share of the memory in use, caches left aside, on the host of each worker. Above the upper line processes are killed: find the job on it.',
          unit: MetricUnit.RATIO,
          max: 1,
          thresholds: MEMORY,
          showThresholds: true,
        },
        { expr: MEMORY_SHARE },
      ),
    ),
    sized(
      8,
      8,
      lines(
        {
          title: 'Disk traffic by worker',
          description: 'Bytes that the local disks of each worker read and write. A worker that reads much more than others lacks a cache.',
          unit: MetricUnit.BYTES_PER_SECOND,
          minInterval: FLEET_STEP,
        },
        { expr: hostRate('node_disk_read_bytes_total', DISKS), says: 'read' },
        { expr: hostRate('node_disk_written_bytes_total', DISKS), says: 'written' },
      ),
    ),
    sized(8, 8, fullest('File systems', 'Share of the space in use', used('node_filesystem_avail_bytes', 'node_filesystem_size_bytes'))),
    sized(
      8,
      8,
      fullest(
        'Inodes',
        'Share of the inodes in use: without one no file can be made',
        used('node_filesystem_files_free', 'node_filesystem_files'),
      ),
    ),
  ];
}

/** Share in use by host and device. A device that is mounted in several places is one; a size of 0 is no limit. */
function used(free: string, size: string): string {
  return `max by (instance, device) (1 - ${host(free, LOCAL)} / (${host(size, LOCAL)} > 0))`;
}

/** The fullest of something, by worker and device. */
function fullest(title: string, description: string, share: string): PanelJson {
  // the device makes the hosts' side many: of the workers, only one may be seen on each host
  const owner = `topk by (instance) (1, ${CHOSEN_WORKERS.hosts})`;
  const query = `max by (node_name, device) (${share} * on (instance) group_left (node_name) ${owner})`;
  return timeseries({
    title,
    description: `${description}, by worker and local disk, the 20 fullest. Above the upper line the kubelet evicts pods: remove what jobs left behind.`,
    unit: MetricUnit.RATIO,
    min: 0,
    max: 1,
    thresholds: DISK,
    showThresholds: true,
    links: LINKS,
    queries: [{ expr: few(query, 'node_name, device'), legend: '{{node_name}} {{device}}' }],
  });
}
