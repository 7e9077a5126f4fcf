import { report, useCluster } from './support/cluster';
import { Manifests } from './support/manifests';
import { carries, type Node, type Pod, type VmResource } from './support/objects';
import { AGENT, GPU_NODES, MONITORING, mark, pipelinePods, requireNone, STORE } from './support/pipeline';
import { shellBlock } from './support/readme';

const cluster = useCluster();

/** The pods of the pipeline by the name of their part, and where they run: one of them, or one a node. */
const PARTS: readonly { readonly name: string; readonly runs: 'once' | 'on GPU nodes' | 'on every node' }[] = [
  { name: 'dcgm-exporter', runs: 'on GPU nodes' },
  { name: 'grafana', runs: 'once' },
  { name: 'kube-state-metrics', runs: 'once' },
  { name: 'node-exporter', runs: 'on every node' },
  { name: 'slurm-exporter', runs: 'once' },
  { name: 'vm-operator', runs: 'once' },
  { name: 'vmagent', runs: 'once' },
  { name: 'vmsingle', runs: 'once' },
];

function partOf(pod: Pod): string {
  return pod.metadata.labels?.['app.kubernetes.io/name'] ?? pod.metadata.name;
}

describe('the pipeline with its defaults', () => {
  beforeAll(() => requireNone(cluster));

  test('is applied by the commands of the README to an empty cluster, at the first try and without a warning', async () => {
    const manifests = await Manifests.ofDefaults(cluster);
    const began = Date.now();
    const { stderr } = await cluster.shell(shellBlock('apply'), manifests.folder);
    await mark(cluster);
    report(`applied in ${((Date.now() - began) / 1000).toFixed(1)} s: ${manifests.objects.length} objects and the definitions`);
    expect(stderr).toBe('');
  });

  test('gets ready while the commands of the README wait for it', async () => {
    const began = Date.now();
    await cluster.shell(shellBlock('wait'), cluster.folder());
    report(`ready ${((Date.now() - began) / 1000).toFixed(1)} s later`);
  });

  test('runs each part where it belongs, every pod ready and none restarted', async () => {
    const [nodes, pods] = await Promise.all([cluster.list<Node>('nodes'), pipelinePods(cluster)]);
    const gpuNodes = nodes.filter((node) => carries(node, GPU_NODES));
    const places = { once: ['one'], 'on GPU nodes': namesOf(gpuNodes), 'on every node': namesOf(nodes) };
    const expected = PARTS.flatMap(({ name, runs }) => places[runs].map((place) => `${name} on ${place}`));
    const once = new Set(PARTS.filter(({ runs }) => runs === 'once').map(({ name }) => name));
    const running = pods.map((pod) => `${partOf(pod)} on ${once.has(partOf(pod)) ? 'one' : pod.spec.nodeName}`);
    expect(running.sort()).toEqual(expected.sort());

    const unwell = pods.flatMap(({ metadata, status }) =>
      (status.containerStatuses ?? [])
        .filter(({ ready, restartCount }) => !ready || restartCount > 0)
        .map(({ name, ready, restartCount }) => `${metadata.name} ${name}: ready ${ready}, restarts ${restartCount}`),
    );
    expect(unwell).toEqual([]);
  });

  test.each([AGENT, STORE])('is operational in the eyes of the operator: %s', async (resource) => {
    const { status } = await cluster.get<VmResource>('-n', MONITORING, resource);
    expect(status).toMatchObject({ updateStatus: 'operational' });
    expect(status?.reason ?? '').toBe('');
  });
});

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ metadata }) => metadata.name);
}
