import { App } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { runChecks, usedImages } from '../../lib/checks';
import { podTemplates } from '../../lib/checks/pods';
import { at, list, Tree, text } from '../../lib/checks/tree';
import { useImages } from '../../lib/common/image-source';
import { Mode } from '../../lib/common/mode';

const REGISTRY = 'registry.example.com/mirror';

describe.each(Object.values(Mode))('in mode %s', (mode) => {
  const app = new App();
  new MetricsPipeline(app, 'prod', {
    cluster: 'prod',
    mode,
    images: { registry: REGISTRY, pullSecrets: ['mirror'] },
    grafana: { imagePullSecrets: ['own'] },
  });
  const tree = Tree.of(app);

  test('every image comes from the one registry, and no check has anything to say', () => {
    const images = usedImages(tree).map(({ image }) => image);
    expect(images.length).toBeGreaterThanOrEqual(8);
    expect(images.filter((image) => !image.startsWith(`${REGISTRY}/`))).toEqual([]);
    expect(runChecks(app)).toEqual([]);
  });

  test('every pod has the pull secrets, also those that the operator makes, unless its part has its own', () => {
    const specs = [
      ...podTemplates(tree).map(({ owner, spec }) => ({ owner, spec })),
      ...tree.ofKind('VMAgent', 'VMSingle').map((owner) => ({ owner, spec: owner.json.spec })),
    ];
    expect(specs.length).toBeGreaterThanOrEqual(7);
    for (const { owner, spec } of specs) {
      const names = list(at(spec, 'imagePullSecrets')).map((secret) => text(at(secret, 'name')));
      expect({ name: owner.name, names }).toEqual({ name: owner.name, names: [owner.name === 'metrics-grafana' ? 'own' : 'mirror'] });
    }
  });
});

test('the operator takes what resources of others leave open from there, at the version that is there', () => {
  const app = new App();
  const { vmOperator } = new MetricsPipeline(app, 'prod', { cluster: 'prod', images: { registry: REGISTRY, keepHost: true } });
  expect(at(vmOperator?.workload?.toJson(), 'spec', 'template', 'spec', 'containers', 0, 'env')).toEqual(
    expect.arrayContaining([
      { name: 'VM_CONTAINERREGISTRY', value: `${REGISTRY}/docker.io` },
      { name: 'VM_METRICS_VERSION', value: 'v1.150.0' },
    ]),
  );
});

test('an app says it for all pipelines in it, and a pipeline for itself', () => {
  const app = new App();
  useImages(app, { registry: 'of.app.example' });
  new MetricsPipeline(app, 'one', { cluster: 'one' });
  new MetricsPipeline(app, 'two', { cluster: 'two', images: { registry: 'of.two.example' } });
  const registries = usedImages(Tree.of(app)).map(({ on, image }) => `${on.path.split('/')[0]} ${image.split('/')[0]}`);
  expect([...new Set(registries)].sort()).toEqual(['one of.app.example', 'two of.two.example']);
});
