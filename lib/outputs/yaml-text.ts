import { dump } from 'js-yaml';

/** Below this length js-yaml is as quick. */
const LONG = 2000;
/**
 * A text of lines that js-yaml writes as a block without any sign behind its `|`: it begins with no space, has one line break at the end and
 * only characters that all versions of YAML print as they are.
 */
const BLOCK = /^[!-~][ -~\n\u00a1-\u2027\u202a-\ud7ff]*[ -~\u00a1-\u2027\u202a-\ud7ff]\n$/;
/** Stands for a long text while the rest is written; of no meaning to anybody, and nothing is made of texts that have it. */
const MARK = '\ue000';

/**
 * An object as YAML that reads the same by the rules of 1.1, which Kubernetes follows, and 1.2. A text of several lines stays one, and no
 * line is folded, so that a change is one line in a diff.
 *
 * Dashboards are most of the output, and js-yaml asks of each of their characters in which styles it can be written. They are put in after it.
 */
export function yamlText(object: unknown): string {
  const { data } = (object ?? {}) as { readonly data?: unknown };
  const entries = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.entries(data) : [];
  const texts = entries.map(([, value]) => value).filter((value): value is string => typeof value === 'string' && isBlock(value));
  if (texts.length === 0) return plain(object);
  const short = entries.map(([key, value]) => [key, texts.includes(value) ? `${MARK}\n` : value]);
  const pieces = plain({ ...(object as object), data: Object.fromEntries(short) }).split(`${MARK}\n`);
  if (pieces.length !== texts.length + 1) return plain(object);
  return pieces.reduce((before, after, index) => before + indented(texts[index - 1] ?? '', indentOf(before)) + after);
}

function plain(object: unknown): string {
  return dump(object, { lineWidth: -1, noRefs: true });
}

function isBlock(text: string): boolean {
  return text.length > LONG && BLOCK.test(text);
}

/** What the last line has been given before the text. */
function indentOf(before: string): string {
  return before.slice(before.lastIndexOf('\n') + 1);
}

/** The lines of a text, each but the first behind the indent; empty ones have none. */
function indented(text: string, indent: string): string {
  return text.replace(/\n(?=[^\n])/g, `\n${indent}`);
}
