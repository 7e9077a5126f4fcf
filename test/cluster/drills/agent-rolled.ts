import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, NOTHING } from './drill';

export const agentRolled: Drill = {
  name: 'agent rolled',
  promise: 'loses nothing that was scraped',
  disturbs: 'agent',
  seconds: { short: 3, full: 30 },
  allowed: NOTHING,
  async run(pipeline, seconds) {
    await pause(seconds * 1000);
    await pipeline.rollAgent();
  },
};
