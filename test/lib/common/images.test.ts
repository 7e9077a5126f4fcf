import { configReloaderImage, IMAGES, imageParts, operatorVersion } from '../../../lib/common/images';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each(Object.entries(IMAGES))('%s names its registry and a fixed version', (_, reference) => {
  expect(reference).toMatch(/^[a-z0-9.-]+\.[a-z]+\/\S+:[^:]*\d[^:]*$/);
  expect(imageParts(reference, 'test').tag).not.toBe('latest');
});

test('the config reloader is of the release of the operator', () => {
  const { repository, tag } = imageParts(IMAGES.vmOperator, 'test');
  expect(configReloaderImage('0.74.1')).toBe(`${repository}:config-reloader-${tag}`);
  expect(configReloaderImage('0.70.1')).toBe('docker.io/victoriametrics/operator:config-reloader-v0.70.1');
});

test('agent and store are of one release', () => {
  expect(imageParts(IMAGES.vmAgent, 'test').tag).toBe(imageParts(IMAGES.vmSingle, 'test').tag);
});

test.each([
  ['docker.io/victoriametrics/vmagent:v1.150.0', 'docker.io/victoriametrics/vmagent', 'v1.150.0'],
  ['registry.example:5000/team/vmagent:v1.150.0', 'registry.example:5000/team/vmagent', 'v1.150.0'],
  [`quay.io/prometheus/node-exporter@${DIGEST}`, 'quay.io/prometheus/node-exporter', DIGEST],
  ['busybox:1.37', 'busybox', '1.37'],
])('splits %s', (reference, repository, tag) => {
  expect(imageParts(reference, 'test')).toEqual({ repository, tag, version: tag });
});

test('keeps tag and digest together for whoever pulls, and the tag alone as the version', () => {
  const tag = `v1.150.0@${DIGEST}`;
  expect(imageParts(`registry.example:5000/vmagent:${tag}`, 'test')).toEqual({
    repository: 'registry.example:5000/vmagent',
    tag,
    version: 'v1.150.0',
  });
});

test.each(['vmagent', 'vmagent:latest', 'registry.example:5000/vmagent', 'vmagent:', 'vmagent@sha256:1234', 'vmagent:v1 ', ''])(
  'fails when %j can change under a running cluster, or is none',
  (reference) => {
    expect(() => imageParts(reference, 'pipeline/VMAgent')).toThrow(
      Error(
        `[pipeline/VMAgent] image: got ${JSON.stringify(reference)}, expected an image reference with a fixed tag or digest; write registry, name and version: 'docker.io/victoriametrics/vmagent:v1.150.0'`,
      ),
    );
  },
);

test('names the option that held the reference', () => {
  expect(() => imageParts('x', 'pipeline/VMAgent', 'configReloaderImage')).toThrow('[pipeline/VMAgent] configReloaderImage: got "x"');
});

test('the version of the operator is that of its image unless another one runs', () => {
  expect(operatorVersion('test')).toBe(imageParts(IMAGES.vmOperator, 'test').tag.replace(/^v/, ''));
  expect(operatorVersion('test', '0.70.1')).toBe('0.70.1');
});

test.each(['v0.74.1', '0.74', 'latest', ''])('fails when the version of the operator is %j', (version) => {
  expect(() => operatorVersion('pipeline', version)).toThrow(
    Error(
      `[pipeline] operatorVersion: got ${JSON.stringify(version)}, expected a version of the operator: '0.74.1'; read it from the tag of the image that runs in the cluster, without the v`,
    ),
  );
});
