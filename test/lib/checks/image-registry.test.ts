import type { CheckContext } from '../../../lib/checks/check';
import { imageRegistry } from '../../../lib/checks/image-registry';
import { type KubeObject, Tree } from '../../../lib/checks/tree';
import type { ImageOptions } from '../../../lib/common/image-source';
import { kube, workload } from './support';

const REGISTRY = 'registry.example.com/mirror';

function findings(check: typeof imageRegistry, objects: readonly KubeObject[], options: ImageOptions): string[] {
  const context: CheckContext = { tree: new Tree(objects), collectors: [], images: () => options };
  return [...check.run(context)].map(({ on, message }) => `[${'node' in on ? on.node.path : on.path}] ${message}`);
}

const pod = (image: string, env: readonly { name: string; value: string }[] = []) =>
  workload('Deployment', 'web', { containers: [{ name: 'web', image, env: [...env] }] });
const agent = (spec: KubeObject['json']) => kube('VMAgent', 'main', { spec });

describe('where a registry is set', () => {
  const of = (...objects: readonly KubeObject[]) => findings(imageRegistry, objects, { registry: REGISTRY });

  test('passes images of it, those of the operator included', () => {
    const image = { repository: `${REGISTRY}/victoriametrics/vmagent`, tag: 'v1' };
    expect(
      of(pod(`${REGISTRY}/web:v1`), agent({ image, configReloaderImage: `${REGISTRY}/reloader:v1`, containers: [{ name: 'vmagent' }] })),
    ).toEqual([]);
  });

  test('fails for an image from elsewhere, and one whose registry only begins alike', () => {
    expect(of(pod('docker.io/library/web:v1'))).toEqual([
      `[Deployment/web] spec.template.spec.containers[web].image: got "docker.io/library/web:v1", expected an image of ${REGISTRY}, which images.registry names; leave the option out that names it, or copy it there and write ${REGISTRY}/library/web:v1`,
    ]);
    expect(of(pod(`${REGISTRY}s/web:v1`))).toHaveLength(1);
  });

  test('fails where the operator would fill in what no list has', () => {
    expect(of(agent({ image: { repository: `${REGISTRY}/a/vmagent`, tag: 'v1' } }))).toEqual([
      `[VMAgent/main] spec.configReloaderImage: got nothing, for which the operator takes one that no list of images has, expected an image of ${REGISTRY}, which images.registry names; leave the option out that names it, or copy it there and write ${REGISTRY}/name:tag`,
    ]);
  });

  test('looks at names as the operator makes them: it puts its registry before one with a single slash', () => {
    const short = {
      image: { repository: 'registry.example.com/vmagent', tag: 'v1' },
      configReloaderImage: 'registry.example.com/m/reloader:v1',
    };
    const operator = pod('registry.example.com/operator:v1', [{ name: 'VM_CONTAINERREGISTRY', value: 'registry.example.com' }]);
    const options = { registry: 'registry.example.com' };
    expect(findings(imageRegistry, [agent(short)], options)).toEqual([]);
    const doubled = { registry: 'registry.example.com/registry.example.com' };
    expect(findings(imageRegistry, [operator, agent(short)], doubled).join()).not.toContain('spec.image:');
    expect(findings(imageRegistry, [agent(short)], doubled).join()).toContain('spec.image: got "registry.example.com/vmagent:v1"');
  });

  test('fails for images of init containers, volumes and additional containers', () => {
    const parts = {
      containers: [],
      initContainers: [{ name: 'init', image: 'a/init:v1' }],
      volumes: [{ name: 'data', image: { reference: 'a/data:v1' } }],
    };
    const image = { repository: `${REGISTRY}/a/vmagent`, tag: 'v1' };
    const found = of(
      workload('Deployment', 'web', parts),
      agent({ image, configReloaderImage: `${REGISTRY}/r:v1`, containers: [{ name: 'more', image: 'a/more:v1' }] }),
    );
    expect(found.map((line) => line.replace(/: got.*/, ''))).toEqual([
      '[Deployment/web] spec.template.spec.initContainers[init].image',
      '[Deployment/web] spec.template.spec.volumes[data].image.reference',
      '[VMAgent/main] spec.containers[more].image',
    ]);
  });

  test('says nothing where none is set', () => {
    expect(findings(imageRegistry, [pod('docker.io/library/web:v1')], {})).toEqual([]);
  });
});
