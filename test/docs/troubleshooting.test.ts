import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUESTIONS } from '../../lib/cli/verify/questions';
import { blocksOf } from '../cluster/support/pages';

const ROOT = join(__dirname, '..', '..');
const PAGE = 'docs/troubleshooting.md';
const page = readFileSync(join(ROOT, PAGE), 'utf8');
const [, ofVerify = '', bySymptom = ''] = /\n## What verify finds\n(.*)\n## By symptom\n(.*)\n## What was proven\n/s.exec(page) ?? [];

/** Sections by their titles. */
const sections = (text: string) =>
  new Map(
    [...text.matchAll(/^### (?<title>.+)\n(?<body>(?:(?!### ).*\n?)*)/gm)].map(({ groups = {} }) => [
      groups.title ?? '',
      groups.body ?? '',
    ]),
  );

/** How headings are addressed, by GitHub and by the site alike: titles have nothing in them that the two make something else of. */
const anchorOf = (title: string) => title.toLowerCase().replaceAll(' ', '-');

test('each question of verify has a section, and no section is of another one', () => {
  expect([...sections(ofVerify).keys()]).toEqual(QUESTIONS.map(({ name }) => name));
});

test.each(QUESTIONS.map(({ name }) => name))('what %s is said to print is what it prints', (name) => {
  const source = readFileSync(join(ROOT, 'lib', 'cli', 'verify', 'questions', `${name}.ts`), 'utf8');
  const [seen = ''] = /You see [\s\S]*?(?=\n\n|$)/.exec(sections(ofVerify).get(name) ?? '') ?? [];
  // what an ellipsis stands for differs from time to time
  const phrases = [...seen.matchAll(/`([^`]+)`/g)].flatMap(([, phrase = '']) => phrase.split('…')).map((part) => part.trim());
  expect(phrases.length).toBeGreaterThan(0);
  expect(phrases.filter((phrase) => !source.includes(phrase))).toEqual([]);
});

test('each symptom of the table leads to a section, and each section is in the table or led to by verify', () => {
  const titles = [...sections(ofVerify).keys(), ...sections(bySymptom).keys()];
  const anchors = new Set(titles.map(anchorOf));
  const led = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(led.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  const unreached = [...sections(bySymptom).keys()].filter((title) => !led.includes(anchorOf(title)));
  expect(unreached).toEqual([]);
});

test('each command has a name or a reason for not being run', () => {
  const commands = page.match(/^```bash$/gm) ?? [];
  expect(blocksOf(PAGE).filter(({ language }) => language === 'bash')).toHaveLength(commands.length);
});
