import { type MetricsPipelineProps, Mode } from '../../../lib';
import { type Cluster, report } from './cluster';
import { eventually } from './eventually';
import { Manifests } from './manifests';
import { applied, step } from './modes';
import type { Node, Pod } from './objects';
import { MONITORING, requirePipeline } from './pipeline';
import { activeTargets, type Target, tableOfJobs, withoutHealth } from './targets';

/** Nodes that pretend to run their pods; only where somebody asks for them, because they take minutes. */
const FAKE_NODES = Number(process.env.FAKE_NODES ?? 0);
const SHARDS = 3;
const FAKE = 'lab/node=fake';
/** The port of every kubelet. */
const KUBELET = 10250;

interface NodeWithKubelet extends Node {
  readonly status: Node['status'] & { readonly daemonEndpoints?: { readonly kubeletEndpoint: { readonly Port: number } } };
}

/** Makes nodes that pretend, once for the whole run. */
async function fakeNodes(cluster: Cluster): Promise<void> {
  if (FAKE_NODES === 0) return;
  const lab = process.env.LAB;
  if (!lab) throw new Error('LAB: got nothing, expected the path of the command that makes nodes which pretend to run their pods');
  const there = await cluster.list<Node>('nodes', '-l', FAKE);
  if (there.length < FAKE_NODES) await cluster.run(lab, ['fake', String(FAKE_NODES)]);
  await eventually('every node that pretends has an address', 600, () => addressed(cluster));
}

/** Completes nodes that pretend, and fails where one had to be. */
async function addressed(cluster: Cluster): Promise<void> {
  if (FAKE_NODES === 0) return;
  const nodes = await cluster.list<NodeWithKubelet>('nodes', '-l', FAKE);
  expect(nodes.length).toBe(FAKE_NODES);
  const address = nodes.flatMap(({ status }) => status.addresses ?? []).find(({ type }) => type === 'InternalIP')?.address;
  expect(address).toBeDefined();
  const incomplete = nodes.filter(({ status }) => !status.addresses?.length || status.daemonEndpoints?.kubeletEndpoint.Port !== KUBELET);
  if (incomplete.length > 0) await complete(cluster, incomplete, address ?? '');
  expect(incomplete.length).toBe(0);
}

/** Gives nodes what a kubelet says of itself: what pretends to be one names no port, and now and then loses the address. */
async function complete(cluster: Cluster, nodes: readonly Node[], address: string): Promise<void> {
  const items = nodes.map(({ metadata: { name } }) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: KUBELET } },
    },
  }));
  const list = { apiVersion: 'v1', kind: 'List', items };
  await cluster.kubectlWith(
    list,
    'apply',
    '--server-side',
    '--subresource=status',
    '--force-conflicts',
    '--field-manager=drills',
    '-f',
    '-',
  );
}

/** The targets that each shard has. */
async function targetsOfShards(cluster: Cluster): Promise<readonly (readonly Target[])[]> {
  const pods = await cluster.list<Pod>('pods', '-n', MONITORING, '-l', 'app.kubernetes.io/name=vmagent');
  return await Promise.all(pods.map(async ({ metadata }) => withoutHealth(await activeTargets(cluster, `pod/${metadata.name}`))));
}

/** Memory of an agent in MiB, by its own page. */
async function memoryOf(cluster: Cluster, pod: string): Promise<number> {
  const page = await cluster.fetch(MONITORING, `pod/${pod}`, 8429, '/metrics');
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(page)?.[1] ?? 0) / 1024 ** 2;
}

/** With the node's name, because nodes that pretend share an address. */
const inOrder = (targets: readonly Target[]) => targets.map(({ job, labels, url }) => `${job} ${labels.instance ?? ''} ${url}`).sort();

/** Proves that every node's targets are found, by one agent and by several that share them. */
export function describeNodes(cluster: Cluster, mode: Mode): void {
  const timeout = FAKE_NODES > 0 ? 20 * 60_000 : 180_000;
  const options = (shards: number): Partial<MetricsPipelineProps> => ({ mode, vmAgent: { shards } });

  async function expected(): Promise<string[]> {
    return inOrder((await tableOfJobs(cluster)).filter(({ job }) => mode === Mode.OPERATOR || job !== 'vm-operator'));
  }

  /** Applies the pipeline with so many shards, and says what it took until every target was found. */
  async function found(shards: number): Promise<void> {
    const began = Date.now();
    const manifests = Manifests.of(cluster, options(shards));
    await appliedShards(manifests, shards);
    // other shards have other workloads
    await step(cluster, manifests, mode, 'prune');
    const split = await eventually('every target is found, by one agent each', FAKE_NODES > 0 ? 600 : 120, async () => {
      await addressed(cluster);
      const of = await targetsOfShards(cluster);
      expect(of.length).toBe(shards);
      const all = of.flat();
      expect(inOrder(all)).toEqual(await expected());
      return of;
    });
    const pods = await cluster.list<Pod>('pods', '-n', MONITORING, '-l', 'app.kubernetes.io/name=vmagent');
    const memory = await Promise.all(pods.map(({ metadata }) => memoryOf(cluster, metadata.name)));
    report(
      `${mode}, ${shards} agents: ${split.map(({ length }) => length).join(' + ')} targets after ${((Date.now() - began) / 1000).toFixed(1)} s, ` +
        `${memory.map((size) => size.toFixed(0)).join(' + ')} MiB`,
    );
    // the sum of two lists that are equal as sorted lists leaves no room for a target that two have
    for (const { length } of split) expect(length).toBeGreaterThan(0);
  }

  async function appliedShards(manifests: Manifests, shards: number): Promise<void> {
    // pods of nodes that pretend take their time, and nothing here depends on them
    if (FAKE_NODES > 0) return await manifests.apply();
    if (mode === Mode.OPERATOR || shards === 1) return await applied(cluster, manifests, mode);
    await manifests.apply();
    for (let shard = 0; shard < shards; shard++) {
      await cluster.kubectl('rollout', 'status', '-n', MONITORING, '--timeout=2m', `statefulset/vmagent-metrics-${shard}`);
    }
  }

  describe(`${FAKE_NODES > 0 ? `${FAKE_NODES} nodes more` : 'the nodes'} in mode ${mode}`, () => {
    beforeAll(async () => {
      await requirePipeline(cluster);
      await fakeNodes(cluster);
    }, timeout);

    if (FAKE_NODES > 0) test('are all found by one agent', () => found(1), timeout);

    test(
      `are shared by ${SHARDS} agents: no target twice, and none lost`,
      async () => {
        await found(SHARDS);
        const budget = await cluster.list('poddisruptionbudgets', '-n', MONITORING);
        expect(budget.map(({ metadata }) => metadata.name)).toEqual(['metrics']);
      },
      timeout,
    );

    test(
      'are found by one agent again when it is alone',
      async () => {
        const alone = Manifests.of(cluster, options(1));
        await appliedShards(alone, 1);
        await step(cluster, alone, mode, 'prune');
        await eventually('one agent has every target', 120, async () => {
          await addressed(cluster);
          const of = await targetsOfShards(cluster);
          expect(of.length).toBe(1);
          expect(inOrder(of.flat())).toEqual(await expected());
        });
        // claims outlive whatever used them
        const left = Array.from({ length: SHARDS }, (_, shard) => `persistent-queue-data-vmagent-metrics-${shard}-0`);
        await cluster.kubectl('delete', 'persistentvolumeclaims', '-n', MONITORING, ...left);
      },
      timeout,
    );
  });
}
