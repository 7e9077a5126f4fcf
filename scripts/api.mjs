// npm run api [-- --check] [--folder docs/api]: what the package exports, as files that are kept in the repository.
//
// - `soperator-metrics.api.md`, the report: every public name and type without its comments. Whoever changes the public API changes this
//   file, and a review sees it.
// - `README.md`, the reference for users: the same with its comments.
// - `terraform.api.md` and `terraform.md`: both of the entry point `soperator-metrics/terraform`.
//
// With `--check` nothing is written; where a file is not current, the difference is printed and the exit code is 1.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createPatch } from 'diff';
import { referencePage } from './api-page.mjs';
import { ENTRIES, extractApi, ROOT } from './declarations.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean' }, folder: { type: 'string', default: join(ROOT, 'docs', 'api') } } });
const folder = resolve(values.folder);
const work = mkdtempSync(join(tmpdir(), 'api-'));

/** The report and the page of an entry point. */
function filesOf(entry, name, page, words) {
  const report = `${name}.api.md`;
  const fresh = { report: join(work, report), model: join(work, `${name}.json`) };
  extractApi(entry, fresh);
  return {
    [report]: readFileSync(fresh.report, 'utf8'),
    [page]: referencePage(JSON.parse(readFileSync(fresh.model, 'utf8')), { ...words, report }),
  };
}

try {
  const files = {
    ...filesOf(ENTRIES.library, 'soperator-metrics', 'README.md', { title: 'API reference', imported: 'soperator-metrics' }),
    ...filesOf(ENTRIES.terraform, 'terraform', 'terraform.md', {
      title: 'API reference: Terraform',
      imported: 'soperator-metrics/terraform',
    }),
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
