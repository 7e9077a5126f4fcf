import type { FamilyLabel } from '../../common/metric-family';
import type { RelabelRule } from '../relabel-rule';
import type { ScrapeTarget } from '../scrape-target';
import { type Arrival, Page, type Way } from './page';
import { isAutomatic, stemOf } from './samples';

export type { Labels } from './labels';
export type { Arrival } from './page';
export type { Sample } from './samples';

/** What happens to everything that is scraped. */
export interface SeriesSchemaOptions {
  /** Labels that the agent adds. @default - `cluster`, with any value */
  readonly externalLabels?: { readonly [name: string]: FamilyLabel };
  /** Rules over what is sent to the store. @default - none */
  readonly destinationRules?: readonly RelabelRule[];
}

/** Series of one name. */
export interface StoredMetric {
  /** Where they come from, with the labels that they have in the store; one for each page. */
  readonly arriving: readonly Arrival[];
  /** Pages that have them, and the rule that drops them all. */
  readonly dropped: readonly (Arrival & { readonly droppedBy: RelabelRule })[];
  /** Pages from which they may come, too: what these expose is not known, or not all of it. */
  readonly possible: readonly ScrapeTarget[];
}

/**
 * Which series are in a store: what targets expose by their catalogs, with the labels that discovery, rules and the agent leave or add.
 * Every answer is worked out when it is asked for, and once.
 */
export class SeriesSchema {
  private readonly pages: readonly Page[];
  /** Pages of which not everything is known. */
  private readonly vague: readonly Page[];
  private readonly known = new Map<string, StoredMetric>();
  private families?: ReadonlyMap<string, readonly Page[]>;
  private allNames?: readonly string[];

  constructor(targets: readonly ScrapeTarget[], { externalLabels = { cluster: {} }, destinationRules = [] }: SeriesSchemaOptions = {}) {
    const way: Way = { externalLabels: new Map(Object.entries(externalLabels)), destinationRules };
    this.pages = targets.flatMap((target) => target.endpoints.map((endpoint) => new Page(target, endpoint, way)));
    this.vague = this.pages.filter((page) => page.isVague);
  }

  /** What is known of the series of a name, such as `up` or `x_bucket`. */
  metric(name: string): StoredMetric {
    const before = this.known.get(name);
    if (before) return before;
    const all = this.pagesOf(name).flatMap((page) => page.arrivals(name));
    const made: StoredMetric = {
      arriving: all.filter(({ droppedBy }) => droppedBy === undefined),
      dropped: all.flatMap((arrival) => (arrival.droppedBy ? [{ ...arrival, droppedBy: arrival.droppedBy }] : [])),
      possible: [...new Set(this.vague.filter((page) => page.mayHave(name)).map(({ target }) => target))],
    };
    this.known.set(name, made);
    return made;
  }

  /** The pages to ask for a name, in their order: most pages have nothing of most names. */
  private pagesOf(name: string): readonly Page[] {
    if (isAutomatic(name)) return this.pages;
    this.families ??= this.byFamily();
    const stem = stemOf(name);
    const [whole, part] = [this.families.get(name), stem === undefined ? undefined : this.families.get(stem)];
    if (whole === undefined || part === undefined) return whole ?? part ?? [];
    return this.pages.filter((page) => whole.includes(page) || part.includes(page));
  }

  /** Pages by the families that they expose. */
  private byFamily(): ReadonlyMap<string, readonly Page[]> {
    const found = new Map<string, Page[]>();
    for (const page of this.pages) {
      for (const name of page.families) {
        const pages = found.get(name);
        if (pages) pages.push(page);
        else found.set(name, [page]);
      }
    }
    return found;
  }

  /** Names of everything that the pages are known to have, what rules drop included. */
  get names(): readonly string[] {
    this.allNames ??= [...new Set(this.pages.flatMap((page) => page.names))];
    return this.allNames;
  }
}
