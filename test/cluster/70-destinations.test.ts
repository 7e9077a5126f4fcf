import { RemoteWrite, RemoteWriteCredential } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import type { KubeObject, Pod } from './support/objects';
import { AGENT_POD, MONITORING, operational, pipelinePods, refusals, requirePipeline } from './support/pipeline';
import { shellBlock } from './support/readme';
import { nodeOf, Receivers, type Write } from './support/receivers';
import { query } from './support/store';
import { activeTargets, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();

const TOKEN_FILE = { hostDirectory: '/mnt/cloud-metadata', file: 'tsa-token' };
const PARTNER = { name: 'partner-token', key: 'token' };
const ARCHIVE = { name: 'archive-login', user: 'keeper', password: 'p w:1' };
const PATHS = {
  cloud: '/projects/p-1/buckets/soperator/prometheus',
  open: '/open/api/v1/write',
  partner: '/partner/api/v1/write',
  archive: '/archive/api/v1/write',
};

const receivers = new Receivers(cluster, Object.values(PATHS), TOKEN_FILE.hostDirectory);
const SECRETS = [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: PARTNER.name, namespace: MONITORING },
    stringData: { token: 'token-of-the-partner' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: ARCHIVE.name, namespace: MONITORING },
    stringData: { user: ARCHIVE.user, password: ARCHIVE.password },
  },
];

/** The pipeline with Nebius Cloud and three more destinations: one with a token of a Secret, one with a login, one with nothing. */
function withDestinations(): Manifests {
  return Manifests.of(cluster, {
    publicEndpointEnabled: true,
    nebiusCloud: {
      region: 'eu-north1',
      projectId: 'p-1',
      endpoint: receivers.url(PATHS.cloud),
      credential: RemoteWriteCredential.tokenFile(TOKEN_FILE),
    },
    destinations: [
      RemoteWrite.toUrl(receivers.url(PATHS.open), { name: 'open' }),
      RemoteWrite.toUrl(receivers.url(PATHS.partner), { name: 'partner', credential: RemoteWriteCredential.tokenSecret(PARTNER) }),
      RemoteWrite.toUrl(receivers.url(PATHS.archive), {
        name: 'archive',
        credential: RemoteWriteCredential.basic({ name: ARCHIVE.name, key: 'user' }, { name: ARCHIVE.name, key: 'password' }),
      }),
    ],
  });
}

/** Who wrote where, each pair once. */
function pairs(writes: readonly Write[]): string[] {
  return [...new Set(writes.map(({ path, authorization }) => `${path} <- ${authorization || 'nobody in particular'}`))].sort();
}

async function expectedPairs(): Promise<string[]> {
  const login = Buffer.from(`${ARCHIVE.user}:${ARCHIVE.password}`).toString('base64');
  return [
    `${PATHS.cloud} <- Bearer ${await receivers.nodeFile(TOKEN_FILE.file)}`,
    `${PATHS.open} <- nobody in particular`,
    `${PATHS.partner} <- Bearer token-of-the-partner`,
    `${PATHS.archive} <- Basic ${login}`,
  ].sort();
}

/** Waits until each destination was written to after a number of writes, and nobody wrote but who should. */
async function written(after: number): Promise<number> {
  const expected = await expectedPairs();
  return await eventually('every destination is written to by who should, and by nobody else', 90, async () => {
    const writes = await receivers.writes();
    expect(pairs(writes.slice(after))).toEqual(expected);
    return writes.length;
  });
}

async function level(): Promise<string | undefined> {
  const namespace = await cluster.get<KubeObject>('namespace', MONITORING);
  return namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'];
}

/** What the running agent mounts and is told, in one text. */
async function agent(): Promise<string> {
  return JSON.stringify((await cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD)).spec);
}

describe('destinations with credentials of different kinds', () => {
  beforeAll(async () => {
    await requirePipeline(cluster);
    await cluster.create(SECRETS);
    await receivers.start(await nodeOf(cluster, MONITORING, AGENT_POD));
  });

  test('get each its own credential and no other, and the namespace admits the token file of the node', async () => {
    const began = Date.now();
    const manifests = withDestinations();
    await cluster.shell(shellBlock('apply'), manifests.folder);
    await operational(cluster);
    await cluster.shell(shellBlock('wait'), manifests.folder);
    const count = await written(0);
    report(`each destination was written to after ${((Date.now() - began) / 1000).toFixed(1)} s: ${count} writes`);
    expect(await level()).toBe('privileged');
  });

  test('get the same after the agent was replaced', async () => {
    const began = Date.now();
    await cluster.kubectl('delete', 'pod', '-n', MONITORING, AGENT_POD, '--wait=true');
    const before = (await receivers.writes()).length;
    await written(before);
    report(`each destination was written to ${((Date.now() - began) / 1000).toFixed(1)} s after the agent was deleted`);
    // not one write in between was another
    expect(pairs(await receivers.writes())).toEqual(await expectedPairs());
  });

  test('are gone when they are taken away, the namespace is restricted again and everything in it admitted', async () => {
    const manifests = Manifests.of(cluster);
    await cluster.shell(shellBlock('apply'), manifests.folder);
    expect(await level()).toBe('restricted');
    await eventually('the agent runs without what the destinations needed', 90, async () => {
      const spec = await agent();
      expect(Object.values(PATHS).filter((path) => spec.includes(path))).toEqual([]);
      expect(spec).not.toContain('hostPath');
    });
    await operational(cluster);
    await cluster.shell(shellBlock('wait'), manifests.folder);
    const unready = (await pipelinePods(cluster)).filter(
      ({ status }) => !status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    );
    expect(unready.map(({ metadata }) => metadata.name)).toEqual([]);
    expect(await refusals(cluster)).toEqual([]);
  });

  test('cost no sample that the agent had scraped, and no target', async () => {
    await eventually('the targets are those of the table, and up', 60, async () => {
      const active = await activeTargets(cluster);
      expect(withoutHealth(active)).toEqual(await tableOfJobs(cluster));
      expect(troubles(active)).toEqual([]);
    });
    const dropped = await query(cluster, 'sum(increase(vmagent_remotewrite_packets_dropped_total[15m]))');
    expect(dropped.map(({ value }) => value)).toEqual([0]);
  });
});
