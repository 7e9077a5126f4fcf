import { reject } from '../common/errors';
import { type Objection, objectionToRegex, objectionToReplacement, parseReplacement, RelabelRegex, stripAnchors } from './relabel-regex';

/**
 * What a relabel rule does. Only actions are here that vmagent and Prometheus carry out alike.
 *
 * Left out: `hashmod` (vmagent hashes with xxHash, Prometheus with MD5) and what Prometheus does not know: `replace_all`,
 * `labelmap_all`, `keep_metrics`, `drop_metrics`, `keep_if_equal`, `drop_if_equal`, `keep_if_contains`,
 * `drop_if_contains`, `graphite`, and the `if` of vmagent.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/relabeling/
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 */
export enum RelabelAction {
  /** Writes `replacement` to `targetLabel` when `regex` matches; an empty replacement removes the label. */
  REPLACE = 'replace',
  /** Keeps only what matches `regex`. */
  KEEP = 'keep',
  /** Drops what matches `regex`. */
  DROP = 'drop',
  /** Keeps only what has the same value in the source labels and in `targetLabel`. */
  KEEP_EQUAL = 'keepequal',
  /** Drops what has the same value in the source labels and in `targetLabel`. */
  DROP_EQUAL = 'dropequal',
  /** Copies every label whose name matches `regex` to the name in `replacement`. */
  LABEL_MAP = 'labelmap',
  /** Removes every label whose name matches `regex`. */
  LABEL_DROP = 'labeldrop',
  /** Removes every label whose name does not match `regex`. */
  LABEL_KEEP = 'labelkeep',
  /** Writes the source labels in lower case to `targetLabel`. */
  LOWERCASE = 'lowercase',
  /** Writes the source labels in upper case to `targetLabel`. */
  UPPERCASE = 'uppercase',
}

/** Where a replace rule reads, what it looks for and what it writes. */
export interface RelabelReplaceOptions {
  /** Labels whose values are read, joined by the separator; an absent label reads as empty text. */
  readonly sourceLabels: readonly string[];
  /** Text between the values of several source labels. @default ';' */
  readonly separator?: string;
  /** RE2 regex that the whole joined value has to match; without a match nothing is written. @default '(.*)' */
  readonly regex?: string;
  /** Label that is written. */
  readonly targetLabel: string;
  /** What is written: `$1` and `${name}` are groups of the regex, `$$` is a dollar sign, empty text removes the label. @default '$1' */
  readonly replacement?: string;
}

/** A relabel rule field by field, in the words of Prometheus. */
export interface RelabelRuleOptions {
  /** What the rule does; it decides which of the other fields are allowed. */
  readonly action: RelabelAction;
  /** Labels whose values are read, joined by the separator. @default - none */
  readonly sourceLabels?: readonly string[];
  /** Text between the values of several source labels. @default ';' */
  readonly separator?: string;
  /** RE2 regex that has to match the whole value or label name. @default '(.*)' for replace; the other actions that have one need it */
  readonly regex?: string;
  /** Label that is written or compared. @default - none */
  readonly targetLabel?: string;
  /** What is written, with groups of the regex. @default '$1' */
  readonly replacement?: string;
}

/**
 * One step of relabeling, with the reason it exists: of the targets found (`relabelConfigs`), of the samples scraped
 * (`metricRelabelConfigs`) or of those sent to one destination.
 *
 * A rule means the same in vmagent and in Prometheus. What the two read differently is refused, be it an action, a regex
 * or a replacement; `%{…}` is refused everywhere, because vmagent puts environment variables there.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/relabeling/
 */
export class RelabelRule {
  /**
   * Removes labels from everything.
   *
   * @param why the reason for the rule and what it saves
   * @param names the names as they are, not patterns
   * @throws InvalidOptionError for a bad name, or one without which there is no series or target left
   */
  static dropLabels(why: string, ...names: string[]): RelabelRule {
    const where = 'RelabelRule.dropLabels';
    checkNames(where, names);
    const index = names.findIndex((name) => INDISPENSABLE.includes(name));
    if (index >= 0) reject(where, { option: `names[${index}]`, got: names[index], ...objectionToDropping(names[index]) });
    return RelabelRule.create(where, why, { action: RelabelAction.LABEL_DROP, regex: names.join('|') });
  }

