import type { IConstruct } from 'constructs';

/** Why something of an object is there that opens a way: a rule of a role, a field of a pod. */
export interface Reason {
  /** What is meant: a rule as {@link ruleKey} has it, a field as the Pod Security Standards name it: `hostNetwork`. */
  readonly of: string;
  /** What it is for, and what breaks without it. */
  readonly why: string;
  /** Why it counts in the whole cluster. @default - it does not */
  readonly everywhere?: string;
}

const REASONS = Symbol.for('soperator-metrics.reasons');

type Explained = IConstruct & { [REASONS]?: () => readonly Reason[] };

/**
 * Says why an object has what it has. Reasons stay beside the object and are not written into manifests.
 *
 * @param reasons worked out when they are asked for, for so are the objects
 * @returns the object
 */
export function explained<T extends IConstruct>(object: T, reasons: () => readonly Reason[]): T {
  Object.defineProperty(object, REASONS, { value: reasons });
  return object;
}

/** The reasons that were given for an object; none for what somebody else made. */
export function reasonsOf(object: IConstruct): readonly Reason[] {
  return (object as Explained)[REASONS]?.() ?? [];
}

/** Reasons for fields, in the form of an object. */
export function fieldReasons(reasons: { readonly [field: string]: string }): Reason[] {
  return Object.entries(reasons).map(([of, why]) => ({ of, why }));
}

/** What a rule of a role is known by: its content. One that a patch has changed is another one. */
export function ruleKey(rule: {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceUrls?: readonly string[];
  readonly verbs: readonly string[];
}): string {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceUrls = [], verbs } = rule;
  return JSON.stringify([apiGroups, resources, resourceNames, nonResourceUrls, verbs]);
}
