/** One field that the DCGM exporter can read. */
export interface DcgmField {
  /** Name of the field, and of the metric family. */
  readonly name: string;
  /** How the exporter declares it: `gauge`, `counter` or `label`. */
  readonly type: string;
  /** What it says, in one phrase without commas: the exporter's list is comma-separated. */
  readonly help: string;
}

const gauge = (name: string, help: string): DcgmField => ({ name, type: 'gauge', help });
const counter = (name: string, help: string): DcgmField => ({ name, type: 'counter', help });
const label = (name: string, help: string): DcgmField => ({ name, type: 'label', help });

/** Utilisation, temperature, power and memory: what every panel about GPUs starts from. */
const DEVICE: readonly DcgmField[] = [
  gauge('DCGM_FI_DEV_GPU_UTIL', 'Share of time in which a kernel ran (percent)'),
  gauge('DCGM_FI_DEV_MEM_COPY_UTIL', 'Share of time in which memory was read or written (percent)'),
  gauge('DCGM_FI_DEV_ENC_UTIL', 'Video encoder utilisation (percent)'),
  gauge('DCGM_FI_DEV_DEC_UTIL', 'Video decoder utilisation (percent)'),
  gauge('DCGM_FI_DEV_GPU_TEMP', 'Temperature of the GPU (degrees Celsius)'),
  gauge('DCGM_FI_DEV_MEMORY_TEMP', 'Temperature of the memory (degrees Celsius)'),
  gauge('DCGM_FI_DEV_SLOWDOWN_TEMP', 'Temperature at which the GPU slows down (degrees Celsius)'),
  gauge('DCGM_FI_DEV_POWER_USAGE', 'Power drawn (watts)'),
  gauge('DCGM_FI_DEV_POWER_MGMT_LIMIT', 'Power limit in force (watts)'),
  counter('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', 'Energy drawn since the driver was loaded (millijoules)'),
  gauge('DCGM_FI_DEV_SM_CLOCK', 'Clock of the streaming multiprocessors (MHz)'),
  gauge('DCGM_FI_DEV_MEM_CLOCK', 'Clock of the memory (MHz)'),
  gauge('DCGM_FI_DEV_PSTATE', 'Performance state: 0 is the fastest'),
  gauge('DCGM_FI_DEV_CLOCK_THROTTLE_REASONS', 'Bits of the reasons why clocks are held back'),
  gauge('DCGM_FI_DEV_FB_TOTAL', 'Framebuffer memory (MiB)'),
  gauge('DCGM_FI_DEV_FB_FREE', 'Framebuffer memory that is free (MiB)'),
  gauge('DCGM_FI_DEV_FB_USED', 'Framebuffer memory in use (MiB)'),
  gauge('DCGM_FI_DEV_FB_USED_PERCENT', 'Framebuffer memory in use (share of 1)'),
];

/** Errors that take a GPU out of service. */
const HEALTH: readonly DcgmField[] = [
  gauge('DCGM_FI_DEV_XID_ERRORS', 'Last XID error'),
  counter('DCGM_FI_DEV_PCIE_REPLAY_COUNTER', 'Retries on the PCIe link'),
  counter('DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS', 'Memory rows remapped after uncorrectable errors'),
  counter('DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS', 'Memory rows remapped after correctable errors'),
  gauge('DCGM_FI_DEV_ROW_REMAP_FAILURE', 'Whether remapping a memory row failed'),
];

/** The profiler's view: how busy which part of the chip is. Needs a data-centre GPU. */
const PROFILING: readonly DcgmField[] = [
  gauge('DCGM_FI_PROF_GR_ENGINE_ACTIVE', 'Share of time in which the graphics or compute engine was active'),
  gauge('DCGM_FI_PROF_SM_ACTIVE', 'Share of cycles in which a multiprocessor had a warp'),
  gauge('DCGM_FI_PROF_SM_OCCUPANCY', 'Share of warps resident on a multiprocessor'),
  gauge('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', 'Share of cycles in which the tensor pipe was active'),
  gauge('DCGM_FI_PROF_PIPE_FP64_ACTIVE', 'Share of cycles in which the fp64 pipe was active'),
  gauge('DCGM_FI_PROF_PIPE_FP32_ACTIVE', 'Share of cycles in which the fp32 pipe was active'),
  gauge('DCGM_FI_PROF_PIPE_FP16_ACTIVE', 'Share of cycles in which the fp16 pipe was active'),
  gauge('DCGM_FI_PROF_DRAM_ACTIVE', 'Share of cycles in which the memory interface was active'),
  // DCGM gives these four as a rate over its sampling time, whatever other lists declare
  gauge('DCGM_FI_PROF_PCIE_TX_BYTES', 'Bytes sent over PCIe (bytes per second)'),
  gauge('DCGM_FI_PROF_PCIE_RX_BYTES', 'Bytes received over PCIe (bytes per second)'),
  gauge('DCGM_FI_PROF_NVLINK_TX_BYTES', 'Bytes sent over NVLink (bytes per second)'),
  gauge('DCGM_FI_PROF_NVLINK_RX_BYTES', 'Bytes received over NVLink (bytes per second)'),
];

