import type { Duration } from 'cdk8s';
import type { ResolvedScale } from '../common/scale';
import { shortest } from '../common/units';
import { DiscoveryRole, InstanceLabel, type ScrapeTarget, type SeriesEstimate } from './scrape-target';

/** What scraping some targets amounts to. */
export interface Load {
  /** Addresses that are scraped: each object once for each of its endpoints. */
  readonly targets: number;
  /** Series that are alive at one time, those that the agent adds of its own among them. */
  readonly series: number;
  /** Series on all pages: with those that are dropped because nobody reads them. */
  readonly exposed: number;
  /** Samples in a second that are read of the pages, those among them that are dropped. */
  readonly exposedPerSecond: number;
  /** Samples in a second. */
  readonly samplesPerSecond: number;
  /** Series of the largest single scrape. */
  readonly largestScrape: number;
  /** Shortest time between two scrapes. @default - nothing is scraped */
  readonly shortestInterval?: Duration;
}

/** Series of one object whose source says nothing of them. */
const USUAL_SERIES = 1_000;
/**
 * Series that the agent adds for each address: `up`, the duration, timeout and size of the scrape, and how many samples came, were kept and
 * were new are seven; limits, where they are set, add some about themselves.
 */
const AUTOMATIC_SERIES = 10;
/** Bytes of a line of text: name, labels, value, and its share of HELP and TYPE. Measured: 120 to 290 on average. */
const LINE_BYTES = 250;
/** Lines that are read for each series that is kept: limits count what the source sends, before rules drop any of it. */
const LINES_A_SERIES = 2;

/** Number of objects that a target's discovery finds. */
function foundBy({ discovery, instance, replicas }: ScrapeTarget, { nodes }: ResolvedScale): number {
  return discovery.role === DiscoveryRole.NODES || instance === InstanceLabel.NODE ? nodes : (replicas ?? 1);
}

/** Number of addresses that a target leads to: what is found, times its endpoints. What lives on a node is found on all of them. */
export function objectsOf(target: ScrapeTarget, scale: ResolvedScale): number {
  return foundBy(target, scale) * target.endpoints.length;
}

/** Number of series that a target brings, all objects together, without those that the agent adds. */
export function seriesOf(target: ScrapeTarget, scale: ResolvedScale): number {
  return counted(target, target.series, scale);
}

/** Number of series on a page of one object, those among them that nobody reads and that are dropped for it. */
function exposedBy(target: ScrapeTarget, scale: ResolvedScale): number {
  return counted(target, target.exposedSeries ?? target.series, scale) / foundBy(target, scale);
}

function counted(target: ScrapeTarget, series: SeriesEstimate | undefined, scale: ResolvedScale): number {
  if (!series) return USUAL_SERIES * foundBy(target, scale);
  const { nodes, gpusPerNode, cpusPerNode, pods } = scale;
  return Math.ceil(
    (series.fixed ?? 0) +
      (series.perNode ?? 0) * nodes +
      (series.perGpu ?? 0) * nodes * gpusPerNode +
      (series.perCpu ?? 0) * nodes * cpusPerNode +
      (series.perPod ?? 0) * pods,
  );
}

/** What scraping some targets amounts to on a cluster of some scale. */
export function loadOf(targets: readonly ScrapeTarget[], scale: ResolvedScale): Load {
  const each = targets.map((target) => {
    const objects = objectsOf(target, scale);
    const series = seriesOf(target, scale) + AUTOMATIC_SERIES * objects;
    const exposed = exposedBy(target, scale) * foundBy(target, scale) + AUTOMATIC_SERIES * objects;
    const seconds = target.scrapeInterval.toMilliseconds() / 1000;
    return { objects, series, exposed, rate: series / seconds, read: exposed / seconds };
  });
  return {
    targets: each.reduce((sum, { objects }) => sum + objects, 0),
    series: each.reduce((sum, { series }) => sum + series, 0),
    exposed: each.reduce((sum, { exposed }) => sum + exposed, 0),
    exposedPerSecond: each.reduce((sum, { read }) => sum + read, 0),
    samplesPerSecond: each.reduce((sum, { rate }) => sum + rate, 0),
    largestScrape: Math.max(0, ...targets.map((target) => exposedBy(target, scale))),
    shortestInterval: shortest(targets.map(({ scrapeInterval }) => scrapeInterval)),
  };
}

/** One of several equal parts of a load. */
export function shareOf(load: Load, parts: number): Load {
  return {
    ...load,
    targets: Math.ceil(load.targets / parts),
    series: Math.ceil(load.series / parts),
    exposed: Math.ceil(load.exposed / parts),
    exposedPerSecond: load.exposedPerSecond / parts,
    samplesPerSecond: load.samplesPerSecond / parts,
  };
}

/** Bytes that the text of one object's scrape may grow to, in powers of two of a mebibyte; generous, for a scrape above a limit is lost. */
export function scrapeSizeOf(target: ScrapeTarget, scale: ResolvedScale): number {
  // nearly all that a pod has is behind one of its ports
  const mebibytes = (exposedBy(target, scale) * LINES_A_SERIES * LINE_BYTES) / 1024 ** 2;
  return 1024 ** 2 * 2 ** Math.max(0, Math.ceil(Math.log2(mebibytes)));
}
