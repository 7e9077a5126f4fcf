import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..', '..');
const ROOM = join('lib', 'outputs', 'terraform');

/** What sources import, types included. */
const importsOf = (source: string): readonly string[] =>
  [...source.matchAll(/\b(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, name = '']) => name);

/** Everything that may be reached from lib/index.ts and from the command, and this room beside it. */
const sources = ['lib', 'charts', 'scripts', 'main.ts'].flatMap((place) =>
  place.endsWith('.ts')
    ? [place]
    : readdirSync(join(ROOT, place), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
        .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);

test('nothing but the entry point for Terraform needs cdktf', () => {
  const wrong = sources
    .filter((file) => dirname(file) !== ROOM)
    .flatMap((file) => {
      const imports = importsOf(readFileSync(join(ROOT, file), 'utf8'));
      const isRoom = (name: string) => name.startsWith('.') && relative(ROOT, resolve(ROOT, dirname(file), name)).startsWith(ROOM);
      return imports
        .filter((name) => /^(cdktf|cdktn)(\/|$)|^@cdkt[fn]\//.test(name) || isRoom(name))
        .map((name) => `${file} imports ${name}`);
    });
  expect(wrong).toEqual([]);
  const own = sources.filter((file) => dirname(file) === ROOM).flatMap((file) => importsOf(readFileSync(join(ROOT, file), 'utf8')));
  expect(own).toEqual(expect.arrayContaining(['cdktf', '@cdktf/provider-helm']));
});
