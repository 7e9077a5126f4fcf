/** A name as code. */
export const code = (name: string): string => `\`${name}\``;

/** Names as code, with commas. */
export const codes = (names: readonly string[]): string => names.map(code).join(', ');

/** Words of a catalog or schema, in which nothing is meant as Markdown or HTML. */
export const prose = (text: string): string =>
  text.replace(/[\\`*[\]<>|]/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll('{{', '&#123;&#123;');

/** A sentence, with its end. */
export function sentence(text: string): string {
  return /[.:!?]$/.test(text) ? text : `${text}.`;
}

/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A block of code, whatever stands in it. */
export function block(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** A heading with an anchor of its own choice, such as the exact name of a metric. */
export function heading(level: number, text: string, anchor?: string): string {
  return `${'#'.repeat(level)} ${text}${anchor === undefined ? '' : ` {#${anchor}}`}`;
}

/** An anchor of words. */
export function anchorOf(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** What stands above a page: settings of the site generator. */
export function frontmatter(settings: { readonly [name: string]: unknown }): string {
  return ['---', ...Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`), '---', ''].join('\n');
}

/** A page of parts, with a free line between them. */
export function page(...parts: readonly (string | readonly string[])[]): string {
  return `${parts
    .flat()
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}
