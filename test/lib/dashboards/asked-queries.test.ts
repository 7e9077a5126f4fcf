import { DASHBOARDS, JobAttribution } from '../../../lib/dashboards';
import {
  choose,
  filled,
  lengthsOf,
  offered,
  panelsOf,
  queriesOf,
  secondsOf,
  type VariableSource,
} from '../../../lib/dashboards/asked-queries';
import { anyOf, oneOf, textBox, type VariableModel } from '../../../lib/dashboards/vocabulary/variables';

/** Answers with what it was asked for. */
function source(labels: { readonly [selector: string]: readonly string[] }): VariableSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    labelValues: async (selector, label) => {
      asked.push(`${label} of ${selector}`);
      return labels[selector] ?? [];
    },
    query: async (expr) => {
      asked.push(expr);
      return [{ labels: { __name__: 'm', instance_id: 'host-1', b: 'c' }, value: 2 }];
    },
  };
}

const variable = { label: 'Label', description: 'Description', of: 'node' };
const node = oneOf({ ...variable, name: 'node', series: 'up' });
const disk = oneOf({ ...variable, name: 'disk', series: 'disks{node="$node"}' });
const worker = anyOf({ ...variable, name: 'worker', series: 'workers' });
const { values: lengths } = lengthsOf(3600, 600, 30);
const page = (...list: readonly VariableModel[]) => ({ templating: { list: [...list] } });
const queried = (query: string, regex: string): VariableModel => ({ ...node, query, regex, sort: 0 });

test('variables are filled in with and without braces and formats, and what has no value stays', () => {
  const text = `a{b="$node", c=~"\${worker:regex}", d="$1"}[$__range:1m] + $nodes`;
  expect(filled(text, new Map([['node', 'n-1']]), lengths, new Map([['worker', '.*']]))).toBe(
    'a{b="n-1", c=~".*", d="$1"}[3600s:1m] + $nodes',
  );
});

test.each([
  // range, pixels, scrape interval, step of the panel; step, rate interval
  [3 * 3600, 600, 30, undefined, 30, 120],
  [24 * 3600, 600, 30, undefined, 120, 150],
  [24 * 3600, 600, 15, undefined, 120, 135],
  [3 * 3600, 600, 30, '5m', 300, 330],
  [300, 900, 30, undefined, 30, 120],
  [7 * 86400, 500, 30, undefined, 1200, 1230],
])(
  'of %d s on %d pixels at scrapes of %d s and steps of %s the step is %d s, the rate interval %d s',
  (range, px, scrape, panel, step, rate) => {
    const found = lengthsOf(range, px, scrape, panel);
    expect(found.stepS).toBe(step);
    expect(found.values.get('__interval')).toBe(`${step}s`);
    expect(found.values.get('__rate_interval')).toBe(`${rate}s`);
    expect(found.values.get('__range_ms')).toBe(`${range * 1000}`);
  },
);

test('lengths of time have one unit', () => {
  expect(['30s', '5m', '3h', '2d', '1w'].map(secondsOf)).toEqual([30, 300, 10_800, 172_800, 604_800]);
  expect(() => secondsOf('1h30m')).toThrow('length of time: got "1h30m", expected a number with s, m, h, d or w; write 30s or 3h');
});

test('a page starts with all where there is such a choice, with the first in natural order elsewhere, and later variables see earlier ones', async () => {
  const from = source({ up: ['node-10', 'node-9'], 'disks{node="node-9"}': ['sdb', 'sda', 'sdb'] });
  const values = await choose(page(node, disk, worker, textBox('text', 'T', 'D', 'abc')), from, { lengths });
  expect([...values]).toEqual([
    ['node', 'node-9'],
    ['disk', 'sda'],
    ['worker', '.*'],
    ['text', 'abc'],
  ]);
  expect(from.asked).toEqual(['node of up', 'node of disks{node="node-9"}']);
});

test('values can be given, and one can be taken in place of all', async () => {
  const from = source({ workers: ['w.1', 'w.0'] });
  expect((await choose(page(node, worker), from, { lengths, given: new Map([['node', 'a.b']]), oneOfMany: true })).get('node')).toBe('a.b');
  expect((await choose(page(worker), from, { lengths, oneOfMany: true })).get('worker')).toBe('w\\\\.0');
  expect((await choose(page(worker), from, { lengths, given: new Map([['worker', 'a|b']]) })).get('worker')).toBe('a\\\\|b');
});

test('a variable that finds nothing is empty, or all', async () => {
  expect([...(await choose(page(node, worker), source({}), { lengths, oneOfMany: true }))]).toEqual([
    ['node', ''],
    ['worker', '.*'],
  ]);
});

test('results of queries are offered as text, of which a pattern takes a part', async () => {
  const from = source({});
  expect(await offered(queried('query_result(max(m[$__range]))', '/instance_id="([^"]+)"/'), from, lengths)).toEqual(['host-1']);
  expect(from.asked).toEqual(['max(m[3600s])']);
  expect(await offered(queried('query_result(m)', ''), from)).toEqual(['m{instance_id="host-1",b="c"} 2 0']);
  expect(await offered(queried('query_result(m)', '/nothing/'), from)).toEqual([]);
  await expect(offered(queried('metrics(m)', ''), from)).rejects.toThrow(
    'query of a variable: got metrics(m), expected label_values(…) or query_result(…)',
  );
});

test('no variable is left in any query of any dashboard', async () => {
  const left = await Promise.all(
    DASHBOARDS.map(async (definition) => {
      const dashboard = definition.build({ jobAttribution: JobAttribution.JOIN });
      const values = await choose(dashboard, source({}), { lengths });
      expect(queriesOf(dashboard).length).toBeGreaterThanOrEqual(panelsOf(dashboard).filter(({ type }) => type !== 'text').length);
      // `$1` is of label_replace
      return queriesOf(dashboard).filter(({ target }) => /\$[^\d]/.test(filled(target.expr, values, lengths)));
    }),
  );
  expect(left.flat().map(({ panel }) => panel.title)).toEqual([]);
});
