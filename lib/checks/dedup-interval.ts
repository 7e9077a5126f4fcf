import { agents, scrapesOf } from './agents';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { goMilliseconds, milliseconds } from './durations';
import { type Store, stores } from './stores';

/** The store keeps one sample of a series in each window: a window longer than the interval throws samples away for good. */
export const dedupInterval: Check = {
  name: 'dedup-interval',
  proves: 'no store merges samples that lie as far apart as the shortest interval of what is written into it',
  *run(context: CheckContext): Iterable<Complaint> {
    const all = agents(context);
    for (const store of stores(context.tree)) {
      const { on, title, place, window: given } = store;
      const window = given === '' ? 0 : goMilliseconds(given);
      if (window === undefined) {
        yield {
          on,
          message: `${place}: got "${given}", expected a duration in hours, minutes, seconds or milliseconds, or the store does not start; write "30s" or "1m30s"`,
        };
        continue;
      }
      const writing = all.filter(({ into }) => into.includes(title));
      const [first] = writing
        .flatMap((agent) =>
          scrapesOf(context, agent).map((scrape) => ({ title: scrape.title, interval: scrape.interval ?? agent.interval })),
        )
        .sort((a, b) => (milliseconds(a.interval) ?? Infinity) - (milliseconds(b.interval) ?? Infinity));
      if (first && window > (milliseconds(first.interval) ?? Infinity)) {
        yield {
          on,
          message:
            `${place}: got "${given}", expected at most "${first.interval}", the interval of ${first.title}: ` +
            `of its samples within ${given} all but one would be lost; write "${first.interval}", or scrape it less often`,
        };
      }
      if (window > 1) continue;
      for (const { title: agent, replicas, interval } of writing) {
        if (replicas > 1) yield severalReplicas(store, agent, replicas, interval);
      }
    }
  },
};

/** Every replica of an agent scrapes everything; only the store can put their samples together. */
function severalReplicas({ on, place, window }: Store, agent: string, replicas: number, interval: string): Complaint {
  return {
    on,
    severity: Severity.WARNING,
    message: `${place}: got ${window ? `"${window}"` : 'nothing'}, expected the scrape interval, because the ${replicas} replicas of ${agent} write every sample ${replicas} times; write "${interval}"`,
  };
}
