import { prometheusDuration } from '../common/units';
import type { ScrapeTarget } from './scrape-target';

/** A sum that the agent makes of a counter before it sends it: one series where a target has many. It has a name of its own, so that no query means another thing by it. */
export interface CounterSum {
  /** Why, and what it saves. */
  readonly why: string;
  /** Name of the counter that is summed. */
  readonly metric: string;
  /** Name of the sum: level, counter and operation, such as `instance:node_cpu_seconds_total:sum`. */
  readonly as: string;
  /** Labels of the counter that the sum lacks; at least one. */
  readonly without: readonly string[];
  /** Sends the counter, too. @default true */
  readonly keepsCounter?: boolean;
  /** What to do where somebody asks for a counter that is not sent, as an imperative. @default - change it */
  readonly remedy?: string;
}

/** A rule of stream aggregation, as vmagent reads it. */
export interface StreamAggregationRule {
  readonly match: string;
  readonly interval: string;
  readonly without: string[];
  readonly outputs: string[];
  readonly output_relabel_configs: { readonly target_label: string; readonly replacement: string }[];
}

/** What the agent aggregates. */
export interface StreamAggregation {
  readonly rules: readonly StreamAggregationRule[];
  /** Whether what goes into sums is sent, too: all of it or nothing, for so vmagent has it. */
  readonly keepInput: boolean;
}

/**
 * Stream aggregation for the sums of targets; nothing where there are none.
 *
 * A series counts from its second sample on, so that neither a new target nor a restart of the agent makes a leap. What a counter grows by while its
 * target or the agent is away for two intervals or more is in no sum.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/stream-aggregation/configuration/
 */
export function streamAggregation(targets: readonly ScrapeTarget[]): StreamAggregation | undefined {
  const rules = targets.flatMap(({ job, scrapeInterval, sums = [] }) =>
    sums.map(({ metric, as, without }) => ({
      match: `${metric}{job=${JSON.stringify(job)}}`,
      // one sample of each scrape goes in, one comes out
      interval: prometheusDuration(scrapeInterval),
      without: [...without],
      outputs: ['total_prometheus'],
      output_relabel_configs: [{ target_label: '__name__', replacement: as }],
    })),
  );
  // a second rule for the same series would count them twice
  const distinct = rules.filter(({ match }, index) => rules.findIndex((other) => other.match === match) === index);
  if (distinct.length === 0) return undefined;
  return { rules: distinct, keepInput: targets.some(({ sums = [] }) => sums.some(({ keepsCounter = true }) => keepsCounter)) };
}
