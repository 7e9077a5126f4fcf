import { between, chance } from '../random';
import type { Source } from '../series';
import { constant, counter, gauge, type Shape } from '../values';
import { GPUS_OF_A_NODE, gpuHostsOf } from '../world';

/** Values by field; the others are as their unit says. */
const SHAPES: { readonly [name: string]: Shape } = {
  DCGM_FI_DEV_GPU_TEMP: gauge(35, 75),
  DCGM_FI_DEV_MEMORY_TEMP: gauge(40, 85),
  DCGM_FI_DEV_SLOWDOWN_TEMP: constant(87),
  DCGM_FI_DEV_POWER_USAGE: gauge(90, 690),
  DCGM_FI_DEV_POWER_MGMT_LIMIT: constant(700),
  DCGM_FI_DEV_SM_CLOCK: gauge(345, 1980),
  DCGM_FI_DEV_MEM_CLOCK: constant(2619),
  DCGM_FI_DEV_FB_FREE: gauge(2000, 80_000),
  DCGM_FI_DEV_FB_USED: gauge(500, 79_000),
  DCGM_FI_DEV_CLOCK_THROTTLE_REASONS: constant(0),
  DCGM_FI_DEV_ROW_REMAP_FAILURE: constant(0),
  DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS: constant(0),
  DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS: constant(0),
  DCGM_FI_DEV_PCIE_REPLAY_COUNTER: counter(0.0001),
  DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL: gauge(0, 300_000),
  DCGM_FI_PROF_PCIE_TX_BYTES: gauge(1_000_000, 20_000_000_000),
  DCGM_FI_PROF_PCIE_RX_BYTES: gauge(1_000_000, 20_000_000_000),
  DCGM_FI_PROF_NVLINK_TX_BYTES: gauge(1_000_000, 300_000_000_000),
  DCGM_FI_PROF_NVLINK_RX_BYTES: gauge(1_000_000, 300_000_000_000),
};

/** Values of GPUs that a job holds and does not use. */
const IDLE: { readonly [name: string]: Shape } = {
  DCGM_FI_DEV_GPU_UTIL: constant(0),
  DCGM_FI_DEV_POWER_USAGE: gauge(70, 110),
  DCGM_FI_PROF_SM_ACTIVE: gauge(0, 0.01),
};

/** GPUs: eight of each worker. */
export const DCGM_EXPORTER: Source = {
  job: 'dcgm-exporter',
  targets: (world) =>
    gpuHostsOf(world).map(({ name, rack = '' }) => ({
      instance: name,
      slurm_nodeset: 'worker',
      slurm_nodeset_name: rack,
      nvlink_instance_group: `nvl-${rack}`,
    })),
  *things(world, name, _page, target) {
    const worker = workers(world).get(target.instance ?? '') ?? '';
    const idle = chance(`${worker} idle`) < 0.05;
    for (let gpu = 0; gpu < GPUS_OF_A_NODE; gpu++) {
      const seed = `${worker} ${gpu}`;
      // one GPU in fifty has had an error, the others 0
      const error = chance(`${seed} xid`) < 0.02 ? 31 : 0;
      yield {
        labels: {
          gpu: String(gpu),
          UUID: `GPU-${between(seed, 0x10000000, 0xffffffff).toString(16)}-${between(`${seed} uuid`, 0x1000, 0xffff).toString(16)}-4c3b`,
          pci_bus_id: `00000000:${(0x8d + gpu * 2).toString(16).toUpperCase()}:00.0`,
          device: `nvidia${gpu}`,
          modelName: 'NVIDIA H100 80GB HBM3',
          Hostname: target.instance ?? '',
          DCGM_FI_DRIVER_VERSION: '570.124.06',
          exported_namespace: 'soperator',
          exported_pod: worker,
          exported_container: 'slurmd',
          ...(error === 0 ? {} : { err_code: String(error), err_msg: 'GPU memory page fault' }),
        },
        shape: name === 'DCGM_FI_DEV_XID_ERRORS' ? constant(error) : ((idle ? IDLE[name] : undefined) ?? SHAPES[name]),
      };
    }
  },
};

/** Workers by the name of their node, worked out once for each cluster. */
const known = new WeakMap<object, ReadonlyMap<string, string>>();
function workers(world: Parameters<typeof gpuHostsOf>[0]): ReadonlyMap<string, string> {
  const made = known.get(world) ?? new Map(gpuHostsOf(world).map(({ name, worker }) => [name, worker]));
  known.set(world, made);
  return made;
}
