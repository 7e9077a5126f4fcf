import type { Colors } from 'picocolors/types';
import { type ArrivingLabel, LabelOrigin, type LostLabel } from './labels';
import { MetricState, type ToldEnd, type ToldMetric, type ToldPage } from './metric';
import type { ToldRule } from './rules';
import { columns, counted, cut, field, needsText, placesByDashboard, some, wrap } from './text';

/** Values of a label that are listed. */
const VALUES = 4;
/** Scrapes that are told one by one. */
const PAGES = 6;

/** What is told of a metric, for people. */
export function metricText(metric: ToldMetric, colours: Colors): string {
  const { name, state, pages } = metric;
  const head = `${colours.bold(name)}  ${stateText(state, colours)}`;
  if (pages.length === 0) return [head, ...absentLines(metric)].join('\n');
  const isOfScrape = pages.every(({ help }) => help === undefined);
  const body =
    isOfScrape || pages.length > PAGES ? briefly(pages) : pages.flatMap((page) => ['', ...pageLines(page, pages.length > 1, colours)]);
  return [head, ...body, ...readerLines(metric)].join('\n');
}

function stateText(state: MetricState, { green, red, yellow }: Colors): string {
  switch (state) {
    case MetricState.STORED:
      return green('stored');
    case MetricState.DROPPED:
      return red('exposed, and dropped before it is stored');
    case MetricState.NOT_SCRAPED:
      return red('not scraped');
    case MetricState.POSSIBLE:
      return yellow('may be there: no catalog has it');
    case MetricState.UNKNOWN:
      return red('unknown: no catalog has it');
  }
}

function absentLines({ name, couldBring, mayHave, hints, nearest, readBy }: ToldMetric): string[] {
  return [
    ...couldBring.flatMap((one) => [
      '',
      ...wrap(`${one.help ?? name}.`, 2).map((line) => `  ${line}`),
      ...field('is', `${one.type}, ${one.unit}`),
      ...field('from', `${one.source}, page ${one.page}, job ${one.job}`),
      ...(one.when === undefined ? [] : field('needs', needsText(one.when))),
      ...field('but', one.because),
      ...field('so', one.write),
    ]),
    ...(mayHave.length === 0 ? [] : field('perhaps', `${mayHave.join(' or ')}: names of this kind are known of it in part only`)),
    ...hints.flatMap((hint) => field('hint', hint)),
    ...(nearest.length === 0 ? [] : field('nearest', nearest.join(', '))),
    ...(couldBring.length + mayHave.length + hints.length + nearest.length > 0
      ? []
      : ['  soperator-metrics explain lists what is scraped']),
    ...(readBy.length === 0 ? [] : ['', '  read by', ...columns(placesByDashboard(readBy), 4)]),
  ];
}

/** One line a scrape: what the agent makes of each, or what many programs have. */
function briefly(pages: readonly ToldPage[]): string[] {
  const [first] = pages;
  if (first === undefined) return [];
  const isOfScrape = first.help === undefined;
  const alike = new Map<string, string[]>();
  for (const { scrape, destinations, interval } of pages) {
    const ends = destinations.map(
      (end) => `${end.name}: ${end.arrives ? `every ${interval}` : `dropped, ${end.droppedBy?.why ?? 'another name'}`}`,
    );
    const key = ends.join('; ');
    alike.set(key, [...new Set([...(alike.get(key) ?? []), scrape])]);
  }
  return [
    ...wrap(isOfScrape ? 'Made by the agent of each scrape.' : `${first.help}.`, 2).map((line) => `  ${line}`),
    ...field('is', `${first.type}, ${first.unit}`),
    ...field('from', `${counted(new Set(pages.map(({ scrape }) => scrape)).size, 'scrape')}`),
    ...columns(
      [...alike].map(([end, scrapes]) => [end, scrapes.join(', ')] as const),
      4,
    ),
    ...field('labels', labelsOfAll(pages)),
  ];
}

/** Labels of the series of all pages, then those of some. */
function labelsOfAll(pages: readonly ToldPage[]): string {
  const lists = pages.flatMap(({ destinations }) =>
    destinations.filter(({ arrives }) => arrives).map(({ labels }) => labels.map(({ name }) => name)),
  );
  const names = [...new Set(lists.flat())].sort();
  const common = names.filter((name) => lists.every((list) => list.includes(name)));
  const others = names.filter((name) => !common.includes(name));
  return [common.join(', '), ...(others.length === 0 ? [] : [`of some ${others.join(', ')}`])].join('; ');
}

function pageLines(page: ToldPage, isOneOfMany: boolean, colours: Colors): string[] {
  const { help, type, unit, partOf, when, sumOf, summedAs } = page;
  return [
    ...wrap(`${help ?? 'Made by the agent of each scrape'}.`, 2).map((line) => `  ${line}`),
    ...field('is', [`${type}, ${unit}`, ...(partOf === undefined ? [] : [`a part of ${partOf}`])].join('; ')),
    ...field('from', fromText(page)),
    ...(when === undefined ? [] : field('needs', needsText(when))),
    ...(sumOf === undefined ? [] : field('sum', `of ${sumOf.metric} over ${sumOf.without.join(', ')}, made by the agent: ${sumOf.why}`)),
    ...(summedAs === undefined
      ? []
      : field(
          'summed',
          `as ${summedAs.metric} over ${summedAs.without.join(', ')}${summedAs.keepsCounter ? '' : ', which is sent in its place'}: ${summedAs.why}`,
        )),
    ...endLines(page, colours),
    ...(isOneOfMany && page.readBy.length > 0 ? field('read by', readersBriefly(page)) : []),
    ...labelLines(page),
  ];
}

