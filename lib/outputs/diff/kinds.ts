import type { FieldChange } from './fields';

/** What became of something. */
export enum Change {
  ADDED = 'added',
  REMOVED = 'removed',
  CHANGED = 'changed',
}

/** What may go wrong where nobody looks, the worst first. */
export enum Danger {
  /** Applying is not enough. */
  STEPS = 'steps',
  /** The API server will not take an object. */
  REFUSED = 'apply-refused',
  /** Samples are lost, or a volume is left behind for a new one. */
  DATA = 'data',
  /** What waits for a destination is lost, or there is room for less. */
  QUEUE = 'queue',
  /** Something is away while it starts anew. */
  RESTART = 'restart',
  /** Series get other labels, so that queries and alerts do not find them. */
  LABELS = 'labels',
  /** Something that is shown stays empty. */
  EMPTY = 'empty',
  /** Somebody may do more than before. */
  RIGHTS = 'rights',
  /** Data goes to a place that it did not go to. */
  EGRESS = 'egress',
  /** Something can be reached from further away. */
  EXPOSURE = 'exposure',
  /** Something stays in the cluster until it is deleted. */
  LEFT_OVER = 'left-over',
}

/** Something to know before this is applied. */
export interface Warning {
  readonly danger: Danger;
  /** What it is about: `VMSingle monitoring-system/metrics`. */
  readonly subject: string;
  /** What happens, and what to do about it. */
  readonly message: string;
}

/** A word or number that differs. */
export interface ValueChange {
  readonly field: string;
  readonly old?: string;
  readonly new?: string;
}

/** One port and path that is scraped, or is no longer, or in another way. */
export interface TargetDifference {
  readonly change: Change;
  readonly name: string;
  readonly job: string;
  /** What differs; of a target that is there on one side only, what it is or was. */
  readonly fields: readonly ValueChange[];
  /** Rules over labels of the target that differ. */
  readonly targetRules: readonly FieldChange[];
  /** Rules over samples that differ. */
  readonly sampleRules: readonly FieldChange[];
}

/** A URL that samples are written to. */
export interface DestinationDifference {
  readonly change: Change;
  readonly name: string;
  readonly url: string;
  readonly fields: readonly ValueChange[];
}

/** Metrics of one scrape that begin or cease to arrive somewhere. */
export interface MetricsDifference {
  readonly change: Change.ADDED | Change.REMOVED;
  readonly destinations: readonly string[];
  readonly job: string;
  readonly scrape: string;
  /** Why they do. */
  readonly why: string;
  readonly metrics: readonly string[];
  /** Panels of the new side that ask for them. */
  readonly readBy: readonly string[];
}

/** Labels that series of one scrape have no longer, or have from now on. */
export interface LabelsDifference {
  readonly job: string;
  readonly scrape: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly metrics: readonly string[];
}

/** A number on both sides. */
export interface Pair {
  readonly old: number;
  readonly new: number;
}

/** What becomes of series, and what that costs. */
export interface SeriesDifference {
  /** Series that are alive at one time, as estimated of the scale. */
  readonly active: Pair;
  readonly samplesPerSecond: Pair;
  /** Bytes that the store's volume has to hold and what it has; where both sides have a store. */
  readonly disk?: { readonly needed: Pair; readonly volume: Pair };
  /** Metrics that arrive, by destination, where another number of them does. */
  readonly arriving: readonly ({ readonly destination: string } & Pair)[];
  readonly metrics: readonly MetricsDifference[];
  readonly labels: readonly LabelsDifference[];
}

/** What an account may do that it might not, or no longer. */
export interface PermissionDifference {
  readonly change: Change.ADDED | Change.REMOVED;
  /** `ServiceAccount monitoring-system/metrics-agent`. */
  readonly subject: string;
  /** `list and watch pods in namespace soperator`. */
  readonly may: string;
}

/** An object that comes, goes or differs. */
export interface ObjectDifference {
  readonly change: Change;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly fields: readonly FieldChange[];
  /** What follows from it. */
  readonly meaning: readonly string[];
}

/** A panel, variable or setting of a dashboard. */
export interface PartDifference {
  readonly change: Change;
  /** `panel "Nodes"`. */
  readonly part: string;
  /** What of it differs. */
  readonly what: readonly string[];
}

/** A dashboard that comes, goes or differs. */
export interface DashboardDifference {
  readonly change: Change;
  readonly uid: string;
  readonly title: string;
  readonly panels: number;
  readonly parts: readonly PartDifference[];
}

/** What differs between two states of one cluster. */
export interface ClusterDifference {
  readonly cluster: string;
  readonly change: Change;
  readonly warnings: readonly Warning[];
  readonly targets: readonly TargetDifference[];
  readonly destinations: readonly DestinationDifference[];
  /** Nothing where a side is manifests alone: `seriesUnknown` says so. */
  readonly series?: SeriesDifference;
  readonly seriesUnknown?: string;
  readonly permissions: readonly PermissionDifference[];
  readonly objects: readonly ObjectDifference[];
  readonly dashboards: readonly DashboardDifference[];
  /** Warnings of checks that come or go. */
  readonly checks: readonly { readonly change: Change; readonly message: string }[];
}
