import { RelabelAction, RelabelRule, type RelabelRuleOptions } from '../../../lib/scrape/relabel-rule';

describe('RelabelRule', () => {
  describe('renders', () => {
    it('a rule with the fields that it sets, in the spelling of the operator and of a configuration file', () => {
      const rule = RelabelRule.replace('dashboards group by rack', {
        sourceLabels: ['node', 'pod'],
        separator: '/',
        regex: '([^-]+)-(.+)',
        targetLabel: 'rack',
        replacement: '$1',
      });

      expect(rule._toKube()).toEqual({
        action: 'replace',
        sourceLabels: ['node', 'pod'],
        separator: '/',
        regex: '([^-]+)-(.+)',
        targetLabel: 'rack',
        replacement: '$1',
      });
      expect(rule._toConfig()).toEqual({
        action: 'replace',
        source_labels: ['node', 'pod'],
        separator: '/',
        regex: '([^-]+)-(.+)',
        target_label: 'rack',
        replacement: '$1',
      });
      expect(Object.keys(RelabelRule.dropLabels('changes with every pod', 'pod')._toKube())).toEqual(['action', 'regex']);
      expect(Object.keys(RelabelRule.dropLabels('changes with every pod', 'pod')._toConfig())).toEqual(['action', 'regex']);
    });

    it.each<[string, RelabelRule, object]>([
      ['dropLabels', RelabelRule.dropLabels('w', 'pod', 'uid'), { action: 'labeldrop', regex: 'pod|uid' }],
      ['dropLabelsMatching', RelabelRule.dropLabelsMatching('w', 'label_.+'), { action: 'labeldrop', regex: 'label_.+' }],
      ['keepLabels, with all that begins with __', RelabelRule.keepLabels('w', 'gpu'), { action: 'labelkeep', regex: '__.+|gpu' }],
      [
        'dropSeries of one label',
        RelabelRule.dropSeries('w', { __name__: 'go_.+' }),
        { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.+' },
      ],
      ['dropSeries of an absent label', RelabelRule.dropSeries('w', { pod: '' }), { action: 'drop', sourceLabels: ['pod'], regex: '^$' }],
      [
        'dropSeries of several labels, each regex with its own alternatives and no anchors',
        RelabelRule.dropSeries('w', { pod: '', id: '^a|b$' }),
        { action: 'drop', sourceLabels: ['pod', 'id'], regex: '(?:);(?:a|b)' },
      ],
      [
        'keepSeries of several labels, in a form that vmagent reads right',
        RelabelRule.keepSeries('w', { job: 'a|b', state: '.*DOWN.*' }),
        { action: 'keep', sourceLabels: ['job', 'state'], regex: '(?:a|b);(?:.*DOWN.*).*' },
      ],
      [
        'keepMetrics, flags of one pattern not reaching the next',
        RelabelRule.keepMetrics('w', '^up$', '(?i)GO_.+', 'a|b'),
        { action: 'keep', sourceLabels: ['__name__'], regex: 'up|(?:(?i)GO_.+)|a|b' },
      ],
      ['dropMetrics', RelabelRule.dropMetrics('w', 'go_.+'), { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.+' }],
      [
        'setLabel, dollar signs doubled',
        RelabelRule.setLabel('w', 'price', '$1'),
        { action: 'replace', targetLabel: 'price', replacement: '$$1' },
      ],
      [
        'copyLabel, only where there is something to copy',
        RelabelRule.copyLabel('w', 'pod', 'instance'),
        { action: 'replace', sourceLabels: ['pod'], regex: '(.+)', targetLabel: 'instance' },
      ],
      [
        'mapLabels',
        RelabelRule.mapLabels('w', 'label_(.+)', 'node_$1'),
        { action: 'labelmap', regex: 'label_(.+)', replacement: 'node_$1' },
      ],
      [
        'of',
        RelabelRule.of('w', { action: RelabelAction.LOWERCASE, sourceLabels: ['host'], targetLabel: 'host' }),
        { action: 'lowercase', sourceLabels: ['host'], targetLabel: 'host' },
      ],
    ])('%s', (_name, rule, expected) => {
      expect(rule._toKube()).toEqual(expected);
    });

    it('no list that the owner of the options can change later', () => {
      const sourceLabels = ['a'];
      const rule = RelabelRule.of('w', { action: RelabelAction.UPPERCASE, sourceLabels, targetLabel: 'b' });
      sourceLabels.push('c');
      rule._toKube().sourceLabels?.push('d');

      expect(rule.sourceLabels).toEqual(['a']);
    });
  });

  it('keeps its reason to itself', () => {
    const rule = RelabelRule.dropLabels('changes with every pod', 'pod');

    expect(rule.why).toBe('changes with every pod');
    expect(JSON.stringify([rule._toKube(), rule._toConfig()])).not.toContain('every pod');
  });

  describe('fails when', () => {
    it.each<[string, () => RelabelRule, string]>([
      [
        'no reason is given',
        () => RelabelRule.dropLabels(' ', 'pod'),
        '[RelabelRule.dropLabels] why: got " ", expected the reason for the rule; say what would be wrong without it, or what it saves',
      ],
      [
        'no label is named',
        () => RelabelRule.dropLabels('w'),
        '[RelabelRule.dropLabels] names: got [], expected at least one label name; leave out the rule',
      ],
      [
        'a label to drop is written as a pattern',
        () => RelabelRule.dropLabels('w', 'pod', 'label_.*'),
        '[RelabelRule.dropLabels] names[1]: got "label_.*", expected a label name of letters, digits and underscores that begins with no digit; write it as it stands in the series; discovery replaces other characters with _',
      ],
      [
        'the name of the metric would be dropped',
        () => RelabelRule.dropLabels('w', '__name__'),
        '[RelabelRule.dropLabels] names[0]: got "__name__", expected labels that a series and a target can do without; __name__ is none; drop whole series with RelabelRule.dropSeries(why, match)',
      ],
      [
        'a regex would drop the address of targets',
        () => RelabelRule.dropLabelsMatching('w', '__a.+'),
        '[RelabelRule.dropLabelsMatching] regex: got "__a.+", expected labels that a series and a target can do without; __address__ is none; drop whole series with RelabelRule.dropSeries(why, match)',
      ],
      [
        'the kept labels would lack the name of the metric',
        () => RelabelRule.of('w', { action: RelabelAction.LABEL_KEEP, regex: 'job|pod' }),
        '[RelabelRule.of] regex: got "job|pod", expected a regex that keeps __name__, the name of the metric; write "__.+|job|pod" or use RelabelRule.keepLabels(why, name)',
      ],
      [
        'series are to be dropped by no label',
        () => RelabelRule.dropSeries('w', {}),
        "[RelabelRule.dropSeries] match: got {}, expected a regex for at least one label; name the series, as in { __name__: 'go_.+' }",
      ],
      [
        'a label to match has a bad name',
        () => RelabelRule.keepSeries('w', { 'nebius.com/gpu': 'true' }),
        '[RelabelRule.keepSeries] match: got "nebius.com/gpu", expected a label name of letters, digits and underscores that begins with no digit; write it as it stands in the series; discovery replaces other characters with _',
      ],
      [
        'no metric is named',
        () => RelabelRule.keepMetrics('w'),
        '[RelabelRule.keepMetrics] namePatterns: got [], expected at least one pattern; name the metrics, or leave out the rule',
      ],
      [
        'a label is set to nothing',
        () => RelabelRule.setLabel('w', 'pod', ''),
        '[RelabelRule.setLabel] value: got "", expected a text; remove a label with RelabelRule.dropLabels(why, name)',
      ],
      [
        'a value would be read from the environment of vmagent',
        () => RelabelRule.setLabel('w', 'host', '%{HOSTNAME}'),
        '[RelabelRule.setLabel] value: got "%{HOSTNAME}", expected no %{, which vmagent replaces with an environment variable; write the value itself',
      ],
      [
        'only vmagent would fill in another label',
        () => RelabelRule.setLabel('w', 'host', '{{pod}}'),
        '[RelabelRule.setLabel] value: got "{{pod}}", expected no {{, which only vmagent expands; take the value of another label through sourceLabels and a group',
      ],
      [
        'a replace rule reads no label',
        () => RelabelRule.replace('w', { sourceLabels: [], targetLabel: 'a' }),
        '[RelabelRule.replace] sourceLabels: got [], expected at least one label to read; write a fixed value with RelabelRule.setLabel(why, target, value)',
      ],
      [
        'a separator would be read from the environment of vmagent',
        () => RelabelRule.replace('w', { sourceLabels: ['a', 'b'], separator: '%{X}', targetLabel: 'c' }),
        '[RelabelRule.replace] separator: got "%{X}", expected no %{, which vmagent replaces with an environment variable; leave it out for \';\'',
      ],
      [
        'the new name of labels is no label name',
        () => RelabelRule.mapLabels('w', 'label_(.+)', '1.$1'),
        "[RelabelRule.mapLabels] replacement: got \"1.$1\", expected letters, digits, underscores and groups that make a label name; write '$1' or 'prefix_$1'",
      ],
    ])('%s', (_name, build, message) => {
      expect(build).toThrow(new Error(message));
    });

    it.each<[string, object, string]>([
      [
        'an action does not exist',
        { action: 'rename' },
        'action: got "rename", expected one of replace, keep, drop, keepequal, dropequal, labelmap, labeldrop, labelkeep, lowercase, uppercase, which vmagent and Prometheus carry out alike; build the rule from these',
      ],
      [
        'vmagent and Prometheus would hash differently',
        { action: 'hashmod' },
        'action: got "hashmod", expected one of replace, keep, drop, keepequal, dropequal, labelmap, labeldrop, labelkeep, lowercase, uppercase, which vmagent and Prometheus carry out alike; let the agent share out targets (shardCount); vmagent and Prometheus compute different hashes',
      ],
      [
        'an action lacks its regex, which would match everything',
        { action: 'drop', sourceLabels: ['a'] },
        'regex: got nothing, expected a value, as the action drop cannot do without; set regex',
      ],
      [
        'an action lacks its source labels',
        { action: 'keepequal', sourceLabels: [], targetLabel: 'a' },
        'sourceLabels: got [], expected a value, as the action keepequal cannot do without; set sourceLabels',
      ],
      [
        'an action has no use for a field',
        { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b', separator: '-' },
        'separator: got "-", expected nothing, as the action dropequal has no use for it; leave out separator',
      ],
      [
        'a regex has no label to match',
        { action: 'replace', regex: 'a', targetLabel: 'b', replacement: 'c' },
        'regex: got "a", expected nothing, as there is no source label to match; set sourceLabels too',
      ],
      [
        'a group has no label to come from',
        { action: 'replace', targetLabel: 'b' },
        'replacement: got nothing, expected a text without groups, as there is no source label to take them from; set sourceLabels too',
      ],
      [
        'the label to write is a template',
        { action: 'replace', sourceLabels: ['a'], targetLabel: 'x_$1' },
        'targetLabel: got "x_$1", expected a label name of letters, digits and underscores that begins with no digit; write it as it stands in the series; discovery replaces other characters with _',
      ],
    ])('%s', (_name, options, message) => {
      expect(() => RelabelRule.of('w', options as RelabelRuleOptions)).toThrow(new Error(`[RelabelRule.of] ${message}`));
    });

    const rewrite = 'rewrite it without lookarounds, backreferences and other extensions of RE2';
    const anchors =
      'expected no ^, $, \\A, \\z, \\b or \\B inside, where vmagent and Prometheus match differently; leave them out, a regex always matches the whole value';
    const flags = "expected no inline flag but 'i'; leave the other flags out, a label value is one line";
    const forgets = (regex: string) =>
      `expected a regex that vmagent reads as Prometheus does; of ${regex} it forgets what stands before the dots; write`;
    it.each<[string, string, string]>([
      ['is empty', '', "expected a regex; write '^$' to match a label that is absent"],
      ['does not parse', 'a(b', `expected an RE2 regex (missing closing ): \`a(b\`); ${rewrite}`],
      [
        'closes a group that it does not open, so that it parses only inside another',
        'a)(b',
        `expected an RE2 regex (unexpected ): \`a)(b\`); ${rewrite}`,
      ],
      ['has a lookahead', 'a(?=b)', `expected an RE2 regex (invalid or unsupported Perl syntax: \`(?=\`); ${rewrite}`],
      ['has a lookbehind', '(?<=a)b', `expected an RE2 regex (invalid named capture: \`(?<=a)b\`); ${rewrite}`],
      ['has a backreference', '(a)\\1', `expected an RE2 regex (invalid escape sequence: \`\\1\`); ${rewrite}`],
      ['is not RE2 without its anchor', '^*a', `expected an RE2 regex (missing argument to repetition operator: \`*\`); ${rewrite}`],
      [
        'takes a value from the environment',
        'a%{X}',
        'expected no %{, which vmagent replaces with an environment variable; write the value itself',
      ],
      ['has an anchor in a group', '(^a)b', anchors],
      ['has an anchor in an alternative', 'a|^b', anchors],
      ['has a word boundary', 'foo\\b.*', anchors],
      ['has a flag for lines', '(?m)a', flags],
      ['turns off a flag that is not on', '(?-s:a)', flags],
      ['has a choice before a text that vmagent searches for', '(a|b)_.*x.*', `${forgets('"(a|b)_.*x.*"')} "(a|b)_.*x.*.*"`],
      ['has a class before a text that vmagent searches for', 'a[bc].+x.+?', `${forgets('"a[bc].+x.+?"')} "a[bc].+x.+?.*"`],
      [
        'looks for a text of which vmagent tries the first only',
        'x(.+)-(.+)',
        'expected a regex that vmagent reads as Prometheus does; in "x(.+)-(.+)" it looks at the first "-" only; write "x(.+)-(.+).*"',
      ],
    ])('a regex %s', (_name, regex, message) => {
      const build = () => RelabelRule.keepMetrics('w', 'up', regex);

      expect(build).toThrow(new Error(`[RelabelRule.keepMetrics] namePatterns[1]: got ${JSON.stringify(regex)}, ${message}`));
    });

    it.each<[string, string, string | undefined, string]>([
      [
        'names a group that the regex does not have',
        'a(b)',
        '$2',
        'replacement: got "$2", expected only groups of the regex "a(b)", which has no group "2"; put parentheses around the part to take over',
      ],
      [
        'runs a number into the text after it',
        'a(b)',
        '$1x',
        `replacement: got "$1x", expected only groups of the regex "a(b)", which has no group "1x"; write \${1}x`,
      ],
      [
        'is left out though the regex has no group',
        'ab',
        undefined,
        'replacement: got nothing, expected only groups of the regex "ab", which has no group "1"; left out, it is $1; put parentheses around the part to take over',
      ],
      ['has a stray dollar sign', '(a)', '$(1)', `replacement: got "$(1)", expected $1, \${1}, \${name} or $$; write $$ for a dollar sign`],
      [
        'names a group that vmagent forgets',
        '(?P<all>.*)',
        '$all',
        'replacement: got "$all", expected only $0 with the regex "(?P<all>.*)": it matches everything, and vmagent forgets its groups; use the regex \'(.*)\' and $1',
      ],
    ])('a replacement %s', (_name, regex, replacement, message) => {
      const build = () => RelabelRule.replace('w', { sourceLabels: ['a'], regex, targetLabel: 'b', replacement });

      expect(build).toThrow(new Error(`[RelabelRule.replace] ${message}`));
    });
  });

  it.each([
    '^anchored at both ends$',
    '(?i)flag (?i:and group) (?-i:off)',
    'prefix_.*text.*',
    '\\w+_.*text.*',
    '[^;].*text.*',
    '(a|b)_.*text',
    '(a|b)_.*text.*tail',
    '(a|b).*.*text.*',
    '(a|b)?.*text.*',
    '(?i:a|b).*text.*',
    '(.+)text.*',
    '(.+)-(.+).*',
    '[\\]^$.|?*+()\\[\\\\]',
    '\\Q^$\\E',
    '(a{2}){3}',
    '\\^\\$',
    'price\\$',
  ])('takes the regex %s', (regex) => {
    expect(RelabelRule.of('w', { action: RelabelAction.KEEP, sourceLabels: ['a'], regex }).regex).toBe(regex);
  });
});
