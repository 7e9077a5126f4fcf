import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, NOTHING } from './drill';

export const tokenMissing: Drill = {
  name: 'token of the cloud missing at first',
  promise: 'holds back what is for the cloud until its token is there, and runs on',
  disturbs: 'cloud',
  seconds: { short: 3, full: 60 },
  allowed: NOTHING,
  async run(pipeline, seconds) {
    const agent = await pipeline.agent();
    await pause(seconds * 1000);
    expect(await pipeline.cloud.destination.newest()).toBe(0);
    await pipeline.cloud.issue('first');
    await pipeline.refreshSecrets();
    // the same pod, and no container of it was started again
    expect(await pipeline.agent()).toEqual({ ...agent, phase: 'Running' });
  },
};
