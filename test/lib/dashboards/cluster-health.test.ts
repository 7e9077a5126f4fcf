import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER_HEALTH } from '../../../lib/dashboards/cluster-health';
import { ALL_NODES, NODE_STATES, nodesIn } from '../../../lib/dashboards/node-states';
import { JobAttribution } from '../../../lib/dashboards/vocabulary';
import { type Matcher, type Milliseconds, passes, readQuery, walk } from '../../../lib/promql';

const { panels: items, templating } = CLUSTER_HEALTH.build({ jobAttribution: JobAttribution.JOIN });
const panels = items.flatMap((item) => ('panels' in item ? item.panels : [item]));

const VARIABLES = (templating.list ?? []).map(({ name }) => name);

/** Rows of the table: question, and panels. */
const answers = readFileSync(join(__dirname, '../../../docs/coverage/cluster-health.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!question|---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, question = '', named = '']) => ({ question, named: named.split('; ') }));

test('answers every question with panels that are there, and has no panel that answers none', () => {
  const titles = panels.map(({ title }) => title);
  expect(answers.filter(({ question, named }) => !question.endsWith('?') || named.some((title) => !titles.includes(title)))).toEqual([]);
  const named = new Set(answers.flatMap((answer) => answer.named));
  expect(titles.filter((title) => !named.has(title))).toEqual([]);
});

describe('states of nodes', () => {
  const FLAGS = ['state_is_drain', 'state_is_maintenance'];
  const MARKS = ['state_is_not_responding', 'state_is_fail', 'state_is_invalid', 'state_is_powered_down'];
  const BASES = ['', 'UNKNOWN', 'DOWN', 'IDLE', 'ALLOCATED', 'ERROR', 'MIXED', 'FUTURE'];

  type Labels = { readonly [label: string]: string };
  const nodes = (): Labels[] => {
    const bits = 2 ** (FLAGS.length + MARKS.length);
    return BASES.flatMap((state_base) =>
      Array.from({ length: bits }, (_, set) => {
        const isSet = (index: number) => ((set >> index) & 1) === 1;
        return {
          state_base,
          ...Object.fromEntries(FLAGS.map((flag, index) => [flag, String(isSet(index))])),
          ...Object.fromEntries(MARKS.map((mark, index) => [mark, isSet(FLAGS.length + index) ? 'true' : ''])),
        };
      }),
    );
  };

  const takes = (matchers: readonly Matcher[], labels: Labels): boolean =>
    matchers.filter(({ label }) => label.startsWith('state_')).every((matcher) => passes(matcher, labels[matcher.label] ?? ''));
  const statesOf = (labels: Labels): string[] =>
    NODE_STATES.filter((state) =>
      readQuery(nodesIn(state), ['cluster']).selectors.some(({ selector }) => takes(selector.matchers, labels)),
    ).map(({ text }) => text);

  test('cover every node, each exactly once, whatever its marks', () => {
    const read = NODE_STATES.map((state) => ({ text: state.text, selectors: readQuery(nodesIn(state), ['cluster']).selectors }));
    const torn = nodes().filter(
      (labels) => read.filter(({ selectors }) => selectors.some(({ selector }) => takes(selector.matchers, labels))).length !== 1,
    );
    expect(torn).toEqual([]);
    expect(readQuery(ALL_NODES, ['cluster']).selectors).toHaveLength(1);
  });

  test.each([
    ['busy', { state_base: 'MIXED', state_is_drain: 'false', state_is_maintenance: 'false' }],
    ['idle', { state_base: 'IDLE', state_is_drain: 'false', state_is_maintenance: 'false' }],
    // not only those that are drained as well
    ['down', { state_base: 'DOWN', state_is_drain: 'false', state_is_maintenance: 'false' }],
    ['down', { state_base: 'DOWN', state_is_drain: 'true', state_is_maintenance: 'true' }],
    ['down', { state_base: 'IDLE', state_is_drain: 'false', state_is_maintenance: 'false', state_is_not_responding: 'true' }],
    ['draining', { state_base: 'ALLOCATED', state_is_drain: 'true', state_is_maintenance: 'false' }],
    ['drained', { state_base: 'IDLE', state_is_drain: 'true', state_is_maintenance: 'false' }],
    ['maintenance', { state_base: 'IDLE', state_is_drain: 'true', state_is_maintenance: 'true' }],
    ['powered off', { state_base: 'IDLE', state_is_drain: 'false', state_is_maintenance: 'false', state_is_powered_down: 'true' }],
    ['unknown', { state_is_drain: 'false', state_is_maintenance: 'false' }],
  ])('%s is %j', (state, labels) => {
    expect(statesOf(labels)).toEqual([state]);
  });
});

describe('on a cluster of 1,000 nodes with 8 GPUs each', () => {
  const MINUTE = 60_000;
  const RANGE = 3 * 60 * MINUTE;
  /** How far an instant query looks back for a sample. */
  const LOOKBACK = 5 * MINUTE;

  /** A variable in the place of a length is the range of the page. */
  const lengthOf = (length: Milliseconds): number => (length === 'variable' ? RANGE : length);

  /** Series of a metric, and samples of each in a minute. */
  function series(name: string): readonly [series: number, perMinute: number] {
    if (name.startsWith('DCGM_')) return [8000, 4];
    // a node out of five has been out lately; a bucket for each of a dozen lengths
    if (/_duration_seconds_bucket$/.test(name)) return [200 * 12, 2];
    if (/^slurm_node_(fails|unavailability|draining)/.test(name)) return [200, 2];
    // for each state that a node has been in
    if (name === 'slurm_node_gpu_seconds_total') return [3000, 2];
    // the one of Soperator's manager, or of slurmctld
    if (name === 'container_start_time_seconds') return [2, 2];
    if (/^slurm_job|^slurm_node_job/.test(name)) return [2000, 2];
    return name === 'up' ? [6000, 2] : [1000, 2];
  }

  test('no panel reads more than 30 million samples', () => {
    const read = panels.map(({ title, targets = [] }) => {
      const samples = targets.flatMap(({ expr, instant }) => {
        const found: number[] = [];
        const parts = walk(readQuery(expr, VARIABLES).expr);
        const subqueries = parts.flatMap((part) => (part.kind === 'subquery' ? [part] : []));
        for (const part of parts) {
          if (part.kind !== 'selector') continue;
          const outer = subqueries
            .filter(({ start, end }) => start <= part.start && part.end <= end)
            .reduce((sum, { range }) => sum + lengthOf(range), 0);
          const window = part.range === undefined ? LOOKBACK : lengthOf(part.range);
          const course = instant || part.at === 'end' ? 0 : RANGE;
          const [count, perMinute] = series(part.name ?? '');
          found.push((count * perMinute * (course + outer + window)) / MINUTE);
        }
        return found;
      });
      return { title, millions: samples.reduce((sum, each) => sum + each, 0) / 1e6 };
    });
    expect(read.filter(({ millions }) => millions > 30)).toEqual([]);
    // the sum is of something
    expect(read.find(({ title }) => title === 'GPU utilisation')?.millions).toBeCloseTo(0.16);
  });
});
