import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MetricCatalog, type MetricFamily, MetricType } from '../../../lib/common/metric-family';
import type { LabelSet } from '../../../lib/scrape/relabel-evaluate';
import { parseExposition } from '../../support';

/** How a page was made that is compared with its catalog. */
export interface PageConditions {
  /** Options that were on: families that need nothing else have to be there. @default - none */
  readonly options?: readonly string[];
  /** The page is known to be incomplete, so that nothing is missed. @default false */
  readonly partial?: boolean;
}

/** Labels that come with the type of a family. */
const TYPE_LABELS = ['__name__', 'le', 'vmrange', 'quantile'];
const SUFFIX = /_(bucket|sum|count)$/;

/** Where a page and a catalog disagree, a line for each; the page is a file of `test/fixtures/expositions`. */
export function disagreements(catalog: MetricCatalog, file: string, { options = [], partial = false }: PageConditions = {}): string[] {
  const text = readFileSync(join(__dirname, '..', '..', 'fixtures', 'expositions', `${file}.prom`), 'utf8');
  const known = new Map(catalog.families.map((family) => [family.name, family]));
  const seen = new Map<string, LabelSet[]>();
  for (const series of parseExposition(text)) {
    const { __name__: name = '' } = series;
    const family = known.has(name) ? name : name.replace(SUFFIX, '');
    seen.set(family, [...(seen.get(family) ?? []), series]);
  }
  const types = new Map(declared(text, 'TYPE'));
  const helps = new Map(declared(text, 'HELP'));
  return [
    ...[...new Set([...seen.keys(), ...types.keys()])].filter((name) => !known.has(name)).map((name) => `${name}: not in the catalog`),
    ...catalog.families.flatMap((family) => [
      ...(known.get(family.name) === family ? [] : [`${family.name}: twice in the catalog`]),
      ...(partial || seen.has(family.name) || !isExpected(family, options) ? [] : [`${family.name}: not on the page`]),
      ...ofType(family, types.get(family.name)),
      ...(plain(family.help) === plain(helps.get(family.name) ?? '') ? [`${family.name}: the exporter’s own words`] : []),
      ...ofLabels(family, seen.get(family.name) ?? []),
    ]),
  ];
}

/** Name and rest of the lines `# TYPE` or `# HELP`. */
function declared(text: string, keyword: string): [string, string][] {
  return [...text.matchAll(new RegExp(`^# ${keyword} (\\S+) ?(.*)$`, 'gm'))].map(([, name = '', rest = '']) => [name, rest]);
}

function isExpected({ when = {} }: MetricFamily, options: readonly string[]): boolean {
  return !when.event && !when.hardware && (when.option === undefined || options.includes(when.option));
}

function ofType({ name, type }: MetricFamily, exposed: string | undefined): string[] {
  // the text format has no word for these
  const expected = type === MetricType.INFO ? 'gauge' : type === MetricType.VM_HISTOGRAM ? 'histogram' : type;
  return exposed === undefined || exposed === expected ? [] : [`${name}: ${type} in the catalog, ${exposed} on the page`];
}

function ofLabels({ name, labels }: MetricFamily, series: readonly LabelSet[]): string[] {
  const found = new Set(series.flatMap((one) => Object.keys(one).filter((label) => !TYPE_LABELS.includes(label) && !(label in labels))));
  return [
    ...[...found].map((label) => `${name}: label ${label} not in the catalog`),
    ...Object.entries(labels).flatMap(([label, { values, optional }]) => {
      const given = new Set(series.map((one) => one[label] ?? ''));
      return [...given].flatMap((value) => {
        if (value === '') return optional ? [] : [`${name}: label ${label} is not always there`];
        return values === undefined || values.includes(value) ? [] : [`${name}: ${label}="${value}" not in the catalog`];
      });
    }),
  ];
}

function plain(help: string): string {
  return help
    .replace(/^\[\w+\] /, '')
    .replace(/\.$/, '')
    .trim()
    .toLowerCase();
}
