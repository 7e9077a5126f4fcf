import type { Source, Thing } from '../series';
import { constant, counter, gauge, type Shape } from '../values';
import type { World } from '../world';
import { every } from './every';

const numbered = (count: number, prefix = ''): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const INFINIBAND = [...numbered(8, 'mlx5_')];
const DISKS = ['vda', 'nvme0n1', 'nvme1n1', 'nvme2n1', 'nvme3n1'];
const NETWORKS = ['lo', 'eth0', 'cilium_host', 'cilium_net', ...numbered(8, 'ibs')];
const FILESYSTEMS: readonly (readonly [device: string, mountpoint: string, fstype: string])[] = [
  ['/dev/vda1', '/', 'ext4'],
  ['/dev/vda15', '/boot/efi', 'vfat'],
  ['/dev/nvme0n1', '/mnt/image-storage', 'ext4'],
  ['tmpfs', '/run', 'tmpfs'],
  ['jail', '/mnt/jail', 'virtiofs'],
  ['home', '/mnt/home', 'virtiofs'],
];
const SENSORS = numbered(16, 'temp');

/** Values of labels of single families. */
const GIVEN = {
  chip: ['platform_coretemp_0', 'platform_coretemp_1'],
  sensor: SENSORS,
  controller: ['mc0', 'mc1'],
  domainname: ['(none)'],
  machine: ['x86_64'],
  release: ['5.15.0-112-generic'],
  sysname: ['Linux'],
  version: ['#122-Ubuntu SMP'],
  id: ['ubuntu'],
  name: ['Ubuntu'],
  pretty_name: ['Ubuntu 24.04 LTS'],
};

const SHAPES: { readonly [name: string]: Shape } = {
  node_memory_MemTotal_bytes: constant(1_690_000_000_000),
  node_memory_MemAvailable_bytes: gauge(300_000_000_000, 1_500_000_000_000),
  node_filesystem_size_bytes: constant(1_000_000_000_000),
  node_filesystem_avail_bytes: gauge(50_000_000_000, 900_000_000_000),
  node_filesystem_files: constant(60_000_000),
  node_filesystem_files_free: gauge(10_000_000, 59_000_000),
  node_filesystem_device_error: constant(0),
  node_filesystem_readonly: constant(0),
  node_infiniband_state_id: constant(4),
  node_infiniband_port_data_received_bytes_total: counter(8_000_000_000),
  node_infiniband_port_data_transmitted_bytes_total: counter(8_000_000_000),
  node_timex_sync_status: constant(1),
  node_network_up: constant(1),
  node_network_carrier: constant(1),
  node_network_info: constant(1),
  node_vmstat_oom_kill: constant(0),
  node_edac_uncorrectable_errors_total: constant(0),
  node_cpu_seconds_total: counter(0.12),
};

/** Machines: every node of Kubernetes has one. */
export const NODE_EXPORTER: Source = {
  job: 'node-exporter',
  targets: ({ hosts }: World) => hosts.map(({ name }) => ({ instance: name })),
  things({ cpus }, name, page, target) {
    const shape = SHAPES[name];
    const things = (): readonly Thing[] => {
      if (name.startsWith('node_infiniband_')) {
        // nodes of the system have no such adapters
        const devices = target.instance?.startsWith('gpu-') ? INFINIBAND : [];
        return devices.map((device) => ({ labels: { device, port: '1' } }));
      }
      if (name.startsWith('node_filesystem_')) {
        return FILESYSTEMS.map(([device, mountpoint, fstype]) => ({ labels: { device, mountpoint, fstype } }));
      }
      const devices = name.startsWith('node_disk_') ? DISKS : NETWORKS;
      return every(page, target, { ...GIVEN, device: devices, cpu: numbered(cpus), nodename: [target.instance ?? ''] });
    };
    return things().map((thing) => ({ ...thing, shape }));
  },
};
