import type { IConstruct } from 'constructs';
import type { Destination, IDestination } from './destination';
import type { IMetricsSource, ScrapeTarget } from './scrape-target';

/** Scrapes targets and sends the samples to destinations. */
export interface ICollector extends IConstruct {
  /** Everything that is scraped, in the order it was added; a copy. */
  readonly scrapedTargets: readonly ScrapeTarget[];
  /** All destinations, in the order they were added; a copy. */
  readonly destinations: readonly Destination[];
  /** Name of the service account whose token and rights the scrapes use. */
  readonly serviceAccountName: string;
  /** Namespace of the collector's pods and of its service account. */
  readonly namespace: string;
  /**
   * Adds everything that a source declares. What its targets say is to be asked when the tree is rendered, not here and not of copies: a
   * dashboard that is shown later brings its metrics along. Sums that they ask for must be made, and counters left out that are not kept beside them.
   */
  scrape(source: IMetricsSource): void;
  /** Adds a destination, and tells it of this collector with `collectFrom`: a store fits itself to what it collects. */
  writeTo(destination: IDestination): void;
}

const COLLECTOR = Symbol.for('soperator-metrics.collector');

/** Marks a construct as a collector, so that checks find it without knowing its class. */
export function markCollector(construct: ICollector): void {
  Object.defineProperty(construct, COLLECTOR, { value: true });
}

/** Whether a construct was marked with {@link markCollector}. */
export function isCollector(construct: IConstruct): construct is ICollector {
  return COLLECTOR in construct;
}
