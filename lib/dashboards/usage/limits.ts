import { highIsBad, lowIsBad, type Thresholds } from '../vocabulary';

/** Data-centre GPUs slow down from 85 to 90 degrees on; a mean near it means that single ones are there. */
export const GPU_TEMPERATURE: Thresholds = highIsBad(75, 85);

/** Above nine tenths the kernel has little to drop, and the next large allocation ends a process. */
export const MEMORY: Thresholds = highIsBad(0.9, 0.97);

/** The kubelet removes images from 85 % on and evicts pods from 90 % on, unless it is told otherwise. */
export const DISK: Thresholds = highIsBad(0.85, 0.9);

/** A host whose CPUs are all busy keeps GPUs waiting for data. */
export const CPU: Thresholds = highIsBad(0.9, 0.98);

/** Jobs that use less than half of their GPUs wait for something; below a tenth they could run without. In percent. */
export const UTILISATION_OF_JOBS: Thresholds = lowIsBad(50, 10);
