import { operatorVersion } from '../../../lib/checks/operator-version';
import type { JsonObject } from '../../../lib/checks/tree';
import { findings, kube } from './support';

const run = (version: string | undefined, kind: string, spec: JsonObject) =>
  findings(operatorVersion, { objects: [kube('Service', 'web'), kube(kind, 'main', { spec })], operatorVersion: version });

test('passes fields that the version knows, any when it is not known, and what is no resource of the operator', () => {
  const spec = { networkPolicy: {}, image: { repository: 'vmagent', tag: 'sha256:abc' }, remoteWrite: [{ url: 'https://a', queues: 2 }] };
  expect(run('0.74.0', 'VMAgent', spec)).toEqual([]);
  expect(run('1.0.0', 'VMAgent', spec)).toEqual([]);
  expect(run(undefined, 'VMAgent', spec)).toEqual([]);
  expect(run('0.70.1', 'VMAgent', { externalLabelName: '', image: { tag: 'v1' }, remoteWrite: [{ queues: 2 }] })).toEqual([]);
  expect(findings(operatorVersion, { objects: [kube('Service', 'web', { spec: { vpa: {} } })], operatorVersion: '0.60.0' })).toEqual([]);
});

test('fails for a version whose fields nobody here knows', () => {
  expect(run('0.66.1', 'VMSingle', { networkPolicy: {} })).toEqual([
    '[VMSingle/main] operator: got version 0.66.1, expected 0.67.0 or newer; update the operator',
  ]);
});

test.each([
  ['0.70.1', 'VMAgent', 'enableServiceLinks', '0.71.0'],
  ['0.73.1', 'VMSingle', 'networkPolicy', '0.74.0'],
  ['0.68.1', 'VMSingle', 'serviceScrapeSelector', '0.69.0'],
  ['0.67.0', 'VMAgent', 'hpa', '0.69.0'],
  ['0.71.0', 'VMScrapeConfig', 'dockerSDConfigs', '0.72.0'],
])('fails when operator %s gets a %s with %s', (version, kind, field, since) => {
  expect(run(version, kind, { [field]: {} })).toEqual([
    `[${kind}/main] spec.${field}: got a value, expected none, because operators know the field since ${since} and yours is ${version}; leave it out, or update the operator`,
  ]);
});

test('finds fields inside lists', () => {
  expect(run('0.69.0', 'VMAgent', { remoteWrite: [{ url: 'https://a' }, { url: 'https://b', queues: 2 }] })).toEqual([
    '[VMAgent/main] spec.remoteWrite[1].queues: got a value, expected none, because operators know the field since 0.70.0 and yours is 0.69.0; leave it out, or update the operator',
  ]);
});

test('passes the same field of a kind that always had it', () => {
  expect(run('0.67.0', 'VMAgent', { serviceScrapeSelector: {} })).toEqual([]);
});

test('fails when an image is given by digest to an operator that cannot join it', () => {
  expect(run('0.73.1', 'VMSingle', { image: { repository: 'docker.io/vm', tag: 'sha256:abc' } })).toEqual([
    '[VMSingle/main] spec.image.tag: got a digest, expected a tag, because operators before 0.74.0 make no valid image of it and yours is 0.73.1; write the tag, or update the operator',
  ]);
});
