import { Mode } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { FLUX, Flux, type FluxObject } from './support/flux';
import { carries, type KubeObject, titles, type VmResource, type Workload } from './support/objects';
import { AGENT, isLabelledOurs, MONITORING, pipelinePods, requireNone, STORE } from './support/pipeline';
import { Programs } from './support/programs';
import { shellBlock } from './support/readme';

const cluster = useCluster();
const programs = new Programs();
/** Longest time for a pipeline to come, or to go. */
const LONG_MS = 400_000;
const GRAFANA = ['deployment', '-n', MONITORING, 'metrics-grafana'] as const;
/** The operator has the finalizer of whatever it takes apart. */
const OF_OPERATOR = 'vmagents,vmsingles';

let flux: Flux;

beforeAll(async () => {
  await requireNone(cluster);
  const began = Date.now();
  flux = await Flux.start(cluster, programs);
  report(`Flux runs after ${seconds(began)}`);
}, LONG_MS);

afterAll(async () => {
  await programs.end();
  // their finalizers are those of controllers that go with the namespace
  await cluster.kubectl('delete', '-n', FLUX, '--all', 'kustomizations.kustomize.toolkit.fluxcd.io,ocirepositories');
  await cluster.kubectl('delete', '--ignore-not-found', 'namespace', FLUX);
  await cluster.kubectl('delete', '--ignore-not-found', 'clusterrolebinding', 'flux-source-controller', 'flux-kustomize-controller');
  const definitions = await cluster.list('customresourcedefinitions');
  const names = definitions
    .map(({ metadata }) => metadata.name)
    .filter((name) => /\.toolkit\.fluxcd\.io$|\.victoriametrics\.com$/.test(name));
  await cluster.kubectl('delete', '--ignore-not-found', 'customresourcedefinition', ...names);
}, LONG_MS);

const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Publishes a pipeline and lets Flux have it, until all of it is healthy. */
async function shipped(props: Parameters<Flux['publish']>[0]): Promise<readonly FluxObject[]> {
  const folder = await flux.publish(props);
  const revision = await flux.fetch();
  await cluster.shell(shellBlock('flux-apply'), folder);
  return await flux.ready(revision, 330);
}

/** The claims of agent and store, by name and identity. */
async function claims(): Promise<string[]> {
  const found = await cluster.list('persistentvolumeclaims', '-n', MONITORING);
  return found.map(({ metadata: { name, uid } }) => `${name} ${uid}`).sort();
}

/** What is left of the pipeline, by kind. */
async function kindsLeft(): Promise<string[]> {
  return [...new Set((await cluster.everything()).filter(isLabelledOurs).map(({ kind }) => kind))].sort();
}
/** What no removal takes away. */
const KEPT = ['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim'];

const createdAt = (object: KubeObject) => Date.parse(object.metadata.creationTimestamp);

describe('an empty cluster that Flux is given the pipeline for', () => {
  test(
    'gets it in order, and every Kustomization gets ready',
    async () => {
      const began = Date.now();
      const kustomizations = await shipped({});
      report(`all of ${kustomizations.length} Kustomizations were ready after ${seconds(began)}`);
      for (const one of kustomizations) {
        const ready = one.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
        report(`${one.metadata.name} was ready ${(Date.parse(ready) - createdAt(one)) / 1000} s after it was made`);
      }

      const [definition, operator, agent] = await Promise.all([
        cluster.get('customresourcedefinition', 'vmagents.operator.victoriametrics.com'),
        cluster.get<Workload & { status: { conditions: { type: string; lastTransitionTime: string }[] } }>(
          ...(['deployment', '-n', MONITORING, 'vm-operator'] as const),
        ),
        cluster.get('-n', MONITORING, AGENT),
      ]);
      const available = Date.parse(operator.status.conditions.find(({ type }) => type === 'Available')?.lastTransitionTime ?? '');
      expect(createdAt(operator)).toBeGreaterThanOrEqual(createdAt(definition));
      expect(createdAt(agent)).toBeGreaterThanOrEqual(available);
    },
    LONG_MS,
  );

  test('is healthy when Flux says so: agent and store are operational, every pod is ready', async () => {
    const resources = await cluster.list<VmResource>('-n', MONITORING, AGENT, STORE);
    expect(resources.map(({ status }) => status?.updateStatus)).toEqual(['operational', 'operational']);
    const unready = (await pipelinePods(cluster)).filter(
      ({ status }) => !status.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True'),
    );
    expect(titles(unready)).toEqual([]);
  });
});

