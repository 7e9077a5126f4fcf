import { type MetricCatalog, type MetricFamily, MetricType } from '../../../lib/common/metric-family';
import type { LabelSet } from '../../../lib/scrape/relabel-evaluate';
import { expositionText, parseExposition } from '../../support';

/** A family of a page. */
interface ExposedFamily {
  readonly name: string;
  /** @default - the page does not say */
  readonly type?: string;
  readonly help: string;
  /** Ends of the names of its samples: `_sum`, or nothing. */
  readonly parts: Set<string>;
  /** Labels of each sample that have a value, without those that come with the type. */
  readonly series: LabelSet[];
}

/** How a page was made that is compared with its catalog. */
export interface Comparison {
  /** Whether a family must be there. @default - when it has no condition */
  readonly expected?: (family: MetricFamily) => boolean;
  /** Families that the page declares with a type that is not true of them. @default - none */
  readonly misdeclared?: RegExp;
}

/** A family that needs nothing but options that were on. */
export function needsOnly(...options: readonly string[]): (family: MetricFamily) => boolean {
  return ({ when = {} }) => !when.event && !when.hardware && (when.option === undefined || options.includes(when.option));
}

/** Labels that come with the type of a family. */
const TYPE_LABELS = ['__name__', 'le', 'vmrange', 'quantile'];

/** The families of a file of `test/fixtures/expositions` that has all of each family, by name. */
function exposedFamilies(catalog: MetricCatalog, file: string): ReadonlyMap<string, ExposedFamily> {
  const text = expositionText(file);
  const families = new Map<string, ExposedFamily>();
  const known = new Set(catalog.families.map(({ name }) => name));
  const [types, helps] = ['TYPE', 'HELP'].map(
    (keyword) =>
      new Map([...text.matchAll(new RegExp(`^# ${keyword} (\\S+) ?(.*)$`, 'gm'))].map(([, name = '', rest = '']) => [name, rest])),
  );
  const familyOf = (name: string) => {
    const made = families.get(name) ?? { name, type: types?.get(name), help: helps?.get(name) ?? '', parts: new Set(), series: [] };
    families.set(name, made);
    return made;
  };
  for (const name of types?.keys() ?? []) familyOf(name);
  for (const { __name__: name = '', ...labels } of parseExposition(text)) {
    const stem = name.replace(/_(bucket|sum|count)$/, '');
    // pages without types leave it to the catalog what belongs together
    const whole = families.has(name) || known.has(name) || !(types?.has(stem) || known.has(stem)) ? name : stem;
    // a label without a value is none
    familyOf(whole).parts.add(name.slice(whole.length));
    familyOf(whole).series.push(
      Object.fromEntries(Object.entries(labels).filter(([label, value]) => value !== '' && !TYPE_LABELS.includes(label))),
    );
  }
  return families;
}

/** Types that a page may declare for a family of this type: its text has no word for some. */
const DECLARED: { readonly [type in MetricType]: readonly string[] } = {
  [MetricType.COUNTER]: ['counter', 'untyped'],
  [MetricType.GAUGE]: ['gauge', 'untyped'],
  [MetricType.HISTOGRAM]: ['histogram'],
  [MetricType.VM_HISTOGRAM]: ['histogram', 'untyped'],
  [MetricType.SUMMARY]: ['summary'],
  [MetricType.INFO]: ['gauge', 'untyped'],
};

/** Ends of the names of samples that a family of each type has. */
const PARTS: { readonly [type in MetricType]: readonly string[] } = {
  [MetricType.COUNTER]: [''],
  [MetricType.GAUGE]: [''],
  [MetricType.HISTOGRAM]: ['_bucket', '_sum', '_count'],
  [MetricType.VM_HISTOGRAM]: ['_bucket', '_sum', '_count'],
  [MetricType.SUMMARY]: ['', '_sum', '_count'],
  [MetricType.INFO]: [''],
};

/** What a catalog says and its page does not show, or the other way round. There should be nothing. */
export function disagreements(catalog: MetricCatalog, file: string, how: Comparison = {}): string[] {
  const exposed = exposedFamilies(catalog, file);
  const known = new Set(catalog.families.map(({ name }) => name));
  const expected = how.expected ?? (({ when }) => when === undefined);
  const unknown = [...exposed.keys()].filter((name) => !known.has(name)).map((name) => `${name}: unknown`);
  const different = catalog.families.flatMap((family) => {
    const there = exposed.get(family.name);
    if (there === undefined) return expected(family) ? [`${family.name}: missing`] : [];
    const { type, series } = there;
    const isWrong = type !== undefined && !DECLARED[family.type].includes(type) && !how.misdeclared?.test(family.name);
    return [
      ...(isWrong ? [`${family.name}: ${family.type} that is declared as ${type}`] : []),
      ...partDisagreements(family, there.parts),
      ...new Set(series.flatMap((labels) => labelDisagreements(family, labels))),
    ];
  });
  return [...unknown, ...different];
}

/** Every histogram of a page has all its parts there, the catalog's exceptions apart. */
function partDisagreements({ name, type, bucketsOnly = false }: MetricFamily, parts: ReadonlySet<string>): string[] {
  const expected = PARTS[type].filter((part) => !bucketsOnly || part === '_bucket');
  return [...parts].sort().join() === [...expected].sort().join()
    ? []
    : [`${name}: has ${[...parts].join() || 'nothing'}, not ${expected.join()}`];
}

function labelDisagreements({ name, labels }: MetricFamily, series: LabelSet): string[] {
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
        ...(TYPE_LABELS.includes(label) ? [`${name}: ${label} belongs to the type`] : []),
        ...(values !== undefined && (values.length === 0 || new Set(values).size < values.length || values.includes(''))
          ? [`${name}: values of ${label} are none, twice or empty`]
          : []),
      ]),
    ]),
  ];
}

/** Families whose help is the exporter's own text. There should be none. */
export function borrowedHelp(catalog: MetricCatalog, file: string): string[] {
  const exposed = exposedFamilies(catalog, file);
  // '[ALPHA] Number of …'
  const plain = (text: string) =>
    text
      .replace(/^\[[A-Z]+\] /, '')
      .replace(/\W+/g, ' ')
      .trim()
      .toLowerCase();
  return catalog.families.filter(({ name, help }) => plain(help) === plain(exposed.get(name)?.help ?? '')).map(({ name }) => name);
}
