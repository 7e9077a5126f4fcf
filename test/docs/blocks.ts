import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, repositoryPages } from '../../scripts/site/repository';

/** How a block of commands is marked, by the comment above it. */
export type Mark = 'shell' | 'forward' | 'not run';

/** A block of commands on a page. */
export interface CommandBlock {
  /** The page, from the root of the repository. */
  readonly page: string;
  readonly line: number;
  /** Where it is, for messages: `docs/helm.md:12`. */
  readonly at: string;
  readonly text: string;
  /** @default - it has none */
  readonly mark?: Mark;
  /** The name, or the reason why it is not run. */
  readonly says: string;
  /** What a terminal shows: commands behind `$`, and below each what it prints. */
  readonly isSession: boolean;
}

const FENCE = /^( *)```(\S*)/;
const SHELLS = new Set(['bash', 'sh', 'shell', 'console']);
/** How a line begins that is typed: indented text without any such line is a drawing or a list. */
const COMMAND =
  /^(\$ )?(\w+=\S+ )*(apt-get|argocd|bash|cd|cp|curl|docker|export|flux|for|git|helm|kubectl|ls|mkdir|node|npm|npx|oras|sha256sum|soperator-metrics|tar|terraform|tofu|\.\/\S+|\.ci\/\S+)(\s|$)/;
const MARK = /^ *<!-- (shell|forward|not run): (.+?) -->$/;

/** Every page whose commands readers type. What the library's compiler writes has none. */
export const COMMAND_PAGES: readonly string[] = repositoryPages().filter((page) => !page.startsWith('docs/api/'));

const blocks = new Map<string, readonly CommandBlock[]>();

/** The blocks of commands of a page: fenced ones by their language, indented ones by their words, where they are no continuation of a list. */
export function commandBlocks(page: string): readonly CommandBlock[] {
  const known = blocks.get(page);
  if (known) return known;
  const made = read(page, readFileSync(join(ROOT, page), 'utf8'));
  blocks.set(page, made);
  return made;
}

/** The blocks of a page with this text. */
export function read(page: string, text: string): readonly CommandBlock[] {
  const lines = text.split('\n');
  const found: CommandBlock[] = [];
  const add = (first: number, body: readonly string[], isSession: boolean) => {
    let above = first - 1;
    while (above >= 0 && lines[above]?.trim() === '') above -= 1;
    const [, mark, says = ''] = MARK.exec(lines[above] ?? '') ?? [];
    found.push({
      page,
      line: first + 1,
      at: `${page}:${first + 1}`,
      text: `${body.join('\n')}\n`,
      ...(mark === undefined ? {} : { mark: mark as Mark }),
      says,
      isSession,
    });
  };
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = '', language] = FENCE.exec(lines[at] ?? '') ?? [];
    if (language !== undefined) {
      const end = lines.findIndex((line, index) => index > at && /^ *```\s*$/.test(line));
      if (end < 0) throw new Error(`${page}:${at + 1}: got a block without an end, expected \`\`\` below it`);
      const body = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
      if (SHELLS.has(language)) add(at, body, language === 'console');
      at = end;
    } else if (isIndented(lines, at)) {
      const end = lines.findIndex((line, index) => index > at && line.trim() !== '' && !line.startsWith('    '));
      const body = lines.slice(at, end < 0 ? lines.length : end).map((line) => line.slice(4));
      while (body.at(-1)?.trim() === '') body.pop();
      if (body.some((line) => COMMAND.test(line))) add(at, body, false);
      at += body.length - 1;
    }
  }
  return found;
}

/** Whether a block by indentation begins here: below a free line, and in no list. */
function isIndented(lines: readonly string[], at: number): boolean {
  if (!/^ {4}\S/.test(lines[at] ?? '') || (at > 0 && lines[at - 1]?.trim() !== '')) return false;
  const owner = lines.slice(0, at).findLast((line) => /^\S/.test(line)) ?? '';
  return !/^([-*+]|\d+[.)]) /.test(owner);
}
