import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCluster } from './support/cluster';
import { initialised } from './support/init';
import { Manifests } from './support/manifests';
import { type Node, titles } from './support/objects';
import { requireNone } from './support/pipeline';

const cluster = useCluster();
const READER = { name: 'init-reader', namespace: 'default' };

/** A kubeconfig of an account that may read what the role `view` lets it read. */
async function viewer(): Promise<string> {
  await cluster.create([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: READER },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: READER.name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', ...READER }],
    },
  ]);
  const token = (await cluster.kubectl('create', 'token', '-n', READER.namespace, READER.name)).trim();
  const view = JSON.parse(await cluster.kubectl('config', 'view', '--minify', '--flatten', '-o', 'json'));
  const users = view.users.map(({ name }: { readonly name: string }) => ({ name, user: { token } }));
  const file = join(cluster.folder(), 'kubeconfig');
  writeFileSync(file, JSON.stringify({ ...view, users }));
  return file;
}

describe('before there is a pipeline, init', () => {
  beforeAll(() => requireNone(cluster));

  test('writes a file that renders the objects of the pipeline that these tests apply next', async () => {
    const { chosen, manifests, unread } = await initialised(cluster);
    expect(chosen).toMatchObject({ cluster: 'soperator', slurmCluster: 'soperator', platform: 'none', mode: 'operator' });
    expect(titles(manifests.objects)).toEqual(titles(Manifests.of(cluster).objects));
    expect(unread).toEqual({});
  });

  test('counts the nodes, and asks only what they do not say', async () => {
    const [{ chosen, open }, nodes] = await Promise.all([
      initialised(cluster),
      cluster.list<Node & { readonly status: { readonly capacity: { readonly [resource: string]: string } } }>('nodes'),
    ]);
    expect(chosen.scale).toMatchObject({ nodes: nodes.length });
    const counted = nodes.some(({ status }) => status.capacity['nvidia.com/gpu'] !== undefined);
    expect(open.map(({ option }) => option)).toEqual(counted ? [] : ['scale.gpusPerNode']);
  });

  test('needs only to read: what the role view may not is told, and the file renders the same objects', async () => {
    const { manifests, unread, open } = await initialised(cluster, '--kubeconfig', await viewer());
    expect(Object.keys(unread)).toEqual(expect.arrayContaining(['nodes', 'storageclasses.storage.k8s.io']));
    expect(open.map(({ option }) => option)).toEqual(expect.arrayContaining(['scale.nodes', 'vmSingle.storageClassName']));
    expect(titles(manifests.objects)).toEqual(titles(Manifests.of(cluster).objects));
  });
});
