import { type FamilyCondition, type FamilyLabel, type MetricFamily, MetricType, MetricUnit } from '../common/metric-family';

/** The labels of a family, by name. */
export type FamilyLabels = MetricFamily['labels'];

/** A label with any value. */
export const any: FamilyLabel = {};

/** A label with one of a few values. */
export const oneOf = (...values: readonly string[]): FamilyLabel => ({ values });

/** A label that some series are without, or have empty. */
export const sometimes = (label: FamilyLabel = any): FamilyLabel => ({ ...label, optional: true });

/** No label at all. */
export const NONE: FamilyLabels = {};

/** Labels with any value. */
export const labels = (...names: readonly string[]): FamilyLabels => Object.fromEntries(names.map((name) => [name, any]));

/** How a table declares one family. The help is one sentence, without a final period. */
export type Declare = (name: string, unit: MetricUnit, labels: FamilyLabels, help: string, when?: FamilyCondition) => MetricFamily;

const declare =
  (type: MetricType): Declare =>
  (name, unit, labels, help, when) => ({ name, type, unit, labels, help, ...(when ? { when } : {}) });

/** A family that only grows. */
export const counter: Declare = declare(MetricType.COUNTER);
/** A family that goes up and down. */
export const gauge: Declare = declare(MetricType.GAUGE);
/** A family with buckets by `le`. */
export const histogram: Declare = declare(MetricType.HISTOGRAM);
/** A family with buckets by `vmrange`. */
export const vmHistogram: Declare = declare(MetricType.VM_HISTOGRAM);
/** A family with quantiles. */
export const summary: Declare = declare(MetricType.SUMMARY);

/** A family that is always 1; its labels say something. */
export const info = (name: string, labels: FamilyLabels, help: string, when?: FamilyCondition): MetricFamily =>
  declare(MetricType.INFO)(name, MetricUnit.COUNT, labels, help, when);

/** Families that share a condition. What a family says of its own condition stays. */
export const under = (when: FamilyCondition, families: readonly MetricFamily[]): readonly MetricFamily[] =>
  families.map((family) => ({ ...family, when: { ...when, ...family.when } }));
