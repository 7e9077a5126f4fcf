// npm run api [-- --check] [--folder docs/api]: what the package exports, as two files that are kept in the repository.
//
// - `soperator-metrics.api.md`, the report: every public name and type without its comments. Whoever changes the public API changes this
//   file, and a review sees it.
// - `README.md`, the reference for users: the same with its comments.
//
// With `--check` nothing is written; where a file is not current, the difference is printed and the exit code is 1.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createPatch } from 'diff';
import { referencePage } from './api-page.mjs';
import { extractApi, ROOT } from './declarations.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean' }, folder: { type: 'string', default: join(ROOT, 'docs', 'api') } } });
const folder = resolve(values.folder);
const work = mkdtempSync(join(tmpdir(), 'api-'));
try {
  const fresh = { report: join(work, 'soperator-metrics.api.md'), model: join(work, 'api.json') };
  extractApi(fresh);
  const files = {
    'soperator-metrics.api.md': readFileSync(fresh.report, 'utf8'),
    'README.md': referencePage(JSON.parse(readFileSync(fresh.model, 'utf8'))),
  };
  if (!values.check) mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    if (!values.check) {
      writeFileSync(file, text);
      continue;
    }
    const former = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (former === text) continue;
    console.error(createPatch(file, former, text, 'as it is', 'as the sources have it'));
    console.error(`${file} is not current: commit what \`npm run api\` writes, and state the change as docs/versioning.md says`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
