import type { FamilyLabel } from '../../../../lib/common/metric-family';
import { evaluateRelabeling, type LabelSet } from '../../../../lib/scrape/relabel-evaluate';
import { RelabelAction, RelabelRule } from '../../../../lib/scrape/relabel-rule';
import { afterRules } from '../../../../lib/scrape/schema/after-rules';

type Known = { readonly [name: string]: FamilyLabel };

const ANY: FamilyLabel = {};
const SOMETIMES: FamilyLabel = { optional: true };
const NAME: Known = { __name__: { values: ['metric'] } };

const outcome = (labels: Known, ...rules: readonly RelabelRule[]) => afterRules(rules, new Map(Object.entries({ ...NAME, ...labels })));
const left = (labels: Known, ...rules: readonly RelabelRule[]) => {
  const { __name__, ...others } = Object.fromEntries(outcome(labels, ...rules).labels);
  return others;
};

const copy = (from: string, to: string) => RelabelRule.copyLabel('a copy', from, to);

describe('a label', () => {
  test('that no rule is about stays as it is', () => {
    const labels = { mode: { values: ['a', 'b'] }, pod: SOMETIMES, node: ANY };
    expect(left(labels, RelabelRule.dropLabels('no use', 'uid'))).toEqual(labels);
  });

  test('that is dropped is lost to the rule that did', () => {
    const drop = RelabelRule.dropLabels('no use', 'uid', 'id');
    const { labels, lostTo } = outcome({ uid: ANY, pod: ANY }, RelabelRule.dropLabels('no use either', 'id'), drop);
    expect([...labels.keys()]).toEqual(['__name__', 'pod']);
    expect(lostTo('uid')).toBe(drop);
    expect(lostTo('pod')).toBeUndefined();
    expect(lostTo('never-there')).toBeUndefined();
  });

  test('that is copied is as sure as what it is copied from, where it had no value', () => {
    expect(left({ pod: SOMETIMES }, copy('pod', 'worker'))).toEqual({ pod: SOMETIMES, worker: SOMETIMES });
    expect(left({ pod: ANY, worker: SOMETIMES }, copy('pod', 'worker'))).toEqual({ pod: ANY, worker: ANY });
    expect(left({ pod: SOMETIMES, worker: ANY }, copy('pod', 'worker'))).toEqual({ pod: SOMETIMES, worker: ANY });
  });

  test('that is written has the values that are written, and those that it had where nothing is', () => {
    const labels = { phase: { values: ['Running', 'Failed'] }, state: { values: ['new'] } };
    const rule = RelabelRule.replace('a state', { sourceLabels: ['phase'], regex: 'Fail(.*)', targetLabel: 'state', replacement: 'bad' });
    expect(left(labels, rule)).toEqual({ phase: labels.phase, state: { values: ['new', 'bad'] } });
  });

  test('has the values that a case makes of others', () => {
    const rule = RelabelRule.of('one spelling', { action: RelabelAction.LOWERCASE, sourceLabels: ['phase'], targetLabel: 'phase' });
    expect(left({ phase: { values: ['Running', 'Failed'] } }, rule)).toEqual({ phase: { values: ['running', 'failed'] } });
  });

  test('made of one with any value may have any', () => {
    const rule = RelabelRule.replace('the repository', { sourceLabels: ['image'], regex: '([^:]+):.*', targetLabel: 'repository' });
    expect(left({ image: ANY }, rule)).toEqual({ image: ANY, repository: SOMETIMES });
    expect(left({ image: ANY, repository: { values: ['none'] } }, rule)).toEqual({ image: ANY, repository: ANY });
  });

  test('is known again once it is given a value', () => {
    expect(left({ image: ANY }, RelabelRule.setLabel('one for all', 'image', 'x'))).toEqual({ image: { values: ['x'] } });
  });

  test('that is copied by its name brings its values along', () => {
    const rules = [RelabelRule.mapLabels('short names', 'label_(.+)', '$1'), RelabelRule.dropLabelsMatching('the long ones', 'label_.+')];
    const labels = { label_rack: { values: ['r1', 'r2'] }, label_zone: SOMETIMES };
    expect(left(labels, ...rules)).toEqual({ rack: { values: ['r1', 'r2'] }, zone: SOMETIMES });
  });

  test('takes the place of another', () => {
    const rules = [
      RelabelRule.replace('the worker', { sourceLabels: ['exported_pod', 'pod'], regex: ';(.+)', targetLabel: 'exported_pod' }),
      RelabelRule.dropLabels('that of the exporter', 'pod'),
    ];
    expect(left({ pod: ANY }, ...rules)).toEqual({ exported_pod: ANY });
    expect(left({ pod: ANY, exported_pod: SOMETIMES }, ...rules)).toEqual({ exported_pod: ANY });
    expect(left({ pod: SOMETIMES }, ...rules)).toEqual({ exported_pod: SOMETIMES });
  });
});

