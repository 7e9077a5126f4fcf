import type { MetricFamily } from '../../common/metric-family';
import { KNOWN_SOURCES, type KnownSource } from '../../metrics/sources';
import type { Selector } from '../../promql';
import { RelabelAction, type RelabelRule } from '../../scrape/relabel-rule';
import type { Arrivals, Way } from './arrivals';

/** Why something does not arrive, and what to do about it. */
export interface Loss {
  /** Who takes it away, as a sentence without its end. */
  readonly reason: string;
  /** As an imperative. */
  readonly remedy: string;
}

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

/** What is scraped on some ways, and so what is not. */
export class Losses {
  private readonly pages: ReadonlySet<string>;

  constructor(private readonly arrivals: Arrivals) {
    this.pages = new Set(
      arrivals.ways.flatMap(({ targets }) =>
        targets.flatMap(({ endpoints }) => endpoints.flatMap(({ catalog }) => (catalog ? [catalog.name] : []))),
      ),
    );
  }

  /** The source that is left out, where a metric comes from none but it. */
  sourceOf(metric: string): KnownSource | undefined {
    const sources = knownFamilies(metric).map(({ source }) => source);
    return sources.every((source) => this.isLeftOut(source)) ? sources[0] : undefined;
  }

  /** The source that is left out, by the value of the label `job`. */
  sourceOfJob(job: string): KnownSource | undefined {
    const source = KNOWN_SOURCES.find((known) => known.job === job);
    return source && this.isLeftOut(source) ? source : undefined;
  }

  private isLeftOut({ catalogs }: KnownSource): boolean {
    return !catalogs.some(({ name }) => this.pages.has(name));
  }

  /** Why no series of a name arrives although a source knows it. */
  ofMetric(name: string): Loss | undefined {
    const [dropped] = this.arrivals.dropped(name);
    if (dropped) return byRule(dropped.droppedBy, dropped.target.name, 'drops it');
    const [known] = knownFamilies(name);
    if (known === undefined) return undefined;
    const { source, page, family } = known;
    if (!this.pages.has(page)) {
      return { reason: `${page}, which has it, is not scraped`, remedy: `let ${source.option} scrape it` };
    }
    const renaming = this.rules((rule) => rule.targetLabel === '__name__' || rule.replacement === '__name__')[0];
    if (renaming) return byRule(renaming.rule, renaming.target, 'gives metrics other names');
    const option = family.when?.option;
    if (option === undefined)
      return { reason: `the options of ${source.option} leave it out of ${page}`, remedy: `let ${source.option} expose it` };
    return { reason: `${page} has it only with its option "${option}", which is off`, remedy: 'turn that on' };
  }

  /** Why series of a selector lack a label that they once had. */
  ofLabel(selector: Selector, label: string): Loss | undefined {
    for (const { lostTo, target } of this.arrivals.sourcesOf(selector)) {
      const rule = lostTo(label);
      if (rule) return byRule(rule, target.name, 'takes it away');
    }
    return undefined;
  }

  /** The rule that decides about the values of a label of a selector's series, where one does. */
  ofValue(selector: Selector, label: string): Loss | undefined {
    const targets = new Set(this.arrivals.sourcesOf({ ...selector, matchers: [] }).map(({ target }) => target.name));
    const about = (decides: (rule: RelabelRule) => boolean) => this.rules(decides).filter(({ target }) => targets.has(target))[0];
    const writing = about(({ targetLabel }) => targetLabel === label);
    if (writing) return byRule(writing.rule, writing.target, 'writes it');
    const dropping = about(({ action, sourceLabels = [] }) => DROPPING.includes(action) && sourceLabels.includes(label));
    return dropping && byRule(dropping.rule, dropping.target, 'drops series by it');
  }

  /** Rules of users and sources on the way of each target. */
  private rules(decides: (rule: RelabelRule) => boolean) {
    return this.arrivals.ways.flatMap((way) =>
      way.targets.flatMap((target) =>
        rulesOf(way, target)
          .filter(decides)
          .map((rule) => ({ rule, target: target.name })),
      ),
    );
  }
}

const DROPPING: readonly RelabelAction[] = [RelabelAction.DROP, RelabelAction.KEEP];

/** The last rule counts first. */
function rulesOf({ destinationRules = [] }: Way, { relabelConfigs, metricRelabelConfigs }: Way['targets'][number]): RelabelRule[] {
  return [...relabelConfigs, ...metricRelabelConfigs, ...destinationRules].reverse();
}

function byRule({ why }: RelabelRule, target: string, does: string): Loss {
  return { reason: `the rule "${why}" over the scrape of ${target} ${does}`, remedy: 'change that rule' };
}
