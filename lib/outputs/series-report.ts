import type { IConstruct } from 'constructs';
import { Tree } from '../checks';
import type { MetricType, MetricUnit } from '../common/metric-family';
import type { Arrival } from '../scrape/schema';
import { type JourneyEnd, Journeys } from './journeys';
import { placeText, Readers } from './readers';

/** What becomes of a metric on its way to one destination. */
export interface MetricFate {
  /** Name of the destination. */
  readonly destination: string;
  /** The reason of the rule that drops it. @default - it arrives */
  readonly droppedBy?: string;
}

/** A metric of one page of a source: what it is, what becomes of it, and who asks for it. */
export interface MetricReport {
  /** Name of its series. */
  readonly name: string;
  /** Value of the label `job`. */
  readonly job: string;
  /** The scrape that brings it: `kubelet-cadvisor`. */
  readonly scrape: string;
  readonly type: MetricType;
  readonly unit: MetricUnit;
  /** What it says. @default - the agent makes it of each scrape */
  readonly help?: string;
  /** What must be there or have happened, or be switched on, in a few words. @default - nothing: it is always there */
  readonly when?: string;
  /** Labels with which it arrives where it does. */
  readonly labels: readonly string[];
  /** Labels that the agent sums over before it sends it. */
  readonly summedOver: readonly string[];
  /** What becomes of it, by destination. */
  readonly fates: readonly MetricFate[];
  /** Panels, variables and annotations that ask for it: `Cluster health: GPUs`. */
  readonly readBy: readonly string[];
}

/** Whether a metric arrives at any destination. */
export function isStored({ fates }: MetricReport): boolean {
  return fates.some(({ droppedBy }) => droppedBy === undefined);
}

/**
 * Every metric that is known to be scraped in an app: where it comes from, what rules drop it on the way to which destination, and which
 * panels ask for it. Dashboards are those of the app, whoever added them.
 *
 * @param root the app, or the chart that is asked about
 */
export function seriesReport(root: IConstruct): MetricReport[] {
  const tree = Tree.of(root);
  const readers = new Readers(tree);
  return new Journeys(root, tree).all().map(({ name, arrival, ends }) => ({
    ...described(name, arrival),
    fates: ends.map(fate),
    readBy: readers.of(name, arrival).map(placeText),
  }));
}

function fate({ destination: { name: destination }, arrival }: JourneyEnd): MetricFate {
  if (arrival === undefined) return { destination, droppedBy: 'it has another name there' };
  return { destination, ...(arrival.droppedBy && { droppedBy: arrival.droppedBy.why }) };
}

function described(name: string, { target, sample, labels }: Arrival): Omit<MetricReport, 'fates' | 'readBy'> {
  const { when, help } = sample.family ?? {};
  const needed = [when?.option, when?.hardware, when?.event].filter((part) => part !== undefined);
  return {
    name,
    job: target.job,
    scrape: target.name,
    type: sample.type,
    unit: sample.unit,
    ...(help === undefined ? {} : { help }),
    ...(needed.length === 0 ? {} : { when: needed.join(', ') }),
    labels: [...labels.keys()].filter((label) => label !== '__name__').sort(),
    summedOver: target.sums?.find(({ as }) => as === name)?.without ?? [],
  };
}