  /**
   * Removes the labels whose whole name matches.
   *
   * @throws InvalidOptionError for a bad regex, or one that matches a label without which there is no series or target left
   */
  static dropLabelsMatching(why: string, regex: string): RelabelRule {
    return RelabelRule.create('RelabelRule.dropLabelsMatching', why, { action: RelabelAction.LABEL_DROP, regex });
  }

  /**
   * Removes all labels but these. Labels that begin with `__` always stay: `__name__` is the name of the metric,
   * `__address__` and its like say where a target is, and the rest vanishes after relabeling anyway.
   *
   * @param names the names as they are, not patterns
   * @throws InvalidOptionError for a bad name
   */
  static keepLabels(why: string, ...names: string[]): RelabelRule {
    const where = 'RelabelRule.keepLabels';
    checkNames(where, names);
    return RelabelRule.create(where, why, { action: RelabelAction.LABEL_KEEP, regex: ['__.+', ...names].join('|') });
  }

  /**
   * Drops the series or targets of which all the given labels match.
   *
   * Several labels are matched as one text, joined by `;`: let no regex but the last match a `;` that a value may contain.
   *
   * @param match a regex for each label, against its whole value; empty text matches a label that is absent
   * @throws InvalidOptionError for no label at all, a bad name or a bad regex
   */
  static dropSeries(why: string, match: { readonly [label: string]: string }): RelabelRule {
    const where = 'RelabelRule.dropSeries';
    return RelabelRule.create(where, why, { action: RelabelAction.DROP, ...joinMatch(where, match) });
  }

  /**
   * Keeps only the series or targets of which all the given labels match.
   *
   * Several labels are matched as one text, joined by `;`: let no regex but the last match a `;` that a value may contain.
   *
   * @param match a regex for each label, against its whole value; empty text matches a label that is absent
   * @throws InvalidOptionError for no label at all, a bad name or a bad regex
   */
  static keepSeries(why: string, match: { readonly [label: string]: string }): RelabelRule {
    const where = 'RelabelRule.keepSeries';
    return RelabelRule.create(where, why, { action: RelabelAction.KEEP, ...joinMatch(where, match) });
  }

  /**
   * Keeps only the metrics whose whole name matches one of the patterns. `up` and the other metrics that the collector
   * makes of a scrape itself are not relabeled and stay.
   *
   * @throws InvalidOptionError for no pattern at all or a bad one
   */
  static keepMetrics(why: string, ...namePatterns: string[]): RelabelRule {
    const where = 'RelabelRule.keepMetrics';
    return RelabelRule.create(where, why, {
      action: RelabelAction.KEEP,
      sourceLabels: ['__name__'],
      regex: joinPatterns(where, namePatterns),
    });
  }

  /**
   * Drops the metrics whose whole name matches one of the patterns.
   *
   * @throws InvalidOptionError for no pattern at all or a bad one
   */
  static dropMetrics(why: string, ...namePatterns: string[]): RelabelRule {
    const where = 'RelabelRule.dropMetrics';
    return RelabelRule.create(where, why, {
      action: RelabelAction.DROP,
      sourceLabels: ['__name__'],
      regex: joinPatterns(where, namePatterns),
    });
  }

  /**
   * Gives a label the same value everywhere, whatever it was before.
   *
   * @param value the text as it is; a `$` needs no doubling
   * @throws InvalidOptionError for a bad name or an empty value
   */
  static setLabel(why: string, target: string, value: string): RelabelRule {
    const where = 'RelabelRule.setLabel';
    checkName(where, 'target', target);
    const replacement = value.replaceAll('$', '$$$$');
    const objection =
      value === ''
        ? { expected: 'a text', instead: 'remove a label with RelabelRule.dropLabels(why, name)' }
        : objectionToReplacement(replacement, '(.*)');
    if (objection) reject(where, { option: 'value', got: value, ...objection });
    return RelabelRule.create(where, why, { action: RelabelAction.REPLACE, targetLabel: target, replacement });
  }

