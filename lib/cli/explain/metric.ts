import type { FamilyCondition } from '../../common/metric-family';
import { prometheusDuration } from '../../common/units';
import { KEEP_REMEDY, STANDARD } from '../../economy';
import type { Journey, JourneyEnd, Place } from '../../outputs';
import type { Destination } from '../../scrape/destination';
import { RelabelRegex } from '../../scrape/relabel-regex';
import { RelabelAction, type RelabelRule } from '../../scrape/relabel-rule';
import type { Arrival } from '../../scrape/schema';
import { triedValues } from '../../scrape/schema/parts';
import { stemOf } from '../../scrape/schema/samples';
import { type Bringer, bringersOf, hintsOf, knownNames, nearestNames } from './absent';
import { type Cluster, sourceOf } from './cluster';
import { type ArrivingLabel, arriving, exposed, type LostLabel, lost, sentTo, type ToldLabel } from './labels';
import { type ToldRule, toldRule } from './rules';

/** What becomes of a metric in one cluster. */
export enum MetricState {
  /** It arrives at a destination at least. */
  STORED = 'stored',
  /** It is exposed, and rules drop it on the way to each destination. */
  DROPPED = 'dropped',
  /** A source of the project can expose it, and does not here. */
  NOT_SCRAPED = 'notScraped',
  /** No catalog has it, and one of a scrape whose catalog is not complete may. */
  POSSIBLE = 'possible',
  /** Nobody knows of it. */
  UNKNOWN = 'unknown',
}

/** A metric in one cluster: who produces it, what becomes of it, who reads it. */
export interface ToldMetric {
  readonly name: string;
  readonly state: MetricState;
  /** One for each page that exposes it. */
  readonly pages: readonly ToldPage[];
  /** Sources that could expose it and do not, where no page does. */
  readonly couldBring: readonly Bringer[];
  /** Scrapes that may have it, because their catalog is not complete. */
  readonly mayHave: readonly string[];
  /** What is known of a name of this kind, where no catalog has it. */
  readonly hints: readonly string[];
  /** Names that may have been meant, where no catalog has it. */
  readonly nearest: readonly string[];
  /** Parts of dashboards that ask for it, whether it comes or not. */
  readonly readBy: readonly Place[];
}

/** A metric on one page of a scrape. */
export interface ToldPage {
  /** The option of the pipeline that brings the source. @default - a source of somebody's own */
  readonly source?: string;
  readonly job: string;
  /** The scrape, and where its page is. */
  readonly scrape: string;
  readonly port?: string;
  readonly path: string;
  /** Time between two samples. */
  readonly interval: string;
  readonly type: string;
  readonly unit: string;
  /** What it says. @default - the agent makes it of each scrape */
  readonly help?: string;
  /** What must be there or have happened, or be switched on. @default - nothing: it is always there */
  readonly when?: FamilyCondition;
  /** The family that it is a part of: `x` for `x_bucket`. @default - it is all of its family */
  readonly partOf?: string;
  /** The counter that it is the sum of. @default - it is no sum */
  readonly sumOf?: { readonly metric: string; readonly without: readonly string[]; readonly why: string };
  /** The sum that the agent makes of it. @default - none */
  readonly summedAs?: {
    readonly metric: string;
    readonly without: readonly string[];
    readonly why: string;
    readonly keepsCounter: boolean;
  };
  /** Labels as the exporter has them. */
  readonly exposedLabels: readonly ToldLabel[];
  readonly destinations: readonly ToldEnd[];
  /** Parts of dashboards that ask for it. */
  readonly readBy: readonly Place[];
}

/** What becomes of a metric of a page on the way to one destination. */
export interface ToldEnd {
  readonly name: string;
  readonly url: string;
  readonly arrives: boolean;
  /** The rule that drops it. @default - none does */
  readonly droppedBy?: ToldRule;
  /** Rules that drop some of its series and not all. */
  readonly thinnedBy: readonly ToldRule[];
  /** Labels with which it arrives; none where it does not. */
  readonly labels: readonly ArrivingLabel[];
  /** Labels that were taken away on the way. */
  readonly lost: readonly LostLabel[];
}

