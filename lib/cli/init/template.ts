import { stringify } from 'yaml';

/** What stands in the file at an option. */
export interface Entry {
  /** The value in force; where there is none, the option follows its default. */
  readonly value?: unknown;
  /** Said above it, a line each. */
  readonly comments: readonly string[];
}

/** A line that holds an option, in force or not. */
interface OptionLine {
  /** Path of the option, or of what stands where an option would in an example of several lines. */
  readonly option: string;
  readonly indent: string;
  readonly key: string;
  /** Words behind the value, with their #. */
  readonly words: string;
}

/** Spaces, perhaps a # and two spaces for each level below it, and a key. Words have one space behind their #, so they are no key. */
const OPTION = /^( *)(#?)((?: {2})*)([A-Za-z]\w*):( .*|)$/;
const WIDTH = 140;

/**
 * A file with every option of a template, of which only those in force that have a value.
 *
 * A default that was in force gets a # in front of its line, at the very beginning, so that taking that away gives the template's line back.
 *
 * @param template a cluster file with all options, as `pipeline.yaml`
 * @param entries values and comments by the path of their option
 * @throws Error when the template has no such option on a line of its own
 */
export function fillIn(template: string, entries: ReadonlyMap<string, Entry>): string {
  const left = new Set(entries.keys());
  const above = new Set([...entries].filter(([, { value }]) => value !== undefined).flatMap(([option]) => parentsOf(option)));
  const open: { readonly depth: number; readonly key: string }[] = [];
  const lines = template.split('\n').flatMap((line) => {
    const found = optionLine(line, open);
    if (found === undefined) return line.trim() === '' || line.trimStart().startsWith('#') ? [line] : [`#${line}`];
    const { option, indent, key, words } = found;
    const entry = entries.get(option);
    left.delete(option);
    const comments = (entry?.comments ?? []).flatMap((comment) => wrapped(comment, indent));
    if (entry?.value !== undefined) return [...comments, `${indent}${key}: ${inLine(entry.value)}${words}`];
    if (above.has(option)) return [...comments, `${indent}${key}:`];
    return [...comments, line.trimStart().startsWith('#') ? line : `#${line}`];
  });
  if (left.size > 0) throw new Error(`the template has no option ${[...left].join(', ')}`);
  return lines.join('\n');
}

/** The option of a line. `open` holds the keys that it stands below, and then its own. */
function optionLine(line: string, open: { readonly depth: number; readonly key: string }[]): OptionLine | undefined {
  const [whole, before = '', , behind = '', key = '', rest = ''] = OPTION.exec(line) ?? [];
  if (whole === undefined) return undefined;
  const indent = before + behind;
  const depth = indent.length / 2;
  while (open.length > 0 && (open.at(-1)?.depth ?? 0) >= depth) open.pop();
  open.push({ depth, key });
  return { option: open.map((one) => one.key).join('.'), indent, key, words: /\s+# .*$/.exec(rest)?.[0] ?? '' };
}

/** `a.b.c` stands below `a.b` and `a`. */
function parentsOf(option: string): string[] {
  const keys = option.split('.');
  return keys.slice(1).map((_, index) => keys.slice(0, index + 1).join('.'));
}

function inLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

/** A comment in lines that are no options: what goes on has three spaces behind its #. */
export function wrapped(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > WIDTH && line.length > indent.length + 4) {
      lines.push(line);
      line = `${indent}#  `;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
