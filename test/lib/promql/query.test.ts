import { readQuery, readVariableQuery, type Selector } from '../../../lib/promql';
import { braced, VARIABLES } from './support';

const read = (text: string) => readQuery(text, VARIABLES);
function only(text: string): Selector {
  const [use, ...rest] = read(text).selectors;
  if (use === undefined || rest.length > 0) throw new Error(`expected one selector in ${text}`);
  return use.selector;
}
const brief = ({ matchers }: Selector) => matchers.map(({ label, op, value }) => `${label}${op}${value}`);

describe('a selector', () => {
  test('has its name and matchers, however they are written', () => {
    expect(only('up')).toMatchObject({ name: 'up', matchers: [], nameMatchers: [] });
    expect(brief(only(`up{job="a", x!='b', y=~\`c\\d\`, "z.z"!~"d|e",}`))).toEqual(['job=a', 'x!=b', 'y=~c\\d', 'z.z!~d|e']);
    expect(only('{__name__="up", job="a"}')).toMatchObject({ name: 'up', nameMatchers: [] });
    expect(only('{"dotted.name", job="a"}').name).toBe('dotted.name');
    const some = only('{__name__=~"slurm_.*"}');
    expect(some.name).toBeUndefined();
    expect(some.nameMatchers).toMatchObject([{ op: '=~', value: 'slurm_.*' }]);
  });

  test('has the value of a string, not its text', () => {
    expect(brief(only(String.raw`up{a="\"q\"\\n\n\x41\u00e9"}`))).toEqual(['a="q"\\n\nAé']);
    expect(brief(only(`up{a='"'}`))).toEqual(['a="']);
  });

  test.each([
    ['rate(up[5m])', { range: 300_000 }],
    ['rate(up[1h30m])', { range: 5_400_000 }],
    ['rate(up[90])', { range: 90_000 }],
    ['rate(up[250ms])', { range: 250 }],
    ['rate(up[$__rate_interval])', { range: 'variable' }],
    [`rate(up[${braced('__range_s')}s])`, { range: 'variable' }],
    ['up offset 5m', { offset: 300_000 }],
    ['up offset -1w', { offset: -604_800_000 }],
    ['up offset $__interval', { offset: 'variable' }],
    ['rate(up[5m] offset 1d)', { range: 300_000, offset: 86_400_000 }],
    ['up @ 1700000000', { at: 1_700_000_000 }],
    ['rate(up[5m] @ end())', { range: 300_000, at: 'end' }],
    ['up @ start() offset 1m', { at: 'start', offset: 60_000 }],
    [`up @ ${braced('__to:date:seconds')}`, { at: 'variable' }],
  ])('has the times of %s', (text, times) => expect(only(text)).toMatchObject(times));

  test('knows what is around it, nearest first, and its place', () => {
    const text = '# comment\nsum by (job) (rate(up[5m]))\n  / -max_over_time(sum(requests_total)[1h:5m])';
    expect(read(text).selectors.map(({ selector, around, line, column }) => [selector.name, around, line, column])).toEqual([
      ['up', ['rate', 'sum', '/'], 2, 20],
      ['requests_total', ['sum', 'max_over_time', '-', '/'], 3, 24],
    ]);
  });

  test('knows the variables of its matchers', () => {
    const { matchers } = only(`up{a="x", b=~"$node", c=~"${braced('cluster:regex')}-[[node]]-.*", d="$5"}`);
    expect(matchers.map(({ value, variables }) => [value, variables])).toEqual([
      ['x', []],
      ['$node', ['node']],
      [`${braced('cluster:regex')}-[[node]]-.*`, ['cluster', 'node']],
      ['$5', []],
    ]);
  });
});

