import { RelabelRegex } from '../../../../lib/scrape/relabel-regex';
import { examplesOf } from '../../../../lib/scrape/schema/examples';

test.each([
  ['soperator', ['soperator'], true],
  ['a|bc|d', ['a', 'bc', 'd'], true],
  ['^kube-(system|public)$', ['kube-system', 'kube-public'], true],
  ['a?b', ['b', 'ab'], true],
  ['^$', [''], true],
  ['(?:);(?:/.+)', [';/x'], false],
  ['node_.*', ['node_', 'node_x'], false],
  ['[0-9]+\\.[0-9]{2}', ['0.00'], false],
  ['[^/x]*/[k-n]', ['/k', '0/k'], false],
  ['\\d\\s\\w\\W', ['0 x-'], false],
  ['a{3}b{2,}', ['aaabb'], false],
  ['(?P<name>pod)-(?i:A)', ['pod-A'], false],
  ['(?i)abc', ['abc'], false],
  ['[[:upper:]]\\pL', ['Xx'], false],
  ['a\\tb\\|', ['a\tb|'], true],
])('%s matches %j', (pattern, texts, complete) => {
  expect(examplesOf(pattern)).toEqual({ texts, complete });
});

test('has no more than some, and says so', () => {
  const { texts, complete } = examplesOf('(a|b|c)(d|e|f)(g|h|i)');
  expect(texts.length).toBeLessThanOrEqual(8);
  expect(complete).toBe(false);
  expect(examplesOf('a|b|c|d|e|f|g|h|i')).toEqual({ texts: [...'abcdefgh'], complete: false });
});

test.each(['\\Qa.b\\E', '\\x41', '\\101'])('has none of what it cannot read: %s', (pattern) => {
  expect(examplesOf(pattern)).toEqual({ texts: [], complete: false });
});

test.each(['.*_total', '(veth|cali).+', '([^:]+):(\\d+)', 'x(ab)?(c|d)+', '(.+)-[a-z0-9]{5}', '/(dev|proc)($|/)'.replace('($|/)', '/?')])(
  'gives only what %s really matches',
  (pattern) => {
    const { texts } = examplesOf(pattern);
    expect(texts).not.toEqual([]);
    expect(texts.filter((text) => !RelabelRegex.of(pattern).matches(text))).toEqual([]);
  },
);
