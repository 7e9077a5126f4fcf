import { applySize } from '../../../lib/checks/apply-size';
import { findings, kube } from './support';

const config = (size: number, character = 'x') => kube('ConfigMap', 'web', { data: { 'dashboard.json': character.repeat(size) } });

test('passes what every way to apply can bring into the cluster', () => {
  expect(findings(applySize, { objects: [config(250_000)] })).toEqual([]);
});

test('warns when only server-side apply can', () => {
  expect(findings(applySize, { objects: [config(262_144)] })).toEqual([
    'warning: [ConfigMap/web] object: got 262256 bytes, expected at most 262144 for a client-side apply, which keeps a copy of the object in an annotation; use kubectl apply --server-side',
  ]);
});

test('counts characters as kubectl writes them, and other annotations', () => {
  expect(findings(applySize, { objects: [config(50_000, '<')] })).toEqual([
    'warning: [ConfigMap/web] object: got 300112 bytes, expected at most 262144 for a client-side apply, which keeps a copy of the object in an annotation; use kubectl apply --server-side',
  ]);
  const annotated = kube('ConfigMap', 'web', { metadata: { name: 'web', annotations: { long: 'x'.repeat(140_000) } } });
  expect(findings(applySize, { objects: [annotated] })).toHaveLength(1);
});

test('fails when a ConfigMap or Secret holds too much', () => {
  const twice = kube('ConfigMap', 'twice', {
    data: { a: 'x'.repeat(600_000) },
    binaryData: { b: Buffer.alloc(600_000).toString('base64') },
  });
  expect(
    findings(applySize, { objects: [config(1_048_577), twice, kube('Secret', 'web', { stringData: { a: 'ä'.repeat(524_289) } })] }),
  ).toEqual([
    '[ConfigMap/web] data: got 1048577 bytes, expected at most 1048576 in one ConfigMap; share the keys out over several',
    '[ConfigMap/twice] data: got 1200000 bytes, expected at most 1048576 in one ConfigMap; share the keys out over several',
    '[Secret/web] data: got 1048578 bytes, expected at most 1048576 in one Secret; share the keys out over several',
  ]);
});

test('fails when an object is too large for the API server', () => {
  expect(findings(applySize, { objects: [kube('VMRule', 'all', { spec: { groups: ['x'.repeat(1_600_000)] } })] })).toEqual([
    '[VMRule/all] object: got 1600137 bytes, expected at most 1572864, which is all that the API server stores; split it up',
  ]);
});
