import { DiscoveryRole } from '../scrape/scrape-target';
import { type Agent, agents, broughtScrapes, scrapesOf, takes } from './agents';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { operators } from './operators';
import { MONITOR_KINDS, readBy, type Scrape, type Search, scrapesOfObject, sought } from './scrapes';
import { at, type KubeObject, selects, strings } from './tree';

/** A scrape of one agent, with what it reads. */
interface Reader {
  readonly agent: Agent;
  readonly scrape: Scrape;
  readonly reads: readonly string[];
}

/** What is scraped twice is counted twice: sums and rates of the whole series family double, and nothing is down. */
export const scrapedOnce: Check = {
  name: 'scraped-once',
  proves: 'no two scrapes whose samples meet in one place read the same port of the same pods, or the same page of the same nodes',
  *run(context: CheckContext): Iterable<Complaint> {
    const { tree } = context;
    const all = agents(context);
    const readers = all.flatMap((agent) => scrapesOf(context, agent).map((scrape) => ({ agent, scrape, reads: readBy(tree, scrape) })));
    for (const reader of readers) yield* severalWays(reader);
    for (const [index, reader] of readers.entries()) {
      const told = new Set<string>();
      for (const former of readers.slice(0, index)) {
        const twice = meet(former.agent, reader.agent) ? sameThing(former, reader) : undefined;
        if (twice !== undefined && !told.has(twice)) yield complaint(reader.scrape, twice, former.scrape);
        if (twice !== undefined) told.add(twice);
      }
    }
    yield* monitors(context, all, readers);
  },
};

/** Two Services in front of one pod make two targets of it. */
function* severalWays({ scrape, reads }: Reader): Iterable<Complaint> {
  const twice = reads.find((read, index) => reads.indexOf(read) !== index);
  if (twice === undefined) return;
  yield {
    on: scrape.on,
    message: `${scrape.place}: got ${twice} through several Services, expected one way to each pod, for every series would be counted twice; narrow the selector down to one Service`,
  };
}

/** An operator that converts them makes a scrape of each, with its labels, beside it. */
function* monitors(context: CheckContext, all: readonly Agent[], readers: readonly Reader[]): Iterable<Complaint> {
  const { tree } = context;
  const here = operators(tree);
  for (const monitor of broughtScrapes(context, MONITOR_KINDS)) {
    const converted = here.some(({ converts }) => converts.includes(monitor.kind));
    if (here.length > 0 && !converted) continue;
    for (const agent of all.filter(({ resource }) => resource && takes(tree, resource, monitor))) {
      for (const scrape of scrapesOfObject(monitor)) {
        const reader = { agent, scrape, reads: readBy(tree, scrape) };
        for (const former of readers.filter((other) => meet(other.agent, agent))) {
          const twice = sameThing(former, reader);
          if (twice) yield converted ? complaint(scrape, twice, former.scrape) : maybe(monitor, scrape, twice, former.scrape);
        }
      }
    }
  }
}

function complaint({ on, place }: Scrape, what: string, former: Scrape): Complaint {
  return {
    on,
    message: `${place}: got ${what}, expected what no other scrape reads, for ${former.title} reads it, too, and every series would be counted twice; leave one of the two out`,
  };
}

function maybe(on: KubeObject, { place }: Scrape, what: string, former: Scrape): Complaint {
  return {
    on,
    severity: Severity.WARNING,
    message:
      `${place}: got ${what}, expected what no other scrape reads: ${former.title} reads it, too, and where the cluster's operator converts a ${on.kind}, ` +
      'every series would be counted twice; leave one of the two out, or let the agent take only scrapes that carry its label',
  };
}

/** Whether samples of two agents end in one place. */
function meet(a: Agent, b: Agent): boolean {
  return a === b || a.into.some((destination) => b.into.includes(destination));
}

/** What two scrapes both read, in words; nothing when they do not, as far as can be told. */
function sameThing(a: Reader, b: Reader): string | undefined {
  const shared = b.reads.find((read) => a.reads.includes(read));
  if (shared !== undefined) return shared;
  // rules of a configuration may find both what the tree has and what it has not
  const unknown = [a, b].every(({ reads, scrape }) => reads.length === 0 || scrape.search?.keeps);
  return unknown && overlap(a.scrape, b.scrape) ? words(b.scrape.search?.keeps ? a.scrape : b.scrape) : undefined;
}

/** Whether two scrapes find the same things that somebody else deploys: all that is known are labels, namespace, port and path. */
function overlap({ search: a, path: pathOfA }: Scrape, { search: b, path: pathOfB }: Scrape): boolean {
  if (!a || !b || (a.role === DiscoveryRole.NODES) !== (b.role === DiscoveryRole.NODES)) return false;
  if (a.keeps && b.keeps) return false;
  const { namespaces } = b;
  const meeting =
    a.namespaces === undefined || namespaces === undefined || a.namespaces.some((namespace) => namespaces.includes(namespace));
  if (!meeting) return false;
  if (a.keeps) return a.keeps(sought(b), '')?.path === pathOfB;
  if (b.keeps) return b.keeps(sought(a), '')?.path === pathOfA;
  const port = (search: Search) => search.port ?? search.targetPort;
  return pathOfA === pathOfB && port(a) === port(b) && (selects(a.selector, required(b)) || selects(b.selector, required(a)));
}

function required({ selector }: Search) {
  return strings(at(selector, 'matchLabels'));
}

function words({ search, path }: Scrape): string {
  const labels = search ? required(search) : {};
  const things = search?.role === DiscoveryRole.NODES ? 'nodes' : search?.role === DiscoveryRole.PODS ? 'pods' : 'Services';
  const where = search?.namespaces ? ` in ${search.namespaces.join(', ')}` : '';
  return `${path} of ${things}${Object.keys(labels).length > 0 ? ` with labels ${JSON.stringify(labels)}` : ''}${where}`;
}
