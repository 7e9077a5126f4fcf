import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { refusals, requirePipeline } from './support/pipeline';
import { activeTargets, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();
beforeAll(() => requirePipeline(cluster));

describe('the agent', () => {
  test('scrapes exactly what the table of jobs says: jobs, labels, ports, paths and intervals, nothing twice and nothing else', async () => {
    const expected = await tableOfJobs(cluster);
    await eventually('the targets are those of the table', 60, async () => {
      expect(withoutHealth(await activeTargets(cluster))).toEqual(expected);
    });
  });

  test('gets an answer from every target', async () => {
    const targets = await eventually('every target is up', 60, async () => {
      const active = await activeTargets(cluster);
      expect(troubles(active)).toEqual([]);
      return active;
    });
    report(`${targets.length} targets up`);
  });

  test('was refused nothing, and neither was the operator', async () => {
    expect(await refusals(cluster)).toEqual([]);
  });
});
