// Writes docs/checks.md from the checks themselves. `npm run docs`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../lib/checks';

const rows = CHECKS.map(({ name, proves }) => `| \`${name}\` | ${proves} |`);
const page = `# Checks

They run over the whole app whenever it is synthesised, objects of your own included. An error stops the synthesis; a warning goes to standard error, and stops it
with \`strict: true\`. Each message says where, what was given, what is allowed and what to write instead, with the name of the check at its end.

| check | what it proves |
| --- | --- |
${rows.join('\n')}

In a library: \`runChecks(app)\` returns the findings, \`runChecks(app, { checks: [...CHECKS, myCheck] })\` adds one of your own. A check is an object with a name, a sentence and a
function from the rendered tree to complaints; it knows no component.
`;
writeFileSync(process.argv[2] ?? join(__dirname, '..', 'docs', 'checks.md'), page);
