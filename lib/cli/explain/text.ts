import type { FamilyCondition } from '../../common/metric-family';
import type { Place } from '../../outputs';
import type { ToldRule } from './rules';

/** Columns of a line. */
export const WIDTH = 100;
const LABEL = 11;

/** Breaks a text into lines, none longer than what is left behind the indent. A word that is too long has a line of its own. */
export function wrap(text: string, indent: number, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent + longer.length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

/** A text behind a word in the margin, as many lines as it takes. */
export function field(label: string, text: string, indent = 2): string[] {
  return beside(label, wrap(text, indent + LABEL), indent);
}

/** Lines behind a word in the margin. */
export function beside(label: string, lines: readonly string[], indent = 2): string[] {
  const margin = ' '.repeat(indent);
  return lines.map((line, index) => `${margin}${(index === 0 ? label : '').padEnd(LABEL)}${line}`.trimEnd());
}

/** Lines of two columns: names, and what is said of them. */
export function columns(rows: readonly (readonly [name: string, text: string])[], indent: number, most = 36): string[] {
  const width = Math.min(most, Math.max(0, ...rows.map(([name]) => name.length)));
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, indent + width + 2);
    const head = name.padEnd(width);
    if (name.length > width) return [`${' '.repeat(indent)}${name}`, ...lines.map((line) => ' '.repeat(indent + width + 2) + line)];
    if (lines.length === 0) return [`${' '.repeat(indent)}${name}`];
    return lines.map((line, index) => `${' '.repeat(indent)}${index === 0 ? head : ' '.repeat(width)}  ${line}`);
  });
}

/** Some of a list that may be long. */
export function some(all: readonly string[], most: number, separator = ', '): string {
  return all.length <= most + 1 ? all.join(separator) : `${all.slice(0, most).join(separator)}${separator}and ${all.length - most} more`;
}

/** A text that may be long, cut. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** What must be there for a metric, in words. */
export function needsText({ option, hardware, event }: FamilyCondition): string {
  return [option, hardware, event].filter((part) => part !== undefined).join('; ');
}

/** What a rule does and why, in words. */
export function ruleText({ why, over, does, instead }: ToldRule): string {
  return `${cut(does, 90)}, over ${over}: ${why}${instead === undefined ? '' : `. To change that, ${instead}`}`;
}

/** Places by their dashboard. */
export function placesByDashboard(places: readonly Place[]): (readonly [dashboard: string, parts: string])[] {
  const found = new Map<string, string[]>();
  for (const { dashboard, part } of places) found.set(dashboard, [...(found.get(dashboard) ?? []), part]);
  return [...found].map(([dashboard, parts]) => [dashboard, parts.join('; ')] as const);
}

/** A count with its noun. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
