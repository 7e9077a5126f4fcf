import { setTimeout as pause } from 'node:timers/promises';
import { Mode } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { change, claims } from './support/modes';
import { MONITORING, refusals, requirePipeline } from './support/pipeline';
import { query } from './support/store';
import { activeTargets, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();
const STORE_DEPLOYMENT = 'vmsingle-metrics-victoria-metrics-k8s-stack';
/** How long the store is away before the change, in seconds. */
const AWAY_S = 35;
beforeAll(() => requirePipeline(cluster));

describe('the standalone pipeline, changed to the operator', () => {
  test('runs after the steps of the page about modes, with its volumes and what was stored before', async () => {
    const before = await claims(cluster);
    const at = Math.floor(Date.now() / 1000) - 60;
    // the store may still be on its way back from what went before
    const series = await eventually('the store answers', 90, async () => {
      const [found] = await query(cluster, `count({__name__!=""} @ ${at})`);
      expect(found?.value).toBeGreaterThan(0);
      return found?.value;
    });

    // what the agent scrapes while the store is away is in its queue, and of the past for the next agent
    await cluster.kubectl('scale', 'deployment', '-n', MONITORING, STORE_DEPLOYMENT, '--replicas=0');
    await cluster.kubectl('wait', '-n', MONITORING, '--for=delete', '--timeout=2m', 'pod', '-l', 'app.kubernetes.io/name=vmsingle');
    const away = Date.now() / 1000;
    await pause(AWAY_S * 1000);

    const began = Date.now();
    await change(cluster, Manifests.of(cluster, { mode: Mode.STANDALONE }), Manifests.of(cluster), Mode.OPERATOR);
    report(`changed to the operator in ${((Date.now() - began) / 1000).toFixed(1)} s`);

    expect(await claims(cluster)).toEqual(before);
    await eventually('what was in the queue is in the store', 60, async () => {
      // GPUs are read every 15 s
      const [scrapes] = await query(cluster, `min(count_over_time(up{job="dcgm-exporter"}[${AWAY_S}s] @ ${away + AWAY_S}))`);
      expect(scrapes?.value).toBeGreaterThanOrEqual(2);
    });
    expect((await query(cluster, `count({__name__!=""} @ ${at})`))[0]?.value).toBe(series);
  });

  test('has every target of the table, up, and was refused nothing', async () => {
    await eventually('the targets are those of the table, and up', 90, async () => {
      const active = await activeTargets(cluster);
      expect(withoutHealth(active)).toEqual(await tableOfJobs(cluster));
      expect(troubles(active)).toEqual([]);
    });
    expect(await refusals(cluster)).toEqual([]);
  });
});
