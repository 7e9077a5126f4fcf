import { reject } from '../common/errors';
import { objectionToRegex, objectionToReplacement, parseReplacement, RelabelRegex, stripAnchors } from './relabel-regex';

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
    return create(where, why, { action: RelabelAction.LABEL_DROP, regex: names.join('|') }, 'names');
  }

  /**
   * Removes the labels whose whole name matches.
   *
   * @throws InvalidOptionError for a bad regex, or one that matches a label without which there is no series or target left
   */
  static dropLabelsMatching(why: string, regex: string): RelabelRule {
    return create('RelabelRule.dropLabelsMatching', why, { action: RelabelAction.LABEL_DROP, regex });
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
    return create(where, why, { action: RelabelAction.LABEL_KEEP, regex: ['__.+', ...names].join('|') });
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
    return create(where, why, { action: RelabelAction.DROP, ...joinMatch(where, match) });
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
    return create(where, why, { action: RelabelAction.KEEP, ...joinMatch(where, match) });
  }

  /**
   * Keeps only the metrics whose whole name matches one of the patterns. `up` and the other metrics that the collector
   * makes of a scrape itself are not relabeled and stay.
   *
   * @throws InvalidOptionError for no pattern at all or a bad one
   */
  static keepMetrics(why: string, ...namePatterns: string[]): RelabelRule {
    const where = 'RelabelRule.keepMetrics';
    return create(where, why, { action: RelabelAction.KEEP, sourceLabels: ['__name__'], regex: joinPatterns(where, namePatterns) });
  }

  /**
   * Drops the metrics whose whole name matches one of the patterns.
   *
   * @throws InvalidOptionError for no pattern at all or a bad one
   */
  static dropMetrics(why: string, ...namePatterns: string[]): RelabelRule {
    const where = 'RelabelRule.dropMetrics';
    return create(where, why, { action: RelabelAction.DROP, sourceLabels: ['__name__'], regex: joinPatterns(where, namePatterns) });
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
    if (value === '') {
      reject(where, { option: 'value', got: value, expected: 'a text', instead: 'remove a label with RelabelRule.dropLabels(why, name)' });
    }
    return create(where, why, { action: RelabelAction.REPLACE, targetLabel: target, replacement: value.replaceAll('$', '$$$$') }, 'value');
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
    return create(where, why, { action: RelabelAction.REPLACE, sourceLabels: [source], regex: '(.+)', targetLabel: target });
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
    return create(where, why, { ...options, action: RelabelAction.REPLACE });
  }

  /**
   * Copies every label whose whole name matches to the name in the replacement; the labels themselves stay.
   *
   * @param replacement the new name, with groups of the regex: `$1`, `node_${1}`
   * @throws InvalidOptionError for a bad regex, or a replacement that is no label name or names a group the regex does not have
   */
  static mapLabels(why: string, regex: string, replacement: string): RelabelRule {
    return create('RelabelRule.mapLabels', why, { action: RelabelAction.LABEL_MAP, regex, replacement });
  }

  /**
   * A rule written field by field, for what the other factories do not cover.
   *
   * @throws InvalidOptionError for an action on which vmagent and Prometheus differ, a field that the action has no use
   *   for or misses, and whatever the other factories refuse
   */
  static of(why: string, options: RelabelRuleOptions): RelabelRule {
    return create('RelabelRule.of', why, options);
  }

  /** @internal Only what has passed the checks of a factory gets here. */
  static _checked(why: string, options: RelabelRuleOptions): RelabelRule {
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
  ) {
    this.action = options.action;
    this.sourceLabels = options.sourceLabels && [...options.sourceLabels];
    this.separator = options.separator;
    this.regex = options.regex;
    this.targetLabel = options.targetLabel;
    this.replacement = options.replacement;
  }

  /** @internal The rule as a RelabelConfig of the VictoriaMetrics operator. */
  _toKube(): RelabelRuleOptions {
    const { action, sourceLabels, separator, regex, targetLabel, replacement } = this;
    return withoutUnset({ action, sourceLabels, separator, regex, targetLabel, replacement });
  }

  /** @internal The rule as an entry of `relabel_configs` in a scrape configuration file. */
  _toConfig() {
    const { action, sourceLabels, separator, regex, targetLabel, replacement } = this;
    return withoutUnset({ action, source_labels: sourceLabels, separator, regex, target_label: targetLabel, replacement });
  }
}
