import { imagePinned } from '../../../lib/checks/image-pinned';
import { findings, kube, workload } from './support';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const images = (...list: string[]) =>
  workload('Deployment', 'web', { containers: list.map((image, index) => ({ name: `c${index}`, image })) });
const unpinned = (place: string, image: string) =>
  `${place}: got "${image}", expected a fixed tag or a digest; write the version that you tested`;

test('passes fixed tags and digests, and images that the operator fills in', () => {
  const objects = [
    images('registry:5000/web:v1', `web@${DIGEST}`, `web:latest@${DIGEST}`),
    kube('VMAgent', 'main', {
      spec: { image: { repository: 'vmagent', tag: 'v1' }, configReloaderImage: 'reloader:v1', containers: [{ name: 'vmagent' }] },
    }),
    kube('VMSingle', 'main', { spec: {} }),
  ];
  expect(findings(imagePinned, { objects })).toEqual([]);
});

test.each(['web', 'web:latest', 'registry:5000/web', ''])('fails for a container with image "%s"', (image) => {
  expect(findings(imagePinned, { objects: [images(image)] })).toEqual([unpinned('[Deployment/web] image of container c0', image)]);
});

test('fails for images of init containers and volumes', () => {
  const pod = {
    containers: [],
    initContainers: [{ name: 'init', image: 'init' }],
    volumes: [{ name: 'model', image: { reference: 'model:latest' } }],
  };
  expect(findings(imagePinned, { objects: [workload('Deployment', 'web', pod)] })).toEqual([
    unpinned('[Deployment/web] image of container init', 'init'),
    unpinned('[Deployment/web] image of volume model', 'model:latest'),
  ]);
});

test('fails for images of resources of the operator', () => {
  const objects = [
    kube('VMAgent', 'main', {
      spec: { image: { repository: 'vmagent' }, configReloaderImage: 'reloader', initContainers: [{ name: 'init', image: 'init' }] },
    }),
    kube('VMSingle', 'main', { spec: { image: { tag: 'latest' } } }),
  ];
  expect(findings(imagePinned, { objects })).toEqual([
    unpinned('[VMAgent/main] spec.image of container init', 'init'),
    unpinned('[VMAgent/main] spec.image.tag', ''),
    unpinned('[VMAgent/main] spec.configReloaderImage', 'reloader'),
    unpinned('[VMSingle/main] spec.image.tag', 'latest'),
  ]);
});
