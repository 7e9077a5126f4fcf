import type { FamilyLabel, MetricFamily } from '../../common/metric-family';
import type { CounterSum } from '../aggregation';
import { RelabelAction, RelabelRule } from '../relabel-rule';
import { InstanceLabel, type ScrapeEndpoint, type ScrapeTarget } from '../scrape-target';
import { afterRules, type Outcome } from './after-rules';
import { type Labels, overlay } from './labels';
import { automaticNames, automaticSample, exposedLabels, familiesOf, namesOf, type Sample, sampleOf } from './samples';
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
  /** Rules over samples that look at nothing but the name, and the others. */
  private readonly byName: readonly RelabelRule[];
  private readonly others: readonly RelabelRule[];
  /** What the others do depends on the name. */
  private readonly needsName: boolean;
  private readonly sums: readonly CounterSum[];
  private readonly byLabels: ByLabels = new Map();
  /** Labels with those of the agent, which families with the same labels share. */
  private readonly asSent = new Map<Labels, Labels>();
  private foundTarget?: Outcome;
  private renamed?: ReadonlyMap<string, readonly Arrival[]>;

  constructor(
    readonly target: ScrapeTarget,
    readonly endpoint: ScrapeEndpoint,
    private readonly way: Way,
  ) {
    const rules = target.metricRelabelConfigs;
    this.renames = [...rules, ...way.destinationRules].some(({ _writesName }) => _writesName);
    this.byName = rules.some(({ _writesName }) => _writesName) ? [] : rules.filter(asksForNameAlone);
    this.others = rules.filter((rule) => !this.byName.includes(rule));
    this.needsName = this.others.some(mentionsName);
    this.sums = (target.sums ?? []).filter(({ metric }) => endpoint.catalog && sampleOf(endpoint.catalog, metric));
  }

  /** Series that arrive under a name, or would. */
  arrivals(name: string): readonly Arrival[] {
    return this.renames ? (this.byNewName.get(name) ?? []) : this.exposedAs(name);
  }

  /** Names of everything that it is known to have, what rules drop included. */
  get names(): readonly string[] {
    return this.renames ? [...this.byNewName.keys()] : this.exposedNames;
  }

  /** Names of the families that it is known to have; where rules give names, of everything. */
  get families(): Iterable<string> {
    const { catalog } = this.endpoint;
    return this.renames ? this.byNewName.keys() : catalog ? [...familiesOf(catalog).keys(), ...this.sums.map(({ as }) => as)] : [];
  }

  /** Whether series may come of which nothing is known. */
  get isVague(): boolean {
    const { catalog } = this.endpoint;
    return catalog?.others !== undefined || catalog === undefined;
  }

  /** Whether series under this name may come of which nothing is known. */
  mayHave(name: string): boolean {
    const { catalog } = this.endpoint;
    return catalog === undefined || catalog.others?.test(name) === true;
  }

  private get exposedNames(): readonly string[] {
    const { catalog } = this.endpoint;
    return [...automaticNames(this.target), ...(catalog ? namesOf(catalog) : []), ...this.sums.map(({ as }) => as)];
  }

  private exposedAs(name: string): readonly Arrival[] {
    const { catalog } = this.endpoint;
    const automatic = automaticSample(this.target, name);
    const sample = catalog && sampleOf(catalog, name);
    const sum = this.sums.find(({ as }) => as === name);
    const summed = sum && catalog && sampleOf(catalog, sum.metric);
    return [
      ...(automatic ? [this.ofScrape(name, automatic)] : []),
      ...(sample ? [this.ofPage(name, sample)] : []),
      ...(sum && summed ? [this.ofSum(sum, summed)] : []),
    ];
  }

  private get ofTarget(): Outcome {
    this.foundTarget ??= targetLabels(this.target, this.endpoint);
    return this.foundTarget;
  }

  private ofScrape(name: string, sample: Sample): Arrival {
    const { ofTarget } = this;
    return this.sent(sample, ofTarget.labels, name, [ofTarget]);
  }

  private ofPage(name: string, sample: Sample): Arrival {
    const scraped = this.scraped(name, sample);
    const droppedBy = afterRules(this.byName, named(name)).droppedBy ?? scraped.droppedBy ?? this.replaced(name);
    const arrival = this.sent(sample, scraped.labels, this.needsName ? undefined : name, [scraped, this.ofTarget]);
    return droppedBy ? { ...arrival, droppedBy } : arrival;
  }

  /** What the rules over samples leave. Without one that asks for the name, it is the same for all families with the same labels. */
  private scraped(name: string, sample: Sample): Outcome {
    const shared = this.needsName ? name : (sample.typeLabel ?? '');
    let known = this.byLabels.get(sample.family?.labels);
    if (known === undefined) {
      known = new Map();
      this.byLabels.set(sample.family?.labels, known);
    }
    let outcome = known.get(shared);
    if (outcome === undefined) {
      const labels = overlay(new Map(exposedLabels(name, sample)), this.ofTarget.labels, this.target.honorLabels ?? false);
      outcome = afterRules(this.others, labels);
      known.set(shared, outcome);
    }
    return outcome;
  }

  /** A sum that the agent makes of a counter of the page. */
  private ofSum({ metric, as, without, why }: CounterSum, sample: Sample): Arrival {
    const scraped = this.scraped(metric, sample);
    const droppedBy = afterRules(this.byName, named(metric)).droppedBy ?? scraped.droppedBy;
    const rule = RelabelRule.dropLabels(why, ...without).withRemedy(`ask for ${metric}`);
    const summed = afterRules([rule], scraped.labels);
    const arrival = this.sent(sample, summed.labels, as, [summed, scraped, this.ofTarget]);
    return droppedBy ? { ...arrival, droppedBy } : arrival;
  }

  /** The rule by which a counter is not sent whose sum is. */
  private replaced(name: string): RelabelRule | undefined {
    const sum = this.sums.find(({ metric }) => metric === name);
    if (sum === undefined || (sum.keepsCounter ?? true)) return undefined;
    const rule = RelabelRule.dropMetrics(sum.why, name);
    return rule.withRemedy(sum.remedy ?? `ask for ${sum.as}`);
  }

  /**
   * Adds the labels of the agent and applies the rules of the destination.
   *
   * @param name written into the labels, which others share; nothing where they have it
   */
  private sent(sample: Sample, before: Labels, name: string | undefined, stages: readonly Outcome[]): Arrival {
    const { target, endpoint, way } = this;
    const labels = new Map(this.withAgents(before));
    if (name !== undefined) labels.set('__name__', { values: [name] });
    const outcome = afterRules(way.destinationRules, labels);
    const left = outcome.labels === labels ? labels : stored(outcome.labels);
    const droppedBy = this.ofTarget.droppedBy ?? outcome.droppedBy;
    return {
      target,
      endpoint,
      sample,
      labels: left,
      ...(droppedBy ? { droppedBy } : {}),
      lostTo: (label) => (left.has(label) ? undefined : [outcome, ...stages].map((stage) => stage.lostTo(label)).find((rule) => rule)),
      key: [...way.externalLabels.keys(), ...(isOneOfMany(target) ? ['instance'] : [])].filter((label) => left.has(label)),
    };
  }

  /** Labels with those of the agent. */
  private withAgents(before: Labels): Labels {
    let labels = this.asSent.get(before);
    if (labels === undefined) {
      labels = overlay(stored(before), this.way.externalLabels, this.target.honorLabels ?? false);
      this.asSent.set(before, labels);
    }
    return labels;
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

/** The labels that a series keeps. */
function stored(labels: Labels): Map<string, FamilyLabel> {
  return new Map([...labels].filter(([label]) => label === '__name__' || !label.startsWith('__')));
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
