import { fieldChanges } from '../../../../lib/outputs/diff';

test('equal values have no difference, whatever the order of their keys', () => {
  expect(fieldChanges({ a: 1, b: [{ name: 'x', c: 2 }] }, { b: [{ c: 2, name: 'x' }], a: 1 })).toEqual([]);
});

test('one more container, variable or argument is one difference, wherever it is put', () => {
  const pod = (containers: unknown[]) => ({ spec: { containers } }) as never;
  const [main, side] = [
    { name: 'main', env: [{ name: 'B', value: '2' }], args: ['-b=2'] },
    {
      name: 'side',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      args: ['-a=1', '-b=2'],
    },
  ];
  expect(fieldChanges(pod([main]), pod([side, main]))).toEqual([{ path: 'spec.containers[side]', new: side }]);
  expect(fieldChanges(pod([main]), pod([{ ...side, name: 'main' }]))).toEqual([
    { path: 'spec.containers[main].env[A]', new: { name: 'A', value: '1' } },
    { path: 'spec.containers[main].args[-a]', new: '1' },
  ]);
});

test('a flag that has another value is a change of that flag', () => {
  expect(fieldChanges({ args: ['-a=1', '-b=2'] }, { args: ['-a=1', '-b=3'] })).toEqual([{ path: 'args[-b]', old: '2', new: '3' }]);
});

test('a rule put in front of others is one difference, and one with another pattern a change of the pattern', () => {
  const [drop, keep] = [
    { action: 'drop', sourceLabels: ['__name__'], regex: 'a' },
    { action: 'keep', sourceLabels: ['__name__'], regex: 'b' },
  ];
  const other = { ...drop, regex: 'c' };
  expect(fieldChanges({ rules: [drop, keep] }, { rules: [other, drop, keep] })).toEqual([{ path: 'rules[drop __name__ #2]', new: other }]);
  expect(fieldChanges({ rules: [drop, keep] }, { rules: [other, keep] })).toEqual([
    { path: 'rules[drop __name__].regex', old: 'a', new: 'c' },
  ]);
});

test('the order of what has a name is a difference of its own, that of plain words is none', () => {
  const [a, b] = [{ url: 'http://a' }, { url: 'http://b' }];
  expect(fieldChanges({ remoteWrite: [a, b] }, { remoteWrite: [b, a] })).toEqual([
    { path: 'remoteWrite[order]', old: '[http://a] [http://b]', new: '[http://b] [http://a]' },
  ]);
  expect(fieldChanges({ verbs: ['get', 'list'] }, { verbs: ['list', 'get'] })).toEqual([]);
});

test('elements of one name are compared in their order, equal ones first', () => {
  const [x, y, z] = ['x', 'y', 'z'].map((value) => ({ name: 'same', value }));
  expect(fieldChanges({ list: [x, y] }, { list: [y, z] })).toEqual([
    { path: 'list[same #1].value', old: 'x', new: 'z' },
    expect.objectContaining({ path: 'list[order]' }),
  ]);
});

test('keys with dots or slashes are quoted in paths', () => {
  expect(fieldChanges({ labels: { 'a.b/c': '1' } }, { labels: { 'a.b/c': '2' } })).toEqual([
    { path: 'labels["a.b/c"]', old: '1', new: '2' },
  ]);
});

test('a value that becomes another kind of value is one difference', () => {
  expect(fieldChanges({ a: [1] }, { a: { b: 1 } })).toEqual([{ path: 'a', old: [1], new: { b: 1 } }]);
  expect(fieldChanges({ a: null }, { a: 0 })).toEqual([{ path: 'a', old: null, new: 0 }]);
});
