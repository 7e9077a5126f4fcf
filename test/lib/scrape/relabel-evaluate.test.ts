import { evaluateRelabeling, finalizeSeriesLabels, finalizeTargetLabels, type LabelSet } from '../../../lib/scrape/relabel-evaluate';
import { RelabelAction, RelabelRule } from '../../../lib/scrape/relabel-rule';
import { relabelCases } from './relabel-cases';

const SERIES = { __name__: 'slurm_job_info', job: 'slurm-exporter', pod: 'exporter-0' };

describe('evaluateRelabeling', () => {
  it.each<[string, RelabelRule[], LabelSet, LabelSet | undefined]>([
    ['leaves labels as they are without rules', [], SERIES, SERIES],
    ['removes labels that are empty from the start', [], { ...SERIES, a: '' }, SERIES],
    ['drops what has no label left', [RelabelRule.dropLabels('w', 'a')], { a: '1' }, undefined],
    [
      'lets no later rule bring back what has no label left',
      [RelabelRule.dropLabels('w', 'a'), RelabelRule.setLabel('w', 'b', '2')],
      { a: '1' },
      undefined,
    ],
    [
      'applies rules in their order',
      [RelabelRule.copyLabel('w', 'a', 'b'), RelabelRule.dropLabels('w', 'a'), RelabelRule.copyLabel('w', 'a', 'b')],
      { a: '1', b: '2' },
      { b: '1' },
    ],
    ['matches the whole value only', [RelabelRule.dropSeries('w', { job: 'slurm|exporter' })], SERIES, SERIES],
    ['drops when all labels match', [RelabelRule.dropSeries('w', { job: 'slurm.*', pod: '.+-0' })], SERIES, undefined],
    ['does not drop when one label does not match', [RelabelRule.dropSeries('w', { job: 'slurm.*', pod: '.+-1' })], SERIES, SERIES],
    ['reads an absent label as empty text', [RelabelRule.dropSeries('w', { node: '', job: '.+' })], SERIES, undefined],
    ['finds no label in what every object has', [RelabelRule.dropSeries('w', { constructor: '.+' })], SERIES, SERIES],
    ['keeps what matches', [RelabelRule.keepMetrics('w', 'slurm_.+', 'up')], SERIES, SERIES],
    ['keeps nothing else', [RelabelRule.keepMetrics('w', 'slurm', 'up')], SERIES, undefined],
    [
      'keeps the name of the metric beside the kept labels',
      [RelabelRule.keepLabels('w', 'pod')],
      SERIES,
      { __name__: 'slurm_job_info', pod: 'exporter-0' },
    ],
    ['does not copy an absent label over another', [RelabelRule.copyLabel('w', 'node', 'pod')], SERIES, SERIES],
    [
      'removes a label whose replacement is empty',
      [RelabelRule.replace('w', { sourceLabels: ['job'], regex: 'slurm(.*)-exporter', targetLabel: 'pod' })],
      SERIES,
      { __name__: 'slurm_job_info', job: 'slurm-exporter' },
    ],
    [
      'writes nothing where the regex does not match',
      [RelabelRule.replace('w', { sourceLabels: ['job'], regex: 'dcgm-.*', targetLabel: 'pod', replacement: 'x' })],
      SERIES,
      SERIES,
    ],
    [
      'fills in groups by number and name, empty ones as nothing, and dollar signs',
      [
        RelabelRule.replace('w', {
          sourceLabels: ['job', 'node', 'pod'],
          separator: '/',
          regex: '(?P<what>\\w+)-(x)?.*/(.+)',
          targetLabel: 'x',
          replacement: `$what|$2|\${3}_|$0|$$1`,
        }),
      ],
      SERIES,
      { ...SERIES, x: 'slurm||exporter-0_|slurm-exporter//exporter-0|$1' },
    ],
    ['sets a text with dollar signs as it is', [RelabelRule.setLabel('w', 'x', '$1 $$')], SERIES, { ...SERIES, x: '$1 $$' }],
    [
      'copies labels to new names and leaves the old ones',
      [RelabelRule.mapLabels('w', '(pod|container)', 'exported_$1')],
      { pod: 'a', container: 'b' },
      { pod: 'a', container: 'b', exported_pod: 'a', exported_container: 'b' },
    ],
    [
      'overwrites the label of a new name',
      [RelabelRule.mapLabels('w', 'exported_(.+)', '$1')],
      { pod: 'a', exported_pod: 'b' },
      { pod: 'b', exported_pod: 'b' },
    ],
    [
      'compares source labels with another label',
      [RelabelRule.of('w', { action: RelabelAction.DROP_EQUAL, sourceLabels: ['a', 'b'], targetLabel: 'c' })],
      { a: '1', b: '2', c: '1;2' },
      undefined,
    ],
    [
      'takes two absent labels as equal',
      [RelabelRule.of('w', { action: RelabelAction.KEEP_EQUAL, sourceLabels: ['a'], targetLabel: 'b' })],
      SERIES,
      SERIES,
    ],
    [
      'changes case character by character as Go does',
      [
        RelabelRule.of('w', { action: RelabelAction.UPPERCASE, sourceLabels: ['a'], targetLabel: 'up' }),
        RelabelRule.of('w', { action: RelabelAction.LOWERCASE, sourceLabels: ['b'], targetLabel: 'low' }),
      ],
      { a: 'gpu-ßﬁᾳᾀ', b: 'GPU-İΑΣ' },
      { a: 'gpu-ßﬁᾳᾀ', b: 'GPU-İΑΣ', up: 'GPU-ßﬁᾼᾈ', low: 'gpu-iασ' },
    ],
    ['copies a value with line breaks', [RelabelRule.copyLabel('w', 'a', 'b')], { a: '1\n2\n' }, { a: '1\n2\n', b: '1\n2\n' }],
  ])('%s', (_name, rules, labels, expected) => {
    expect(evaluateRelabeling(rules, labels)).toEqual(expected);
  });

  it('leaves the given labels untouched', () => {
    const labels = { ...SERIES };
    evaluateRelabeling([RelabelRule.dropLabels('w', 'pod'), RelabelRule.setLabel('w', 'job', 'x')], labels);

    expect(labels).toEqual(SERIES);
  });

  it.each<[string, RelabelRule, LabelSet, string]>([
    [
      'a dot meets a line break',
      RelabelRule.dropSeries('noise', { a: 'x.y' }),
      { a: 'x\ny' },
      'labels.a: got "x\\ny", expected no line break where the regex "x.y" of the rule "noise" has a dot; write [^;] or the like in the regex for the dot',
    ],
    [
      'a group that meets a line break goes into a longer text',
      RelabelRule.replace('shorter', { sourceLabels: ['a'], targetLabel: 'b', replacement: '<$1>' }),
      { a: 'x\ny' },
      'labels.a: got "x\\ny", expected no line break where the regex "(.*)" of the rule "shorter" has a dot; write [^;] or the like in the regex for the dot',
    ],
    [
      'two labels are copied to one name',
      RelabelRule.mapLabels('flat', '(?:a|b)_(.+)', '$1'),
      { a_x: '1', b_x: '2' },
      'labels.b_x: got "2", expected the only value for the label x; narrow the regex "(?:a|b)_(.+)" of the rule "flat"',
    ],
    [
      'a label is copied and overwritten by one rule',
      RelabelRule.mapLabels('flat', 'a_(.+)', '$1'),
      { a_a_x: '1', a_x: '2' },
      'labels.a_a_x: got "1", expected the only value for the label a_x; narrow the regex "a_(.+)" of the rule "flat"',
    ],
    [
      'an empty label is copied over another',
      RelabelRule.mapLabels('flat', 'a_(.+)', '$1'),
      { a_x: '', x: '1' },
      'labels.a_x: got "", expected the only value for the label x; narrow the regex "a_(.+)" of the rule "flat"',
    ],
    [
      'nothing is left of a name',
      RelabelRule.mapLabels('flat', 'a_(.*)', '$1'),
      { a_: '1' },
      'labels.a_: got "1", expected a name of which something is left; narrow the regex "a_(.*)" of the rule "flat"',
    ],
  ])('fails when %s, where vmagent and Prometheus differ', (_name, rule, labels, message) => {
    expect(() => evaluateRelabeling([rule], labels)).toThrow(new Error(`[evaluateRelabeling] ${message}`));
  });
});

