import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** A block of a page of the documentation that has a comment above it. */
export interface Block {
  /** What is done with it: `shell` is run, `forward` forwards a port and asks it, `file` is written, `not run` is left alone. */
  readonly kind: string;
  /** Its name; of what is not run, the reason. */
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

const BLOCK = /^ *<!-- (?<kind>[a-z ]+): (?<name>[^\n]+?) -->\n(?<indent> *)```(?<language>\w*)\n(?<text>[\s\S]*?)\n?^ *```$/gm;

/**
 * The marked blocks of a page, in their order.
 *
 * @param page path from the top of the repository: `docs/tutorial.md`
 */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(BLOCK)].map(({ groups = {} }) => ({
    kind: groups.kind ?? '',
    name: groups.name ?? '',
    language: groups.language ?? '',
    // a block in a list is indented
    text: (groups.text ?? '').replace(new RegExp(`^${groups.indent}`, 'gm'), ''),
  }));
}

/** The text of one block of a page. */
export function blockOf(page: string, kind: string, name: string): string {
  const blocks = blocksOf(page).filter((block) => block.kind === kind);
  const block = blocks.find((one) => one.name === name);
  if (block === undefined)
    throw new Error(`${page}: got no block <!-- ${kind}: ${name} -->, expected one of ${blocks.map((one) => one.name).join(', ')}`);
  return block.text;
}
