import type { FamilyLabel } from '../../common/metric-family';

/** What is known of the labels of some series, by name. */
export type Labels = ReadonlyMap<string, FamilyLabel>;

/** A label that is there in one of two ways; each has it or may have it. */
export function either(a: FamilyLabel, b: FamilyLabel): FamilyLabel {
  return { ...valuesOf(a, b), ...(a.optional && b.optional ? { optional: true } : {}) };
}

function valuesOf(a: FamilyLabel, b: FamilyLabel): FamilyLabel {
  return a.values && b.values ? { values: [...new Set([...a.values, ...b.values])] } : {};
}

function withOptional(label: FamilyLabel, optional: boolean): FamilyLabel {
  const { values } = label;
  return { ...(values ? { values } : {}), ...(optional ? { optional } : {}) };
}

/**
 * Labels of a target, or those that are added to everything, over those of a series, as vmagent lays them: where both have one, that of the
 * series is called `exported_…`, or wins where labels are honoured.
 *
 * @see https://github.com/VictoriaMetrics/VictoriaMetrics/blob/v1.150.0/lib/promscrape/scrapework.go
 */
export function overlay(series: Labels, added: Labels, honorLabels: boolean): Labels {
  const all = new Map(series);
  for (const [name, label] of added) {
    const own = series.get(name);
    if (own === undefined) {
      all.set(name, label);
    } else if (honorLabels) {
      all.set(name, own.optional ? either(own, label) : own);
    } else {
      const exported = `exported_${name}`;
      const before = series.get(exported);
      // what has that name already goes one further
      if (before) all.set(`exported_${exported}`, withOptional(before, true));
      const renamed = withOptional(own, own.optional === true || label.optional === true);
      all.set(exported, before ? withOptional(either(before, renamed), true) : renamed);
      all.set(name, label.optional ? either(label, own) : label);
    }
  }
  return all;
}