  /**
   * Copies the value of a label to another. Where the source is absent or empty the target stays as it is.
   *
   * @throws InvalidOptionError for a bad name
   */
  static copyLabel(why: string, source: string, target: string): RelabelRule {
    const where = 'RelabelRule.copyLabel';
    checkName(where, 'source', source);
    checkName(where, 'target', target);
    // not the default (.*), which matches an absent label and would remove the target
    return RelabelRule.create(where, why, { action: RelabelAction.REPLACE, sourceLabels: [source], regex: '(.+)', targetLabel: target });
  }

  /**
   * Writes parts of the source labels to a label, where the regex matches.
   *
   * @throws InvalidOptionError for no source label, a bad name or regex, or a replacement that names a group the regex does not have
   */
  static replace(why: string, options: RelabelReplaceOptions): RelabelRule {
    const where = 'RelabelRule.replace';
    if (options.sourceLabels.length === 0) {
      reject(where, {
        option: 'sourceLabels',
        got: options.sourceLabels,
        expected: 'at least one label to read',
        instead: 'write a fixed value with RelabelRule.setLabel(why, target, value)',
      });
    }
    return RelabelRule.create(where, why, { ...options, action: RelabelAction.REPLACE });
  }

  /**
   * Copies every label whose whole name matches to the name in the replacement; the labels themselves stay.
   *
   * @param replacement the new name, with groups of the regex: `$1`, `node_${1}`
   * @throws InvalidOptionError for a bad regex, or a replacement that is no label name or names a group the regex does not have
   */
  static mapLabels(why: string, regex: string, replacement: string): RelabelRule {
    return RelabelRule.create('RelabelRule.mapLabels', why, { action: RelabelAction.LABEL_MAP, regex, replacement });
  }

  /**
   * A rule written field by field, for what the other factories do not cover.
   *
   * @throws InvalidOptionError for an action on which vmagent and Prometheus differ, a field that the action has no use
   *   for or misses, and whatever the other factories refuse
   */
  static of(why: string, options: RelabelRuleOptions): RelabelRule {
    return RelabelRule.create('RelabelRule.of', why, options);
  }

  private static create(where: string, why: string, options: RelabelRuleOptions): RelabelRule {
    checkRule(where, why, options);
    return new RelabelRule(why, options);
  }

  readonly action: RelabelAction;
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;

  private constructor(
    /** The reason for the rule and what it saves. */
    readonly why: string,
    options: RelabelRuleOptions,
    /** What to do where the rule takes away what somebody wants, as an imperative. @default - change it */
    readonly remedy?: string,
  ) {
    this.action = options.action;
    this.sourceLabels = options.sourceLabels && [...options.sourceLabels];
    this.separator = options.separator;
    this.regex = options.regex;
    this.targetLabel = options.targetLabel;
    this.replacement = options.replacement;
  }

  /** The same rule, which says what to do where it takes away what somebody wants: an imperative such as `list it in series.keep`. */
  withRemedy(remedy: string): RelabelRule {
    return new RelabelRule(this.why, this, remedy);
  }

  /** @internal The rule as a RelabelConfig of the VictoriaMetrics operator. */
  _toKube() {
    const { action, separator, regex, targetLabel, replacement } = this;
    return withoutUnset({ action, sourceLabels: this.sourceLabels && [...this.sourceLabels], separator, regex, targetLabel, replacement });
  }

  /** @internal Whether series may have another name afterwards. */
  get _writesName(): boolean {
    return this.targetLabel === '__name__' || this.replacement === '__name__';
  }

  /** @internal The rule as an entry of `relabel_configs` in a scrape configuration file. */
  _toConfig() {
    const { sourceLabels: source_labels, targetLabel: target_label, ...same } = this._toKube();
    return withoutUnset({ ...same, source_labels, target_label });
  }
}

type Field = Exclude<keyof RelabelRuleOptions, 'action'>;

