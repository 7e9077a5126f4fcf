import { App, Chart } from 'cdk8s';
import { ImageSource, imageOf, useImages } from '../../../lib/common/image-source';
import { IMAGES } from '../../../lib/common/images';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('an image that is published', () => {
  test('comes from where it is published, unless somebody says otherwise', () => {
    expect(imageOf(new App(), undefined, IMAGES.grafana)).toBe(IMAGES.grafana);
  });

  test.each([
    [{ registry: 'registry.example.com/mirror' }, 'registry.example.com/mirror/grafana/grafana:13.2.0'],
    [{ registry: 'registry:5000' }, 'registry:5000/grafana/grafana:13.2.0'],
    [{ registry: 'localhost/m', keepHost: true }, 'localhost/m/docker.io/grafana/grafana:13.2.0'],
  ])('comes from the registry of %j', (options, expected) => {
    const app = new App();
    useImages(app, options);
    expect(imageOf(new Chart(app, 'below'), undefined, 'docker.io/grafana/grafana:13.2.0')).toBe(expected);
  });

  test('yields to the image that a part is given', () => {
    const app = new App();
    useImages(app, { registry: 'registry.example.com' });
    expect(imageOf(app, 'quay.io/me/grafana:1', IMAGES.grafana)).toBe('quay.io/me/grafana:1');
  });

  test('runs by the digest that is known of it, and an image with a digest keeps its own', () => {
    const app = new App();
    useImages(app, { registry: 'r.io', digests: { 'r.io/a/b:v1': DIGEST, 'quay.io/me/b:1': DIGEST } });
    expect(imageOf(app, undefined, 'docker.io/a/b:v1')).toBe(`r.io/a/b:v1@${DIGEST}`);
    expect(imageOf(app, 'quay.io/me/b:1', 'docker.io/a/b:v1')).toBe(`quay.io/me/b:1@${DIGEST}`);
    expect(imageOf(app, 'quay.io/me/b:1@sha256:0', 'docker.io/a/b:v1')).toBe('quay.io/me/b:1@sha256:0');
  });

  test('tells the operator what stands in front of names of Docker Hub', () => {
    expect(new ImageSource('test', {}).registryOfDockerHub).toBeUndefined();
    expect(new ImageSource('test', { registry: 'r.io/m' }).registryOfDockerHub).toBe('r.io/m');
    expect(new ImageSource('test', { registry: 'r.io/m', keepHost: true }).registryOfDockerHub).toBe('r.io/m/docker.io');
  });
});

test.each(['https://registry.example.com', 'registry.example.com/', 'mirror', 'mirror/path', 'registry.example.com/Mirror', ''])(
  'fails for the registry "%s"',
  (registry) => {
    expect(() => useImages(new Chart(new App(), 'chart'), { registry })).toThrow(
      `[chart] images.registry: got "${registry}", expected the host of a registry, with a port and a path where it has them, without https:// and without a slash at the end; write 'registry.example.com/mirror'`,
    );
  },
);

test('fails for keepHost without a registry, and for a digest that is none', () => {
  expect(() => useImages(new Chart(new App(), 'chart'), { keepHost: true })).toThrow(
    "[chart] images.keepHost: got true, expected registry beside it, for without one nothing is renamed; give registry: 'registry.example.com/mirror', or leave keepHost out",
  );
  expect(() => useImages(new Chart(new App(), 'chart'), { digests: { 'a/b:1': 'sha256:1' } })).toThrow(
    '[chart] images.digests["a/b:1"]: got "sha256:1", expected \'sha256:\' and 64 hexadecimal digits',
  );
});