describe('finalizeTargetLabels', () => {
  it('removes what begins with __ and keeps an instance that the rules have set', () => {
    expect(finalizeTargetLabels({ __address__: '10.0.0.7:9400', __meta_x: 'y', job: 'dcgm-exporter', instance: 'gpu-0' })).toEqual({
      job: 'dcgm-exporter',
      instance: 'gpu-0',
    });
  });

  it.each([
    ['10.0.0.7:9400', 'http', '10.0.0.7:9400'],
    ['10.0.0.7', 'http', '10.0.0.7:80'],
    ['10.0.0.7', 'https', '10.0.0.7:443'],
    ['https://node/metrics', 'http', 'node:443'],
    ['http://node:1/metrics', 'https', 'node:1'],
  ])('takes the instance of %s over %s from the address', (__address__, __scheme__, instance) => {
    expect(finalizeTargetLabels({ __address__, __scheme__, job: 'a' })).toEqual({ job: 'a', instance });
  });

  it('drops a target without an address', () => {
    expect(finalizeTargetLabels({ job: 'a' })).toBeUndefined();
  });
});

describe('finalizeSeriesLabels', () => {
  it('removes what begins with __ but for the name of the metric', () => {
    expect(finalizeSeriesLabels({ ...SERIES, __tmp: 'x' })).toEqual(SERIES);
    expect(finalizeSeriesLabels({ __tmp: 'x' })).toBeUndefined();
  });
});

describe('the cases to compare relabelers on', () => {
  const cases = relabelCases(400);

  it('are the same every time', () => {
    expect(JSON.stringify(relabelCases(400))).toBe(JSON.stringify(cases));
  });

  it('have every action, both outcomes and chains of up to four rules', () => {
    const rules = cases.map((one) => one.rules);
    const dropped = cases.filter((one) => evaluateRelabeling(one.rules, one.labels) === undefined);

    expect(new Set(rules.flat().map((rule) => rule.action))).toEqual(new Set(Object.values(RelabelAction)));
    expect(new Set(rules.map((chain) => chain.length))).toEqual(new Set([1, 2, 3, 4]));
    expect(dropped.length / cases.length).toBeGreaterThan(0.2);
    expect(dropped.length / cases.length).toBeLessThan(0.5);
  });
});
