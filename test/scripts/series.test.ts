import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'series-'));
writeFileSync(join(folder, 'a.yaml'), 'cluster: without\n');
writeFileSync(join(folder, 'b.yaml'), 'cluster: with\napiServer: { enabled: true }\n');
afterAll(() => rmSync(folder, { recursive: true }));

const series = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/series.ts', folder, ...args], { cwd: ROOT, encoding: 'utf8' });

describe('npm run series', () => {
  test('tells of a metric that only one of several clusters has', () => {
    const { status, stdout } = series('--metric', 'apiserver_request_total');
    expect(status).toBe(0);
    expect(stdout).toContain('apiserver_request_total  counter, count, of apiserver (scrape apiserver)');
  }, 60_000);

  test('fails where no cluster has it', () => {
    const { status, stderr } = series('--metric', 'nope');
    expect(status).toBe(1);
    expect(stderr).toBe('no such metric is scraped; npm run series lists the scrapes\n');
  }, 60_000);
});
