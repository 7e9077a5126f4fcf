import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filePage, repositoryPages, sitePath, staged, Wanted } from '../../../scripts/site/repository';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'repository-'));
  for (const file of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/a.md', 'docs/api/README.md', 'examples/one/README.md'])
    write(file, '# Title\n');
  write('lib/x.ts', 'export const x = "```";\n');
  write('docs/p.svg', '<svg/>');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function stagedText(file: string, text: string): { readonly text: string; readonly wanted: Wanted } {
  const title = '# B\n';
  write(file, title + text);
  const wanted = new Wanted();
  return { text: staged(file, new Set(repositoryPages(root)), wanted, root).replace(title, ''), wanted };
}

test('finds the pages of the repository, and gives each its place in the site', () => {
  expect(repositoryPages(root).map((file) => `${file} -> ${sitePath(file)}`)).toEqual([
    'README.md -> readme.md',
    'CONTRIBUTING.md -> contributing.md',
    'CHANGELOG.md -> changelog.md',
    'docs/a.md -> a.md',
    'docs/api/README.md -> api/index.md',
    'examples/one/README.md -> examples/one/index.md',
  ]);
});

test('links lead to the same pages in the site, with their anchors, and others stay', () => {
  const { text, wanted } = stagedText(
    'docs/b.md',
    'See [a](a.md#two), [`the README`](../README.md), [one](../examples/one), [all](../examples), [api](api/README.md), [here](#x), [away](https://example.com/a.md).\n',
  );
  expect(text).toBe(
    'See [a](/a.md#two), [`the README`](/readme.md), [one](/examples/one/index.md), [all](/examples/index.md), [api](/api/index.md), [here](#x), [away](https://example.com/a.md).\n',
  );
  expect(wanted.problems).toEqual([]);
});

test('files of the repository get a page, and pictures are copied', () => {
  const { text, wanted } = stagedText('docs/b.md', '[x](../lib/x.ts), [lib](../lib), [![p](p.svg)](p.svg)\n');
  expect(text).toBe('[x](/files/lib/x.ts.md), [lib](/files/lib.md), [![p](/docs/p.svg)](/files/docs/p.svg.md)\n');
  expect([...wanted.files]).toEqual(['lib/x.ts', 'lib', 'docs/p.svg']);
  expect([...wanted.pictures]).toEqual(['docs/p.svg']);
  expect(filePage('lib/x.ts', root)).toContain('````ts\nexport const x = "```";\n````');
  expect(filePage('lib', root)).toContain('- `x.ts`');
});

test('what looks like a link within code stays', () => {
  const text = '`[a](a.md)` and ``[`a`](a.md)``\n\n```md\n[a](a.md)\n```\n\n~~~\n[a](a.md)\n~~~\n';
  expect(stagedText('docs/b.md', text).text).toBe(text);
});

test('a link to what is not there is told', () => {
  expect(stagedText('docs/b.md', '[c](c.md) [up](../../x) [a](a.md)\n').wanted.problems).toEqual([
    'docs/b.md: got a link to c.md, expected something in the repository',
    'docs/b.md: got a link to ../../x, expected something in the repository',
  ]);
});

test('a page without a title gets one: the name of its file', () => {
  write('docs/report.md', '## Part\n');
  expect(staged('docs/report.md', new Set(), new Wanted(), root)).toBe('# report.md\n\n## Part\n');
});
