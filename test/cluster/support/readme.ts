import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from './forward';

const ROOT = join(__dirname, '..', '..', '..');
/** The pages whose blocks are executed. */
const PAGES = ['README.md', 'docs/standalone.md', 'docs/helm.md', 'docs/terraform.md', 'docs/gitops.md'];
const TEXT = PAGES.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');

function marked(kind: string): ReadonlyMap<string, string> {
  // a block in a list is indented
  const blocks = TEXT.matchAll(new RegExp(`<!-- ${kind}: (\\S+) -->\\n *\`\`\`bash\\n([^]*?)\`\`\``, 'g'));
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}

const SHELL = marked('shell');
const FORWARDS = marked('forward');

/** A shell block of the README or of a page of the documentation. */
export function shellBlock(name: string): string {
  const block = SHELL.get(name);
  if (block === undefined)
    throw new Error(`${PAGES.join(', ')}: got no block <!-- shell: ${name} -->, expected one of ${[...SHELL.keys()].join(', ')}`);
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
