import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, NOTHING } from './drill';

export const storeDown: Drill = {
  name: 'store down',
  promise: 'keeps everything and writes it once the store is back',
  disturbs: 'store',
  seconds: { short: 14, full: 300 },
  allowed: NOTHING,
  run: (pipeline, seconds) => pipeline.withoutStore(() => pause(seconds * 1000)),
};
