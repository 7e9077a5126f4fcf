import type { Duration, Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { reject } from '../common/errors';
import type { Labels } from '../common/labels';
import type { MetricCatalog } from '../common/metric-family';
import { compareDurations, Duration as DurationValue, prometheusDuration } from '../common/units';
import type { WorkloadProps } from '../common/workload';
import type { RelabelRule } from './relabel-rule';
import type { ScrapeEndpoint, ScrapeTarget } from './scrape-target';

/** How a source is scraped. */
export interface ScrapeProps {
  /** Time between two scrapes. @default - the source's own interval in the table of jobs */
  readonly scrapeInterval?: Duration;
  /** Time after which a scrape is given up; at most the interval. @default - 10 s, 20 s for what is slow by nature; the interval where that is shorter */
  readonly scrapeTimeout?: Duration;
  /** More rules over the target's labels, run after the source's own. @default - none */
  readonly relabelConfigs?: readonly RelabelRule[];
  /** More rules over the labels of each sample, run after the source's own. @default - none */
  readonly metricRelabelConfigs?: readonly RelabelRule[];
  /** Samples that are taken of one scrape, 1 or more; the rest is dropped, and `scrape_samples_limit` tells. @default - no limit */
  readonly sampleLimit?: number;
  /** Series of one target above which new ones are refused; 1 or more. @default - no limit */
  readonly seriesLimit?: number;
  /** Size of one scrape above which it is refused. @default - the agent's limit; 64 MiB for kubelets */
  readonly maxScrapeSize?: Size;
}

/** What all sources share that run as a workload of their own. */
export interface SourceProps extends WorkloadProps, ScrapeProps {
  /** Whether the workload is rendered. When false it is only scraped where somebody else deployed it. @default true */
  readonly deploy?: boolean;
  /** Labels by which the scrape finds what somebody else deployed; only with `deploy: false`. @default - those of the source's usual deployment, see there */
  readonly selector?: Labels;
  /** Names of the ports to scrape, where somebody else named them; only with `deploy: false`. @default - the source's own, see there */
  readonly portNames?: readonly string[];
}

/** A port of a source, and what it exposes there. */
export interface OwnPort {
  /** Name of the port. */
  readonly port: string;
  /** Everything that it exposes. */
  readonly catalog: MetricCatalog;
}

/**
 * The ports to scrape: the source's own, or those that somebody else's deployment has. What has another name there exposes what the source's
 * own port at that place in the list does.
 *
 * @throws InvalidOptionError when ports or labels of a deployment are given that the source itself renders
 */
export function endpointsOf(where: IConstruct, props: SourceProps, own: readonly OwnPort[]): ScrapeEndpoint[] {
  for (const option of ['selector', 'portNames'] as const) {
    if (props[option] !== undefined && props.deploy !== false) {
      reject(where, {
        option,
        got: props[option],
        expected: 'to be left out while the source deploys its workload itself',
        instead: 'set deploy to false where somebody else deploys it',
      });
    }
  }
  if (props.portNames?.length === 0) {
    const instead = `leave it out for ${own.map(({ port }) => port).join(', ')}`;
    reject(where, { option: 'portNames', got: [], expected: 'at least one port name', instead });
  }
  if (!props.portNames) return [...own];
  return props.portNames.map((port, index) => {
    const like = own.find((other) => other.port === port) ?? own[index];
    return { port, ...(like ? { catalog: like.catalog } : {}) };
  });
}

/** The fields of a target that come straight from the props, with the source's own values as defaults. */
export type ScrapeTiming = Pick<
  ScrapeTarget,
  'scrapeInterval' | 'scrapeTimeout' | 'relabelConfigs' | 'metricRelabelConfigs' | 'sampleLimit' | 'seriesLimit' | 'maxScrapeSize'
>;

/** What a source brings of its own into {@link scrapeTiming}. */
export interface ScrapeDefaults {
  /** The source's interval in the table of jobs. @default Duration.seconds(30) */
  readonly scrapeInterval?: Duration;
  /** The source's timeout. @default - 10 s, or the interval where that is shorter */
  readonly scrapeTimeout?: Duration;
  /** The source's own rules over the target's labels. @default - none */
  readonly relabelConfigs?: readonly RelabelRule[];
  /** The source's own rules over samples. @default - none */
  readonly metricRelabelConfigs?: readonly RelabelRule[];
}

/**
 * Resolves how a source is scraped: the user's values first, the source's own after them, and the user's rules behind the source's.
 *
 * @param where the source that was given the values, for the message
 * @throws InvalidOptionError when the timeout is longer than the interval, or an interval or limit is not positive
 */
export function scrapeTiming(where: IConstruct | string, props: ScrapeProps, defaults: ScrapeDefaults = {}): ScrapeTiming {
  const interval = props.scrapeInterval ?? defaults.scrapeInterval ?? DurationValue.seconds(30);
  const longest = defaults.scrapeTimeout ?? DurationValue.seconds(10);
  const timeout = props.scrapeTimeout ?? (compareDurations(longest, interval) > 0 ? interval : longest);
  positiveDuration(where, 'scrapeInterval', interval);
  positiveDuration(where, 'scrapeTimeout', timeout);
  if (compareDurations(timeout, interval) > 0) {
    reject(where, {
      option: 'scrapeTimeout',
      got: prometheusDuration(timeout),
      expected: `at most the scrape interval of ${prometheusDuration(interval)}`,
      instead: 'shorten the timeout or lengthen scrapeInterval: vmagent would cut the timeout without a word',
    });
  }
  for (const option of ['sampleLimit', 'seriesLimit'] as const) {
    const limit = props[option];
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
      reject(where, { option, got: limit, expected: 'a whole number of 1 or more', instead: 'leave it out for no limit' });
    }
  }
  return {
    scrapeInterval: interval,
    scrapeTimeout: timeout,
    relabelConfigs: [...(defaults.relabelConfigs ?? []), ...(props.relabelConfigs ?? [])],
    metricRelabelConfigs: [...(defaults.metricRelabelConfigs ?? []), ...(props.metricRelabelConfigs ?? [])],
    sampleLimit: props.sampleLimit,
    seriesLimit: props.seriesLimit,
    maxScrapeSize: props.maxScrapeSize,
  };
}

function positiveDuration(where: IConstruct | string, option: string, duration: Duration): void {
  if (duration.toMilliseconds() < 1000) {
    reject(where, { option, got: prometheusDuration(duration), expected: '1s or longer', instead: 'use Duration.seconds(30)' });
  }
}