describe('series', () => {
  const values = { phase: { values: ['Running', 'Failed', 'Pending'] } };

  test('are dropped where every value matches, by the rule that drops them', () => {
    const drop = RelabelRule.dropSeries('noise', { phase: '[A-Z].+' });
    expect(outcome(values, drop).droppedBy).toBe(drop);
    expect(outcome(values, RelabelRule.dropSeries('noise', { phase: 'R.+' })).droppedBy).toBeUndefined();
  });

  test('that stay have the values that are left', () => {
    expect(left(values, RelabelRule.keepSeries('the rest is noise', { phase: 'Running|Failed' }))).toEqual({
      phase: { values: ['Running', 'Failed'] },
    });
    expect(left({ pod: SOMETIMES }, RelabelRule.keepSeries('of pods', { pod: '.+' }))).toEqual({ pod: ANY });
    expect(left({ pod: SOMETIMES, id: ANY }, RelabelRule.dropSeries('of pods', { pod: '.+' }))).toEqual({ id: ANY });
  });

  test.each(['soperator', 'soperator|monitoring-system', 'team-[0-9]+-.*', '(?i)SOPERATOR', 'a(b|c)?d{2,3}', '[^x].y', '\\d+\\.\\d+'])(
    'may have the value that %s asks for',
    (regex) => {
      expect(outcome({ namespace: ANY }, RelabelRule.keepSeries('one team', { namespace: regex })).droppedBy).toBeUndefined();
      expect(left({ namespace: ANY }, RelabelRule.dropSeries('one team', { namespace: regex }))).toEqual({ namespace: ANY });
    },
  );

  test('have none that several rules together shut out for sure', () => {
    const keep = RelabelRule.keepSeries('the host', { pod: '' });
    expect(outcome({ pod: ANY }, keep).droppedBy).toBe(keep);
    expect(outcome({ pod: SOMETIMES }, keep).droppedBy).toBeUndefined();
    const drop = RelabelRule.dropSeries('everything with a pod', { pod: '.+' });
    expect(outcome({ pod: ANY }, drop).droppedBy).toBe(drop);
  });

  test('count as possible where nobody can tell: two rules that a value may pass that was not thought of', () => {
    const rules = [RelabelRule.keepSeries('begins', { id: '/a.*' }), RelabelRule.keepSeries('ends', { id: '.*b' })];
    expect(outcome({ id: ANY }, ...rules).droppedBy).toBeUndefined();
  });

  test.each([RelabelAction.KEEP_EQUAL, RelabelAction.DROP_EQUAL])('count as possible where two unknown values decide: %s', (action) => {
    const rule = RelabelRule.of('the same', { action, sourceLabels: ['a'], targetLabel: 'b' });
    expect(outcome({ a: ANY, b: ANY }, rule).droppedBy).toBeUndefined();
    const same = { a: { values: ['1', '2'] }, b: { values: ['2', '3'] } };
    const equal = { a: { values: ['2'] }, b: { values: ['2'] } };
    expect(left(same, rule)).toEqual(action === RelabelAction.KEEP_EQUAL ? equal : same);
  });

  test('count as possible, with all their labels, where there are too many to try', () => {
    const many = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { values: [...'123456789'] }]));
    const rule = RelabelRule.dropSeries('four labels', { a: '.', b: '.', c: '.', d: '.' });
    expect(outcome(many, rule).droppedBy).toBeUndefined();
    expect(left(many, rule)).toEqual({ a: SOMETIMES, b: SOMETIMES, c: SOMETIMES, d: SOMETIMES });
  });

  test('of different rules are tried apart, however many labels there are', () => {
    const names = [...'abcdefghij'];
    const many = Object.fromEntries(names.map((name) => [name, { values: [...'123456789'] }]));
    const rules = names.map((name) => RelabelRule.dropSeries('nines', { [name]: '9' }));
    expect(left(many, ...rules)).toEqual(Object.fromEntries(names.map((name) => [name, { values: [...'12345678'] }])));
  });
});

