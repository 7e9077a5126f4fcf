import type { FamilyLabel, MetricFamily } from '../../common/metric-family';
import { RelabelAction, RelabelRule } from '../relabel-rule';
import { InstanceLabel, type ScrapeEndpoint, type ScrapeTarget } from '../scrape-target';
import { afterRules, type Outcome } from './after-rules';
import { type Labels, overlay } from './labels';
import { automaticNames, automaticSample, exposedLabels, namesOf, type Sample, sampleOf } from './samples';
import { targetLabels } from './target-labels';

/** What series go through between the page and a store. */
export interface Way {
  /** Labels that the agent adds to everything. */
  readonly externalLabels: Labels;
  /** Rules over what is sent to the store. */
  readonly destinationRules: readonly RelabelRule[];
}

/** Series of one name and one page as they arrive in a store, or do not. */
export interface Arrival {
  readonly target: ScrapeTarget;
  readonly endpoint: ScrapeEndpoint;
  readonly sample: Sample;
  /** What is known of their labels, `__name__` among them. */
  readonly labels: Labels;
  /** The rule that drops them all. @default - they arrive */
  readonly droppedBy?: RelabelRule;
  /** The rule that took a label from all of them; nothing when they have it, or never had. */
  readonly lostTo: (label: string) => RelabelRule | undefined;
  /** Labels of which each tells series apart that are alike otherwise. */
  readonly key: readonly string[];
}

/** Labels of samples by the set that their family has: hundreds of families share one. */
type ByLabels = Map<MetricFamily['labels'] | undefined, Map<string, Outcome>>;

/** One page of a target, on its way into a store. */
export class Page {
  private readonly renames: boolean;
  private readonly byLabels: ByLabels = new Map();
  private foundTarget?: Outcome;
  private renamed?: ReadonlyMap<string, readonly Arrival[]>;

  constructor(
    readonly target: ScrapeTarget,
    readonly endpoint: ScrapeEndpoint,
    private readonly way: Way,
  ) {
    this.renames = [...target.metricRelabelConfigs, ...way.destinationRules].some(({ _writesName }) => _writesName);
  }

  /** Series that arrive under a name, or would. */
  arrivals(name: string): readonly Arrival[] {
    return this.renames ? (this.byNewName.get(name) ?? []) : this.exposedAs(name);
  }

  /** Names of everything that it is known to have, what rules drop included. */
  get names(): readonly string[] {
    return this.renames ? [...this.byNewName.keys()] : this.exposedNames;
  }

  /** Whether series under this name may come of which nothing is known. */
  mayHave(name: string): boolean {
    const { catalog } = this.endpoint;
    return catalog === undefined || catalog.others?.test(name) === true;
  }

  private get exposedNames(): readonly string[] {
    const { catalog } = this.endpoint;
    return [...automaticNames(this.target), ...(catalog ? namesOf(catalog) : [])];
  }

  private exposedAs(name: string): readonly Arrival[] {
    const { catalog } = this.endpoint;
    const automatic = automaticSample(this.target, name);
    const sample = catalog && sampleOf(catalog, name);
    return [...(automatic ? [this.ofScrape(name, automatic)] : []), ...(sample ? [this.ofPage(name, sample)] : [])];
  }

  private get ofTarget(): Outcome {
    this.foundTarget ??= targetLabels(this.target, this.endpoint);
    return this.foundTarget;
  }

  private ofScrape(name: string, sample: Sample): Arrival {
    const { labels } = this.ofTarget;
    return this.sent(sample, new Map([['__name__', { values: [name] }], ...labels]), [this.ofTarget]);
  }

  private ofPage(name: string, sample: Sample): Arrival {
    const scraped = this.summed(name, this.scraped(name, sample));
    const labels = new Map([...scraped.labels].filter(([label]) => label === '__name__' || !label.startsWith('__')));
    const arrival = this.sent(sample, labels, [scraped, this.ofTarget]);
    return scraped.droppedBy ? { ...arrival, droppedBy: scraped.droppedBy } : arrival;
  }