/** The series that are meant by a name: itself, or the parts of a histogram or summary that is called so. */
export function seriesNamed(name: string, { journeys }: Cluster): string[] {
  if (journeys.of(name).length > 0) return [name];
  return ['_bucket', '_sum', '_count'].map((part) => name + part).filter((part) => journeys.of(part).length > 0 && stemOf(part) === name);
}

/** Whether a name is one that a cluster has, or a source of the project could have. */
export function isKnownMetric(name: string, cluster: Cluster): boolean {
  return seriesNamed(name, cluster).length > 0 || bringersOf(name, cluster.targets, cluster.isStandalone).length > 0;
}

/**
 * Tells of the series of one name.
 *
 * @param others names that may have been meant and are none of metrics
 */
export function tellMetric(name: string, cluster: Cluster, others: readonly string[] = []): ToldMetric {
  const found = cluster.journeys.of(name);
  const pages = found.map((journey) => tellPage(journey, found, cluster));
  const couldBring = pages.length > 0 ? [] : bringersOf(name, cluster.targets, cluster.isStandalone);
  const mayHave = pages.length > 0 ? [] : cluster.journeys.possible(name).map((target) => target.name);
  const isUnknown = pages.length + couldBring.length === 0;
  return {
    name,
    state: stateOf(pages, couldBring, mayHave),
    pages,
    couldBring,
    mayHave,
    hints: isUnknown ? hintsOf(name, cluster.isCollectorOn) : [],
    nearest: isUnknown ? nearestNames(name, [...cluster.journeys.names, ...knownNames(), ...others]) : [],
    readBy: pages.length > 0 ? unique(pages.flatMap(({ readBy }) => readBy)) : cluster.readers.ofName(name),
  };
}

function stateOf(pages: readonly ToldPage[], couldBring: readonly Bringer[], mayHave: readonly string[]): MetricState {
  if (pages.some(({ destinations }) => destinations.some(({ arrives }) => arrives))) return MetricState.STORED;
  if (pages.length > 0) return MetricState.DROPPED;
  if (couldBring.length > 0) return MetricState.NOT_SCRAPED;
  return mayHave.length > 0 ? MetricState.POSSIBLE : MetricState.UNKNOWN;
}

