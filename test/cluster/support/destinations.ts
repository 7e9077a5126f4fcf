import { Size } from 'cdk8s';
import { Mode, RemoteWrite, RemoteWriteCredential } from '../../../lib';
import { type Cluster, report } from './cluster';
import { eventually } from './eventually';
import { Manifests } from './manifests';
import { applied } from './modes';
import type { KubeObject, Pod } from './objects';
import { AGENT_POD, lookAtVolumes, MONITORING, pipelinePods, refusals, requirePipeline } from './pipeline';
import { ISSUED_TOKEN, nodeOf, Receivers, type Write } from './receivers';
import { query } from './store';
import { activeTargets, tableOfJobs, troubles, withoutHealth } from './targets';

const TOKEN_FILE = { hostDirectory: '/mnt/cloud-metadata', file: 'tsa-token' };
const PARTNER = { name: 'partner-token', key: 'token' };
const ARCHIVE = { name: 'archive-login', user: 'keeper', password: 'p w:1' };
const BROKER = { id: 'metrics-of-the-cluster', secret: { name: 'broker-client', key: 'secret' } };
/** Named by its destination from the start, and made later. */
const LATE = { name: 'late-token', key: 'token' };
const PATHS = {
  cloud: '/projects/p-1/buckets/soperator/prometheus',
  open: '/open/api/v1/write',
  partner: '/partner/api/v1/write',
  archive: '/archive/api/v1/write',
  broker: '/broker/api/v1/write',
  issuer: '/issuer/token',
  late: '/late/api/v1/write',
};

/** Objects that the destinations need. */
function secret(name: string, stringData: { readonly [key: string]: string }): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: MONITORING }, stringData };
}

const SECRETS = [
  secret(PARTNER.name, { [PARTNER.key]: 'token-of-the-partner' }),
  secret(ARCHIVE.name, { user: ARCHIVE.user, password: ARCHIVE.password }),
  secret(BROKER.secret.name, { [BROKER.secret.key]: 'secret-of-the-broker' }),
];

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Who wrote where, each pair once. */
function pairs(writes: readonly Write[]): string[] {
  return [...new Set(writes.map(({ path, authorization }) => `${path} <- ${authorization || 'nobody in particular'}`))].sort();
}

