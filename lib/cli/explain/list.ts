import type { Colors } from 'picocolors/types';
import { type Journey, placeText } from '../../outputs';
import type { Cluster } from './cluster';
import { columns, counted } from './text';

/** One line of a list: a metric of a page. */
export interface ListedMetric {
  readonly name: string;
  readonly scrape: string;
  readonly job: string;
  readonly type: string;
  readonly unit: string;
  readonly stored: boolean;
  /** The reason of the rule by which it arrives nowhere. @default - it arrives somewhere */
  readonly droppedBy?: string;
  readonly readBy: readonly string[];
}

/** What a scrape exposes, stores and has read. */
export interface ListedScrape {
  readonly scrape: string;
  readonly job: string;
  readonly exposed: number;
  readonly stored: number;
  readonly read: number;
}

/** Metrics of a cluster that are asked for. */
export function listed(cluster: Cluster, isAsked: (journey: Journey) => boolean): ListedMetric[] {
  return cluster.journeys
    .all()
    .filter(isAsked)
    .map(({ name, arrival, ends }) => {
      const stored = ends.some(({ arrival: there }) => there && !there.droppedBy);
      const droppedBy = ends.find(({ arrival: there }) => there?.droppedBy)?.arrival?.droppedBy?.why;
      return {
        name,
        scrape: arrival.target.name,
        job: arrival.target.job,
        type: arrival.sample.type,
        unit: arrival.sample.unit,
        stored,
        ...(stored || droppedBy === undefined ? {} : { droppedBy }),
        readBy: cluster.readers.of(name, arrival).map(placeText),
      };
    });
}

/** Metrics by their scrape, with how many are stored and read. */
export function overview(metrics: readonly ListedMetric[]): ListedScrape[] {
  return [...new Map(metrics.map(({ scrape, job }) => [scrape, job]))].map(([scrape, job]) => {
    const own = metrics.filter((metric) => metric.scrape === scrape);
    const stored = own.filter((metric) => metric.stored);
    return { scrape, job, exposed: own.length, stored: stored.length, read: stored.filter(({ readBy }) => readBy.length > 0).length };
  });
}

/** The overview, for people. */
export function overviewText(scrapes: readonly ListedScrape[]): string {
  return columns(
    scrapes.map(
      ({ scrape, exposed, stored, read }) =>
        [scrape, `${counted(exposed, 'metric')}, ${stored} stored, ${read} of them read by dashboards`] as const,
    ),
    2,
  ).join('\n');
}

/** A list, for people: by scrape, and by what drops them. */
export function listText(metrics: readonly ListedMetric[], { bold }: Colors): string {
  const groups = new Map<string, ListedMetric[]>();
  for (const metric of metrics) {
    const title = `${bold(metric.scrape)}${metric.stored ? '' : `, dropped: ${metric.droppedBy ?? 'no destination'}`}`;
    groups.set(title, [...(groups.get(title) ?? []), metric]);
  }
  return [...groups]
    .map(([title, own]) =>
      [
        title,
        ...columns(
          own.map(
            ({ name, type, unit, readBy }) =>
              [name, `${type}, ${unit}${readBy.length === 0 ? '' : `; read by ${counted(readBy.length, 'part')}`}`] as const,
          ),
          2,
          64,
        ),
      ].join('\n'),
    )
    .join('\n');
}