function unique(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

function tellPage(journey: Journey, all: readonly Journey[], cluster: Cluster): ToldPage {
  const { name, arrival, ends } = journey;
  const { target, endpoint, sample } = arrival;
  const { family } = sample;
  const source = sourceOf(target.job);
  const sum = target.sums?.find(({ as }) => as === name);
  const summed = target.sums?.find(({ metric }) => metric === name);
  const partOf = family && !sum && family.name !== name && stemOf(name) === family.name ? family.name : undefined;
  return {
    ...(source === undefined ? {} : { source }),
    job: target.job,
    scrape: target.name,
    ...(endpoint.port === undefined ? {} : { port: endpoint.port }),
    path: endpoint.path ?? '/metrics',
    interval: prometheusDuration(target.scrapeInterval),
    type: sample.type,
    unit: sample.unit,
    ...(family ? { help: family.help } : {}),
    ...(family?.when ? { when: family.when } : {}),
    ...(partOf === undefined ? {} : { partOf }),
    ...(sum ? { sumOf: { metric: sum.metric, without: sum.without, why: sum.why } } : {}),
    ...(summed
      ? { summedAs: { metric: summed.as, without: summed.without, why: summed.why, keepsCounter: summed.keepsCounter ?? true } }
      : {}),
    exposedLabels: exposed(arrival),
    destinations: ends.map((end) => tellEnd(name, end, journey, all, cluster)),
    readBy: cluster.readers.of(name, arrival),
  };
}

function tellEnd(name: string, { destination, arrival }: JourneyEnd, journey: Journey, all: readonly Journey[], cluster: Cluster): ToldEnd {
  const common = { name: destination.name, url: destination.url };
  if (arrival === undefined) {
    const renaming = destination.relabelConfigs.find(({ _writesName }) => _writesName);
    const droppedBy = renaming && toldRule(renaming, sentTo(destination), renaming.remedy ?? `ask ${destination.name} for its new name`);
    return { ...common, arrives: false, ...(droppedBy && { droppedBy }), thinnedBy: [], labels: [], lost: [] };
  }
  const rule = arrival.droppedBy;
  if (rule) {
    const { target } = arrival;
    const isOfDestination = destination.relabelConfigs.includes(rule);
    const over = isOfDestination
      ? sentTo(destination)
      : target.relabelConfigs.includes(rule)
        ? `targets of ${target.name}`
        : target.metricRelabelConfigs.includes(rule)
          ? `samples of ${target.name}`
          : `sums of ${target.name}`;
    const droppedBy = toldRule(rule, over, insteadOf(name, journey, rule, isOfDestination, all, cluster));
    return { ...common, arrives: false, droppedBy, thinnedBy: [], labels: [], lost: [] };
  }
  return {
    ...common,
    arrives: true,
    thinnedBy: thinning(name, arrival, destination),
    labels: arriving(arrival, destination),
    lost: lost(arrival, destination),
  };
}

/** Rules that may drop some series of a name; those that drop none or all are no news. */
function thinning(name: string, { target, sample, labels }: Arrival, destination: Destination): ToldRule[] {
  const present = new Set([...Object.keys(sample.family?.labels ?? {}), ...(sample.typeLabel ? [sample.typeLabel] : []), ...labels.keys()]);
  const isThinning = (rule: RelabelRule) => {
    const { action, sourceLabels = [], separator = ';', regex } = rule;
    if ((action !== RelabelAction.DROP && action !== RelabelAction.KEEP) || sourceLabels.join() === '__name__') return false;
    if (!sourceLabels.every((label) => label === '__name__' || present.has(label))) return false;
    const place = sourceLabels.indexOf('__name__');
    if (place < 0) return true;
    const pattern = RelabelRegex.of(regex ?? '(.*)');
    return triedValues(rule).some((values) => pattern.matches(values.map((value, at) => (at === place ? name : value)).join(separator)));
  };
  const ofSamples = sample.family ? target.metricRelabelConfigs : [];
  return [
    ...ofSamples.filter(isThinning).map((rule) => toldRule(rule, `samples of ${target.name}`)),
    ...destination.relabelConfigs.filter(isThinning).map((rule) => toldRule(rule, sentTo(destination))),
  ];
}

/** What to write so that a rule does not drop a metric, or where else to take it from. */
function insteadOf(
  name: string,
  { arrival }: Journey,
  rule: { readonly remedy?: string },
  isOfDestination: boolean,
  all: readonly Journey[],
  cluster: Cluster,
): string | undefined {
  const { target } = arrival;
  if (rule.remedy === KEEP_REMEDY) {
    const group = STANDARD.find(
      ({ job, metrics }) => job === target.job && metrics.some((pattern) => new RegExp(`^(?:${pattern})$`).test(name)),
    );
    return `list ${name} in series.keep, or set series.profile: ${group ? `standard (${group.why})` : 'full'}`;
  }
  if (rule.remedy !== undefined) return rule.remedy;
  if (isOfDestination) return 'change the rules of that destination';
  const option = cluster.optionOf(target, rule);
  if (option !== undefined) return `change ${option}`;
  const other = all.find(({ arrival: { target: its, droppedBy } }) => its.job === target.job && its.name !== target.name && !droppedBy);
  if (other) return `take it from the scrape ${other.arrival.target.name}`;
  return target.job === 'apiserver' ? `list ${name} in apiServer.extraMetrics` : undefined;
}
