import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Tree } from '../../../lib/checks';
import { mergeIntoObjects, PatchOp, patchObjects } from '../../../lib/patches';
import { patchByOption } from '../../../lib/patches/registry';

function charts() {
  const app = new App();
  const chart = new Chart(app, 'one', { disableResourceNameHashes: true });
  const inner = new Chart(chart, 'inner', { disableResourceNameHashes: true });
  const other = new Chart(app, 'other', { disableResourceNameHashes: true });
  return { app, chart, inner, other };
}

const service = (scope: Chart, name: string, namespace = 'apps') =>
  new k8s.KubeService(scope, `${namespace}-${name}`, { metadata: { name, namespace }, spec: { type: 'ClusterIP' } });
const role = (scope: Chart, name: string) => new k8s.KubeClusterRole(scope, name, { metadata: { name }, rules: [] });
const typeOf = (object: ApiObject) => (object.toJson() as { spec: { type?: string } }).spec.type;
const problems = ({ app }: { app: App }) => app.node.findAll().flatMap((construct) => construct.node.validate());
const NODE_PORT = JsonPatch.replace('/spec/type', 'NodePort');

test('patches what is there, what is made later, and what lies in charts below; nothing beside the scope', () => {
  const { app, chart, inner, other } = charts();
  const objects = [service(chart, 'a'), service(inner, 'b'), service(other, 'c')];
  patchObjects(chart, { kind: 'Service' }, NODE_PORT);
  const late = service(inner, 'late');
  const types = Tree.of(app)
    .ofKind('Service')
    .map(({ name, json }) => `${name} ${(json as { spec: { type: string } }).spec.type}`);
  expect(types.sort()).toEqual(['a NodePort', 'b NodePort', 'c ClusterIP', 'late NodePort']);
  expect([...objects, late].map(typeOf)).toEqual(['NodePort', 'NodePort', 'ClusterIP', 'NodePort']);
});

test('is seen by cdk8s, too, whatever asks for the manifests first', () => {
  const { app, chart } = charts();
  patchObjects(app, { kind: 'Service', name: 'a' }, NODE_PORT);
  service(chart, 'a');
  expect(Testing.synth(chart)).toEqual([expect.objectContaining({ spec: { type: 'NodePort' } })]);
  const second = charts();
  patchObjects(second.app, { kind: 'Service', name: 'a' }, NODE_PORT);
  service(second.chart, 'a');
  expect(second.app.synthYaml()).toContain('type: NodePort');
});

test('takes fields that the generated classes do not know, and paths as the manifest has them', () => {
  const { chart } = charts();
  const pod = new k8s.KubePod(chart, 'pod', { metadata: { name: 'pod' }, spec: { containers: [], hostPid: true } });
  patchObjects(chart, { kind: 'Pod', name: 'pod' }, JsonPatch.replace('/spec/hostPID', false), JsonPatch.add('/spec/newField', 1));
  expect(pod.toJson()).toMatchObject({ spec: { hostPID: false, newField: 1 } });
});

test('selects by kind, name and namespace', () => {
  const { chart } = charts();
  const objects = [service(chart, 'a', 'x'), service(chart, 'a', 'y'), service(chart, 'b', 'y')];
  patchObjects(chart, { kind: 'Service', name: 'a', namespace: 'y' }, NODE_PORT);
  expect(objects.map(typeOf)).toEqual(['ClusterIP', 'NodePort', 'ClusterIP']);
});

test('applies patches in their order, whoever gave them', () => {
  const at = charts();
  const object = service(at.chart, 'a');
  patchObjects(at.chart, { kind: 'Service', name: 'a' }, NODE_PORT);
  patchObjects(at.app, { kind: 'Service' }, JsonPatch.test('/spec/type', 'NodePort'), JsonPatch.replace('/spec/type', 'LoadBalancer'));
  mergeIntoObjects(at.chart, { kind: 'Service' }, { spec: { sessionAffinity: 'None' } });
  expect(object.toJson()).toMatchObject({ spec: { type: 'LoadBalancer', sessionAffinity: 'None' } });
  expect(problems(at)).toEqual([]);
});

test('tells at once which patches select nothing, with what there is', () => {
  const at = charts();
  service(at.chart, 'web');
  role(at.chart, 'reader');
  service(at.other, 'elsewhere');
  for (const selector of [
    { kind: 'Servce' },
    { kind: 'Service', name: 'wb' },
    { kind: 'Service', name: 'elsewhere' },
    { kind: 'Service', name: 'reader' },
    { kind: 'Service', name: 'web', namespace: 'app' },
    { kind: 'ClusterRole', name: 'reader', namespace: 'apps' },
  ]) {
    patchObjects(at.chart, selector, NODE_PORT);
  }
  expect(problems(at)).toEqual([
    'patch of Servce *, kind: got "Servce", expected a kind of which there is an object: ClusterRole, Service; write Service',
    'patch of Service wb, name: got "wb", expected the name of a Service: web; write web',
    'patch of Service elsewhere, name: got "elsewhere", expected the name of a Service: web; take one of these, or remove the patch',
    'patch of Service reader, name: got "reader", expected the name of a Service: web; write kind: ClusterRole for what has this name',
    'patch of Service app/web, namespace: got "app", expected the namespace of Service web: apps; write apps',
    'patch of ClusterRole apps/reader, namespace: got "apps", expected none, for a ClusterRole belongs to the cluster as a whole; remove it',
  ]);
  expect(() => at.app.synthYaml()).toThrow('[one] patch of Servce *, kind: got "Servce"');
});

test('names options by their place, and objects where only some of several have a path', () => {
  const at = charts();
  service(at.chart, 'a');
  new ApiObject(at.chart, 'b', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'b' }, spec: {} });
  patchByOption(at.chart, 'patches', [
    { kind: 'Service', patch: [{ op: PatchOp.REPLACE, path: '/spec/type', value: 'NodePort' }] },
    { kind: 'Service', name: 'a', merge: { spec: { clusterIP: null } } },
  ]);
  expect(problems(at)).toEqual([
    'patches[0].patch[0].path: got "/spec/type", expected a path of Service b, where /spec has nothing; use op: add',
    'patches[1].merge: got "null at /spec/clusterIP", expected null for a field of Service apps/a that is there, where /spec has type; leave it out',
  ]);
});

test('judges a patch by what those before it made', () => {
  const at = charts();
  service(at.chart, 'a');
  patchObjects(at.chart, { kind: 'Service' }, JsonPatch.remove('/spec/type'));
  patchObjects(at.chart, { kind: 'Service' }, NODE_PORT);
  expect(problems(at)).toEqual([
    'patch of Service *, patch[0].path: got "/spec/type", expected a path of Service apps/a, where /spec has nothing; use op: add',
  ]);
});
