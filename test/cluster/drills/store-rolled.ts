import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, NOTHING } from './drill';

export const storeRolled: Drill = {
  name: 'store rolled',
  promise: 'loses nothing, and keeps what comes meanwhile',
  disturbs: 'store',
  seconds: { short: 3, full: 30 },
  allowed: NOTHING,
  async run(pipeline, seconds) {
    await pause(seconds * 1000);
    await pipeline.rollStore();
  },
};
