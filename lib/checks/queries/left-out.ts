import type { MetricFamily } from '../../common/metric-family';
import { KNOWN_SOURCES, type KnownSource } from '../../metrics/sources';
import type { Matcher } from '../../promql';
import type { ScrapeTarget } from '../../scrape/scrape-target';

/** A family that a source of the pipeline can have. */
export interface KnownFamily {
  readonly source: KnownSource;
  /** Name of the catalog: the page that has it. */
  readonly page: string;
  readonly family: MetricFamily;
}

let families: ReadonlyMap<string, readonly KnownFamily[]> | undefined;

/** Everything that any source can expose, by name: thousands of families, of which nobody asks while nothing is missing. */
export function knownFamilies(name: string): readonly KnownFamily[] {
  if (families === undefined) {
    const made = new Map<string, KnownFamily[]>();
    for (const source of KNOWN_SOURCES) {
      for (const { name: page, families: all } of source.catalogs) {
        for (const family of all) made.set(family.name, [...(made.get(family.name) ?? []), { source, page, family }]);
      }
    }
    families = made;
  }
  return families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, '')) ?? [];
}

/** Which sources of the pipeline are not scraped at all. */
export class LeftOut {
  private readonly pages: ReadonlySet<string>;

  constructor(targets: readonly ScrapeTarget[]) {
    this.pages = new Set(targets.flatMap(({ endpoints }) => endpoints.flatMap(({ catalog }) => (catalog ? [catalog.name] : []))));
  }

  /** Whether a page of a source is scraped, by the name of its catalog. */
  hasPage(name: string): boolean {
    return this.pages.has(name);
  }

  /** The source that is left out, where a metric comes from none but it. */
  sourceOf(metric: string): KnownSource | undefined {
    const sources = knownFamilies(metric).map(({ source }) => source);
    return sources.every((source) => this.isLeftOut(source)) ? sources[0] : undefined;
  }

  /** The source that is left out, where matchers ask for the jobs of such sources only. */
  sourceOfJob(matchers: readonly Matcher[]): KnownSource | undefined {
    for (const { label, op, value, variables } of matchers) {
      if (label !== 'job' || variables.length > 0 || !['=', '=~'].includes(op)) continue;
      const sources = (op === '=' ? [value] : value.split('|')).map((job) => KNOWN_SOURCES.find((source) => source.job === job));
      if (sources.every((source) => source && this.isLeftOut(source))) return sources[0];
    }
    return undefined;
  }

  /** Whether a label is missing on targets because the source that has it is left out: `up` of the others is as it was. */
  hadLabel(name: string): boolean {
    return KNOWN_SOURCES.some((source) => source.targetLabels?.includes(name) && this.isLeftOut(source));
  }

  private isLeftOut({ catalogs }: KnownSource): boolean {
    return !catalogs.some(({ name }) => this.pages.has(name));
  }
}
