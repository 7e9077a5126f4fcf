import { join } from 'node:path';
import type { Mode } from '../../../lib';
import { type Cluster, report } from '../support/cluster';
import { eventually } from '../support/eventually';
import { requirePipeline } from '../support/pipeline';
import type { Allowed, Drill } from './drill';
import { INTERVAL_MS } from './exporter';
import { duplicates, lost, notScraped, ranges, type Scrape, type Stored, type Window } from './figures';
import { ROUNDS } from './index';
import { DrillPipeline } from './pipeline';
import { line, type Row, writeTable } from './table';

const FULL = process.env.DRILLS === 'full';
/** Where a full run writes its table. */
const PAGE = join(__dirname, '..', '..', '..', 'docs', 'drills.md');
/** Longest time that setting up, or ending a fault and catching up, may take. */
const AROUND_MS = 240_000;
/** How long catching up may take, in seconds: senders wait longer from try to try, and nothing is certain before the last one has tried. */
const CATCH_UP_S = 90;
/** How long it may take until the agent scrapes again, in seconds: after the end of a node's outage its pods are started anew. */
const SCRAPED_AGAIN_S = 150;
/** How far a destination may fall behind while another one is disturbed, in seconds. */
const UNDISTURBED_S = 12;

/** What a drill left behind, to be counted. */
interface Done {
  readonly drill: Drill;
  /** Whether vmagent said that it threw away a file of its queue; see `DrillPipeline.thrownAway`. */
  readonly thrownAway: boolean;
  readonly window: Window;
  /** How far behind a destination was at most that nothing disturbed, in seconds. */
  readonly behind: readonly { readonly name: string; readonly seconds: number }[];
}

/** What there is to count: what was scraped, and what each destination holds. */
interface Samples {
  readonly scrapes: readonly Scrape[];
  readonly store: Stored;
  readonly cloud: Stored;
}

/** Figures of a drill with the numbers themselves, for messages. */
interface Count {
  readonly lost: { readonly store: readonly number[]; readonly cloud: readonly number[] };
  readonly duplicates: { readonly store: readonly number[]; readonly cloud: readonly number[] };
  readonly notScraped: number;
}

