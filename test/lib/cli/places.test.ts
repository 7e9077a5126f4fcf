import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeOf, revisionOf } from '../../../lib/cli/places';

const repository = mkdtempSync(join(tmpdir(), 'places-'));
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: repository, stdio: 'pipe' });

beforeAll(() => {
  mkdirSync(join(repository, 'clusters'));
  writeFileSync(join(repository, 'clusters', 'eu.yaml'), 'cluster: eu\n');
  writeFileSync(join(repository, 'clusters', 'images.lock'), 'then\n');
  writeFileSync(join(repository, 'all.lock'), 'then, above\n');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  writeFileSync(join(repository, 'clusters', 'images.lock'), 'now\n');
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

test('what a file names is read from where the file is: from the disk, or from its revision', () => {
  const file = join(repository, 'clusters', 'eu.yaml');
  expect(placeOf(file).beside('images.lock').read()).toBe('now\n');
  expect(revisionOf('main', file).beside('images.lock').read()).toBe('then\n');
  expect(revisionOf('main', file).beside('../all.lock').read()).toBe('then, above\n');
  const cwd = jest.spyOn(process, 'cwd').mockReturnValue(repository);
  try {
    expect(placeOf('main:clusters/eu.yaml').beside('./images.lock').read()).toBe('then\n');
    expect(placeOf('main:clusters/eu.yaml').beside('../all.lock').read()).toBe('then, above\n');
  } finally {
    cwd.mockRestore();
  }
});
