import { builtIn, filled, type Panel, stepOf, valuesOf } from '../../bench/queries/page';

const panel = (more: Partial<Panel> = {}): Panel => ({ id: 1, type: 'timeseries', gridPos: { w: 8 }, ...more });

test('a step is what a panel has room for, rounded as Grafana rounds, and never below the data source or the panel', () => {
  expect(stepOf(panel(), 3 * 3600, 30)).toBe(30);
  // 86,400 s on 632 pixels are 137 s
  expect(stepOf(panel(), 86_400, 30)).toBe(120);
  expect(stepOf(panel({ maxDataPoints: 100 }), 3 * 3600, 30)).toBe(120);
  expect(stepOf(panel({ interval: '10m' }), 3 * 3600, 30)).toBe(600);
});

test("Grafana's own variables and those of the page take their places, others stay", () => {
  const text = filled(
    `rate(a{b="$b", c="\${c:regex}"}[$__rate_interval]) * $__range_s # $d`,
    builtIn(3600, 60, 30),
    new Map([
      ['b', '1'],
      ['c', '2'],
    ]),
  );
  expect(text).toBe('rate(a{b="1", c="2"}[120s]) * 3600 # $d');
});

test('variables are found one after another: all values where that is a choice, else the first in natural order', async () => {
  const asked: string[] = [];
  const store = {
    labelValues: async (label: string, selector: string) => {
      asked.push(`${selector} ${label}`);
      return label === 'cluster' ? ['one'] : ['worker-10', 'worker-2'];
    },
    query: async () => [{ labels: { __name__: 'up', job: 'x' }, value: 1 }],
  };
  const variable = (name: string, query: string, more: object = {}) => ({ name, type: 'query', query: { query }, ...more });
  const page = {
    uid: 'page',
    title: 'Page',
    time: { from: 'now-3h' },
    panels: [],
    templating: {
      list: [
        { name: 'text', type: 'textbox', current: { value: 'free' } },
        variable('cluster', 'label_values(up, cluster)'),
        variable('node', 'label_values(up{cluster="$cluster"}, instance)'),
        variable('any', 'label_values(up, instance)', { includeAll: true, allValue: '.*' }),
        variable('job', 'query_result(up)', { regex: '/job="([^"]+)"/' }),
      ],
    },
  };
  const none = builtIn(3600, 30, 30);
  expect(Object.fromEntries(await valuesOf(page, 'all', store, none))).toEqual({
    text: 'free',
    cluster: 'one',
    node: 'worker-2',
    any: '.*',
    job: 'x',
  });
  expect(Object.fromEntries(await valuesOf(page, 'one', store, none))).toMatchObject({ any: 'worker-2' });
  expect(asked).toContain('up{cluster="one"} instance');
});
