import type { IConstruct } from 'constructs';
import type { Dashboard } from '../common/dashboard';
import { reject } from '../common/errors';
import { withLate } from '../common/late';
import { nearest } from '../common/nearest';
import { SeriesProfile } from '../common/series-profile';
import { KNOWN_SOURCES } from '../metrics/sources';
import type { CounterSum } from '../scrape/aggregation';
import { objectionToRegex, RelabelRegex } from '../scrape/relabel-regex';
import { RelabelAction, RelabelRule } from '../scrape/relabel-rule';
import { namesOf } from '../scrape/schema/samples';
import type { IMetricsSource, ScrapeTarget, SeriesEstimate } from '../scrape/scrape-target';
import { readNames } from './read-names';
import { STANDARD, THINNED } from './standard';

/** Which series are taken of what is scraped. */
export interface SeriesOptions {
  /** How much. @default SeriesProfile.STANDARD */
  readonly profile?: SeriesProfile;
  /** Names of metrics, or regular expressions over whole names, that are taken beside what dashboards read. @default - none */
  readonly keep?: readonly string[];
}

/** What is taken of one target. */
interface Taken {
  readonly rules: readonly RelabelRule[];
  readonly sums: readonly CounterSum[];
  readonly series?: SeriesEstimate;
}

const WHY = 'only what dashboards read, and what series.profile and series.keep add';
/** What to do about a metric that is not taken. */
export const KEEP_REMEDY = 'list it in series.keep';

/**
 * Takes of what sources expose only what somebody reads. Dashboards that are shown later bring their metrics along, what no catalog
 * knows is always taken, and a source with a list of its own of what to keep keeps that.
 */
export class Economy {
  private readonly profile: SeriesProfile;
  private readonly given: readonly string[];
  private readonly keep: readonly RelabelRegex[];
  private readonly reading = new Map<number, IsOne>();
  private readonly known = new Map<string, { readonly shown: number; readonly taken: Taken }>();

  /**
   * @param own the pipeline's dashboards
   * @param further dashboards that are shown beside them; asked for until the tree is rendered
   * @throws InvalidOptionError when something is to be kept that no source has
   */
  constructor(
    where: IConstruct,
    { profile = SeriesProfile.STANDARD, keep = [] }: SeriesOptions,
    private readonly own: readonly Dashboard[],
    private readonly further: () => readonly Dashboard[] = () => [],
  ) {
    this.profile = profile;
    this.given = keep;
    this.keep = keep.map((pattern, index) => kept(where, pattern, index));
  }

  /** A source of which only what is read is taken. Targets of which nobody knows what they expose stay whole. */
  limit(source: IMetricsSource): IMetricsSource {
    if (this.profile === SeriesProfile.FULL) return source;
    return {
      targets: source.targets.map((target) =>
        this.isLimited(target)
          ? withLate(target, {
              metricRelabelConfigs: () => [...target.metricRelabelConfigs, ...this.takenOf(target).rules],
              sums: () => this.takenOf(target).sums,
              series: () => this.takenOf(target).series,
              exposedSeries: () => target.series,
            })
          : target,
      ),
    };
  }

  /** Rules may give metrics names that no catalog has, and a list of what to keep was made by somebody who knew. */
  private isLimited({ endpoints, metricRelabelConfigs }: ScrapeTarget): boolean {
    const isKnown = endpoints.every(({ catalog }) => catalog !== undefined);
    return isKnown && !metricRelabelConfigs.some((rule) => rule._writesName || keepsNames(rule));
  }

  private takenOf(target: ScrapeTarget): Taken {
    const dashboards = [...new Set([...this.own, ...this.further()])];
    const known = this.known.get(target.name);
    if (known?.shown === dashboards.length) return known.taken;
    const taken = this.choose(target, dashboards);
    this.known.set(target.name, { shown: dashboards.length, taken });
    return taken;
  }

  /** Worked out once for all targets: a list of dashboards only grows. */
  private readBy(dashboards: readonly Dashboard[]): IsOne {
    const before = this.reading.get(dashboards.length);
    if (before) return before;
    const made = readBy(dashboards);
    this.reading.set(dashboards.length, made);
    return made;
  }

