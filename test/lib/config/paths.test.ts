import { formatPath, type PathKey, parsePath } from '../../../lib/config/paths';

test.each<[string, PathKey[]]>([
  ['cluster', ['cluster']],
  ['remoteWrite[1].url', ['remoteWrite', 1, 'url']],
  ['vmAgent.nodeSelector["kubernetes.io/os"]', ['vmAgent', 'nodeSelector', 'kubernetes.io/os']],
  ['["a \\"b\\""].c', ['a "b"', 'c']],
  ['', []],
])('writes and reads %s', (text, path) => {
  expect(formatPath(path)).toBe(text);
  expect(parsePath(text)).toEqual(path);
});

test('keeps what is no path as one key', () => {
  expect(parsePath('no path!')).toEqual(['no path!']);
});
