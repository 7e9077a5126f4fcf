import type { Colors } from 'picocolors/types';
import type { ToldNeed, ToldPanel, ToldQuery } from './panel';
import { columns, field, needsText, some, wrap } from './text';

/** What is told of a part of a dashboard, for people. */
export function panelText(panel: ToldPanel, colours: Colors): string {
  const { dashboard, part, type, description, queries, variables } = panel;
  return [
    `${colours.bold(`${dashboard}: ${part}`)}${type === undefined ? '' : `  ${type}`}`,
    ...(description === undefined ? [] : wrap(description, 2).map((line) => `  ${line}`)),
    ...queries.flatMap((query) => ['', ...queryLines(query, colours)]),
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

function queryLines(query: ToldQuery, { cyan, red }: Colors): string[] {
  const { name = 'query', text, labels, needs, problems } = query;
  return [
    `  ${name}`,
    ...text.split('\n').flatMap((line) => wrap(line, 6 + indentOf(line)).map((part) => cyan(`    ${' '.repeat(indentOf(line))}${part}`))),
    ...(labels === undefined
      ? []
      : field('gives', labels.length === 0 ? 'one series without labels' : `series by ${labels.join(', ')}`, 4)),
    ...needs.flatMap(needLines),
    ...field('empty', emptyText(query), 4),
    ...problems.flatMap((problem) => field('wrong', problem, 4).map((line) => red(line))),
  ];
}

function indentOf(line: string): number {
  return Math.min(12, /^\s*/.exec(line)?.[0].length ?? 0);
}

function needLines({ selector, producers }: ToldNeed): string[] {
  if (producers.length === 0) return field('needs', `${selector}, which nobody produces here`, 4);
  const [first] = producers;
  const who = [
    ...new Set(producers.map(({ source, scrape, interval }) => `${source ?? 'a source of your own'}, scrape ${scrape}, every ${interval}`)),
  ];
  const conditions = [...new Set(producers.flatMap(({ when }) => (when ? [needsText(when)] : [])))];
  return [
    ...field('needs', selector, 4),
    ...field('', `from ${some(who, 3, '; ')}`, 4),
    ...(first === undefined || producers.length > 3 ? [] : field('', `with ${first.labels.join(', ')}`, 4)),
    ...(conditions.length === 0 ? [] : field('', `there with: ${some(conditions, 3, '; ')}`, 4)),
  ];
}

function emptyText({ emptyWithout, filters }: ToldQuery): string {
  const filtered = filters.length === 0 ? '' : `, and while nothing is ${filters.join(' or ')}`;
  if (emptyWithout.length === 0) return `never, whatever is missing${filtered}`;
  const lists = emptyWithout.map((list) => (list.length === 1 ? list[0] : `all of ${list.join(', ')}`));
  return `without ${some(lists.map(String), 6, '; or without ')}${filtered}`;
}
