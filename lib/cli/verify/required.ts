import type { Expected } from './expected';
import { grouped } from './finding';

/** What is known of a metric of one job. */
export interface KnownMetric {
  readonly name: string;
  /** Scrapes that bring it: `kubelet-cadvisor`. */
  readonly scrapes: readonly string[];
  /** What must be there or have happened first. @default - it is always there */
  readonly when?: string;
  /** Labels that each of its series has. */
  readonly required: readonly string[];
}

/** What is known of the series of one job. */
export interface KnownJob {
  readonly job: string;
  readonly metrics: ReadonlyMap<string, KnownMetric>;
  /** Names that a rule of the pipeline drops, and why. */
  readonly dropped: ReadonlyMap<string, string>;
}

const KNOWN = new WeakMap<Expected, readonly KnownJob[]>();

/** What should be in the store, by job; worked out once. */
export function knownJobs(expected: Expected): readonly KnownJob[] {
  const before = KNOWN.get(expected);
  if (before) return before;
  const { schema, pages } = expected;
  const arriving = schema.names.flatMap((name) => schema.metric(name).arriving.map((arrival) => ({ name, arrival })));
  const dropped = schema.names.flatMap((name) => schema.metric(name).dropped.map((arrival) => ({ name, arrival })));
  const byJob = grouped(arriving, ({ arrival }) => arrival.target.job);
  const droppedByJob = grouped(dropped, ({ arrival }) => arrival.target.job);
  const made = [...new Set(pages.map(({ target }) => target.job))].map((job): KnownJob => {
    const ofJob = grouped(byJob.get(job) ?? [], ({ name }) => name);
    return {
      job,
      metrics: new Map(
        [...ofJob].map(([name, all]) => [
          name,
          known(
            name,
            all.map(({ arrival }) => arrival),
          ),
        ]),
      ),
      dropped: new Map(
        (droppedByJob.get(job) ?? []).filter(({ name }) => !ofJob.has(name)).map(({ name, arrival }) => [name, arrival.droppedBy.why]),
      ),
    };
  });
  KNOWN.set(expected, made);
  return made;
}

type Arrivals = ReturnType<Expected['schema']['metric']>['arriving'];

function known(name: string, arrivals: Arrivals): KnownMetric {
  // of several pages that have it, one without a condition suffices
  const conditions = arrivals.map(({ sample }) => sample.family?.when);
  const isAlways = conditions.some((when) => when === undefined);
  const parts = conditions.flatMap((when) => [when?.option, when?.hardware, when?.event].filter((part) => part !== undefined));
  const [first, ...others] = arrivals.map(
    ({ labels }) =>
      new Set([...labels].filter(([label, { optional }]) => label !== '__name__' && optional !== true).map(([label]) => label)),
  );
  return {
    name,
    scrapes: [...new Set(arrivals.map(({ target }) => target.name))],
    ...(!isAlways && { when: [...new Set(parts)].join(', ') }),
    required: [...(first ?? [])].filter((label) => others.every((other) => other.has(label))),
  };
}
