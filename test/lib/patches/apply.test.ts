import { applyPatch } from '../../../lib/patches/apply';
import { type ObjectPatch, PatchOp, type PatchOperation } from '../../../lib/patches/patch';

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'apps', labels: { 'a/b': 'x', 'c~d': 'y' } },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'main', args: ['-a', '-b'] }], volumes: [] } } },
};
const CONTAINER = '/spec/template/spec/containers/0';

const patched = (patch: Omit<ObjectPatch, 'kind'>) => applyPatch(DEPLOYMENT, { kind: 'Deployment', ...patch }, 'Deployment apps/web');
const after = (...patch: readonly PatchOperation[]) => patched({ patch }).json;
const faults = (patch: Omit<ObjectPatch, 'kind'>) =>
  patched(patch).faults.map(({ at, got, expected, instead }) => `${at}: got ${JSON.stringify(got)}, expected ${expected}; ${instead}`);
const spec = (fields: object) => ({ ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, ...fields } });

test.each<[string, PatchOperation, object]>([
  ['puts a value in place of another', { op: PatchOp.REPLACE, path: '/spec/replicas', value: 2 }, spec({ replicas: 2 })],
  ['brings a field in', { op: PatchOp.ADD, path: '/spec/paused', value: true }, spec({ paused: true })],
  ['brings null in', { op: PatchOp.ADD, path: '/spec/paused', value: null }, spec({ paused: null })],
  ['takes a field away', { op: PatchOp.REMOVE, path: '/spec/template' }, { ...DEPLOYMENT, spec: { replicas: 1 } }],
  ['copies', { op: PatchOp.COPY, from: '/spec/replicas', path: '/spec/min' }, spec({ min: 1 })],
  [
    'moves',
    { op: PatchOp.MOVE, from: '/spec/template', path: '/pod' },
    { ...spec({}), spec: { replicas: 1 }, pod: DEPLOYMENT.spec.template },
  ],
  ['tests without a change', { op: PatchOp.TEST, path: CONTAINER, value: { args: ['-a', '-b'], name: 'main' } }, DEPLOYMENT],
])('%s', (_, operation, expected) => {
  const { json, faults: found } = patched({ patch: [operation] });
  expect(found).toEqual([]);
  expect(json).toEqual(expected);
});

test('leaves the object that it is given as it is', () => {
  const before = structuredClone(DEPLOYMENT);
  patched({ patch: [{ op: PatchOp.ADD, path: `${CONTAINER}/args/-`, value: '-c' }], merge: { spec: { replicas: 3 } } });
  expect(DEPLOYMENT).toEqual(before);
});

test('inserts into lists and at their end, and reads keys that hold / and ~', () => {
  const args = (json: unknown) => (json as typeof DEPLOYMENT).spec.template.spec.containers[0]?.args;
  expect(args(after({ op: PatchOp.ADD, path: `${CONTAINER}/args/1`, value: 'x' }))).toEqual(['-a', 'x', '-b']);
  expect(args(after({ op: PatchOp.ADD, path: `${CONTAINER}/args/2`, value: 'x' }))).toEqual(['-a', '-b', 'x']);
  expect(args(after({ op: PatchOp.ADD, path: `${CONTAINER}/args/-`, value: 'x' }))).toEqual(['-a', '-b', 'x']);
  const labels = after(
    { op: PatchOp.REPLACE, path: '/metadata/labels/a~1b', value: 'p' },
    { op: PatchOp.REPLACE, path: '/metadata/labels/c~0d', value: 'q' },
  );
  expect(labels).toMatchObject({ metadata: { labels: { 'a/b': 'p', 'c~d': 'q' } } });
});

test('goes on from what earlier operations made', () => {
  const made = after(
    { op: PatchOp.ADD, path: '/metadata/annotations', value: {} },
    { op: PatchOp.ADD, path: '/metadata/annotations/team', value: 'ml' },
    { op: PatchOp.TEST, path: '/metadata/annotations/team', value: 'ml' },
  );
  expect(made).toMatchObject({ metadata: { annotations: { team: 'ml' } } });
});