/** Numbers from 0 up to a limit, the same ones each time. */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const NAMES = ['a', 'b', 'c', 'exported_a', 'label_b'];
const VALUES = ['x', 'y', 'x1', 'Y/2', 'long-value.3', '0'];
const REGEXES = ['x', 'x|y', '(.+)', '(.*)', '[a-z]+(.*)', '.*[0-9]', '', '([xY]).*', '[^x]+'];

function anyRule(roll: (limit: number) => number): RelabelRule {
  const pick = <T>(list: readonly T[]) => list[roll(list.length)] as T;
  const [name, other] = [pick(NAMES), pick(NAMES)];
  const regex = pick(REGEXES);
  switch (roll(9)) {
    case 0:
      return RelabelRule.dropLabels('random', name);
    case 1:
      return RelabelRule.keepLabels('random', name, other, 'c');
    case 2:
      return RelabelRule.dropSeries('random', { [name]: regex });
    case 3:
      return RelabelRule.keepSeries('random', { [name]: regex });
    case 4:
      return RelabelRule.dropSeries('random', name === other ? { [name]: regex } : { [name]: 'x|y', [other]: regex });
    case 5:
      return copy(name, other);
    case 6:
      return RelabelRule.replace('random', {
        sourceLabels: [name, other],
        regex: pick(['(.*);(.*)', ';(.+)', '(x).*;.*']),
        targetLabel: pick(NAMES),
      });
    case 7:
      return RelabelRule.of('random', {
        action: pick([RelabelAction.KEEP_EQUAL, RelabelAction.DROP_EQUAL]),
        sourceLabels: [name],
        targetLabel: other,
      });
    default:
      return pick([
        RelabelRule.mapLabels('random', 'label_(.+)', '$1'),
        RelabelRule.setLabel('random', name, 'y'),
        RelabelRule.of('random', { action: RelabelAction.UPPERCASE, sourceLabels: [name], targetLabel: other }),
      ]);
  }
}

test('whatever the rules: what becomes of a real series is what was foreseen', () => {
  const roll = dice(20);
  const wrong: string[] = [];
  let arrived = 0;
  for (let round = 0; round < 1500; round++) {
    const rules = Array.from({ length: 1 + roll(5) }, () => anyRule(roll));
    const known: { [name: string]: FamilyLabel } = { ...NAME };
    for (const name of NAMES) {
      const values = [undefined, [VALUES[roll(6)] ?? ''], [...new Set([VALUES[roll(6)] ?? '', VALUES[roll(6)] ?? ''])]][roll(3)];
      if (roll(4) > 0) known[name] = { ...(values ? { values } : {}), ...(roll(2) ? { optional: true } : {}) };
    }
    const foreseen = afterRules(rules, new Map(Object.entries(known)));
    const text = () => JSON.stringify({ known, rules: rules.map(({ why, ...rule }) => rule) });
    for (let i = 0; i < 20; i++) {
      const series: { [name: string]: string } = {};
      for (const [name, { values = VALUES, optional }] of Object.entries(known)) {
        if (!optional || roll(2)) series[name] = values[roll(values.length)] ?? '';
      }
      const after = attempt(rules, series);
      if (after === undefined) continue;
      arrived++;
      if (foreseen.droppedBy) wrong.push(`${JSON.stringify(series)} is not dropped: ${text()}`);
      for (const [name, value] of Object.entries(after)) {
        const label = foreseen.labels.get(name);
        if (label === undefined || label.values?.includes(value) === false)
          wrong.push(`${name}="${value}" of ${JSON.stringify(series)}: ${text()}`);
      }
      for (const [name, { optional }] of foreseen.labels) {
        if (!optional && !(name in after)) wrong.push(`no ${name} of ${JSON.stringify(series)}: ${text()}`);
      }
    }
  }
  expect(arrived).toBeGreaterThan(5_000);
  expect(wrong.slice(0, 3)).toEqual([]);
});

/** Labels after rules; nothing where they drop the series, or agents disagree on it. */
function attempt(rules: readonly RelabelRule[], series: LabelSet): LabelSet | undefined {
  try {
    return evaluateRelabeling(rules, series);
  } catch {
    return undefined;
  }
}
