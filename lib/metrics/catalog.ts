import type { FamilyCondition, MetricCatalog, MetricFamily } from '../common/metric-family';
import type { FamilyLabels } from './family';

/** Whether an option of an exporter is on; nothing where that is not known. */
export type OptionState = (option: string) => boolean | undefined;

/** The families of a catalog that are there; the catalog itself where all are. */
export function catalogWith(catalog: MetricCatalog, isThere: (family: MetricFamily) => boolean): MetricCatalog {
  const families = catalog.families.filter(isThere);
  return families.length === catalog.families.length ? catalog : { ...catalog, families };
}

/**
 * The catalog of an exporter whose options are known: families of options that are off are gone, and for those that are on the option is no
 * condition any more. Where an option is not known, its families stay as they are.
 */
export function withOptions(catalog: MetricCatalog, isOn: OptionState): MetricCatalog {
  let same = true;
  const families: MetricFamily[] = [];
  for (const family of catalog.families) {
    const option = family.when?.option;
    const on = option === undefined ? undefined : isOn(option);
    if (on !== undefined) same = false;
    if (on !== false) families.push(on ? withoutOption(family) : family);
  }
  return same ? catalog : { ...catalog, families };
}

/** The catalog of an exporter that does not set some labels. */
export function withoutLabels(catalog: MetricCatalog, names: readonly string[]): MetricCatalog {
  // hundreds of families share one set of labels
  const known = new Map<FamilyLabels, FamilyLabels>();
  const families = catalog.families.map((family) => {
    const less = known.get(family.labels) ?? without(family.labels, names);
    known.set(family.labels, less);
    return less === family.labels ? family : { ...family, labels: less };
  });
  return families.every((family, index) => family === catalog.families[index]) ? catalog : { ...catalog, families };
}

function without(labels: FamilyLabels, names: readonly string[]): FamilyLabels {
  return names.some((name) => name in labels)
    ? Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
    : labels;
}

/** Families as they are once their option is on: worked out once each. */
const switchedOn = new WeakMap<MetricFamily, MetricFamily>();

function withoutOption(family: MetricFamily): MetricFamily {
  const known = switchedOn.get(family);
  if (known) return known;
  const { when = {}, ...always } = family;
  const { option, ...others }: FamilyCondition = when;
  const made = Object.keys(others).length > 0 ? { ...always, when: others } : always;
  switchedOn.set(family, made);
  return made;
}