/** Which fields an action cannot do without, and which others it has a use for. */
const FIELDS: { readonly [action in RelabelAction]: { readonly needed: readonly Field[]; readonly optional: readonly Field[] } } = {
  [RelabelAction.REPLACE]: { needed: ['targetLabel'], optional: ['sourceLabels', 'separator', 'regex', 'replacement'] },
  [RelabelAction.KEEP]: { needed: ['sourceLabels', 'regex'], optional: ['separator'] },
  [RelabelAction.DROP]: { needed: ['sourceLabels', 'regex'], optional: ['separator'] },
  // Prometheus takes no separator here
  [RelabelAction.KEEP_EQUAL]: { needed: ['sourceLabels', 'targetLabel'], optional: [] },
  [RelabelAction.DROP_EQUAL]: { needed: ['sourceLabels', 'targetLabel'], optional: [] },
  [RelabelAction.LABEL_MAP]: { needed: ['regex'], optional: ['replacement'] },
  [RelabelAction.LABEL_DROP]: { needed: ['regex'], optional: [] },
  [RelabelAction.LABEL_KEEP]: { needed: ['regex'], optional: [] },
  [RelabelAction.LOWERCASE]: { needed: ['sourceLabels', 'targetLabel'], optional: ['separator'] },
  [RelabelAction.UPPERCASE]: { needed: ['sourceLabels', 'targetLabel'], optional: ['separator'] },
};

/** What to write instead of the actions on which vmagent and Prometheus differ. */
const REFUSED_ACTIONS: { readonly [action: string]: string } = {
  hashmod: 'let the agent share out targets (shardCount); vmagent and Prometheus compute different hashes',
  keep_metrics: 'use RelabelRule.keepMetrics(why, pattern)',
  drop_metrics: 'use RelabelRule.dropMetrics(why, pattern)',
  keep_if_equal: 'use RelabelAction.KEEP_EQUAL',
  drop_if_equal: 'use RelabelAction.DROP_EQUAL',
  labelmap_all: 'use RelabelRule.mapLabels(why, regex, replacement), which replaces the whole name',
  replace_all: 'use RelabelRule.replace(why, options), once for each occurrence',
};

/** Labels that a series or a target cannot be without. */
const INDISPENSABLE: readonly string[] = ['__name__', '__address__', '__scheme__', '__metrics_path__'];

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function checkRule(where: string, why: string, options: RelabelRuleOptions): void {
  if (why.trim() === '') {
    reject(where, {
      option: 'why',
      got: why,
      expected: 'the reason for the rule',
      instead: 'say what would be wrong without it, or what it saves',
    });
  }
  const { action, sourceLabels, separator, regex, targetLabel } = options;
  checkFields(where, options);
  for (const [index, name] of (sourceLabels ?? []).entries()) checkName(where, `sourceLabels[${index}]`, name);
  if (targetLabel !== undefined) checkName(where, 'targetLabel', targetLabel);
  if (separator?.includes('%{')) {
    reject(where, {
      option: 'separator',
      got: separator,
      expected: 'no %{, which vmagent replaces with an environment variable',
      instead: "leave it out for ';'",
    });
  }
  if (regex !== undefined) checkRegex(where, 'regex', regex);
  if (action === RelabelAction.REPLACE || action === RelabelAction.LABEL_MAP) checkReplacement(where, options);
  if (action === RelabelAction.LABEL_DROP && regex !== undefined) {
    const lost = INDISPENSABLE.find((name) => RelabelRegex.of(regex).matches(name));
    if (lost !== undefined) reject(where, { option: 'regex', got: regex, ...objectionToDropping(lost) });
  }
  if (action === RelabelAction.LABEL_KEEP && regex !== undefined && !RelabelRegex.of(regex).matches('__name__')) {
    reject(where, {
      option: 'regex',
      got: regex,
      expected: 'a regex that keeps __name__, the name of the metric',
      instead: `write ${JSON.stringify(`__.+|${regex}`)} or use RelabelRule.keepLabels(why, name)`,
    });
  }
}

function checkFields(where: string, options: RelabelRuleOptions): void {
  const { action } = options;
  if (!Object.hasOwn(FIELDS, action)) {
    reject(where, {
      option: 'action',
      got: action,
      expected: `one of ${Object.values(RelabelAction).join(', ')}, which vmagent and Prometheus carry out alike`,
      instead: REFUSED_ACTIONS[action] ?? 'build the rule from these',
    });
  }
  const { needed, optional } = FIELDS[action];
  const allowed = [...needed, ...optional];
  const fields: readonly Field[] = ['sourceLabels', 'separator', 'regex', 'targetLabel', 'replacement'];
  for (const option of fields) {
    const got = options[option];
    if (got !== undefined && !allowed.includes(option)) {
      reject(where, { option, got, expected: `nothing, as the action ${action} has no use for it`, instead: `leave out ${option}` });
    }
    if (needed.includes(option) && (got === undefined || got.length === 0)) {
      reject(where, { option, got, expected: `a value, as the action ${action} cannot do without`, instead: `set ${option}` });
    }
  }
}

