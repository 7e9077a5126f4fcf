import { compareDurations, type Duration, prometheusDuration } from '../../common/units';
import type { ScrapeProps, SourceProps } from '../../scrape/source-props';
import { type Fallback, type Options, option, Refusal, type Rule, type Value } from '../option';
import { duration, flag, labels, list, portName, size, wholeNumber } from '../values';
import { relabelRules } from './relabel-rules';
import { type WorkloadDefaults, workload } from './workload';

/** The switch that every part has which can be left out. */
export function enabled(): Value<boolean | undefined> {
  return option(flag(), 'Leaves the part out when false.', { default: true });
}

/** The switch of a part that not everybody wants. */
export function switchedOn(): Value<boolean | undefined> {
  return option(flag(), 'Brings the part in when true.', { default: false });
}

/** Other options of a part that is off unless it is switched on would change nothing, silently. */
export const SWITCH_BESIDE_OPTIONS: Rule<{ readonly enabled?: boolean }> = {
  reads: ['enabled'],
  check: ({ enabled: on }) =>
    on === undefined ? new Refusal('true or false, for the part is off otherwise; write enabled: true', ['enabled']) : undefined,
};

/** What {@link scraping} is told about one source. */
export interface ScrapeDefaults {
  /** The interval, or what it depends on. @default '30s' */
  readonly scrapeInterval?: string | { readonly otherwise: string; readonly example: string };
  /** @default '10s' */
  readonly scrapeTimeout?: string;
  /** @default - the agent's */
  readonly maxScrapeSize?: Fallback;
}

const RELABEL_CONFIGS = option(relabelRules, "More rules over the target's labels, run after the source's own.", {
  otherwise: 'none',
  example: [{ why: 'short names in panels', action: 'replace', sourceLabels: ['instance'], regex: '(.+)', targetLabel: 'host' }],
});
const METRIC_RELABEL_CONFIGS = option(relabelRules, "More rules over the labels of each sample, run after the source's own.", {
  otherwise: 'none',
  example: [{ why: 'nobody reads it', action: 'drop', sourceLabels: ['__name__'], regex: 'go_.+' }],
});
const SAMPLE_LIMIT = option(
  wholeNumber(1, undefined, 'leave it out for no limit'),
  'Samples of one scrape above which the whole scrape is refused.',
  { otherwise: 'no limit', example: 100_000 },
);
const SERIES_LIMIT = option(
  wholeNumber(1, undefined, 'leave it out for no limit'),
  'Series of one target above which new ones are refused.',
  { otherwise: 'no limit', example: 200_000 },
);

const AGENTS_LIMIT: Fallback = { otherwise: 'maxScrapeSize of vmAgent', example: '64Mi' };

/** The options of what is scraped. */
export function scraping({
  scrapeInterval = '30s',
  scrapeTimeout = '10s',
  maxScrapeSize = AGENTS_LIMIT,
}: ScrapeDefaults = {}): Options<ScrapeProps> {
  return {
    scrapeInterval: option(
      duration('30s', '1s'),
      'Time between two scrapes.',
      typeof scrapeInterval === 'string' ? { default: scrapeInterval } : scrapeInterval,
    ),
    scrapeTimeout: option(duration('10s', '1s'), 'Time after which a scrape is given up; at most the interval.', {
      otherwise: `${scrapeTimeout}, or the interval where that is shorter`,
      example: scrapeTimeout,
    }),
    relabelConfigs: RELABEL_CONFIGS,
    metricRelabelConfigs: METRIC_RELABEL_CONFIGS,
    sampleLimit: SAMPLE_LIMIT,
    seriesLimit: SERIES_LIMIT,
    maxScrapeSize: option(size('64Mi'), 'Size of one scrape above which it is refused.', maxScrapeSize),
  };
}

/** A scrape that takes longer than its interval. */
export function timeoutWithinInterval<P extends ScrapeProps>(defaultInterval?: Duration): Rule<P> {
  return {
    reads: ['scrapeTimeout', 'scrapeInterval'],
    check: ({ scrapeTimeout, scrapeInterval = defaultInterval }) =>
      scrapeTimeout && scrapeInterval && compareDurations(scrapeTimeout, scrapeInterval) > 0
        ? new Refusal(
            `at most the scrape interval of ${prometheusDuration(scrapeInterval)}; shorten the timeout or lengthen scrapeInterval`,
            ['scrapeTimeout'],
          )
        : undefined,
  };
}

/** What {@link source} is told about one source. */
export interface SourceDefaults extends WorkloadDefaults, ScrapeDefaults {
  /** What decides whether it is deployed. @default - it is */
  readonly deploy?: { readonly otherwise: string; readonly example: boolean };
  /** The labels that are looked for when it is not deployed. */
  readonly selector: { readonly [label: string]: string };
  /** The ports that are scraped when it is not deployed. */
  readonly portNames: readonly string[];
}

/** The options of a source that runs as a workload of its own. */
export function source(defaults: SourceDefaults): Options<SourceProps> {
  return {
    deploy: option(
      flag(),
      'Renders the workload. When false, it is only scraped where somebody else deployed it.',
      defaults.deploy ?? { default: true },
    ),
    selector: option(labels(), 'Labels by which it is found with deploy: false.', {
      otherwise: 'those of its usual deployment',
      example: defaults.selector,
    }),
    portNames: option(list(portName(), 'metrics', 1), 'Names of the ports to scrape with deploy: false.', {
      otherwise: 'those of its usual deployment',
      example: defaults.portNames,
    }),
    ...workload(defaults),
    ...scraping(defaults),
  };
}
