import type { Colors } from 'picocolors/types';
import type { ToldPanel, ToldProducer, ToldQuery } from './panel';
import { columns, counted, field, needsText, some, wrap } from './text';

/** Queries from which on only the beginning of each is shown. */
const MANY = 4;
/** Lines of a query that are shown then. */
const LINES = 6;

/** What is told of a part of a dashboard, for people. */
export function panelText(panel: ToldPanel, colours: Colors): string {
  const { dashboard, part, type, description, queries, variables } = panel;
  const metrics = metricLines(queries);
  return [
    `${colours.bold(`${dashboard}: ${part}`)}${type === undefined ? '' : `  ${type}`}`,
    ...(description === undefined ? [] : wrap(description, 2).map((line) => `  ${line}`)),
    ...queries.flatMap((query) => ['', ...queryLines(query, queries.length >= MANY ? LINES : Infinity, colours)]),
    ...(metrics.length === 0 ? [] : ['', '  metrics', ...metrics]),
    ...(variables.length === 0
      ? []
      : [
          '',
          '  variables',
          ...columns(
            variables.map(({ name, query }) => [`$${name}`, query] as const),
            4,
          ),
        ]),
  ].join('\n');
}

function queryLines(query: ToldQuery, most: number, { cyan, red }: Colors): string[] {
  const { name = 'query', text, labels, problems } = query;
  const lines = text
    .split('\n')
    .flatMap((line) => wrap(line, 4 + indentOf(line)).map((part) => `    ${' '.repeat(indentOf(line))}${part}`));
  const more = lines.length > most ? [`    … ${counted(lines.length - most, 'line')} more, whole with --json`] : [];
  return [
    `  ${name}`,
    ...lines.slice(0, most).map(cyan),
    ...more,
    ...(labels === undefined
      ? []
      : field('gives', labels.length === 0 ? 'one series without labels' : `series by ${labels.join(', ')}`, 4)),
    ...field('empty', emptyText(query), 4),
    ...problems.flatMap((problem) => field('wrong', problem, 4).map((line) => red(line))),
  ];
}

function indentOf(line: string): number {
  return Math.min(12, /^\s*/.exec(line)?.[0].length ?? 0);
}

/** Every metric that the queries ask for, once for each scrape that brings it. */
function metricLines(queries: readonly ToldQuery[]): string[] {
  const needs = queries.flatMap((query) => query.needs);
  const found = new Map<string, { readonly producer: ToldProducer; readonly asked: Set<string> }>();
  const missing = new Set<string>();
  for (const { selector, asksFor, producers } of needs) {
    if (producers.length === 0) missing.add(selector);
    for (const producer of producers) {
      const key = `${producer.metric} ${producer.scrape} ${producer.labels.join()}`;
      const known = found.get(key) ?? { producer, asked: new Set() };
      for (const label of asksFor) known.asked.add(label);
      found.set(key, known);
    }
  }
  return [
    ...alike([...found.values()]).flatMap(({ metrics, scrapes, said }) => [
      ...wrap(metrics.join(', '), 4).map((line) => `    ${line}`),
      ...[`from ${some(scrapes, 3, '; ')}`, ...said].flatMap((one) => wrap(one, 6).map((line) => `      ${line}`)),
    ]),
    ...[...missing].flatMap((selector) => wrap(`${selector}: nobody produces it here`, 4).map((line) => `    ${line}`)),
  ];
}

interface Asked {
  readonly producer: ToldProducer;
  /** Labels by which any query asks for it. */
  readonly asked: ReadonlySet<string>;
}

/** The scrapes that bring a metric alike stand together, and so do the metrics of the same scrapes. */
function alike(found: readonly Asked[]) {
  const byMetric = new Map<string, { readonly metric: string; readonly scrapes: string[]; readonly said: readonly string[] }>();
  for (const { producer, asked } of found) {
    const { metric, source, scrape, interval, when, labels } = producer;
    const further = labels.filter((label) => !asked.has(label));
    const said = [
      ...(when ? [`there with: ${needsText(when)}`] : []),
      `asked for by ${asked.size === 0 ? 'no label' : [...asked].join(', ')}`,
      ...(further.length === 0 ? [] : [`has also ${further.join(', ')}`]),
    ];
    const key = [metric, ...said].join();
    const known = byMetric.get(key) ?? { metric, scrapes: [], said };
    known.scrapes.push(`${source ?? 'a source of your own'}, scrape ${scrape}, every ${interval}`);
    byMetric.set(key, known);
  }
  const byScrapes = new Map<
    string,
    { readonly metrics: string[]; readonly scrapes: readonly string[]; readonly said: readonly string[] }
  >();
  for (const { metric, scrapes, said } of byMetric.values()) {
    const key = [...scrapes, ...said].join();
    const known = byScrapes.get(key) ?? { metrics: [], scrapes, said };
    known.metrics.push(metric);
    byScrapes.set(key, known);
  }
  return [...byScrapes.values()];
}

function emptyText({ emptyWithout, filters }: ToldQuery): string {
  const filtered = filters.length === 0 ? '' : `, and while nothing is ${filters.join(' or ')}`;
  if (emptyWithout.length === 0) return `never, whatever is missing${filtered}`;
  const lists = emptyWithout.map((list) => (list.length === 1 ? `without ${list[0]}` : `with none of ${list.join(', ')}`));
  return `${some(lists, 6, '; or ')}${filtered}`;
}
