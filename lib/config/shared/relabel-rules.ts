import { RelabelAction, RelabelRule, type RelabelRuleOptions } from '../../scrape/relabel-rule';
import { accepted, converted, NOTES, option, options, required, type Value } from '../option';
import { anyText, choice, list, text } from '../values';

interface NamedRule extends RelabelRuleOptions {
  readonly why: string;
}

const relabelRule = converted(
  options<NamedRule>(
    {
      why: required(
        text({ expected: 'the reason for the rule', example: 'why: the label changes with every restart' }),
        'Reason for the rule and what it saves.',
        'the label changes with every restart',
      ),
      action: required(
        choice(Object.values(RelabelAction)),
        'What the rule does. Only what vmagent and Prometheus do alike.',
        RelabelAction.REPLACE,
      ),
      sourceLabels: option(list(label(), 'pod'), 'Labels that are read; their values are joined by the separator.', {
        otherwise: 'none',
        example: ['namespace', 'pod'],
      }),
      separator: option(anyText(), 'Text between the values of several source labels.', { otherwise: ';', example: '/' }),
      regex: option(anyText(), 'RE2 regex that has to match the whole value, or the whole name of a label.', {
        otherwise: '(.*) for replace; the other actions that have one need it',
        example: '([^/]+)/(.+)',
      }),
      targetLabel: option(label(), 'Label that is written or compared.', { otherwise: 'none', example: 'workload' }),
      replacement: option(anyText(), 'What is written; $1 is the first group of the regex.', { otherwise: '$1', example: '$2' }),
    },
    [],
    'a relabel rule; write {why: …, action: labeldrop, regex: …}',
  ),
  ({ why, ...rule }) => accepted(() => RelabelRule.of(why, rule)),
).register(NOTES, { id: 'RelabelRule' });

function label(): Value<string> {
  return text({ expected: 'the name of a label', example: 'pod', pattern: /^[a-zA-Z_]\w*$/ });
}

/** Relabel rules. */
export const relabelRules = list(relabelRule, '{why: …, action: labeldrop, regex: …}');
