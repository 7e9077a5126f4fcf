import { COMMAND_PAGES, commandBlocks, type Mark } from '../../docs/blocks';
import type { Connection } from './forward';

/** The blocks of a page, or of all pages, that are marked so, by name. */
function marked(mark: Mark, page?: string): ReadonlyMap<string, string> {
  const pages = page === undefined ? COMMAND_PAGES : [page];
  const found = pages.flatMap((one) => commandBlocks(one).filter((block) => block.mark === mark));
  // the first page that has a name is meant where none is given: the README is before all others
  return new Map(found.reverse().map(({ says, text }) => [says, text]));
}

/**
 * A block of shell commands of the README or of a page of the documentation, by the comment above it: `<!-- shell: NAME -->`.
 *
 * @param page the page, from the root of the repository. @default - the first page with a block of that name
 */
export function shellBlock(name: string, page?: string): string {
  const blocks = marked('shell', page);
  const block = blocks.get(name);
  if (block === undefined)
    throw new Error(
      `${page ?? 'README.md, docs'}: got no block <!-- shell: ${name} -->, expected one of ${[...blocks.keys()].reverse().join(', ')}`,
    );
  return block;
}

/**
 * Every block that forwards a port and asks it, by name.
 *
 * @param page the page, from the root of the repository. @default 'README.md'
 */
export function forwardBlocks(page = 'README.md'): ReadonlyMap<string, Connection> {
  return new Map(
    [...marked('forward', page)].reverse().map(([name, block]) => {
      const [forward, ...ask] = block.trim().split('\n');
      return [name, { forward: forward ?? '', ask: ask.join('\n') }];
    }),
  );
}
