import { eachGpu, gpu } from '../vocabulary';

/** Below this share of time with a kernel, in percent, a GPU counts as not used: monitoring itself makes 1 or 2. */
const BUSY_PERCENT = 10;
/** Above this much memory in MiB a process holds the GPU: an unused one keeps less for the driver on all models since Volta. */
const HELD_MEBIBYTES = 100;

/** Series of single GPUs, each GPU once. */
export const gpus = (metric: string, ...matchers: readonly string[]): string => eachGpu(gpu(metric, ...matchers));

/** 1 for each GPU on which kernels run, 0 for the others. */
export const busy = (suffix = '', ...matchers: readonly string[]): string =>
  `${eachGpu(`${gpu('DCGM_FI_DEV_GPU_UTIL', ...matchers)}${suffix}`)} >= bool ${BUSY_PERCENT}`;

/** The power of GPUs on which kernels run. */
export const powerOfBusy = (...matchers: readonly string[]): string =>
  `${gpus('DCGM_FI_DEV_POWER_USAGE', ...matchers)} and on (instance, gpu) ${gpus('DCGM_FI_DEV_GPU_UTIL', ...matchers)} >= ${BUSY_PERCENT}`;

/** How many GPUs a process holds, by their memory. */
export const HELD_GPUS = `sum(${gpus('DCGM_FI_DEV_FB_USED')} > bool ${HELD_MEBIBYTES})`;
/** How many GPUs no process holds. */
export const FREE_GPUS = `sum(${gpus('DCGM_FI_DEV_FB_USED')} <= bool ${HELD_MEBIBYTES})`;

/** GPUs that report. */
export const GPUS = gpus('DCGM_FI_DEV_GPU_UTIL');
/** The scrapes of GPU exporters: there when no GPU is. */
export const GPU_SCRAPES = gpu('up');
