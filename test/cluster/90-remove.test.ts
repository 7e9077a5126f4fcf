import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { type KubeObject, titles } from './support/objects';
import { FOREIGN, isLabelledOurs, MONITORING, NODE_EXPORTER, requirePipeline, split } from './support/pipeline';
import { shellBlock } from './support/readme';

const cluster = useCluster();

/** Kinds without a namespace whose objects are made by the cluster itself while it runs. */
const OF_THE_CLUSTER = ['APIService', 'CSINode', 'Node', 'PersistentVolume', 'VolumeAttachment'];
/** What stays in the namespaces without a label, and why. */
const UNLABELLED: { readonly [title: string]: string } = {
  'ConfigMap kube-root-ca.crt': 'Kubernetes puts it into every namespace',
  'ServiceAccount default': 'Kubernetes puts it into every namespace',
  'Lease 57410f0d.victoriametrics.com': "the operator's lock, which the next operator takes over once it has run out",
};

let manifests: Manifests;
let before: readonly KubeObject[] = [];
/** When the first object of the pipeline came; what is older is others'. */
let came = '';

beforeAll(async () => {
  await requirePipeline(cluster);
  manifests = Manifests.of(cluster);
  before = await cluster.everything();
  came = before.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === MONITORING)?.metadata.creationTimestamp ?? '';
});

const inNamespaces = (objects: readonly KubeObject[], ...namespaces: string[]) =>
  objects.filter(({ metadata }) => namespaces.includes(metadata.namespace ?? ''));

/** Objects with their identity, so that one that was deleted and made again is another. */
const identities = (objects: readonly KubeObject[]) =>
  titles(
    objects.map((object) => ({ ...object, metadata: { ...object.metadata, name: `${object.metadata.name} ${object.metadata.uid}` } })),
  );

/** What is left of the pipeline, by name. */
async function left(): Promise<KubeObject[]> {
  return (await cluster.everything()).filter(isLabelledOurs);
}

describe('removing the pipeline', () => {
  test('takes at most a minute and leaves its namespaces, claims of volumes and definitions, and nothing else', async () => {
    const began = Date.now();
    await cluster.shell(shellBlock('remove'), manifests.folder);
    report(`removed in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await eventually('what the operator and the controllers made is gone, too', 60 - (Date.now() - began) / 1000, async () => {
      const kinds = new Set((await left()).map(({ kind }) => kind));
      expect([...kinds].sort()).toEqual(['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim']);
    });
    report(`all of it was gone after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    expect(titles((await left()).filter(({ kind }) => kind === 'PersistentVolumeClaim'))).toEqual([
      `PersistentVolumeClaim ${MONITORING}/persistent-queue-data-vmagent-metrics-0`,
      `PersistentVolumeClaim ${MONITORING}/vmsingle-metrics-victoria-metrics-k8s-stack`,
    ]);
  });

  test('leaves nothing without a label in its namespaces, either', async () => {
    const unlabelled = inNamespaces(await cluster.everything(), MONITORING, NODE_EXPORTER).filter((object) => !isLabelledOurs(object));
    const names = unlabelled.map(({ kind, metadata }) => `${kind} ${metadata.name}`).filter((name) => !(name in UNLABELLED));
    expect(names.sort()).toEqual([]);
  });

  test('leaves everything of SLURM and of Soperator as it was', async () => {
    const others = inNamespaces(split(before).others, ...FOREIGN);
    expect(titles(others)).toContain(`Deployment ${FOREIGN[1]}/soperator-controller-manager`);
    expect(identities(inNamespaces(await cluster.everything(), ...FOREIGN))).toEqual(identities(others));
  });

  test('deletes the volumes with the namespaces that it brought, when that is asked for', async () => {
    const began = Date.now();
    await cluster.shell(shellBlock('remove-volumes'), manifests.folder);
    report(`volumes and namespaces were gone after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const kinds = new Set((await left()).map(({ kind }) => kind));
    expect([...kinds]).toEqual(['CustomResourceDefinition']);
    expect((await cluster.list('namespaces')).map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(FOREIGN));
  });

  test('deletes the definitions, when that is asked for, and then nothing in the cluster is younger than the pipeline', async () => {
    await cluster.shell(shellBlock('remove-crds'), manifests.folder);
    const now = await eventually('the definitions are gone', 60, async () => {
      const objects = await cluster.everything();
      expect(titles(objects.filter(isLabelledOurs))).toEqual([]);
      return objects;
    });
    const younger = now.filter(
      ({ kind, metadata }) => !metadata.namespace && !OF_THE_CLUSTER.includes(kind) && metadata.creationTimestamp >= came,
    );
    expect(titles(younger)).toEqual([]);
    expect(identities(inNamespaces(now, ...FOREIGN))).toEqual(identities(inNamespaces(split(before).others, ...FOREIGN)));
  });
});
