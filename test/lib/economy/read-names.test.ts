import { readNames } from '../../../lib/economy/read-names';

const dashboard = (...queries: readonly string[]) =>
  JSON.stringify({
    title: 'node_load15 of hosts',
    panels: queries.map((expr) => ({ description: 'not node_load5', targets: [{ expr }] })),
  });
const names = (...queries: readonly string[]) => readNames(dashboard(...queries)).names;
const patterns = (...queries: readonly string[]) => readNames(dashboard(...queries)).patterns;

describe('metrics that a dashboard may ask for', () => {
  test('are those in its queries, and not those in its words', () => {
    const read = names('rate(node_load1{job="x"}[5m])', 'a:b_total / on (c) d_bucket');
    for (const name of ['node_load1', 'a:b_total', 'd_bucket']) expect(read).toContain(name);
    for (const name of ['node_load5', 'node_load15']) expect(read).not.toContain(name);
  });

  test('are found whether or not the file is minified', () => {
    const json = JSON.stringify({ panels: [{ targets: [{ expr: 'up_to{le="0.5"}' }] }] }, undefined, 2);
    expect(readNames(json).names).toContain('up_to');
  });

  test('are found in variables of either form', () => {
    const list = [
      { query: 'label_values(first_info, node)' },
      { query: { query: 'query_result(second_info)' } },
      { definition: 'metrics(third_.+)' },
    ];
    const read = readNames(JSON.stringify({ templating: { list } }));
    for (const name of ['first_info', 'second_info']) expect(read.names).toContain(name);
    expect(['a_third_total', 'third', 'fourth_total'].map((name) => read.reads(name))).toEqual([true, false, false]);
  });

  test('are a pattern where the name is matched by one', () => {
    expect(patterns('{__name__=~"DCGM_FI_.+",job="x"}')).toEqual(['DCGM_FI_.+']);
    expect(patterns("sum({ __name__ =~ 'a|b' })")).toEqual(['a|b']);
  });

  test('are a pattern without the backslashes that a string needs', () => {
    expect(patterns('{__name__=~"node_load\\\\d+"}')).toEqual(['node_load\\d+']);
    expect(patterns('{__name__=~`node_load\\d+`}')).toEqual(['node_load\\d+']);
  });

  test('are any where only the viewer decides, or where some are excluded', () => {
    const field = '$' + '{field:regex}';
    expect(patterns(`{__name__=~"DCGM_${field}_$kind"}`)).toEqual(['DCGM_.*_.*']);
    expect(patterns('{__name__!="up"}')).toEqual(['.*']);
    expect(patterns('{__name__!~"go_.+"}')).toEqual(['.*']);
  });

  test('are a name by itself where it is written as a matcher', () => {
    expect(names('{__name__="node_load1"}')).toContain('node_load1');
  });
});
