import type { MetricFamily } from '../../common/metric-family';
import { KNOWN_SOURCES, type KnownSource } from '../../metrics/sources';
import type { Matcher } from '../../promql';
import type { ScrapeTarget } from '../../scrape/scrape-target';
import type { Gap } from './verdict';

/** A family that a source of the pipeline can have. */
interface KnownFamily {
  readonly source: KnownSource;
  /** Name of the catalog: the page that has it. */
  readonly page: string;
  readonly family: MetricFamily;
}

let families: ReadonlyMap<string, readonly KnownFamily[]> | undefined;

/** Everything that any source can expose, by name: thousands of families, of which nobody asks while nothing is missing. */
function knownFamilies(name: string): readonly KnownFamily[] {
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

/** Which sources of the pipeline, and which parts of them, are switched off. */
export class LeftOut {
  private readonly pages: ReadonlySet<string>;

  constructor(targets: readonly ScrapeTarget[]) {
    this.pages = new Set(targets.flatMap(({ endpoints }) => endpoints.flatMap(({ catalog }) => (catalog ? [catalog.name] : []))));
  }

  /** Whether matchers ask only for jobs or pages that are switched off. */
  isAskedFor(matchers: readonly Matcher[]): boolean {
    return this.sourceOfJob(matchers) !== undefined || this.pageOf(matchers) !== undefined;
  }

  /** What is switched off that would bring the series of a selector, of which none arrives; nothing when no source knows them. */
  gapOf(name: string, matchers: readonly Matcher[]): Gap | undefined {
    const known = knownFamilies(name);
    const [first] = known;
    if (first && known.every(({ source }) => this.isLeftOut(source))) return gap(first.source, name);
    const ofJob = this.sourceOfJob(matchers);
    if (ofJob) return gap(ofJob, `${name} of job ${ofJob.job}`);
    const page = this.pageOf(matchers) ?? (first && !this.pages.has(first.page) ? { source: first.source, name: first.page } : undefined);
    if (page) {
      return {
        wanted: name,
        expected: `${page.name}, which brings that and is not scraped`,
        remedy: `let ${page.source.option} scrape it`,
      };
    }
    if (first === undefined) return undefined;
    const { source, family } = first;
    return {
      wanted: name,
      expected: `${source.option} to expose that, which is switched off there`,
      remedy: `let ${source.option} expose it`,
      ...(family.when?.option && { switchedOff: family.when.option }),
    };
  }

  /** The source that is left out, where matchers ask for the jobs of such sources only. */
  private sourceOfJob(matchers: readonly Matcher[]): KnownSource | undefined {
    for (const { label, op, value, variables } of matchers) {
      if (label !== 'job' || variables.length > 0 || !['=', '=~'].includes(op)) continue;
      const sources = (op === '=' ? [value] : value.split('|')).map((job) => KNOWN_SOURCES.find((source) => source.job === job));
      if (sources.every((source) => source && this.isLeftOut(source))) return sources[0];
    }
    return undefined;
  }

  /** The page that matchers ask for by its path, where its source is scraped without it. */
  private pageOf(matchers: readonly Matcher[]): { readonly source: KnownSource; readonly name: string } | undefined {
    const path = matchers.find(({ label, op, variables }) => label === 'metrics_path' && op === '=' && variables.length === 0)?.value;
    for (const source of path === undefined ? [] : KNOWN_SOURCES) {
      const page = source.catalogs.find(({ name }) => name === `${source.job} ${path}` && !this.pages.has(name));
      if (page && !this.isLeftOut(source)) return { source, name: page.name };
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

function gap({ option }: KnownSource, wanted: string): Gap {
  return { wanted, expected: `${option}, which brings that and is left out`, remedy: `switch ${option} on` };
}
