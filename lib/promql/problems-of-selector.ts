import { nearest } from '../common/nearest';
import type { Selector } from './ast';
import { type LabelInfo, narrow, type SeriesSchema } from './labels';
import { isPositive, type Matcher, passes } from './matcher';
import { type Context, labelNames, missingLabel, type Problem, problem } from './problem';

/** Metrics that do not exist, and matchers that leave nothing. */
export function* problemsOfSelector(selector: Selector, { query, labels, metricNames }: Context): Generator<Problem> {
  const series = labels.series(selector);
  if (series !== undefined) yield* problemsOfMatchers(query.text, selector, series);
  // a name of which only the viewer knows the rest
  else if (!selector.nameMatchers.some(({ variables }) => variables.length > 0)) yield unknownMetric(query.text, selector, metricNames);
}

function unknownMetric(text: string, { name, nameMatchers, ...span }: Selector, metricNames: readonly string[]): Problem {
  const close = name === undefined ? undefined : nearest(name, metricNames);
  return problem(text, 'unknown-metric', span, {
    got: name === undefined ? `matchers ${nameMatchers.map(({ op, value }) => `__name__${op}"${value}"`).join(', ')}` : `metric ${name}`,
    expected: 'a metric that a source exposes',
    instead: close === undefined ? 'use a metric of the catalogs' : `write ${close}`,
  });
}

/** Selectors that were found to be sound, by their series. */
const SOUND = new WeakMap<SeriesSchema, Set<string>>();

function problemsOfMatchers(text: string, selector: Selector, series: SeriesSchema): readonly Problem[] {
  const sound = SOUND.get(series) ?? new Set();
  if (sound.has(selector.key)) return [];
  const found = [...wrongMatchers(text, selector, series)];
  if (found.length === 0) SOUND.set(series, sound.add(selector.key));
  return found;
}

function* wrongMatchers(text: string, selector: Selector, { labels }: SeriesSchema): Generator<Problem> {
  const left = new Map<string, LabelInfo>(labels);
  const impossible = new Set<string>();
  for (const matcher of selector.matchers) {
    const { label, variables } = matcher;
    const info = left.get(label);
    if (!labels.has(label)) {
      const harmless = variables.length > 0 ? !isPositive(matcher) : passes(matcher, '');
      if (!harmless) yield* missingLabel(text, matcher, label, { labels, open: false }, 'leave the matcher out');
      continue;
    }
    if (variables.length > 0 || impossible.has(label)) continue;
    if (!canPass(matcher, info)) {
      impossible.add(label);
      yield impossibleValue(text, matcher, info);
      continue;
    }
    const narrowed = info && narrow(info, matcher);
    if (narrowed === undefined) left.delete(label);
    else left.set(label, narrowed);
  }
}

/** Whether any series passes, as far as the label's values are known. A label that is gone has the value `''`. */
function canPass(matcher: Matcher, info: LabelInfo | undefined): boolean {
  if (info === undefined) return passes(matcher, '');
  if (info.optional && passes(matcher, '')) return true;
  // every value is possible but none, which only a label that can be absent has
  if (info.values === undefined) return !(matcher.op === '=' && matcher.value === '');
  return info.values.some((value) => passes(matcher, value));
}

function impossibleValue(text: string, matcher: Matcher, info: LabelInfo | undefined): Problem {
  const values = [...(info?.values ?? []), ...(info === undefined || info.optional ? [''] : [])];
  const close =
    isPositive(matcher) && matcher.value !== ''
      ? nearest(
          matcher.value,
          values.filter((value) => value !== ''),
        )
      : undefined;
  const all = values.map((value) => `"${value}"`).join(', ');
  return problem(text, 'impossible-value', matcher, {
    got: `${matcher.label}${matcher.op}"${matcher.value}"`,
    expected: `a matcher that a value of ${matcher.label} passes${all === '' ? ', which is never empty' : `: ${all}`}`,
    instead: close === undefined ? 'choose among the values, or leave the matcher out' : `write "${close}"`,
  });
}

/** Problems of a label whose values a variable of a dashboard lists. */
export function problemsOfListedLabel(
  text: string,
  label: { readonly name: string; readonly start: number; readonly end: number },
  context: Context,
): Problem[] {
  const set = context.labels.result;
  return missingLabel(text, label, label.name, set, `list one of ${labelNames(set).join(', ')}`);
}