describe('the tree', () => {
  test('follows the precedence of Prometheus', () => {
    expect(read('1 + 2 * 3 ^ 2 ^ 1').expr).toMatchObject({
      op: '+',
      right: { op: '*', right: { op: '^', left: { value: 3 }, right: { op: '^' } } },
    });
    expect(read('-up ^ 2').expr).toMatchObject({ kind: 'unary', op: '-', operand: { op: '^' } });
    expect(read('up or up and up').expr).toMatchObject({ op: 'or', right: { op: 'and' } });
    expect(read('(1 + 2) * 3').expr).toMatchObject({ op: '*', left: { op: '+' } });
  });

  test('has the clauses of operators', () => {
    const names = (labels: readonly { readonly name: string }[]) => labels.map(({ name }) => name);
    const { expr } = read('up > bool ignoring(a, "b.c") group_right(d) up');
    if (expr.kind !== 'binary' || !expr.matching) throw new Error('expected an operator with a clause');
    expect([expr.op, expr.bool, expr.matching.on, expr.matching.many]).toEqual(['>', true, false, 'right']);
    expect([names(expr.matching.labels), names(expr.matching.include)]).toEqual([['a', 'b.c'], ['d']]);
    expect(read('up * on() up').expr).toMatchObject({ matching: { on: true, labels: [] } });
  });

  test('has aggregations with the clause on either side, in any case', () => {
    for (const text of ['sum by (job) (up)', 'sum(up) by (job)', 'SUM(up) BY (job,)']) {
      expect(read(text).expr).toMatchObject({ name: 'sum', grouping: { by: true, labels: [{ name: 'job' }] } });
    }
    expect(read('quantile without () (0.9, up)').expr).toMatchObject({ parameter: { value: 0.9 }, grouping: { by: false, labels: [] } });
    expect(read('sum(up)').expr).toMatchObject({ grouping: undefined });
  });

  test.each([
    ['1e3', 1000],
    ['-0x1F', -31],
    ['1_000.5', 1000.5],
    ['.5', 0.5],
    ['1h', 3600],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['$limit', undefined],
  ])('reads the number %s', (text, value) => {
    const { expr } = read(text);
    expect(
      expr.kind === 'number' ? expr.value : expr.kind === 'unary' && expr.operand.kind === 'number' ? -(expr.operand.value ?? 0) : '',
    ).toBe(value);
  });

  test('says what it gives', () => {
    expect(['up', '1 + time()', 'scalar(up)', 'vector(1)', '"x"'].map((text) => read(text).kind)).toEqual([
      'vector',
      'scalar',
      'scalar',
      'vector',
      'string',
    ]);
  });
});

describe('the query of a variable', () => {
  const listed = (text: string) => {
    const { kind, label, query, pattern } = readVariableQuery(text, VARIABLES);
    return [kind, label?.name, query?.selectors[0]?.selector.name, pattern];
  };

  test.each([
    ['label_values(node)', ['label-values', 'node', undefined, undefined]],
    ['label_values(slurm_node_info{state=~"A|B", x="$node"}, node_name)', ['label-values', 'node_name', 'slurm_node_info', undefined]],
    ['label_names()', ['label-names', undefined, undefined, undefined]],
    ['label_names(up)', ['label-names', undefined, 'up', undefined]],
    ['query_result(topk(3, sum by (job) (up)))', ['query-result', undefined, 'up', undefined]],
    ['metrics(slurm_.*)', ['metrics', undefined, undefined, 'slurm_.*']],
    ['up{job="web"}', ['series', undefined, 'up', undefined]],
  ])('%s', (text, expected) => expect(listed(text)).toEqual(expected));

  test('keeps the places of the whole text', () => {
    const { query, label } = readVariableQuery('label_values(\n  up{job="web"}, job)');
    expect(query?.selectors).toMatchObject([{ line: 2, column: 3 }]);
    expect(label).toEqual({ name: 'job', start: 31, end: 34 });
    expect(() => readVariableQuery('label_values(up{job=}, job)')).toThrow('1:21: got "}"');
  });

  test('fails when Grafana would ask for the series of an expression', () => {
    expect(() => readVariableQuery('label_values(sum(up), job)')).toThrow(
      '1:14: got "sum(up)", expected a metric with matchers; use query_result(…) for an expression',
    );
    expect(() => readVariableQuery('')).toThrow('1:1: got nothing, expected a query of a variable; write label_values(metric, label)');
  });
});

test.each([
  ['up or down offset 5m', [undefined, 300_000]],
  ['up and down or left offset 5m', [undefined, undefined, 300_000]],
  ['up == down @ end() offset 5m', [undefined, 300_000]],
  ['up offset 1m or -down offset 5m', [60_000, 300_000]],
  ['up + down offset 5m * left', [undefined, 300_000, undefined]],
])('offset moves the operand before it alone: %s', (text, offsets) => {
  expect(readQuery(text).selectors.map(({ selector }) => selector.offset)).toEqual(offsets);
});
