import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from './forward';

const README = readFileSync(join(__dirname, '..', '..', '..', 'README.md'), 'utf8');

function marked(kind: string): ReadonlyMap<string, string> {
  const blocks = README.matchAll(new RegExp(`<!-- ${kind}: (\\S+) -->\\n\`\`\`bash\\n([^]*?)\`\`\``, 'g'));
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}

const SHELL = marked('shell');
const FORWARDS = marked('forward');

/** A shell block of the README. */
export function shellBlock(name: string): string {
  const block = SHELL.get(name);
  if (block === undefined)
    throw new Error(`README.md: got no block <!-- shell: ${name} -->, expected one of ${[...SHELL.keys()].join(', ')}`);
  return block;
}

/** Every block of the README that forwards a port and asks it, by name. */
export function forwardBlocks(): ReadonlyMap<string, Connection> {
  return new Map(
    [...FORWARDS].map(([name, block]) => {
      const [forward, ...ask] = block.trim().split('\n');
      return [name, { forward: forward ?? '', ask: ask.join('\n') }];
    }),
  );
}