  private choose(target: ScrapeTarget, dashboards: readonly Dashboard[]): Taken {
    const { job } = target;
    const catalogs = target.endpoints.flatMap(({ catalog }) => catalog ?? []);
    const all = [...new Set(catalogs.flatMap(namesOf))];
    const groups = this.profile === SeriesProfile.STANDARD ? STANDARD.filter((group) => group.job === job) : [];
    const beyond = groups.flatMap(({ metrics }) => metrics.map((pattern) => new RegExp(`^(?:${pattern})$`)));
    const wanted = new Set(target.wanted);
    const isBasic = either(this.readBy(this.own), (name) => beyond.some((pattern) => pattern.test(name)));
    const basic = new Set(all.filter(isBasic));
    const names = new Set(
      all.filter(
        either(
          (name) => basic.has(name),
          this.readBy(dashboards),
          matchedBy(this.keep),
          (name) => wanted.has(name),
        ),
      ),
    );
    const isWhole = matchedBy(this.keep);
    const sums = (target.sums ?? []).map((sum) => ({
      ...sum,
      keepsCounter: names.has(sum.metric),
      remedy: `${KEEP_REMEDY}, or ask for ${sum.as}`,
    }));
    // sums are made of what has passed the rules
    const passing = all.filter((name) => names.has(name) || sums.some(({ metric }) => metric === name));
    const thinned = THINNED.filter(({ job: its, match }) => its === job && names.has(match.__name__) && !isWhole(match.__name__));
    const isOpen = catalogs.some(({ others }) => others !== undefined);
    return {
      rules: [
        ...only(all, passing, isOpen, this.given),
        ...thinned.map(({ why, match }) => RelabelRule.dropSeries(why, match).withRemedy(KEEP_REMEDY)),
      ],
      sums,
      series: between(
        target,
        names.size - basic.size,
        all.length - basic.size,
        sums.some(({ keepsCounter }) => keepsCounter),
      ),
    };
  }
}

function keepsNames({ action, sourceLabels }: RelabelRule): boolean {
  return action === RelabelAction.KEEP && sourceLabels?.join() === '__name__';
}

/** Letters in which a slip differs from what was meant: names of metrics are long, and begin alike. */
const SLIP = 3;

/** A pattern of the option `keep`. */
function kept(where: IConstruct, pattern: string, index: number): RelabelRegex {
  const option = `series.keep[${index}]`;
  const objection = objectionToRegex(pattern);
  if (objection) reject(where, { option, got: pattern, ...objection });
  const regex = RelabelRegex.of(pattern);
  const known = KNOWN_SOURCES.flatMap(({ job, catalogs }) => catalogs.flatMap(namesOf).map((name) => ({ job, name })));
  const names = known.map(({ name }) => name);
  const matched = known.filter(({ name }) => regex.matches(name));
  // a later release may have what no catalog knows; what is nearly a name is a slip
  const close = matched.length === 0 ? nearest(pattern, names, SLIP) : undefined;
  if (close !== undefined) {
    const expected = 'the name of a metric of one of the pipeline’s sources, or a regex over whole names';
    reject(where, { option, got: pattern, expected, instead: `write ${close}` });
  }
  if (matched.length > 0 && matched.every(({ job }) => job === 'apiserver')) {
    const expected = 'a metric of another source: the API server has a list of its own of what to keep';
    reject(where, { option, got: pattern, expected, instead: 'write apiServer.extraMetrics' });
  }
  return regex;
}

/**
 * The rule that leaves some names of all. Of an exporter that is known in part only, what no catalog knows stays.
 *
 * @param given patterns of what is kept, known or not
 */
function only(all: readonly string[], names: readonly string[], isOpen: boolean, given: readonly string[]): RelabelRule[] {
  if (names.length === all.length) return [];
  const wanted = new Set(names);
  const rule = isOpen
    ? RelabelRule.dropMetrics(WHY, ...all.filter((name) => !wanted.has(name)))
    : names.length + given.length === 0
      ? RelabelRule.dropMetrics(WHY, '.+')
      : RelabelRule.keepMetrics(WHY, ...names, ...given.filter((pattern) => !names.includes(pattern)));
  return [rule.withRemedy(KEEP_REMEDY)];
}

type IsOne = (name: string) => boolean;

function readBy(dashboards: readonly Dashboard[]): IsOne {
  const all = dashboards.map(({ json }) => readNames(json));
  const names = new Set(all.flatMap((each) => [...each.names]));
  const byPattern = all.filter(({ patterns }) => patterns.length > 0);
  return (name) => names.has(name) || byPattern.some((each) => each.reads(name));
}

function matchedBy(regexes: readonly RelabelRegex[]): IsOne {
  return (name) => regexes.some((regex) => regex.matches(name));
}

function either(...conditions: readonly IsOne[]): IsOne {
  return (name) => conditions.some((holds) => holds(name));
}

const FIELDS = ['fixed', 'perNode', 'perGpu', 'perCpu', 'perPod'] as const;

/**
 * The estimate of what is read, and of as large a part of the rest as the names that are taken of it. Of what is of each CPU the largest part
 * is what is usually summed: where some of that is whole, all is counted.
 */
function between(target: ScrapeTarget, further: number, rest: number, isEachCpu: boolean): SeriesEstimate | undefined {
  const { series, readSeries } = target;
  if (!series || !readSeries) return series;
  const share = rest === 0 ? 0 : further / rest;
  const shareOf = (field: keyof SeriesEstimate) => (isEachCpu && field === 'perCpu' ? 1 : share);
  return Object.fromEntries(
    FIELDS.map((field) => [
      field,
      (readSeries[field] ?? 0) + shareOf(field) * Math.max(0, (series[field] ?? 0) - (readSeries[field] ?? 0)),
    ]),
  );
}
