import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUESTIONS } from '../../../../lib/cli/verify/questions';

const PAGE = join(__dirname, '..', '..', '..', '..', 'docs', 'command.md');

test('the page of the command lists every question in its order, with what it proves', () => {
  const text = readFileSync(PAGE, 'utf8');
  const section = text.slice(text.indexOf('## verify')).split(/\n## (?!verify)/)[0] ?? '';
  const rows = [...section.matchAll(/^\| `([a-z]\S*)` +\| (.+?) +\|$/gm)].map(([, name, proves]) => ({ name, proves }));
  expect(rows).toEqual(QUESTIONS.map(({ name, proves }) => ({ name, proves })));
});
