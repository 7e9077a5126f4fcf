import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MetricCatalog, type MetricFamily, MetricType } from '../../../lib/common/metric-family';
import { parseExposition } from '../../support';

/** A family of a scrape. */
export interface ExposedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Labels of each series that have a value, without those of buckets and quantiles. */
  readonly series: { readonly [label: string]: string }[];
  /** Labels of samples, as they are. */
  readonly samples: { readonly [label: string]: string }[];
}

/** The text of a file in `test/fixtures/expositions/whole`. */
export function wholeExposition(file: string): string {
  return readFileSync(join(__dirname, '..', '..', 'fixtures', 'expositions', 'whole', `${file}.prom`), 'utf8');
}

/** The families of a scrape that declares types, by name. */
export function exposedFamilies(text: string): ReadonlyMap<string, ExposedFamily> {
  const families = new Map<string, ExposedFamily>();
  const helps = new Map([...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help]));
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    families.set(name, { name, type, help: helps.get(name) ?? '', series: [], samples: [] });
  }
  for (const { __name__ = '', ...labels } of parseExposition(text)) {
    const family = families.get(__name__) ?? families.get(__name__.replace(/_(bucket|sum|count)$/, ''));
    if (family === undefined) throw new Error(`no type: ${__name__}`);
    family.samples.push({ __name__, ...labels });
    // a label without a value is none
    family.series.push(
      Object.fromEntries(Object.entries(labels).filter(([label, value]) => value !== '' && label !== 'le' && label !== 'quantile')),
    );
  }
  return families;
}

/** Types that a page may declare for a family of this type. */
const DECLARED: { readonly [type in MetricType]: readonly string[] } = {
  [MetricType.COUNTER]: ['counter', 'untyped'],
  [MetricType.GAUGE]: ['gauge', 'untyped'],
  [MetricType.HISTOGRAM]: ['histogram'],
  [MetricType.VM_HISTOGRAM]: ['histogram', 'untyped'],
  [MetricType.SUMMARY]: ['summary'],
  [MetricType.INFO]: ['gauge', 'untyped'],
};

/** How a catalog and a scrape are compared. */
export interface Comparison {
  /** Whether a family must be there. @default - when it has no condition */
  readonly expected?: (family: MetricFamily) => boolean;
  /** Families that the page declares with a type that is not true of them. @default - none */
  readonly misdeclared?: RegExp;
}

/** What a catalog says and a scrape does not show, or the other way round. There should be nothing. */
export function disagreements(catalog: MetricCatalog, exposed: ReadonlyMap<string, ExposedFamily>, how: Comparison = {}): string[] {
  const known = new Map(catalog.families.map((family) => [family.name, family]));
  const expected = how.expected ?? (({ when }) => when === undefined);
  const found: string[] = [];
  for (const name of exposed.keys()) if (!known.has(name)) found.push(`${name}: unknown`);
  for (const family of catalog.families) {
    const there = exposed.get(family.name);
    if (there === undefined) {
      if (expected(family)) found.push(`${family.name}: missing`);
      continue;
    }
    if (!DECLARED[family.type].includes(there.type) && !how.misdeclared?.test(family.name)) {
      found.push(`${family.name}: ${family.type} that is declared as ${there.type}`);
    }
    found.push(...new Set(there.series.flatMap((series) => labelDisagreements(family, series))));
  }
  return found;
}

function labelDisagreements({ name, labels }: MetricFamily, series: { readonly [label: string]: string }): string[] {
  return [
    ...Object.entries(series).flatMap(([label, value]) => {
      const known = labels[label];
      if (known === undefined) return [`${name}: unknown label ${label}`];
      return known.values === undefined || known.values.includes(value) ? [] : [`${name}: unknown value ${label}="${value}"`];
    }),
    ...Object.entries(labels).flatMap(([label, { optional }]) =>
      optional || label in series ? [] : [`${name}: a series without the label ${label}`],
    ),
  ];
}

/** What is wrong with a catalog by itself. There should be nothing. */
export function flaws(catalog: MetricCatalog): string[] {
  const names = catalog.families.map(({ name }) => name);
  return [
    ...names.filter((name, index) => names.indexOf(name) < index).map((name) => `${name}: twice`),
    ...catalog.families.flatMap(({ name, type, help, labels }) => [
      ...(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? [] : [`${name}: no name of a metric`]),
      ...(help.trim() !== '' && !help.endsWith('.') && !help.includes('\n') ? [] : [`${name}: help '${help}' is not one plain sentence`]),
      ...(type === MetricType.INFO && Object.keys(labels).length === 0 ? [`${name}: an info without a label says nothing`] : []),
      ...Object.entries(labels).flatMap(([label, { values }]) => [
        ...(/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && !label.startsWith('__') ? [] : [`${name}: '${label}' is no label`]),
        ...(['le', 'vmrange', 'quantile'].includes(label) ? [`${name}: ${label} belongs to the type`] : []),
        ...(values !== undefined && (values.length === 0 || new Set(values).size < values.length || values.includes(''))
          ? [`${name}: values of ${label} are none, twice or empty`]
          : []),
      ]),
    ]),
  ];
}

/** Families whose help is the exporter's own text. There should be none. */
export function borrowedHelp(catalog: MetricCatalog, exposed: ReadonlyMap<string, ExposedFamily>): string[] {
  // '[ALPHA] Number of …'
  const plain = (text: string) =>
    text
      .replace(/^\[[A-Z]+\] /, '')
      .replace(/\W+/g, ' ')
      .trim()
      .toLowerCase();
  return catalog.families.filter(({ name, help }) => plain(help) === plain(exposed.get(name)?.help ?? '')).map(({ name }) => name);
}
