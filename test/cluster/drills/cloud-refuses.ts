import { setTimeout as pause } from 'node:timers/promises';
import type { Behaviour } from './cloud';
import { type Drill, NOTHING } from './drill';
import type { DrillPipeline } from './pipeline';

/** Longest time until what was already on its way behind the front can be read from the cloud's store. */
const ON_ITS_WAY_MS = 3000;

/** Misbehaves, and proves by what arrives that it did: a fault without an effect would prove nothing. */
async function misbehave(pipeline: DrillPipeline, behaviour: Behaviour, seconds: number): Promise<void> {
  await pipeline.cloud.become(behaviour);
  await pause(ON_ITS_WAY_MS);
  const before = await pipeline.cloud.destination.newest();
  await pause(seconds * 1000 - ON_ITS_WAY_MS);
  expect(await pipeline.cloud.destination.newest()).toBe(before);
}

export const cloudRefuses: Drill = {
  name: 'cloud refuses with 500, then hangs',
  promise: 'keeps everything for the cloud and writes it later, while the store gets everything at once',
  disturbs: 'cloud',
  seconds: { short: 16, full: 180 },
  allowed: NOTHING,
  async run(pipeline, seconds) {
    const refused = () => pipeline.agentMetric('vmagent_remotewrite_requests_total', 'status_code="500"');
    const before = await refused();
    try {
      await misbehave(pipeline, 'refuses', seconds / 2);
      expect(await refused()).toBeGreaterThan(before);
      await misbehave(pipeline, 'hangs', seconds / 2);
    } finally {
      await pipeline.cloud.become('answers');
    }
  },
};