/** Proves that each credential goes to exactly one URL, in one mode, over a replaced agent and with a Secret that comes late. */
export function describeDestinations(cluster: Cluster, mode: Mode): void {
  const receivers = new Receivers(cluster, Object.values(PATHS), TOKEN_FILE.hostDirectory);
  const operator = mode === Mode.OPERATOR ? 'deployment/vm-operator' : '';

  /** The pipeline with Nebius Cloud and more destinations: one of each kind of credential, and one with nothing. */
  function withDestinations(): Manifests {
    const to = (path: string, name: string, credential?: RemoteWriteCredential) =>
      RemoteWrite.toUrl(receivers.url(path), { name, credential });
    return Manifests.of(cluster, {
      mode,
      // so many queues would need a larger volume, and that of a test cluster cannot grow
      vmAgent: { queueSize: Size.gibibytes(10) },
      publicEndpointEnabled: true,
      nebiusCloud: {
        region: 'eu-north1',
        projectId: 'p-1',
        endpoint: receivers.url(PATHS.cloud),
        credential: RemoteWriteCredential.tokenFile(TOKEN_FILE),
      },
      destinations: [
        to(PATHS.open, 'open'),
        to(PATHS.partner, 'partner', RemoteWriteCredential.tokenSecret(PARTNER)),
        to(
          PATHS.archive,
          'archive',
          RemoteWriteCredential.basic({ name: ARCHIVE.name, key: 'user' }, { name: ARCHIVE.name, key: 'password' }),
        ),
        to(
          PATHS.broker,
          'broker',
          RemoteWriteCredential.oauth2({ clientId: BROKER.id, clientSecret: BROKER.secret, tokenUrl: receivers.url(PATHS.issuer) }),
        ),
        to(PATHS.late, 'late', RemoteWriteCredential.tokenSecret(LATE)),
      ],
    });
  }

  async function expectedPairs(late: boolean): Promise<string[]> {
    return [
      `${PATHS.cloud} <- Bearer ${await receivers.nodeFile(TOKEN_FILE.file)}`,
      `${PATHS.open} <- nobody in particular`,
      `${PATHS.partner} <- Bearer token-of-the-partner`,
      `${PATHS.archive} <- ${basic(ARCHIVE.user, ARCHIVE.password)}`,
      `${PATHS.issuer} <- ${basic(BROKER.id, 'secret-of-the-broker')}`,
      `${PATHS.broker} <- Bearer ${ISSUED_TOKEN}`,
      ...(late ? [`${PATHS.late} <- Bearer token-that-came-late`] : []),
    ].sort();
  }

  /** Waits until each destination was written to after a number of writes, and nobody wrote but who should. */
  async function written(after: number, late: boolean): Promise<number> {
    const expected = await expectedPairs(late);
    return await eventually('every destination is written to by who should, and by nobody else', 120, async () => {
      const writes = await receivers.writes();
      expect(pairs(writes.slice(after))).toEqual(expected);
      return writes.length;
    });
  }

  async function level(): Promise<string | undefined> {
    const namespace = await cluster.get<KubeObject>('namespace', MONITORING);
    return namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  }

  describe('destinations with credentials of different kinds', () => {
    beforeAll(async () => {
      await requirePipeline(cluster);
      await cluster.create(SECRETS);
      await receivers.start(await nodeOf(cluster, MONITORING, AGENT_POD));
    });

    test('get each its own credential and no other, the one whose Secret is missing gets nothing, and the namespace admits the token file', async () => {
      const began = Date.now();
      await applied(cluster, withDestinations(), mode);
      const count = await written(0, false);
      report(`each destination was written to after ${((Date.now() - began) / 1000).toFixed(1)} s: ${count} writes`);
      expect(await level()).toBe('privileged');
    });

    test('get what they missed once their Secret is there, while the agent runs on', async () => {
      const began = Date.now();
      const before = (await cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD)).metadata.uid;
      await cluster.create([secret(LATE.name, { [LATE.key]: 'token-that-came-late' })]);
      await lookAtVolumes(cluster);
      await written(0, true);
      report(`a Secret that came late counted after ${((Date.now() - began) / 1000).toFixed(1)} s`);
      const agent = await cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD);
      expect({ uid: agent.metadata.uid, restarts: agent.status.containerStatuses?.map(({ restartCount }) => restartCount) }).toEqual({
        uid: before,
        restarts: agent.status.containerStatuses?.map(() => 0),
      });
    });

    test('get the same after the agent was replaced', async () => {
      const began = Date.now();
      await cluster.kubectl('delete', 'pod', '-n', MONITORING, AGENT_POD, '--wait=true');
      const before = (await receivers.writes()).length;
      await written(before, true);
      report(`each destination was written to ${((Date.now() - began) / 1000).toFixed(1)} s after the agent was deleted`);
      // not one write in between was another
      expect(pairs(await receivers.writes())).toEqual(await expectedPairs(true));
    });

    // what follows in standalone mode applies the pipeline anew anyway
    if (mode === Mode.STANDALONE) return;

    test('are gone when they are taken away, the namespace is restricted again and everything in it admitted', async () => {
      await applied(cluster, Manifests.of(cluster, { mode }), mode);
      expect(await level()).toBe('restricted');
      await eventually('the agent runs without what the destinations needed', 90, async () => {
        const spec = JSON.stringify((await cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD)).spec);
        expect(Object.values(PATHS).filter((path) => spec.includes(path))).toEqual([]);
        expect(spec).not.toContain('hostPath');
      });
      await applied(cluster, Manifests.of(cluster, { mode }), mode);
      const unready = (await pipelinePods(cluster)).filter(
        ({ status }) => !status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
      );
      expect(unready.map(({ metadata }) => metadata.name)).toEqual([]);
      expect(await refusals(cluster, operator)).toEqual([]);
    });

    test('cost no sample that the agent had scraped, and no target', async () => {
      const operated = (await tableOfJobs(cluster)).filter(({ job }) => job !== 'vm-operator' || mode === Mode.OPERATOR);
      await eventually('the targets are those of the table, and up', 90, async () => {
        const active = await activeTargets(cluster);
        expect(withoutHealth(active)).toEqual(operated);
        expect(troubles(active)).toEqual([]);
      });
      const dropped = await query(cluster, 'sum(increase(vmagent_remotewrite_packets_dropped_total[15m]))');
      expect(dropped.map(({ value }) => value)).toEqual([0]);
    });
  });
}
