import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
/** Where the blocks lie as files: the compiler and the linter look at them there, and a test runs them. */
export const BLOCKS_FOLDER = join(ROOT, 'test', 'docs', 'library');

/** A block of code of a page. */
export interface Block {
  /** Name of its file, from the comment above it: `<!-- block: own-source -->`. */
  readonly name: string;
  readonly code: string;
}

/** The TypeScript blocks of docs/library.md. */
export function libraryBlocks(): Block[] {
  const page = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8');
  const blocks = [...page.matchAll(/^<!-- block: ([\w-]+) -->\n```ts\n(.*?)^```$/gms)].map(([, name = '', code = '']) => ({ name, code }));
  const all = page.match(/^```ts$/gm)?.length ?? 0;
  if (all !== blocks.length)
    throw new Error(
      `docs/library.md: got ${all} blocks of TypeScript, ${blocks.length} of them named; write <!-- block: NAME --> above each`,
    );
  return blocks;
}

/** Writes the blocks to their files, and removes those of former blocks. */
export function writeBlocks(): void {
  const blocks = libraryBlocks();
  for (const file of readdirSync(BLOCKS_FOLDER)) {
    if (!blocks.some(({ name }) => file === `${name}.ts`)) rmSync(join(BLOCKS_FOLDER, file));
  }
  for (const { name, code } of blocks) writeFileSync(join(BLOCKS_FOLDER, `${name}.ts`), code);
}
