import { InvalidOptionError } from '../../../lib/common/errors';
import { evaluateRelabeling, type LabelSet } from '../../../lib/scrape/relabel-evaluate';
import { RelabelAction, RelabelRule, type RelabelRuleOptions } from '../../../lib/scrape/relabel-rule';

/** Rules and the labels they are applied to. */
export interface RelabelCase {
  readonly rules: readonly RelabelRule[];
  readonly labels: LabelSet;
}

/**
 * Cases to try two relabelers on: those written by hand first, then drawn ones. The same number gives the same cases.
 *
 * @param drawn how many to draw
 */
export function relabelCases(drawn: number): RelabelCase[] {
  const random = randomOf(20_260_801);
  return [...WRITTEN, ...Array.from({ length: drawn }, () => drawCase(random))];
}

const SAMPLE: LabelSet = {
  __name__: 'slurm_node_cpus_total',
  job: 'slurm-exporter',
  instance: '10.0.0.7:8080',
  pod: 'exporter-0',
  empty: '',
  state: 'IDLE+CLOUD',
};

const TARGET: LabelSet = {
  __address__: '10.0.0.7:9400',
  __scheme__: 'http',
  __metrics_path__: '/metrics',
  __meta_kubernetes_pod_name: 'dcgm-exporter-x7x2p',
  __meta_kubernetes_pod_node_name: 'gpu-0',
  __meta_kubernetes_node_label_slurm_nebius_ai_nodeset: 'worker',
  __meta_kubernetes_node_label_empty: '',
};

