import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUESTIONS } from '../../../../lib/cli/verify/questions';

const DOCS = join(__dirname, '..', '..', '..', '..', 'docs');

test('the page of the command lists every question in its order, with what it proves', () => {
  const page = ['command.md'].map((name) => join(DOCS, name)).filter(existsSync);
  const text = page.map((file) => readFileSync(file, 'utf8')).join('\n');
  const section = text.slice(text.indexOf('## verify')).split(/\n## (?!verify)/)[0] ?? '';
  const rows = [...section.matchAll(/^\| `([a-z]\S*)` +\| (.+?) +\|$/gm)].map(([, name, proves]) => ({ name, proves }));
  expect(rows).toEqual(QUESTIONS.map(({ name, proves }) => ({ name, proves })));
});
