import { type Agent, agents, scrapesOf } from '../agents';
import type { CheckContext } from '../check';
import { destinationsOf, stores } from '../stores';
import { Arrivals } from './arrivals';
import { type Datasource, feedsOf, strangersOf } from './datasources';
import { externalLabels } from './external-labels';
import { Losses } from './losses';

/** What there is to know of one store before a query of it can be judged. */
export interface StoreView {
  readonly arrivals: Arrivals;
  readonly losses: Losses;
  /** Step of the data source, in milliseconds. @default - not known */
  readonly minStepMs?: number;
  /** Titles of scrapes and agents of which nobody knows what they bring. */
  readonly unknown: readonly string[];
}

/** Looks at the store behind a data source; at everything that is collected, where there is no data source. */
export function viewOf(context: CheckContext, datasource: Datasource | undefined): StoreView {
  const { tree } = context;
  const feeds = feedsOf(context, datasource);
  const inTree = feeds.every(({ destination }) => destination !== undefined && leadsIntoTree(context, destination.url));
  const ways = feeds.map(({ collector, destination }) => ({
    targets: collector.scrapedTargets,
    externalLabels: externalLabels(tree, collector, !inTree),
    ...(destination && { destinationRules: destination.relabelConfigs }),
  }));
  const arrivals = new Arrivals(ways);
  const writing = agents(context).filter(({ collector }) => feeds.some((feed) => feed.collector === collector));
  return {
    arrivals,
    losses: new Losses(arrivals),
    ...(datasource && { minStepMs: datasource.minStepMs }),
    unknown: [...new Set([...writing.flatMap((agent) => uncatalogued(context, agent)), ...strangersOf(context, datasource)])],
  };
}

function leadsIntoTree({ tree, collectors }: CheckContext, url: string): boolean {
  const titles = stores(tree).map(({ title }) => title);
  return collectors.some(({ namespace }) => destinationsOf(tree, url, namespace).some((place) => titles.includes(place)));
}

/** What an agent scrapes beyond catalogs: targets without one, and scrapes that users bring as objects. */
function uncatalogued(context: CheckContext, agent: Agent): string[] {
  const targets = agent.collector?.scrapedTargets ?? [];
  return [
    ...targets.filter(({ endpoints }) => endpoints.some(({ catalog }) => catalog === undefined)).map(({ name }) => `scrape of ${name}`),
    ...scrapesOf(context, agent)
      .filter(({ on }) => on !== agent.collector)
      .map(({ title }) => title),
  ];
}
