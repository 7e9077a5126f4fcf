import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, IN_MEMORY_OF_STORE_S } from './drill';

export const storeKilled: Drill = {
  name: 'store killed',
  promise: 'loses what the store had not yet written to its files, and nothing that came later',
  disturbs: 'store',
  // what it held is of the seconds before
  seconds: { short: IN_MEMORY_OF_STORE_S + 1, full: 60 },
  allowed: () => ({ store: IN_MEMORY_OF_STORE_S, cloud: 0 }),
  async run(pipeline, seconds) {
    await pause(seconds * 1000);
    await pipeline.killStore();
  },
};
