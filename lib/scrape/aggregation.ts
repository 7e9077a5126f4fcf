import { prometheusDuration } from '../common/units';
import type { ScrapeTarget } from './scrape-target';

/** Counters that the agent sums before it sends them: one series where a target has many. */
export interface CounterSum {
  /** Why, and what it saves. */
  readonly why: string;
  /** Name of the counter, before and after. */
  readonly metric: string;
  /** Labels that are summed over, and gone afterwards; at least one. */
  readonly without: readonly string[];
  /** What to do where somebody wants them, as an imperative. @default - change it */
  readonly remedy?: string;
}

/** A rule of stream aggregation, as vmagent and its operator both read it. */
export interface StreamAggregationRule {
  readonly match: string;
  readonly interval: string;
  readonly without: string[];
  readonly outputs: string[];
  readonly keep_metric_names: boolean;
}

/**
 * Rules of stream aggregation for the sums of targets. What a rule matches is sent as the sum alone.
 *
 * A series counts from its second sample on, so that neither a new target nor a restart of the agent makes a leap: what a counter grows by
 * around a restart, two intervals at most, is in no sum.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/stream-aggregation/configuration/
 */
export function streamAggregation(targets: readonly ScrapeTarget[]): StreamAggregationRule[] {
  const rules = targets.flatMap(({ job, scrapeInterval, sums = [] }) =>
    sums.map(({ metric, without }) => ({
      match: `${metric}{job=${JSON.stringify(job)}}`,
      // one sample of each scrape goes in, one comes out
      interval: prometheusDuration(scrapeInterval),
      without: [...without],
      outputs: ['total_prometheus'],
      keep_metric_names: true,
    })),
  );
  // a second rule for the same series would count them twice
  return rules.filter(({ match }, index) => rules.findIndex((other) => other.match === match) === index);
}
