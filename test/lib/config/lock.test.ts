import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadClusters, parseCluster, readLock } from '../../../lib/config';

const folder = mkdtempSync(join(tmpdir(), 'lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DIGEST = `sha256:${'a'.repeat(64)}`;
const messages = (text: string) => readLock('images.lock', text).problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);

test('reads digests, and leaves out what has none yet', () => {
  const text = `# written\nimages:\n  a.io/b:v1:\n    digest: ${DIGEST}\n    usedBy: [b]\n  a.io/c:v1:\n    digest: ''\n    usedBy: [c]\n`;
  expect(readLock('images.lock', text)).toEqual({ digests: { 'a.io/b:v1': DIGEST }, problems: [] });
});

test('fails for what is no lock file, and for a digest that is none, with its line', () => {
  expect(messages('hello\n')).toEqual([
    "0 : got no images, expected 'images:' and below it a line for each; write it with `soperator-metrics images --lock`",
  ]);
  expect(messages('images:\n  a.io/b:v1:\n    digest: sha256:1\n  a.io/c:v1: x\n')).toEqual([
    '3 images["a.io/b:v1"].digest: got "sha256:1", expected a digest: \'sha256:\' and 64 hexadecimal digits, or \'\'; write it with `soperator-metrics images --lock`',
    '4 images["a.io/c:v1"]: got "x", expected a digest: \'sha256:\' and 64 hexadecimal digits, or \'\'; write it with `soperator-metrics images --lock`',
  ]);
});

test('is read from the folder of the cluster file that names it, and not where it is to be written', () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, 'cluster: a\nimages: { lock: ./images.lock }\n');
  expect(() => loadClusters(file)).toThrow(
    `${file}:2:17: images.lock: got "./images.lock", expected a file that can be read, and ${folder}/images.lock cannot; write it with \`soperator-metrics images --lock\``,
  );
  expect(loadClusters(file, { withoutLock: true })[0]?.props).toEqual({ cluster: 'a' });
  writeFileSync(join(folder, 'images.lock'), `images:\n  a.io/b:v1: { digest: ${DIGEST} }\n`);
  expect(loadClusters(file)[0]?.props).toEqual({ cluster: 'a', images: { digests: { 'a.io/b:v1': DIGEST } } });
  expect(() => parseCluster('b.yaml', 'cluster: a\nimages: { keepHost: true }\n')).toThrow(
    'b.yaml:2:21: images.keepHost: got true, expected to be left out while there is no registry; write registry, or remove it',
  );
});