function readersBriefly({ readBy }: ToldPage): string {
  const dashboards = [...new Set(readBy.map(({ dashboard }) => dashboard))];
  return `${counted(readBy.length, 'part')} of ${dashboards.join(', ')}`;
}

function fromText({ source, scrape, job, port, path }: ToldPage): string {
  const place = port === undefined ? path : `port ${port}, ${path}`;
  return `${source ?? 'a source of your own'}: scrape ${scrape}, job ${job}, ${place}`;
}

/** Where it goes; destinations that get the same are told together. */
function endLines({ destinations, interval }: ToldPage, { green, red }: Colors): string[] {
  const alike = together(destinations, ({ arrives, droppedBy, thinnedBy }) => [arrives, droppedBy, thinnedBy]);
  return alike.flatMap(([end, names]) => {
    const { arrives, droppedBy, thinnedBy } = end;
    const fate = arrives
      ? `${green('arrives')}, every ${interval}`
      : `${red('dropped')} by a rule over ${droppedBy?.over ?? 'it'}: ${droppedBy?.why ?? 'it has another name there'}`;
    return [
      ...field('to', `${names}: ${fate}`),
      ...(droppedBy?.instead === undefined ? [] : field('so', droppedBy.instead)),
      ...thinnedBy.flatMap((rule) => field('', thinnedText(rule))),
    ];
  });
}

function thinnedText({ does, why }: ToldRule): string {
  const match = does.replace(/^(drop|keep) /, '').replace(/__name__ =~ "(?:[^"\\]|\\.)*" and /, '');
  return `${does.startsWith('keep') ? 'only those with' : 'but not those with'} ${cut(match, 60)}: ${why}`;
}

/** Those of which something is the same: the first, and the names of all. */
function together(ends: readonly ToldEnd[], what: (end: ToldEnd) => unknown): (readonly [ToldEnd, string])[] {
  const alike = new Map<string, ToldEnd[]>();
  for (const end of ends) {
    const key = JSON.stringify(what(end));
    alike.set(key, [...(alike.get(key) ?? []), end]);
  }
  return [...alike.values()].flatMap((group) => group.slice(0, 1).map((end) => [end, group.map(({ name }) => name).join(', ')] as const));
}

/** Labels at the exporter and in the stores; of further stores only what differs from the first. */
function labelLines({ exposedLabels, destinations }: ToldPage): string[] {
  const there = destinations.filter(({ arrives }) => arrives);
  if (there.length === 0) {
    return exposedLabels.length === 0 ? [] : field('labels', `${exposedLabels.map(({ name }) => name).join(', ')} at the exporter`);
  }
  const groups = together(there, ({ labels, lost }) => [labels, lost]).map(([{ labels, lost }, names]) => ({
    names,
    rows: [...grouped(labels), ...taken(lost)],
  }));
  const [first, ...others] = groups;
  const known = new Set(first?.rows.map((row) => row.join()));
  return [
    others.length === 0 ? '  labels' : `  labels in ${first?.names}`,
    ...columns(first?.rows ?? [], 4, 40),
    ...others.flatMap(({ names, rows }) => [
      `  labels in ${names}: as in ${first?.names}, but`,
      ...columns(
        rows.filter((row) => !known.has(row.join())),
        4,
        40,
      ),
    ]),
  ];
}

/** Labels of the exporter stand together, each other one has its line. */
function grouped(labels: readonly ArrivingLabel[]): (readonly [string, string])[] {
  const plain = labels.filter(({ from, was, rule }) => from === LabelOrigin.EXPORTER && was === undefined && rule === undefined);
  return [
    ...(plain.length === 0 ? [] : [['from the exporter', plain.map(labelText).join(', ')] as const]),
    ...labels.filter((label) => !plain.includes(label)).map((label) => [label.name, originText(label)] as const),
  ];
}

function labelText({ name, values, optional }: ArrivingLabel): string {
  const marked = optional ? `${name}?` : name;
  return values === undefined || values.length === 0 ? marked : `${marked} (${some(values, VALUES, ' | ')})`;
}

function originText({ from, was, source, values, optional, rule }: ArrivingLabel): string {
  const value = values?.length === 1 ? `"${values[0]}"` : source;
  const maybe = optional ? ', where there is one' : '';
  if (was !== undefined) return `${was} of the exporter${maybe}: the target has that label, too`;
  if (from === LabelOrigin.AGENT) return `${value ?? 'added'}, by the agent on everything`;
  if (rule === undefined) return `${value ?? 'from the target'}${maybe}`;
  if (from === LabelOrigin.TARGET) return `${value ?? cut(rule.does, 60)}${maybe}: ${rule.why}`;
  const before = from === LabelOrigin.EXPORTER ? 'from the exporter, or ' : '';
  return `${before}${value ?? cut(rule.does, 60)}${maybe}, by a rule over ${rule.over}: ${rule.why}`;
}

/** Labels that the same rule takes away stand together. */
function taken(lost: readonly LostLabel[]): (readonly [string, string])[] {
  const byRule = new Map<string, string[]>();
  for (const { name, rule } of lost) {
    const key = `taken away, over ${rule.over}: ${rule.why}`;
    byRule.set(key, [...(byRule.get(key) ?? []), name]);
  }
  return [...byRule].map(([text, names]) => [`- ${names.join(', ')}`, text] as const);
}

function readerLines({ readBy }: ToldMetric): string[] {
  if (readBy.length === 0) return ['', '  read by no panel, variable or annotation'];
  return ['', '  read by', ...columns(placesByDashboard(readBy), 4)];
}
