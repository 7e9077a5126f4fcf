import { agents, broughtScrapes } from './agents';
import type { Check, CheckContext, Complaint } from './check';
import { milliseconds } from './durations';
import { MONITOR_KINDS, SCRAPE_KINDS, type Scrape, scrapesOfCollector, scrapesOfObject } from './scrapes';

/** How often agents scrape where neither the scrape nor the agent says so. */
const DEFAULT_INTERVAL = '30s';

/** A timeout above the interval is cut without a word, and a duration that cannot be read stops every update of the agent's configuration. */
export const scrapeTimeout: Check = {
  name: 'scrape-timeout',
  proves: 'no scrape waits longer than the time until its next one, and all their durations can be read',
  *run(context: CheckContext): Iterable<Complaint> {
    for (const collector of context.collectors) {
      for (const scrape of scrapesOfCollector(collector)) yield* timing(scrape, DEFAULT_INTERVAL);
    }
    // where several agents differ, the shortest interval counts; without the operator none of them reads such objects
    const [shortest = DEFAULT_INTERVAL] = agents(context)
      .filter(({ resource }) => resource)
      .map(({ interval }) => interval)
      .sort((a, b) => (milliseconds(a) ?? 0) - (milliseconds(b) ?? 0));
    for (const object of broughtScrapes(context, { ...SCRAPE_KINDS, ...MONITOR_KINDS })) {
      for (const scrape of scrapesOfObject(object)) yield* timing(scrape, shortest);
    }
  },
};

function* timing({ on, place, interval, timeout }: Scrape, usual: string): Iterable<Complaint> {
  for (const [field, given] of Object.entries({ interval, timeout })) {
    if (given !== undefined && milliseconds(given) === undefined) {
      yield {
        on,
        message: `${place}: got ${field} "${given}", expected a duration; write whole numbers with their unit, largest first: "30s", "1m30s"`,
      };
    }
  }
  const longest = milliseconds(interval ?? usual);
  const wanted = milliseconds(timeout ?? '');
  if (longest !== undefined && wanted !== undefined && wanted > longest) {
    yield {
      on,
      message: `${place}: got timeout "${timeout}", expected at most the interval "${interval ?? usual}", to which it would be cut without a word; shorten the timeout or lengthen the interval`,
    };
  }
}