const WRITTEN: readonly RelabelCase[] = [
  [SAMPLE, RelabelRule.dropLabels('w', 'pod', 'absent')],
  [SAMPLE, RelabelRule.dropLabelsMatching('w', 'po.|state|[ei].+')],
  [SAMPLE, RelabelRule.keepLabels('w', 'job')],
  [SAMPLE, RelabelRule.keepLabels('w', 'absent')],
  [SAMPLE, RelabelRule.dropSeries('w', { job: 'slurm-.*', state: '(IDLE|DOWN).*' })],
  [SAMPLE, RelabelRule.dropSeries('w', { job: 'slurm-.*', state: 'DOWN.*' })],
  [SAMPLE, RelabelRule.dropSeries('w', { absent: '' })],
  [SAMPLE, RelabelRule.dropSeries('w', { absent: '', job: '.+' })],
  [SAMPLE, RelabelRule.dropSeries('w', { pod: '', job: '.+' })],
  [SAMPLE, RelabelRule.keepSeries('w', { job: '(slurm|dcgm)-exporter', state: '.*CLOUD.*' })],
  [{ ...SAMPLE, job: 'other' }, RelabelRule.keepSeries('w', { job: '(slurm|dcgm)-exporter', state: '.*CLOUD.*' })],
  [SAMPLE, RelabelRule.keepMetrics('w', 'slurm_node_.+', 'up')],
  [SAMPLE, RelabelRule.keepMetrics('w', '(?i)SLURM_job_.+', 'slurm_NODE_.+')],
  [SAMPLE, RelabelRule.dropMetrics('w', 'slurm_node_cpus', 'slurm_node_cpus_.{5}')],
  [SAMPLE, RelabelRule.setLabel('w', 'cluster', `a $ sign, $1 and \${1}, 100%`)],
  [SAMPLE, RelabelRule.copyLabel('w', 'pod', 'instance')],
  [SAMPLE, RelabelRule.copyLabel('w', 'absent', 'instance')],
  [SAMPLE, RelabelRule.copyLabel('w', 'empty', 'instance')],
  [SAMPLE, RelabelRule.replace('w', { sourceLabels: ['instance'], regex: '([^:]+):(\\d+)', targetLabel: 'host', replacement: `\${1}_$2` })],
  [SAMPLE, RelabelRule.replace('w', { sourceLabels: ['job', 'pod'], separator: '', targetLabel: 'both' })],
  [SAMPLE, RelabelRule.replace('w', { sourceLabels: ['job', 'absent', 'pod'], separator: '$/', targetLabel: 'both', replacement: '<$1>' })],
  [SAMPLE, RelabelRule.replace('w', { sourceLabels: ['absent'], targetLabel: 'pod' })],
  [SAMPLE, RelabelRule.replace('w', { sourceLabels: ['job'], regex: 'slurm-.*', targetLabel: 'pod', replacement: '' })],
  [
    SAMPLE,
    RelabelRule.replace('w', {
      sourceLabels: ['job'],
      regex: '(?P<kind>\\w+)-(?P<what>.+?)',
      targetLabel: 'x',
      replacement: `$what.\${kind}$$`,
    }),
  ],
  [SAMPLE, RelabelRule.replace('w', { sourceLabels: ['state'], regex: '(A)?(I)(X)?.*', targetLabel: 'x', replacement: '[$1$2$3]' })],
  [TARGET, RelabelRule.mapLabels('w', '__meta_kubernetes_node_label_(.+)', '$1')],
  [TARGET, RelabelRule.mapLabels('w', '__meta_kubernetes_(pod|node)_(.*)', `\${2}_of_$1`)],
  [TARGET, RelabelRule.mapLabels('w', '__scheme__', 'scheme')],
  [TARGET, RelabelRule.mapLabels('w', '.*', 'x_$0')],
  [TARGET, RelabelRule.copyLabel('w', '__meta_kubernetes_pod_node_name', 'instance'), RelabelRule.setLabel('w', 'job', 'dcgm-exporter')],
  [TARGET, RelabelRule.of('w', { action: RelabelAction.KEEP_EQUAL, sourceLabels: ['__scheme__'], targetLabel: '__scheme__' })],
  [TARGET, RelabelRule.of('w', { action: RelabelAction.DROP_EQUAL, sourceLabels: ['absent'], targetLabel: 'absent_too' })],
  [SAMPLE, RelabelRule.of('w', { action: RelabelAction.UPPERCASE, sourceLabels: ['job', 'pod'], targetLabel: 'x' })],
  [
    { ...SAMPLE, pod: 'ßẞşİıΣςµﬁŉǅᾳᾼῌÿ' },
    RelabelRule.of('w', { action: RelabelAction.UPPERCASE, sourceLabels: ['pod'], targetLabel: 'x' }),
  ],
  [{ ...SAMPLE, pod: 'ẞŞİIΣÀǅǈᾼῌŸΑΣ' }, RelabelRule.of('w', { action: RelabelAction.LOWERCASE, sourceLabels: ['pod'], targetLabel: 'x' })],
  [{ ...SAMPLE, pod: 'one\ntwo' }, RelabelRule.copyLabel('w', 'pod', 'x')],
  [
    { ...SAMPLE, pod: 'one\ntwo' },
    RelabelRule.replace('w', { sourceLabels: ['pod'], regex: '(\\w+)\\n(\\w+)', targetLabel: 'x', replacement: '$2 $1' }),
  ],
  [SAMPLE, RelabelRule.of('w', { action: RelabelAction.LABEL_KEEP, regex: '__name__' }), RelabelRule.dropMetrics('w', 'up')],
  [{ a: '1' }, RelabelRule.dropLabels('w', 'a'), RelabelRule.setLabel('w', 'b', '2')],
].map(([labels, ...rules]) => ({ labels: labels as LabelSet, rules: rules as RelabelRule[] }));

type Random = () => number;

/** The generator "mulberry32": small, and the same everywhere. */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

function some<T>(random: Random, choices: readonly [T, ...T[]], atMost: number): T[] {
  return Array.from({ length: 1 + Math.floor(random() * atMost) }, () => pick(random, choices));
}

// biome-ignore format: a list of words
const NAMES: readonly [string, ...string[]] = [
  'a', 'b', 'ab', 'pod', 'job', 'Pod', 'exported_pod', '__meta_x', '__meta_y_a', 'constructor', 'absent', '__address__',
];

// biome-ignore format: a list of words
const VALUES: readonly [string, ...string[]] = [
  '', 'a', 'b', 'ab', 'aab', 'A', 'foo', 'foofoo', 'foo-bar', '-a-b', 'a;b', ';', 'a.b', '10.0.0.7:9100', 'node_cpu_seconds_total', 'x', 'X+Y',
  '(a)', '[a]', 'a|b', 'a$b', '$1', 'a\\b', 'say "a"', '<a> & b', '日本語', 'äÖß', 'é', '😀', '007', 'gpu-0', 'a b', '^a$', '*', 'K', '%', '{a}', 'a\nb',
];