describe('the pipeline in the hands of Flux', () => {
  test('is not applied again while nobody changes anything: each object is unchanged', async () => {
    const since = new Date();
    for (const { metadata } of await flux.kustomizations()) await flux.handled(`kustomization/${metadata.name}`);
    const applied = await flux.applied(since);
    report(`${applied.size} objects were looked at`);
    expect([...applied].filter(([, what]) => what !== 'unchanged')).toEqual([]);
    // as many as there are in the files, and the definitions
    expect(applied.size).toBeGreaterThan(70);
  });

  test('is mended where somebody changed it by hand', async () => {
    await cluster.kubectl('scale', '-n', MONITORING, 'deployment/metrics-grafana', '--replicas=0');
    const since = new Date();
    await flux.handled('kustomization/soperator-metrics-pipeline');
    expect(await cluster.get(...GRAFANA)).toMatchObject({ spec: { replicas: 1 } });
    const changed = [...(await flux.applied(since))].filter(([, what]) => what !== 'unchanged');
    expect(changed).toEqual([[`Deployment/${MONITORING}/metrics-grafana`, 'configured']]);
  });

  test(
    'rolls to another revision, and what is switched off in it is pruned',
    async () => {
      const before = await claims();
      const agent = await cluster.get<VmResource>('-n', MONITORING, AGENT);
      const began = Date.now();
      await shipped({ vmAgent: { extraArgs: { 'promscrape.maxDroppedTargets': '2000' } }, nodeExporter: { enabled: false } });
      report(`the next revision was ready after ${seconds(began)}`);
      const { metadata, status } = await cluster.get<VmResource>('-n', MONITORING, AGENT);
      expect(metadata.generation).toBeGreaterThan(agent.metadata.generation ?? 0);
      expect(status).toMatchObject({ updateStatus: 'operational', observedGeneration: metadata.generation });
      await eventually('all of the node exporter is gone', 60, async () => {
        const left = (await cluster.everything()).filter((object) => carries(object, { 'app.kubernetes.io/name': 'node-exporter' }));
        expect(titles(left)).toEqual([]);
      });
      expect(await claims()).toEqual(before);
    },
    LONG_MS,
  );
});

describe('removing the Kustomizations, all at once', () => {
  test(
    'removes the pipeline and leaves the operator, which takes agent and store apart; data is kept and nothing is stuck',
    async () => {
      const before = await claims();
      const folder = await flux.publish();
      const began = Date.now();
      await cluster.shell(shellBlock('flux-remove'), folder);
      report(`the Kustomizations were gone after ${seconds(began)}`);
      expect(await cluster.list(OF_OPERATOR, '--all-namespaces')).toEqual([]);
      expect(await cluster.get('deployment', '-n', MONITORING, 'vm-operator')).toMatchObject({ status: { readyReplicas: 1 } });
      expect(await claims()).toEqual(before);
    },
    LONG_MS,
  );

  test(
    'and then the operator leaves definitions, namespaces and claims, and nothing else',
    async () => {
      const began = Date.now();
      await cluster.shell(shellBlock('flux-remove-operator'), cluster.folder());
      await eventually('all else is gone', 90, async () => expect(await kindsLeft()).toEqual(KEPT));
      report(`the operator was gone after ${seconds(began)}`);
    },
    LONG_MS,
  );
});

describe('the standalone pipeline, which a Kustomization of the user applies the Kustomizations of', () => {
  const OWN = 'soperator-metrics';

  test(
    'has fewer stages, finds the claims of the pipeline before, and gets ready',
    async () => {
      const before = await claims();
      const began = Date.now();
      await flux.publish({ mode: Mode.STANDALONE });
      const revision = await flux.fetch();
      await flux.follow();
      const names = [OWN, `${OWN}-namespaces`, `${OWN}-pipeline`];
      await eventually('its Kustomizations are there', 60, async () => {
        expect((await flux.kustomizations()).map(({ metadata }) => metadata.name)).toEqual(names);
      });
      await flux.ready(revision, 330);
      report(`standalone: ready after ${seconds(began)}`);
      expect(await claims()).toEqual(before);
    },
    LONG_MS,
  );

  test(
    'goes with that Kustomization, and leaves definitions, namespaces and claims',
    async () => {
      const began = Date.now();
      await cluster.kubectl('delete', '-n', FLUX, `kustomizations.kustomize.toolkit.fluxcd.io/${OWN}`, '--timeout=5m');
      expect(await flux.kustomizations()).toEqual([]);
      await eventually('all else is gone', 90, async () => expect(await kindsLeft()).toEqual(KEPT));
      report(`standalone: removed after ${seconds(began)}`);
      await cluster.shell(shellBlock('remove-volumes'), cluster.folder());
    },
    LONG_MS,
  );
});