/** Runs all drills on the running pipeline in one mode, and puts it back to what it was. */
export function describeDrills(cluster: Cluster, mode: Mode): void {
  const pipeline = new DrillPipeline(cluster, mode);
  const done: Done[] = [];
  const lengthOf = ({ seconds }: Drill) => (FULL ? seconds.full : seconds.short);

  async function samples(): Promise<Samples> {
    // what is scraped while the destinations are read is not expected in them
    const scrapes = await pipeline.exporter.scrapes();
    const [store, cloud] = await Promise.all([pipeline.store.stored(), pipeline.cloud.destination.stored()]);
    return { scrapes, store, cloud };
  }

  async function run(drills: readonly Drill[]): Promise<void> {
    const possible = drills.filter((drill) => isPossible(drill, pipeline));
    if (possible.length === 0) return;
    const from = (await pipeline.exporter.last()) + 1;
    const disturbed = new Set(possible.map(({ disturbs }) => disturbs));
    const undisturbed = disturbed.has('agent') ? [] : pipeline.destinations.filter(({ name }) => !disturbed.has(name));
    for (const destination of undisturbed) destination.watch();
    await Promise.all(possible.map((drill) => drill.run(pipeline, lengthOf(drill))));
    const behind = undisturbed.map((destination) => ({ name: destination.name, seconds: destination.watched() }));
    const ended = Date.now();
    const to = await eventually('the counter is scraped again', SCRAPED_AGAIN_S, async () => {
      const last = await pipeline.exporter.scrapes();
      expect(last.at(-1)?.at).toBeGreaterThan(ended);
      return last.at(-1)?.number ?? 0;
    });
    const thrown = disturbed.has('agent') ? await pipeline.thrownAway() : [];
    for (const text of thrown) report(`the agent's queue: ${text}`);
    const results = possible.map((drill): Done => ({ drill, window: { from, to }, behind, thrownAway: thrown.length > 0 }));
    await eventually(`the destinations hold ${from} to ${to}, but for what may be lost`, CATCH_UP_S, async () => {
      const now = await samples();
      expect([now.store.has(to), now.cloud.has(to)]).toEqual([true, true]);
      for (const result of results) expectAllowed(result, now);
    });
    report(`${possible.map(({ name }) => name).join(', ')}: caught up ${((Date.now() - ended) / 1000).toFixed(1)} s after the end`);
    done.push(...results);
    for (const { seconds } of behind) expect(seconds).toBeLessThan(UNDISTURBED_S);
  }

  /** What may be lost, all of the drill where the agent's own fault took a file of its queue. */
  function allowedOf({ drill, window, thrownAway }: Done): Allowed {
    const all = window.to - window.from + 1;
    return thrownAway ? { store: all, cloud: all } : drill.allowed(pipeline);
  }

  function expectAllowed(result: Done, now: Samples): void {
    const { drill, window } = result;
    const count = countOf(window, now);
    const allowed = allowedOf(result);
    const judge = (numbers: readonly number[], most: number) => (numbers.length > most ? ranges(numbers) : 'as allowed');
    expect({
      drill: drill.name,
      lostInStore: judge(count.lost.store, allowed.store),
      lostInCloud: judge(count.lost.cloud, allowed.cloud),
      twiceInStore: ranges(count.duplicates.store),
      twiceInCloud: ranges(count.duplicates.cloud),
    }).toEqual({ drill: drill.name, lostInStore: 'as allowed', lostInCloud: 'as allowed', twiceInStore: '', twiceInCloud: '' });
  }

  function rowOf(result: Done, now: Samples): Row {
    const { drill, window, behind, thrownAway } = result;
    const count = countOf(window, now);
    return {
      drill: drill.name,
      mode,
      seconds: lengthOf(drill),
      lost: { store: count.lost.store.length, cloud: count.lost.cloud.length },
      notScraped: count.notScraped,
      duplicates: { store: count.duplicates.store.length, cloud: count.duplicates.cloud.length },
      allowed: allowedOf(result),
      note: [
        ...behind.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s behind at most`),
        ...(thrownAway ? ['vmagent threw a file of its queue away'] : []),
      ].join(', '),
    };
  }

  describe(`samples under faults, mode ${mode}`, () => {
    beforeAll(async () => {
      await requirePipeline(cluster);
      await pipeline.start();
    }, AROUND_MS);
    afterAll(() => pipeline.stop(), AROUND_MS);

    for (const drills of ROUNDS) {
      const longest = Math.max(...drills.map(lengthOf));
      test(drills.map(({ name, promise }) => `${name}: ${promise}`).join('; '), () => run(drills), 2 * longest * 1000 + AROUND_MS);
    }

    test('all of it is as it was right after each drill, when everything is over', async () => {
      const now = await samples();
      const rows = done.map((result) => rowOf(result, now));
      for (const row of rows) report(line(row));
      for (const { drill, window } of done) {
        const { lost: gone } = countOf(window, now);
        if (gone.store.length + gone.cloud.length > 0) {
          report(`${drill.name}, ${window.from} to ${window.to}: lost ${ranges(gone.store)} / ${ranges(gone.cloud)}`);
        }
      }
      for (const result of done) expectAllowed(result, now);
      if (FULL) writeTable(PAGE, rows);
    });
  });
}

function countOf(window: Window, { scrapes, store, cloud }: Samples): Count {
  return {
    lost: { store: lost(scrapes, window, store), cloud: lost(scrapes, window, cloud) },
    duplicates: { store: duplicates(window, store), cloud: duplicates(window, cloud) },
    notScraped: notScraped(scrapes, window, INTERVAL_MS),
  };
}

/** Says why a drill cannot be done here; where everything is to be proven, that is a failure. */
function isPossible(drill: Drill, pipeline: DrillPipeline): boolean {
  const reason = drill.impossible?.(pipeline);
  if (reason === undefined) return true;
  const text = `${drill.name}: skipped, because ${reason}`;
  if (process.env.CI === 'true') throw new Error(text);
  report(text);
  return false;
}