/** Pieces that make regexes of every kind when strung together; what does not compile is drawn again. */
// biome-ignore format: a list of words
const PIECES: readonly [string, ...string[]] = [
  'a', 'b', 'foo', 'x', '-', ';', '.', '.*', '.+', '.?', '(.*)', '(.+)', '(.*?)', '(a|b)', '(a|)', '(?:a|b|ab)', '(?P<n>\\w+)', '(?<m>[^;]*)', '[ab]', '[^a]',
  '[a-z]+', '[[:alpha:]]', '[[:^digit:]]*', '\\d+', '\\w*', '\\W', '\\s', '\\S+', '(?i:A)', '(?i)', '\\.', '\\$', '\\(', '\\[', '\\|', '\\\\', '\\+', '\\^', 'a?',
  'a*', 'a{2}', '(a{1,2})', 'b??', '(foo|bar)?', '\\pL', '\\p{Greek}', '\\PL', '日本', 'é', '|', '|', '()', '\\Qa.b\\E', '\\x{e9}', '[.]', '(\\w+)_(\\w+)', '_total',
];

const TEMPLATES: readonly [string, ...string[]] = [
  '$1',
  `\${1}`,
  '$0',
  'x',
  '',
  '$2',
  `\${1}x`,
  '$n',
  `\${m}-$1`,
  '$$',
  'a$$b',
  '<$0>',
  '$1$2',
  'x_$1',
  `\${2}_y`,
  '$0_',
];

const SEPARATORS: readonly [string | undefined, ...(string | undefined)[]] = [
  undefined,
  undefined,
  undefined,
  '',
  '-',
  ';;',
  '$',
  'é',
  '.',
];

const ACTIONS: readonly [RelabelAction, ...RelabelAction[]] = [
  RelabelAction.REPLACE,
  RelabelAction.REPLACE,
  RelabelAction.REPLACE,
  ...Object.values(RelabelAction),
];

/** Draws until there is a case that the factories accept, and that vmagent's debug page can print. */
function drawCase(random: Random): RelabelCase {
  for (;;) {
    const labels = Object.fromEntries([
      ['__name__', pick(random, ['up', 'a', 'node_cpu_seconds_total'])],
      ...(random() < 0.3 ? [['__address__', pick(random, ['10.0.0.7:9100', 'gpu-0:9400'])]] : []),
      ...some(random, NAMES, 5).map((name) => [name, pick(random, VALUES)]),
    ]);
    try {
      const rules = Array.from({ length: 1 + Math.floor(random() * 4) }, () => drawRule(random));
      evaluateRelabeling(rules, labels);
      return { rules, labels };
    } catch (error) {
      if (!(error instanceof InvalidOptionError)) throw error;
    }
  }
}

function drawRule(random: Random): RelabelRule {
  const action = pick(random, ACTIONS);
  const regex = some(random, PIECES, 4).join('');
  const sourceLabels = some(random, NAMES, 3);
  const separator = pick(random, SEPARATORS);
  const targetLabel = pick(random, NAMES);
  const fields: { readonly [action in RelabelAction]: Omit<RelabelRuleOptions, 'action'> } = {
    [RelabelAction.REPLACE]: {
      sourceLabels,
      separator,
      targetLabel,
      regex: random() < 0.2 ? undefined : regex,
      replacement: random() < 0.2 ? undefined : pick(random, TEMPLATES),
    },
    [RelabelAction.KEEP]: { sourceLabels, separator, regex },
    [RelabelAction.DROP]: { sourceLabels, separator, regex },
    [RelabelAction.KEEP_EQUAL]: { sourceLabels, targetLabel },
    [RelabelAction.DROP_EQUAL]: { sourceLabels, targetLabel },
    [RelabelAction.LABEL_MAP]: { regex, replacement: pick(random, ['$1', '$0_x', 'x', `x_\${1}`]) },
    [RelabelAction.LABEL_DROP]: { regex },
    [RelabelAction.LABEL_KEEP]: { regex: `__name__|${regex}` },
    [RelabelAction.LOWERCASE]: { sourceLabels, separator, targetLabel },
    [RelabelAction.UPPERCASE]: { sourceLabels, separator, targetLabel },
  };
  return RelabelRule.of('drawn', { action, ...fields[action] });
}