function checkReplacement(where: string, options: RelabelRuleOptions): void {
  const { action, sourceLabels = [], regex, replacement } = options;
  const complain = (objection: Objection): never => reject(where, { option: 'replacement', got: replacement, ...objection });
  const template = replacement ?? '$1';
  const objection = objectionToReplacement(template, regex ?? '(.*)');
  if (objection) {
    complain(replacement === undefined ? { ...objection, expected: `${objection.expected}; left out, it is $1` } : objection);
  }
  const parts = parseReplacement(template) ?? [];
  if (action === RelabelAction.REPLACE && sourceLabels.length === 0) {
    if (regex !== undefined) {
      reject(where, {
        option: 'regex',
        got: regex,
        expected: 'nothing, as there is no source label to match',
        instead: 'set sourceLabels too',
      });
    }
    if (parts.some(({ group }) => group !== undefined)) {
      complain({ expected: 'a text without groups, as there is no source label to take them from', instead: 'set sourceLabels too' });
    }
  }
  if (action === RelabelAction.LABEL_MAP) {
    const sample = parts.map(({ text }) => text ?? '_').join('');
    if (!LABEL_NAME.test(sample)) {
      complain({ expected: 'letters, digits, underscores and groups that make a label name', instead: "write '$1' or 'prefix_$1'" });
    }
  }
}

function checkRegex(where: string, option: string, regex: string): void {
  const objection = objectionToRegex(regex);
  if (objection) reject(where, { option, got: regex, ...objection });
}

function checkName(where: string, option: string, name: string): void {
  if (!LABEL_NAME.test(name)) {
    reject(where, {
      option,
      got: name,
      expected: 'a label name of letters, digits and underscores that begins with no digit',
      instead: 'write it as it stands in the series; discovery replaces other characters with _',
    });
  }
}

function checkNames(where: string, names: readonly string[]): void {
  if (names.length === 0)
    reject(where, { option: 'names', got: names, expected: 'at least one label name', instead: 'leave out the rule' });
  for (const [index, name] of names.entries()) checkName(where, `names[${index}]`, name);
}

function objectionToDropping(name: string | undefined): Objection {
  return {
    expected: `labels that a series and a target can do without; ${name} is none`,
    instead: 'drop whole series with RelabelRule.dropSeries(why, match)',
  };
}

/** One regex for several labels: their values and their regexes joined by the default separator. */
function joinMatch(where: string, match: { readonly [label: string]: string }): { sourceLabels: string[]; regex: string } {
  const sourceLabels = Object.keys(match);
  if (sourceLabels.length === 0) {
    reject(where, {
      option: 'match',
      got: match,
      expected: 'a regex for at least one label',
      instead: "name the series, as in { __name__: 'go_.+' }",
    });
  }
  for (const [name, regex] of Object.entries(match)) {
    checkName(where, 'match', name);
    if (regex !== '') checkRegex(where, `match.${name}`, regex);
  }
  const [only, ...rest] = Object.values(match);
  if (rest.length === 0) return { sourceLabels, regex: only || '^$' };
  const regex = Object.values(match)
    .map((part) => `(?:${stripAnchors(part)})`)
    .join(';');
  // the same language, in a form that vmagent reads right: parts that are fine alone may not be together
  return { sourceLabels, regex: objectionToRegex(regex) ? `${regex}.*` : regex };
}

/** One regex for several patterns; each keeps its flags to itself. */
function joinPatterns(where: string, patterns: readonly string[]): string {
  if (patterns.length === 0) {
    reject(where, {
      option: 'namePatterns',
      got: patterns,
      expected: 'at least one pattern',
      instead: 'name the metrics, or leave out the rule',
    });
  }
  for (const [index, pattern] of patterns.entries()) checkRegex(where, `namePatterns[${index}]`, pattern);
  return patterns.map((pattern) => (pattern.includes('(?') ? `(?:${stripAnchors(pattern)})` : stripAnchors(pattern))).join('|');
}

function withoutUnset<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
