import { RelabelRegex } from '../../scrape/relabel-regex';
import type { Cluster } from './cluster';
import { isKnownMetric } from './metric';
import { panelsNamed } from './panel';
import { sourceNamed, targetsNamed } from './target';

/** What a subject is. */
export enum Kind {
  METRIC = 'metric',
  TARGET = 'target',
  PANEL = 'panel',
  /** A list of metrics: those that match a pattern, or all of a kind. */
  LIST = 'list',
  /** What each scrape brings. */
  OVERVIEW = 'overview',
}

const METRIC_NAME = /^[a-zA-Z_:][\w:]*$/;

/** Finds out what is meant, by what the clusters have: a scrape, a metric, a panel, a pattern of metrics, part of the name of a panel. */
export function kindOf(subject: string, clusters: readonly Cluster[]): Kind {
  const any = (has: (cluster: Cluster) => boolean) => clusters.some(has);
  if (any((cluster) => targetsNamed(subject, cluster).length > 0)) return Kind.TARGET;
  if (METRIC_NAME.test(subject) && any((cluster) => isKnownMetric(subject, cluster))) return Kind.METRIC;
  if (sourceNamed(subject)) return Kind.TARGET;
  if (any((cluster) => matched(subject, cluster).length > 0)) return Kind.LIST;
  if (any((cluster) => panelsNamed(subject, cluster).length > 0)) return Kind.PANEL;
  if (METRIC_NAME.test(subject)) return Kind.METRIC;
  return Kind.PANEL;
}

/** Names of metrics that a pattern matches as a whole; none where it is no pattern. */
export function matched(pattern: string, { journeys }: Cluster): string[] {
  if (!/[.*+?|[(\\]/.test(pattern)) return [];
  try {
    const regex = RelabelRegex.of(pattern);
    return journeys.names.filter((name) => regex.matches(name));
  } catch {
    // the title of a panel may have a bracket that nobody closes
    return [];
  }
}
