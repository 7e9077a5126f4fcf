import { DASHBOARDS, JobAttribution } from '../../../lib/dashboards';
import { type NumberLiteral, substituteVariables } from '../../../lib/promql';
import { parseByGrammar } from '../../../lib/promql/parse';
import { readPlain } from '../../../lib/promql/quick';
import { braced, VARIABLES } from './support';

/** The grammar takes `-1` for a number in one place and for a sign before one in another, which comes to the same. */
function withSigns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSigns);
  if (typeof value !== 'object' || value === null) return value;
  const { kind, op, operand, start, end } = value as { readonly [field: string]: unknown };
  if (kind === 'unary' && isNumber(operand) && operand.end === end && operand.start === Number(start) + 1) {
    return { ...operand, start, ...(operand.value === undefined ? {} : { value: op === '-' ? -operand.value : operand.value }) };
  }
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withSigns(inner)]));
}

function isNumber(value: unknown): value is NumberLiteral {
  return typeof value === 'object' && value !== null && (value as { readonly kind?: unknown }).kind === 'number';
}

/** A query as both read it; nothing for what one of them refuses. */
function both(text: string, variables: readonly string[] = VARIABLES) {
  const { text: code, uses } = substituteVariables(text, variables);
  let byGrammar: unknown;
  try {
    byGrammar = withSigns(parseByGrammar(text, code, uses));
  } catch {
    byGrammar = undefined;
  }
  return { plain: readPlain(code, uses), byGrammar };
}

const PLAIN = [
  'up',
  '  up  ',
  '1',
  '1.5e3',
  '.5',
  '1h30m',
  '"text"',
  "'it\\'s'",
  'up{}',
  'up{a="b"}',
  `up { a = 'b' , c!="d",e=~"f|g", h!~"$node.*", }`,
  'up{a="}{", b="\\"", c="#"}',
  'up[5m]',
  'up [ 90 ]',
  'rate(up[$__rate_interval])',
  'up offset 5m',
  'up{a="b"} offset -1w',
  'rate(up[5m] offset $__interval)',
  'up @ end()',
  'max_over_time(up[1h] @ start() offset 5m)',
  'sum(up)[1h:5m]',
  'max_over_time(sum(up)[1h:])',
  'max_over_time((up > 0)[$__range:1m] @ end())',
  'up[1h:5m] offset 1d',
  'up or down offset 5m',
  'up and down or left offset 5m',
  'up offset 1m or down offset 5m',
  'up == -down offset 5m',
  'up == down @ end() offset 5m',
  'sum(up)',
  'SUM BY (a, b,) (up)',
  'sum(up) without ()',
  'quantile by (a) (0.9, up)',
  'topk(5, up) by (a)',
  'count_values("version", up)',
  'time()',
  'label_replace(up, "a", "$1", "b", "(.+)")',
  '-up',
  '- -up',
  '+1',
  '2 ^ -1',
  '2 ^ -1 * 3',
  '2 ^ 3 ^ 4',
  '1 + 2 * 3 - 4 / 5 % 6',
  'a or b and c unless d',
  'a == b != c > bool d <= e',
  'a * on (x, y) group_left (z) b',
  'a * on (x) group_left b',
  'a * on () group_right () b',
  'a / ignoring (x) (b + c)',
  'a atan2 b',
  '(((a)))',
  '(a + b) * c',
  '-(a + b)',
  'sum((a))',
  '(up)',
  'a AND b',
  'job:requests:rate5m{a="b"}',
  'sum(x) / sum(y) or vector(0)',
  'clamp_min(up, -1)',
  `up{a="${braced('node:regex')}", b="[[cluster]]"} > $limit`,
  'quantile($quantile, up)',
  'up\n  + # comment'.replace(' # comment', '\n up'),
];

test.each(PLAIN)('reads %s as the grammar does', (text) => {
  const { plain, byGrammar } = both(text);
  expect(plain).toBeDefined();
  expect(plain).toEqual(byGrammar);
});

test.each([
  '0x1F',
  '1_000',
  'Inf',
  'NaN > 1',
  '{__name__="up"}',
  '- 1',
  '-1 ^ 2',
  '{"dotted.name"}',
  'up{"a.b"="c"}',
  'up{a=`b`}',
  'up @ 1700000000',
  'up # comment',
  'sum by ("a") (up)',
  'up[5m:$__interval] @ $__to',
])('leaves %s to the grammar', (text) => {
  const { plain, byGrammar } = both(text);
  expect(byGrammar).toBeDefined();
  expect(plain ?? byGrammar).toEqual(byGrammar);
});

test.each([
  '',
  ')',
  'up{',
  'up{a}',
  'up{a="b" c="d"}',
  'up{__name__="up"}',
  'up{a=~"("}',
  'up{a="\\q"}',
  'up[5x]',
  'up[0s]',
  'up[5m',
  'up[5m][5m]',
  '(up)[5m]',
  '(up) offset 5m',
  'up offset',
  'up offset 5m[5m]',
  'sum',
  'sum()',
  'sum(a, b)',
  'topk(up)',
  'sum by (up)',
  'sum by a (up)',
  'sum(a,)',
  'nobody(up)',
  'RATE(up[5m])',
  'a b',
  'a +',
  '* a',
  'a * on b',
  'a * group_left b',
  'a == == b',
  'a ! b',
  'by',
  'a offset b',
  '"unclosed',
  'up{a="unclosed}',
  '1a',
  '5.',
  'up[1h:5m:1m]',
  'up @ end',
  'up @ end()[5m]',
  '$nobody',
  'sum(up) by (a) by (b)',
  'limitk(1, up)',
])('does not take %s, which the grammar refuses, for sound', (text) => {
  const { plain, byGrammar } = both(text);
  expect(plain === undefined || byGrammar !== undefined).toBe(true);
});

test('reads every query of the dashboards as the grammar does', () => {
  const texts = new Set<string>();
  for (const definition of DASHBOARDS) {
    const json = JSON.stringify(definition.build({ jobAttribution: JobAttribution.JOIN }));
    const names = [...json.matchAll(/"name":"(\w+)"/g)].map(([, name = '']) => name);
    JSON.parse(json, (key, value) => {
      if (key === 'expr') texts.add(JSON.stringify([value, names]));
      return value;
    });
  }
  expect(texts.size).toBeGreaterThan(100);
  for (const key of texts) {
    const [text, names] = JSON.parse(key);
    const { plain, byGrammar } = both(text, names);
    expect(plain).toBeDefined();
    expect(plain).toEqual(byGrammar);
  }
});
