import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportClusters, MANIFEST_FILES, type RenderedCluster } from '../../../lib/outputs';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = fs.mkdtempSync(join(tmpdir(), 'export-'));
  folder = join(parent, 'out');
});
afterEach(() => fs.rmSync(parent, { recursive: true, force: true }));

/** What the shape `manifests` reads of a rendered cluster. */
const cluster = (name: string, content: string) =>
  ({ cluster: name, files: [{ name: MANIFEST_FILES.pipeline, content }] }) as unknown as RenderedCluster;

test('writes a folder a cluster, and checksums that sha256sum agrees with', () => {
  expect(exportClusters(folder, 'manifests', [cluster('b', 'two'), cluster('a', 'one')])).toEqual([
    'a/30-pipeline.yaml',
    'b/30-pipeline.yaml',
  ]);
  expect(fs.readFileSync(join(folder, 'b/30-pipeline.yaml'), 'utf8')).toBe('two');
  expect(execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' })).toBe(
    'a/30-pipeline.yaml: OK\nb/30-pipeline.yaml: OK\n',
  );
});

test('replaces what was exported before as a whole', () => {
  exportClusters(folder, 'manifests', [cluster('gone', 'x')]);
  exportClusters(folder, 'manifests', [cluster('a', 'x')]);
  expect(fs.readdirSync(folder)).toEqual(['SHA256SUMS', 'a']);
  expect(fs.readdirSync(parent)).toEqual(['out']);
});

test('refuses a folder with a file that no export wrote, and leaves it as it is', () => {
  exportClusters(folder, 'manifests', [cluster('a', 'x')]);
  fs.writeFileSync(join(folder, 'a', 'notes.txt'), 'mine');
  expect(() => exportClusters(folder, 'manifests', [cluster('b', 'x')])).toThrow(
    `[output] ${folder}: got "a/notes.txt", expected an empty folder or one that was exported: every file is listed in SHA256SUMS, ` +
      'because it is replaced as a whole; choose another folder with --output, or move that file away',
  );
  expect(fs.readdirSync(folder)).toEqual(['SHA256SUMS', 'a']);
});
