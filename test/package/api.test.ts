import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, run } from './support';

const REPORT = 'soperator-metrics.api.md';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'api-'));
  cpSync(join(ROOT, 'docs', 'api'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a change of the public API that is not in the report fails, with the difference', async () => {
  const file = join(folder, REPORT);
  const former = readFileSync(file, 'utf8');
  const other = former.replace('readonly retentionPeriod?: Duration;', 'readonly retentionPeriod: number;');
  expect(other).not.toBe(former);
  writeFileSync(file, other);
  const { status, errors } = await run(ROOT, process.execPath, 'scripts/api.mjs', '--check', '--folder', folder);
  expect(status).toBe(1);
  expect(errors.split('\n').filter((line) => /^[-+](?![-+])/.test(line))).toEqual([
    '-    readonly retentionPeriod: number;',
    '+    readonly retentionPeriod?: Duration;',
  ]);
  expect(errors).toContain(`${file} is not current: commit what \`npm run api\` writes, and state the change as docs/versioning.md says`);
  expect(readFileSync(file, 'utf8')).toBe(other);
}, 60_000);
