import { useCluster } from './support/cluster';
import { initialised } from './support/init';
import { Manifests } from './support/manifests';
import { titles } from './support/objects';
import { requirePipeline } from './support/pipeline';

const cluster = useCluster();

describe('while the pipeline runs, init', () => {
  beforeAll(() => requirePipeline(cluster));

  test('does not take its parts for those of others: the file renders the objects that are applied', async () => {
    const { chosen, manifests } = await initialised(cluster);
    expect(chosen).toMatchObject({ slurmCluster: 'soperator', platform: 'none', mode: 'operator' });
    for (const part of ['dcgmExporter', 'nodeExporter', 'kubeStateMetrics', 'vmOperator']) expect(chosen).not.toHaveProperty(part);
    expect(titles(manifests.objects)).toEqual(titles(Manifests.of(cluster).objects));
  });

  test('writes a file whose manifests the API server would take, without a conflict and without a warning', async () => {
    const { manifests } = await initialised(cluster);
    for (const path of manifests.paths) {
      const { code, stderr } = await cluster.run('kubectl', ['apply', '--server-side', '--dry-run=server', '-f', path]);
      expect({ path, code, stderr }).toEqual({ path, code: 0, stderr: '' });
    }
  });
});