const IS = 'a path of Deployment apps/web, where';
const CONTENTS = '/spec has replicas, template';
test.each<[string, PatchOperation, string]>([
  [
    'replaces what is not there, with what is nearly called so',
    { op: PatchOp.REPLACE, path: '/spec/replica', value: 2 },
    `path: got "/spec/replica", expected ${IS} ${CONTENTS}; write /spec/replicas`,
  ],
  [
    'replaces what is not there and like nothing',
    { op: PatchOp.REPLACE, path: '/spec/strategy', value: {} },
    `path: got "/spec/strategy", expected ${IS} ${CONTENTS}; use op: add`,
  ],
  [
    'removes below what is not there',
    { op: PatchOp.REMOVE, path: '/spec/templat/spec/volumes' },
    `path: got "/spec/templat/spec/volumes", expected ${IS} ${CONTENTS}; write /spec/template/spec/volumes`,
  ],
  [
    'adds below what is not there',
    { op: PatchOp.ADD, path: '/metadata/annotations/team', value: 'ml' },
    `path: got "/metadata/annotations/team", expected ${IS} /metadata has name, namespace, labels; add /metadata/annotations first`,
  ],
  [
    'adds behind the end of a list',
    { op: PatchOp.ADD, path: `${CONTAINER}/args/3`, value: 'x' },
    `path: got "${CONTAINER}/args/3", expected ${IS} ${CONTAINER}/args is a list of 0 to 1; write ${CONTAINER}/args/- for its end`,
  ],
  [
    'adds below a number',
    { op: PatchOp.ADD, path: '/spec/replicas/x', value: 1 },
    `path: got "/spec/replicas/x", expected ${IS} /spec/replicas is 1; take a path that is there, or leave it out`,
  ],
  [
    'removes an element that a list has not',
    { op: PatchOp.REMOVE, path: '/spec/template/spec/volumes/0' },
    `path: got "/spec/template/spec/volumes/0", expected ${IS} /spec/template/spec/volumes is an empty list; take a path that is there, or leave it out`,
  ],
  [
    'copies from what is not there',
    { op: PatchOp.COPY, from: '/meta', path: '/spec/x' },
    `from: got "/meta", expected ${IS} its top has apiVersion, kind, metadata, spec; take a path that is there, or leave it out`,
  ],
  [
    'moves a field into itself',
    { op: PatchOp.MOVE, from: '/spec', path: '/spec/x' },
    'path: got "/spec/x", expected a place that is not below /spec, from which it is taken; use op: copy',
  ],
  [
    'tests for another value',
    { op: PatchOp.TEST, path: '/spec/replicas', value: 2 },
    'value: got 2, expected what Deployment apps/web has at /spec/replicas: 1; see whether the other operations still fit, and test for that',
  ],
  [
    'tests what is not there',
    { op: PatchOp.TEST, path: '/spec/x', value: 2 },
    `path: got "/spec/x", expected ${IS} ${CONTENTS}; take a path that is there, or leave it out`,
  ],
  [
    'makes another object of it',
    { op: PatchOp.REPLACE, path: '/metadata/name', value: 'x' },
    'path: got "/metadata/name", expected a path that leaves kind, name and namespace of Deployment apps/web alone, for other objects refer to them; give the part another name or namespace by its options',
  ],
  [
    'replaces what holds its name',
    { op: PatchOp.REPLACE, path: '/metadata', value: {} },
    'path: got "/metadata", expected a path that leaves kind, name and namespace of Deployment apps/web alone, for other objects refer to them; give the part another name or namespace by its options',
  ],
  ['has no value', { op: PatchOp.ADD, path: '/spec/x' }, 'value: got undefined, expected a value beside op: add; write value: …'],
  [
    'has a path with dots',
    { op: PatchOp.REMOVE, path: 'spec.replicas' },
    'path: got "spec.replicas", expected a JSON pointer: each key behind a /, with ~1 for a / in a key and ~0 for a ~; write "/spec/replicas"',
  ],
])('refuses an operation that %s', (_, operation, says) => {
  expect(faults({ patch: [operation] })).toEqual([`patch[0].${says}`]);
  expect(after(operation)).toEqual(DEPLOYMENT);
});

test('tells each operation that does not fit, and none that only follows from it', () => {
  const patch = [
    { op: PatchOp.REPLACE, path: '/spec/replica', value: 2 },
    { op: PatchOp.ADD, path: '/metadata/annotations/a', value: 'b' },
    { op: PatchOp.TEST, path: '/metadata/annotations/a', value: 'b' },
    { op: PatchOp.REMOVE, path: '/spec/tmplate' },
  ];
  expect(faults({ patch }).map((fault) => fault.split(':')[0])).toEqual(['patch[0].path', 'patch[1].path', 'patch[3].path']);
});

test('merges fields: maps by key, lists as a whole, null takes away', () => {
  const merge = { spec: { replicas: null, template: { spec: { volumes: [{ name: 'a' }] } }, strategy: { type: 'Recreate' } } };
  const { json, faults: found } = patched({ merge });
  expect(found).toEqual([]);
  expect(json).toEqual({
    ...DEPLOYMENT,
    spec: {
      strategy: { type: 'Recreate' },
      template: { spec: { ...DEPLOYMENT.spec.template.spec, volumes: [{ name: 'a' }] } },
    },
  });
});

test('refuses to merge away what is not there, and what other objects refer to', () => {
  expect(faults({ merge: { spec: { replica: null, replicas: 2 }, metadata: { name: 'x' } } })).toEqual([
    `merge: got "null at /spec/replica", expected null for a field of Deployment apps/web that is there, where ${CONTENTS}; write /spec/replicas`,
    'merge: got "/metadata/name", expected a path that leaves kind, name and namespace of Deployment apps/web alone, for other objects refer to them; give the part another name or namespace by its options',
  ]);
});
