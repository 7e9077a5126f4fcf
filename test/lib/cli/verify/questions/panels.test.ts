import type { PanelFacts } from '../../../../../lib/cli/verify/facts';
import { panels } from '../../../../../lib/cli/verify/questions/panels';
import { knownJobs } from '../../../../../lib/cli/verify/required';
import { expectedFor, lines, Well } from '../support';

const well = new Well(expectedFor());
const panel = (written: string, found: number | string = 0, title = 'Queue'): PanelFacts => ({
  dashboard: 'Jobs',
  panel: title,
  queries: [{ written, text: written, ...(typeof found === 'number' ? { series: found } : { error: found }) }],
  variables: ['cluster'],
});
const judged = (...all: readonly PanelFacts[]) => panels.judge(well.withStore({ panels: all }));

test('is content with panels that show something, and where panels were not asked', () => {
  expect(judged(panel('node_load1', 3))).toEqual({ findings: [], notes: [] });
  expect(panels.judge(well.withStore({ panels: undefined }))).toEqual({ findings: [] });
});

test('warns of panels whose metrics do not arrive though they always should, all of one cause together', () => {
  const jobs = well.store.jobs.map((one) => (one.job === 'node-exporter' ? { ...one, names: new Map() } : one));
  const all = [panel('node_memory_MemFree_bytes{cluster="$cluster"}', 0, 'Free'), panel('node_memory_MemAvailable_bytes', 0, 'Memory')];
  expect(lines(panels.judge(well.withStore({ jobs, panels: all })))).toEqual([
    expect.stringMatching(
      /^warning 2 panels are empty: Jobs: Free, Jobs: Memory: what they ask for does not arrive from node-exporter; curl -G /,
    ),
  ]);
});

test('knows the conditions of catalogs: what needs hardware or an event may be empty', () => {
  const conditional = knownJobs(well.expected).flatMap(({ metrics }) => [...metrics.values()].filter(({ when }) => when !== undefined));
  const { name = '', when = '' } = conditional[0] ?? {};
  expect(when).not.toBe('');
  const { findings, notes } = judged(panel(`rate(${name}[5m])`));
  expect(findings).toEqual([]);
  expect(notes).toEqual([{ what: 'Jobs: Queue', because: `${name} needs ${when}` }]);
});

test.each([
  ['compares', 'up == 0'],
  ['asks for some values of a label', 'node_filesystem_size_bytes{mountpoint="/mnt"}'],
  ['joins', 'node_load1 * on (instance) group_left () node_load5'],
  ['works out a quantile', 'histogram_quantile(0.9, sum by (le) (rate(kubelet_http_requests_duration_seconds_bucket[5m])))'],
  ['looks into the past', 'node_load1 offset 1d'],
])('leaves a panel alone that %s', (_, query) => {
  // everything that it asks for is there
  const names = new Map([...query.matchAll(/\w+/g)].map(([name]) => [name, 1]));
  const jobs = [...well.store.jobs, { job: 'all', names, without: new Map() }];
  expect(panels.judge(well.withStore({ jobs, panels: [panel(query)] }))).toEqual({
    findings: [],
    notes: [{ what: 'Jobs: Queue', because: 'what it looks for is there, and nothing of it is as it asks at present' }],
  });
});

test('warns of one that is empty though everything arrives and it leaves nothing out', () => {
  expect(lines(judged(panel('sum(node_memory_MemFree_bytes{job="node-exporter"})')))).toEqual([
    expect.stringMatching(/^warning 1 panel is empty: Jobs: Queue: everything that it asks for arrives, and its query gives nothing; /),
  ]);
});

test('tells queries that the store refuses', () => {
  expect(lines(judged(panel('up', 'found duplicate series')))).toEqual([
    'error 1 panel fails: Jobs: Queue: the store refuses the query: found duplicate series; soperator-metrics check',
  ]);
});

test('notes what nothing here exposes', () => {
  expect(judged(panel('metric_of_another_team'))).toEqual({
    findings: [],
    notes: [{ what: 'Jobs: Queue', because: 'nothing here exposes metric_of_another_team' }],
  });
});
