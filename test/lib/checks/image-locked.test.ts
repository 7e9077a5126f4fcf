import type { CheckContext } from '../../../lib/checks/check';
import { imageLocked } from '../../../lib/checks/image-locked';
import { type KubeObject, Tree } from '../../../lib/checks/tree';
import type { ImageOptions } from '../../../lib/common/image-source';
import { kube, workload } from './support';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function findings(objects: readonly KubeObject[], options: ImageOptions): string[] {
  const context: CheckContext = { tree: new Tree(objects), collectors: [], images: () => options };
  return [...imageLocked.run(context)].map(({ on, message }) => `[${'node' in on ? on.node.path : on.path}] ${message}`);
}

const pod = (image: string) => workload('Deployment', 'web', { containers: [{ name: 'web', image }] });
const agent = (spec: KubeObject['json']) => kube('VMAgent', 'main', { spec });

describe('where a lock file is', () => {
  const of = (...objects: readonly KubeObject[]) => findings(objects, { digests: {} });

  test('passes images with a digest', () => {
    const image = { repository: 'a/vmagent', tag: `v1@${DIGEST}` };
    expect(of(pod(`web:v1@${DIGEST}`), agent({ image, configReloaderImage: `a/reloader@${DIGEST}` }))).toEqual([]);
  });

  test('fails for a tag alone', () => {
    const single = kube('VMSingle', 'main', { spec: { image: { repository: 'a/store', tag: 'v1' } } });
    expect(of(pod('web:v1'), single)).toEqual([
      '[Deployment/web] spec.template.spec.containers[web].image: got "web:v1", expected an image with a digest, and the lock file has none for it; fill it in with `soperator-metrics images --lock`',
      '[VMSingle/main] spec.image: got "a/store:v1", expected an image with a digest, and the lock file has none for it; fill it in with `soperator-metrics images --lock`',
    ]);
  });

  test('says nothing where there is none', () => {
    expect(findings([pod('web:v1')], {})).toEqual([]);
  });
});
