import { eventually } from '../support/eventually';
import { type Drill, NOTHING } from './drill';

export const tokenRotated: Drill = {
  name: 'token of the cloud rotated',
  promise: 'writes with the new token soon, by the same agent',
  disturbs: 'cloud',
  seconds: { short: 10, full: 60 },
  allowed: NOTHING,
  async run(pipeline, seconds) {
    const { cloud } = pipeline;
    const agent = await pipeline.agent();
    expect(await cloud.requests('second')).toBe(0);
    await cloud.issue('second');
    await pipeline.refreshSecrets();
    await eventually('the cloud sees the new token', seconds + 20, async () => expect(await cloud.requests('second')).toBeGreaterThan(0));
    const former = await cloud.requests('first');
    await eventually('the cloud sees it again', 20, async () => expect(await cloud.requests('second')).toBeGreaterThan(3));
    // no sender keeps the former one
    expect(await cloud.requests('first')).toBe(former);
    expect(await pipeline.agent()).toEqual(agent);
  },
};
