import type { Arrival } from '../../../lib/scrape/schema';
import type { LabelSet } from '../needs';
import type { Thing } from '../series';

/** Values of labels that may have any. */
export type Known = { readonly [label: string]: readonly string[] };

/**
 * One thing for each combination of values of the labels of a metric that are not those of its target: the values that are given, unless
 * the schema lists others; else all that it lists. Labels that may be missing are, unless they are given.
 */
export function every({ labels, sample }: Arrival, target: LabelSet, given: Known = {}): readonly Thing[] {
  let all: LabelSet[] = [{}];
  for (const [label, { values = [], optional }] of labels) {
    if (label in target || label === '__name__' || label === sample.typeLabel) continue;
    const fitting = (given[label] ?? []).filter((value) => values.length === 0 || values.includes(value));
    const choices = fitting.length > 0 || optional ? fitting : values;
    // a label of which nothing is known is missed where the labels are put together, with a message
    if (choices.length > 0) all = all.flatMap((some) => choices.map((value) => ({ ...some, [label]: value })));
  }
  return all.map((some) => ({ labels: some }));
}
