import { emptying } from '../../../../lib/cli/explain/emptying';
import { readQuery } from '../../../../lib/promql';

const without = (query: string) => emptying(readQuery(query)).emptyWithout;

test.each([
  ['sum(rate(a[5m]))', [['a']]],
  ['a / on (x) b', [['a'], ['b']]],
  ['a and on (x) b', [['a'], ['b']]],
  ['a unless on (x) b', [['a']]],
  ['a or b', [['a', 'b']]],
  [
    '(a / b) or c',
    [
      ['a', 'c'],
      ['b', 'c'],
    ],
  ],
  ['a * (b or a)', [['a']]],
  ['a or vector(0)', []],
  ['absent(a)', []],
  ['time() - a', [['a']]],
  ['max_over_time(a[1h:5m])', [['a']]],
  ['{__name__=~"a.+"}', [['{__name__=~"a.+"}']]],
])('%s is empty without %j', (query, expected) => {
  expect(without(query)).toEqual(expected);
});

test('comparisons that filter are told, those that give 0 and 1 are none', () => {
  const filters = (query: string) => emptying(readQuery(query)).filters;
  expect(filters('sum(a > 0) + count(b == bool 1)')).toEqual(['> 0']);
  expect(filters('a < on (x) b')).toEqual([]);
});
