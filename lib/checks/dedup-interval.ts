import { type Agent, agents, scrapesOf } from './agents';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { goMilliseconds, milliseconds } from './durations';
import { operatorMade } from './operator-made';
import { at, type KubeObject, text } from './tree';

const FLAG = 'dedup.minScrapeInterval';
const PLACE = `spec.extraArgs["${FLAG}"]`;

/** The store keeps one sample of a series in each window: a window longer than the interval throws samples away for good. */
export const dedupInterval: Check = {
  name: 'dedup-interval',
  proves: 'no VMSingle merges samples that lie as far apart as the shortest interval of what is written into it',
  *run(context: CheckContext): Iterable<Complaint> {
    for (const on of context.tree.ofKind('VMSingle')) {
      const given = text(at(on.json, 'spec', 'extraArgs', FLAG));
      const window = given === '' ? 0 : goMilliseconds(given);
      if (window === undefined) {
        yield {
          on,
          message: `${PLACE}: got "${given}", expected a duration in hours, minutes, seconds or milliseconds, or the store does not start; write "30s" or "1m30s"`,
        };
        continue;
      }
      const service = operatorMade(context.tree).find(({ resource }) => resource === on)?.name ?? '';
      const writers = agents(context).filter((agent) => writesTo(agent, service, on.namespace));
      const [first] = writers
        .flatMap((agent) => scrapesOf(context, agent).map(({ title, interval }) => ({ title, interval: interval ?? agent.interval })))
        .sort((a, b) => (milliseconds(a.interval) ?? Infinity) - (milliseconds(b.interval) ?? Infinity));
      if (first && window > (milliseconds(first.interval) ?? Infinity)) {
        yield {
          on,
          message:
            `${PLACE}: got "${given}", expected at most "${first.interval}", the interval of ${first.title}: ` +
            `of its samples within ${given} all but one would be lost; write "${first.interval}", or scrape it less often`,
        };
      }
      if (window <= 1) yield* severalReplicas(on, given, writers);
    }
  },
};

/** Every replica of an agent scrapes everything; only the store can put their samples together. */
function* severalReplicas(on: KubeObject, given: string, writers: readonly Agent[]): Iterable<Complaint> {
  for (const { resource, title, interval } of writers) {
    const replicas = Number(at(resource?.json, 'spec', 'replicaCount') ?? 1);
    if (replicas < 2) continue;
    yield {
      on,
      severity: Severity.WARNING,
      message: `${PLACE}: got ${given ? `"${given}"` : 'nothing'}, expected the scrape interval, because the ${replicas} replicas of ${title} write every sample ${replicas} times; write "${interval}"`,
    };
  }
}

/** Whether an agent writes to a Service. */
function writesTo({ urls, namespace }: Agent, service: string, serviceNamespace: string): boolean {
  return urls.some((url) => {
    const [name, place = namespace] = (URL.canParse(url) ? new URL(url).hostname : '').split('.');
    return name === service && place === serviceNamespace;
  });
}
