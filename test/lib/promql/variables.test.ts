import { readLegend, substituteVariables } from '../../../lib/promql';
import { braced } from './support';

const substituted = (text: string, variables: readonly string[] = ['node', 'n']) => substituteVariables(text, variables).text;

test('puts numbers of the same length in the place of variables', () => {
  expect(substituted('rate(x[$__rate_interval])')).toBe('rate(x[0000000000000001])');
  expect(substituted(`x[${braced('__range_s')}s:$__interval]`)).toBe('x[000000000001s:00000000001]');
  expect(substituted(`topk($n, x) > ${braced('n:raw')} + [[n]]`)).toBe('topk(01, x) > 00000001 + 00001');
});

test('leaves variables in strings, and says where they are', () => {
  const text = `x{a="$node", b='${braced('node:regex')}', c=\`[[node]]\`}`;
  const { text: after, uses } = substituteVariables(text, ['node']);
  expect(after).toBe(text);
  expect(uses.map(({ name, start, end }) => [name, text.slice(start, end)])).toEqual([
    ['node', '$node'],
    ['node', braced('node:regex')],
    ['node', '[[node]]'],
  ]);
});

test('knows what Grafana sets', () => {
  const names = ['__interval', '__interval_ms', '__rate_interval', '__range', '__range_s', '__range_ms', '__from', '__to'];
  const { uses } = substituteVariables(names.map((name) => `$${name}`).join(' + '), []);
  expect(uses.map(({ name }) => name)).toEqual(names);
});

test('leaves what is no variable, part of a name or comment', () => {
  for (const text of ['x$n', 'x:$n', '$other', '# $n', 'x{a=~"a$"}', 'x[5m]']) expect(substituted(text)).toBe(text);
});

test('tells references to unknown variables in strings', () => {
  expect(substituteVariables('x{a="$nod", b="$node"}', ['node']).unknown).toEqual([{ name: 'nod', start: 5, end: 9 }]);
});

test('reads the labels of a legend, each once', () => {
  expect(readLegend('{{node}} of {{ cluster }}, {{node}}')).toEqual(['node', 'cluster']);
  expect(readLegend('__auto')).toEqual([]);
});
