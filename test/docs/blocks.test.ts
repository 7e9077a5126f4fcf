import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/site/repository';
import { COMMAND_PAGES, type CommandBlock, commandBlocks, read } from './blocks';

const all = COMMAND_PAGES.flatMap(commandBlocks);
const named = all.filter(({ mark }) => mark === 'shell' || mark === 'forward');

/** Tests that read blocks off pages, as text. */
const tests = ['cluster', 'docs', 'package', 'programs', 'site'].flatMap((folder) =>
  readdirSync(join(ROOT, 'test', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'blocks.test.ts')
    .map((file) => readFileSync(join(ROOT, 'test', folder, file), 'utf8'))
    .filter((text) => /\b(shellBlock|forwardBlocks|\w*[bB]locksOf|commandBlocks)\(|<!-- shell: /.test(text)),
);

/** Whether a test names a block, or runs all blocks of its page. */
function isRun({ page, says, mark }: CommandBlock): boolean {
  return tests.some(
    (text) =>
      text.includes(`'${says}'`) ||
      (/[bB]locksOf\(/.test(text) && text.includes(`'${page}'`)) ||
      (mark === 'forward' && page === 'README.md' && text.includes('forwardBlocks()')),
  );
}

test('every block of commands is run by a test, or says why not', () => {
  const unmarked = all.filter(({ mark }) => mark === undefined).map(({ at }) => at);
  // write <!-- shell: NAME --> above it, <!-- forward: NAME --> where the first line forwards a port, or <!-- not run: WHY -->;
  // what is no command, such as what one prints, is a block ```text
  expect(unmarked).toEqual([]);
});

test('what is not run has a reason of more than two words', () => {
  const short = all.filter(({ mark, says }) => mark === 'not run' && says.trim().split(/\s+/).length < 3);
  expect(short.map(({ at, says }) => `${at}: ${says}`)).toEqual([]);
});

test('names are words with dashes, and each is there once on its page', () => {
  const wrong = named.filter(
    (block) =>
      !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(block.says) ||
      named.some((one) => one !== block && one.page === block.page && one.says === block.says),
  );
  expect(wrong.map(({ at, says }) => `${at}: ${says}`)).toEqual([]);
});

test('every name is one that a test runs', () => {
  // shellBlock('NAME', 'docs/PAGE.md') of test/cluster/support/readme.ts gives the block
  expect(named.filter((block) => !isRun(block)).map(({ at, says }) => `${at}: ${says}`)).toEqual([]);
});

describe('reading a page', () => {
  const marks = (text: string) => read('page.md', text).map(({ line, mark, says, text: body }) => ({ line, mark, says, body }));

  test('finds blocks by their language, in lists too, and takes what does not belong to their text away', () => {
    const text = '1. Do:\n\n   <!-- shell: a-b -->\n   ```bash\n   one\n     two\n   ```\n\n```yaml\na: 1\n```\n\n```sh\nthree\n```\n';
    expect(marks(text)).toEqual([
      { line: 4, mark: 'shell', says: 'a-b', body: 'one\n  two\n' },
      { line: 13, mark: undefined, says: '', body: 'three\n' },
    ]);
  });

  test('finds indented blocks with commands, and neither drawings nor continuations of a list', () => {
    const drawing = 'Text:\n\n    check ── render\n      └─ end\n';
    expect(marks(drawing)).toEqual([]);
    const text = '- point\n\n    more of it\n\nText:\n\n<!-- not run: there is no cluster -->\n\n    npm test\n\n    npm run types\nText\n';
    expect(marks(text)).toEqual([{ line: 9, mark: 'not run', says: 'there is no cluster', body: 'npm test\n\nnpm run types\n' }]);
  });

  test('fails when a block has no end', () => {
    expect(() => read('page.md', 'a\n```bash\nb\n')).toThrow('page.md:2: got a block without an end, expected ``` below it');
  });
});
