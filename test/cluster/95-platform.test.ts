import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { initialised } from './support/init';
import { Manifests } from './support/manifests';
import { type KubeObject, type Pod, titles } from './support/objects';
import { FOREIGN, MONITORING, NODE_EXPORTER, operational, refusals, requireNone } from './support/pipeline';
import { shellBlock } from './support/readme';
import { STAND_IN_LABELS, StandIns } from './support/stand-ins';
import { activeTargets, type Sources, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();
let manifests: Manifests;
let standIns: StandIns;

/** What Soperator brings is scraped in place of what the pipeline would deploy; its GPU exporter reads every 30 s. */
const SOURCES: Sources = {
  slurmExporter: STAND_IN_LABELS.slurmExporter,
  dcgmExporter: STAND_IN_LABELS.dcgmExporter,
  dcgmInterval: '30s',
  vmOperator: STAND_IN_LABELS.operator,
};

/** A block of the README without the lines about files that this platform does not render. */
function block(name: string): string {
  const lines = shellBlock(name).split('\n');
  const isThere = (line: string) => [...line.matchAll(/dist\/\S+\.yaml/g)].every(([file]) => existsSync(join(manifests.folder, file)));
  return lines.filter(isThere).join('\n');
}

/** Every pod of the namespaces that were there before, by identity, with its restarts. */
async function theirPods(): Promise<string[]> {
  const pods = await cluster.list<Pod>('pods', '--all-namespaces');
  const theirs = pods.filter(
    ({ metadata }) => !metadata.labels?.['managed-by'] && metadata.labels?.['app.kubernetes.io/part-of'] !== 'soperator-metrics',
  );
  return theirs
    .map(({ metadata, status }) => {
      const restarts = (status.containerStatuses ?? []).map(
        ({ ready, restartCount }) => `${ready ? 'ready' : 'not ready'}, ${restartCount} restarts`,
      );
      return `${metadata.namespace} ${metadata.name} ${metadata.uid}: ${restarts.join('; ')}`;
    })
    .sort();
}

describe('beside an operator and exporters that were there before', () => {
  let theirs: object[] = [];
  let theirPodsBefore: string[] = [];

  let isOurs = false;

  beforeAll(async () => {
    await requireNone(cluster);
    isOurs = true;
    // the stand-in is an operator of another version than the one that Soperator comes with, and this is how one says so
    manifests = Manifests.of(cluster, { platforms: [Platform.SOPERATOR], vmOperator: { version: '0.74.1' } });
    standIns = new StandIns(cluster, Manifests.of(cluster).definitions);
    await standIns.start();
    theirs = await standIns.state();
    theirPodsBefore = await theirPods();
  });
  afterAll(async () => {
    if (!isOurs) return;
    const paths = manifests.paths.filter((path) => !path.endsWith('10-namespaces.yaml')).reverse();
    for (const path of paths) await cluster.run('kubectl', ['delete', '--ignore-not-found', '--timeout=60s', '-f', path]);
    await cluster.run('kubectl', ['delete', 'namespace', NODE_EXPORTER, '--ignore-not-found']);
    await standIns.stop();
  });

  test('the pipeline deploys no second one of them', () => {
    const workloads = manifests.objects.filter(({ kind }) => ['Deployment', 'DaemonSet', 'CustomResourceDefinition'].includes(kind));
    expect(titles(workloads)).toEqual([
      `DaemonSet ${NODE_EXPORTER}/node-exporter`,
      `Deployment ${MONITORING}/metrics-grafana`,
      `Deployment ${MONITORING}/metrics-kube-state-metrics`,
    ]);
  });

  test('init finds them, and writes a file that renders the same objects', async () => {
    const made = await initialised(cluster);
    expect(made.chosen).toMatchObject({ platform: 'soperator', mode: 'operator', vmOperator: { version: '0.74.1' } });
    expect(titles(made.manifests.objects)).toEqual(titles(manifests.objects));
  });

  test('the pipeline is applied without a conflict, and their operator makes agent and store of it', async () => {
    const began = Date.now();
    const { stderr } = await cluster.shell(block('apply'), manifests.folder);
    expect(stderr).toBe('');
    await operational(cluster);
    report(`applied and operational after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  });

  test('the agent scrapes the table of jobs with theirs in it, nothing twice, and gets an answer from all', async () => {
    await eventually('the targets are those of the table, and up', 120, async () => {
      const active = await activeTargets(cluster);
      expect(withoutHealth(active)).toEqual(await tableOfJobs(cluster, SOURCES));
      expect(troubles(active)).toEqual([]);
    });
    const jobs = (await activeTargets(cluster)).map(({ job }) => job);
    expect(jobs).toEqual(expect.arrayContaining(['slurm-exporter', 'dcgm-exporter', 'vm-operator']));
    expect(await refusals(cluster, 'deployment/metrics-victoria-metrics-operator')).toEqual([]);
    report(`${jobs.length} targets up`);
  });

  test('nothing of theirs was changed: neither a field nor a label, and no pod was replaced', async () => {
    expect(await standIns.state()).toEqual(theirs);
    expect(await theirPods()).toEqual(theirPodsBefore);
  });

  test('when the pipeline is removed, theirs still run, in their namespaces', async () => {
    await cluster.shell(block('remove'), manifests.folder);
    await cluster.shell(block('remove-volumes'), manifests.folder);
    expect(await standIns.state()).toEqual(theirs);
    expect(await theirPods()).toEqual(theirPodsBefore);
    const namespaces = (await cluster.list<KubeObject>('namespaces')).map(({ metadata }) => metadata.name);
    expect(namespaces).toEqual(expect.arrayContaining([MONITORING, ...FOREIGN]));
    expect(namespaces).not.toContain(NODE_EXPORTER);
  });
});
