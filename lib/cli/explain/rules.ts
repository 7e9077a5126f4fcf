import { parseReplacement, RelabelRegex } from '../../scrape/relabel-regex';
import { RelabelAction, type RelabelRule } from '../../scrape/relabel-rule';

/** A rule of relabeling, as it is told. */
export interface ToldRule {
  /** Its reason. */
  readonly why: string;
  /** What it is written over: `targets of kubelet-cadvisor`, `samples of kubelet-cadvisor`, `what is sent to store`. */
  readonly over: string;
  /** What it does, in the words of Prometheus. */
  readonly does: string;
  /** Labels that it reads, where it writes one. @default - none */
  readonly reads?: readonly string[];
  /** What to write where it takes away what somebody wants. @default - that is not known: whoever wrote the rule may change it */
  readonly instead?: string;
}

/** Tells of a rule. */
export function toldRule(rule: RelabelRule, over: string, instead = rule.remedy): ToldRule {
  const { why, targetLabel, sourceLabels = [] } = rule;
  const reads = targetLabel === undefined ? [] : sourceLabels.filter((label) => label !== targetLabel);
  return { why, over, does: doesText(rule), ...(reads.length === 0 ? {} : { reads }), ...(instead === undefined ? {} : { instead }) };
}

/** What a rule does, on one line. */
export function doesText({ action, sourceLabels = [], separator = ';', regex, targetLabel, replacement }: RelabelRule): string {
  const source = sourceLabels.join(separator);
  const matching = regex === undefined ? '' : ` =~ ${JSON.stringify(regex)}`;
  switch (action) {
    case RelabelAction.REPLACE:
      if (sourceLabels.length === 0) return `${targetLabel} = ${JSON.stringify((replacement ?? '').replaceAll('$$', '$'))}`;
      if (replacement === undefined && (regex === undefined || regex === '(.+)')) return `${targetLabel} = ${source}`;
      return `${targetLabel} = ${JSON.stringify(replacement ?? '$1')} where ${source}${matching}`;
    case RelabelAction.KEEP:
    case RelabelAction.DROP:
      return `${action} ${matchText(sourceLabels, separator, regex ?? '')}`;
    case RelabelAction.KEEP_EQUAL:
    case RelabelAction.DROP_EQUAL:
      return `${action} ${source} == ${targetLabel}`;
    case RelabelAction.LABEL_MAP:
      return `labelmap${matching} to ${replacement ?? '$1'}`;
    case RelabelAction.LABEL_DROP:
    case RelabelAction.LABEL_KEEP:
      return `${action}${matching}`;
    default:
      return `${targetLabel} = ${source} in ${action}`;
  }
}

/** What labels must match: each its own regex, where the rule keeps them apart as those of {@link RelabelRule.dropSeries}. */
function matchText(labels: readonly string[], separator: string, regex: string): string {
  const parts = labels.length > 1 ? regex.split(`)${separator}(?:`) : [];
  const whole = parts.length === labels.length && regex.startsWith('(?:') && regex.endsWith(')');
  if (!whole) return `${labels.join(separator)} =~ ${JSON.stringify(regex)}`;
  const texts = parts.map((part, index) => part.slice(index === 0 ? 3 : 0, index === parts.length - 1 ? -1 : undefined));
  return labels.map((label, index) => `${label} =~ ${JSON.stringify(texts[index])}`).join(' and ');
}

/** The rule that writes a label at last, of those that may. */
export function writerOf(rules: readonly RelabelRule[], label: string, present: Iterable<string>): RelabelRule | undefined {
  const names = [...present];
  return rules.filter((rule) => writes(rule, label, names)).at(-1);
}

function writes({ action, targetLabel, regex, replacement }: RelabelRule, label: string, present: readonly string[]): boolean {
  switch (action) {
    case RelabelAction.REPLACE:
    case RelabelAction.LOWERCASE:
    case RelabelAction.UPPERCASE:
      return targetLabel === label;
    case RelabelAction.LABEL_MAP: {
      const pattern = RelabelRegex.of(regex ?? '(.*)');
      const parts = parseReplacement(replacement ?? '$1') ?? [];
      return present.some((name) => name !== label && pattern.expand(parts, name) === label);
    }
    default:
      return false;
  }
}
