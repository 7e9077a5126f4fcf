import { readFileSync, writeFileSync } from 'node:fs';

/** What one drill came to. */
export interface Row {
  readonly drill: string;
  readonly mode: string;
  /** How long the fault lasted, in seconds. */
  readonly seconds: number;
  /** What was lost, by destination. */
  readonly lost: { readonly store: number; readonly cloud: number };
  /** Scrapes that did not happen. */
  readonly notScraped: number;
  /** What was stored twice, by destination. */
  readonly duplicates: { readonly store: number; readonly cloud: number };
  /** What may be lost, by destination. */
  readonly allowed: { readonly store: number; readonly cloud: number };
  readonly note: string;
}

const BEGIN = '<!-- drills: begin -->';
const END = '<!-- drills: end -->';
const HEAD = ['drill', 'mode', 'length', 'lost, store / cloud', 'not scraped', 'duplicates, store / cloud', 'allowed to be lost', 'note'];

/** A row as a line of the table. */
export function line(row: Row): string {
  const pair = ({ store, cloud }: { readonly store: number; readonly cloud: number }) => `${store} / ${cloud}`;
  const { drill, mode, seconds, notScraped, note } = row;
  return cells([drill, mode, `${seconds} s`, pair(row.lost), String(notScraped), pair(row.duplicates), pair(row.allowed), note]);
}

/**
 * The text of a page with new rows between its markers. Rows of other modes stay: a run is of one mode.
 *
 * @throws when the page has no markers
 */
export function withTable(page: string, rows: readonly Row[]): string {
  const [before, rest] = halves(page, BEGIN);
  const [table, after] = halves(rest, END);
  const modes = new Set(rows.map(({ mode }) => mode));
  const kept = table
    .split('\n')
    .filter((one) => one.startsWith('|'))
    .slice(2)
    .filter((one) => !modes.has(one.split('|')[2]?.trim() ?? ''));
  const lines = [cells(HEAD), cells(HEAD.map(() => '---')), ...[...kept, ...rows.map(line)].sort(byMode)];
  return `${before}${BEGIN}\n\n${lines.join('\n')}\n\n${END}${after}`;
}

/** Writes the rows into a page. */
export function writeTable(path: string, rows: readonly Row[]): void {
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), rows));
}

function cells(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

/** Modes one after the other; within a mode the drills stay in their order. */
function byMode(a: string, b: string): number {
  const mode = (text: string) => text.split('|')[2]?.trim() ?? '';
  return mode(a) < mode(b) ? -1 : mode(a) > mode(b) ? 1 : 0;
}

function halves(text: string, marker: string): [before: string, after: string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`got a page without ${marker}, expected it where the table of drills is to be written`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}