  /** What the rules over samples leave. Without one that asks for the name, it is the same for all families with the same labels. */
  private scraped(name: string, sample: Sample): Outcome {
    const rules = this.target.metricRelabelConfigs;
    const byName = rules.some(({ _writesName }) => _writesName) ? [] : rules.filter(asksForNameAlone);
    const droppedBy = afterRules(byName, named(name)).droppedBy;
    const others = rules.filter((rule) => !byName.includes(rule));
    const needsName = others.some(mentionsName);
    const shared = needsName ? name : (sample.typeLabel ?? '');
    const known = this.byLabels.get(sample.family?.labels) ?? new Map<string, Outcome>();
    this.byLabels.set(sample.family?.labels, known);
    const outcome =
      known.get(shared) ??
      afterRules(others, overlay(new Map(exposedLabels(name, sample)), this.ofTarget.labels, this.target.honorLabels ?? false));
    known.set(shared, outcome);
    const labels = new Map([...outcome.labels, ...(needsName ? [] : named(name))]);
    const reason = droppedBy ?? outcome.droppedBy;
    return { labels, lostTo: outcome.lostTo, ...(reason ? { droppedBy: reason } : {}) };
  }

  /** What is left where the agent sends a sum in place of a counter. */
  private summed(name: string, scraped: Outcome): Outcome {
    const sum = this.target.sums?.find(({ metric }) => metric === name);
    if (sum === undefined) return scraped;
    const left = afterRules([RelabelRule.dropLabels(sum.why, ...sum.without)], scraped.labels);
    const lostTo = (label: string) => scraped.lostTo(label) ?? left.lostTo(label);
    return { labels: left.labels, lostTo, ...(scraped.droppedBy ? { droppedBy: scraped.droppedBy } : {}) };
  }

  /** Adds the labels of the agent and applies the rules of the destination. */
  private sent(sample: Sample, labels: Labels, before: readonly Outcome[]): Arrival {
    const { target, endpoint, way } = this;
    const outcome = afterRules(way.destinationRules, overlay(labels, way.externalLabels, target.honorLabels ?? false));
    const left = new Map([...outcome.labels].filter(([label]) => label === '__name__' || !label.startsWith('__')));
    const droppedBy = this.ofTarget.droppedBy ?? outcome.droppedBy;
    return {
      target,
      endpoint,
      sample,
      labels: left,
      ...(droppedBy ? { droppedBy } : {}),
      lostTo: (label) => (left.has(label) ? undefined : [outcome, ...before].map((stage) => stage.lostTo(label)).find((rule) => rule)),
      key: [...way.externalLabels.keys(), ...(isOneOfMany(target) ? ['instance'] : [])].filter((label) => left.has(label)),
    };
  }

  /** Everything that it has, where rules give some of it another name. */
  private get byNewName(): ReadonlyMap<string, readonly Arrival[]> {
    if (this.renamed) return this.renamed;
    const found = new Map<string, Arrival[]>();
    for (const name of this.exposedNames) {
      for (const arrival of this.exposedAs(name)) {
        const names = arrival.droppedBy ? [name] : (arrival.labels.get('__name__')?.values ?? []);
        for (const now of names) found.set(now, [...(found.get(now) ?? []), arrival]);
      }
    }
    this.renamed = found;
    return found;
  }
}

function named(name: string): Map<string, FamilyLabel> {
  return new Map([['__name__', { values: [name] }]]);
}

/** Each of several pods or nodes has the same series. */
function isOneOfMany({ instance, replicas = 1 }: ScrapeTarget): boolean {
  return instance === InstanceLabel.NODE || replicas > 1;
}

function asksForNameAlone({ action, sourceLabels = [] }: RelabelRule): boolean {
  const isFilter = action === RelabelAction.KEEP || action === RelabelAction.DROP;
  return isFilter && sourceLabels.length === 1 && sourceLabels[0] === '__name__';
}

function mentionsName(rule: RelabelRule): boolean {
  return rule.sourceLabels?.includes('__name__') === true || rule._writesName;
}