/**
 * NVLink by the driver. Other lists declare a counter, the exporter's own among them, for so it is named; DCGM makes a rate of the driver's
 * counters, which goes up and down: as a counter it would invite `rate`, which says nothing about it.
 *
 * @see https://github.com/NVIDIA/dcgm-exporter/pull/658
 */
const NVLINK: readonly DcgmField[] = [
  gauge('DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL', 'Sent and received over all lanes of NVLink (MiB per second)'),
];

/** Fields that the exporter knows and the default list leaves out. */
const OPTIONAL: readonly DcgmField[] = [
  gauge('DCGM_FI_DEV_SHUTDOWN_TEMP', 'Temperature at which the GPU shuts down (degrees Celsius)'),
  gauge('DCGM_FI_DEV_FAN_SPEED', 'Fan speed (percent)'),
  gauge('DCGM_FI_DEV_VGPU_LICENSE_STATUS', 'Whether the vGPU is licensed'),
  gauge('DCGM_FI_DEV_FB_RESERVED', 'Framebuffer memory held back by the system (MiB)'),
  gauge('DCGM_FI_DEV_ENFORCED_POWER_LIMIT', 'Power limit that the driver enforces (watts)'),
  gauge('DCGM_FI_DEV_POWER_USAGE_INSTANT', 'Power drawn at this moment (watts)'),
  counter('DCGM_FI_DEV_POWER_VIOLATION', 'Time held back by the power limit (microseconds)'),
  counter('DCGM_FI_DEV_THERMAL_VIOLATION', 'Time held back by temperature (microseconds)'),
  counter('DCGM_FI_DEV_SYNC_BOOST_VIOLATION', 'Time held back by sync boost (microseconds)'),
  counter('DCGM_FI_DEV_BOARD_LIMIT_VIOLATION', 'Time held back by the board limit (microseconds)'),
  counter('DCGM_FI_DEV_LOW_UTIL_VIOLATION', 'Time held back by low utilisation (microseconds)'),
  counter('DCGM_FI_DEV_RELIABILITY_VIOLATION', 'Time held back by the reliability limit (microseconds)'),
  counter('DCGM_FI_DEV_ECC_SBE_VOL_TOTAL', 'Single-bit errors since boot'),
  counter('DCGM_FI_DEV_ECC_DBE_VOL_TOTAL', 'Double-bit errors since boot'),
  counter('DCGM_FI_DEV_ECC_SBE_AGG_TOTAL', 'Single-bit errors over the life of the GPU'),
  counter('DCGM_FI_DEV_ECC_DBE_AGG_TOTAL', 'Double-bit errors over the life of the GPU'),
  counter('DCGM_FI_DEV_RETIRED_SBE', 'Pages retired after single-bit errors'),
  counter('DCGM_FI_DEV_RETIRED_DBE', 'Pages retired after double-bit errors'),
  counter('DCGM_FI_DEV_RETIRED_PENDING', 'Pages to be retired at the next boot'),
  gauge('DCGM_FI_DEV_PCIE_LINK_GEN', 'PCIe generation of the link'),
  gauge('DCGM_FI_DEV_PCIE_LINK_WIDTH', 'PCIe lanes of the link'),
  gauge('DCGM_FI_DEV_PCIE_MAX_LINK_GEN', 'PCIe generation that the link could have'),
  gauge('DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH', 'PCIe lanes that the link could have'),
  counter('DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL', 'Flow-control errors of NVLink'),
  counter('DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL', 'Data errors of NVLink'),
  counter('DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL', 'Retries of NVLink'),
  counter('DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL', 'Recoveries of NVLink'),
  gauge('DCGM_FI_DEV_FABRIC_MANAGER_STATUS', 'State of the fabric manager'),
  gauge('DCGM_FI_PROF_PIPE_TENSOR_IMMA_ACTIVE', 'Share of cycles in which the integer tensor pipe was active'),
  gauge('DCGM_FI_PROF_PIPE_TENSOR_HMMA_ACTIVE', 'Share of cycles in which the half-precision tensor pipe was active'),
  gauge('DCGM_FI_PROF_PIPE_TENSOR_DFMA_ACTIVE', 'Share of cycles in which the double-precision tensor pipe was active'),
  label('DCGM_FI_DRIVER_VERSION', 'Version of the driver'),
  label('DCGM_FI_NVML_VERSION', 'Version of NVML'),
  label('DCGM_FI_DEV_BRAND', 'Brand of the GPU'),
  label('DCGM_FI_DEV_SERIAL', 'Serial number of the GPU'),
  label('DCGM_FI_DEV_OEM_INFOROM_VER', 'Version of the OEM inforom'),
  label('DCGM_FI_DEV_VBIOS_VERSION', 'Version of the video BIOS'),
];

/** The fields that the exporter reads unless told otherwise. */
export const DEFAULT_DCGM_FIELDS: readonly DcgmField[] = [
  ...DEVICE,
  ...HEALTH,
  ...PROFILING,
  ...NVLINK,
  label('DCGM_FI_DRIVER_VERSION', 'Version of the driver'),
];

/** Every field that may be asked for, by name. @see https://github.com/NVIDIA/dcgm-exporter/tree/main/etc */
export const DCGM_FIELDS: ReadonlyMap<string, DcgmField> = new Map(
  [...DEFAULT_DCGM_FIELDS, ...OPTIONAL].map((field) => [field.name, field]),
);
