import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError, loadClusters, locate, parseCluster } from '../../../lib/config';

const parent = mkdtempSync(join(tmpdir(), 'clusters-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** A folder with some files. */
function folder(files: Record<string, string>): string {
  const root = mkdtempSync(join(parent, 'folder-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function failure(path: string): ConfigError {
  try {
    loadClusters(path);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`${path} was read`);
}

test('reads the one cluster of a file', () => {
  const file = join(folder({ 'a.yaml': 'cluster: a\n' }), 'a.yaml');
  expect(loadClusters(file)).toMatchObject([{ file, cluster: 'a', props: { cluster: 'a' } }]);
});

test('reads the clusters of a folder in the order of the names of its files', () => {
  const root = folder({ 'c.yml': 'cluster: first\n', 'b.yaml': 'cluster: second\n', 'a.yaml': 'cluster: third\n' });
  expect(loadClusters(root).map(({ file, cluster }) => [file, cluster])).toEqual([
    [`${root}/a.yaml`, 'third'],
    [`${root}/b.yaml`, 'second'],
    [`${root}/c.yml`, 'first'],
  ]);
});

test('reads no other files of a folder, no hidden ones, and no folders below it', () => {
  const root = folder({
    'a.yaml': 'cluster: a\n',
    'README.md': 'cluster: b\n',
    '.b.yaml': 'cluster: b\n',
    'b.yaml~': 'cluster: b\n',
    'old/c.yaml': 'cluster: c\n',
    'd.yaml/e.yaml': 'cluster: e\n',
  });
  expect(loadClusters(root).map(({ cluster }) => cluster)).toEqual(['a']);
});

test('reads files that are links, as those of mounted configuration are', () => {
  const root = folder({ '..data/a.yaml': 'cluster: a\n' });
  symlinkSync('..data/a.yaml', join(root, 'a.yaml'));
  expect(loadClusters(root).map(({ cluster }) => cluster)).toEqual(['a']);
});

test('names files as they were given, a slash at the end of a folder aside', () => {
  const root = folder({ 'a.yaml': 'strict: 0\n' });
  expect(failure(`${root}/`).problems[0]?.file).toBe(`${root}/a.yaml`);
});

test('fails with the problems of all files at once, file by file', () => {
  const root = folder({
    'a.yaml': 'strict: true\ncluster: A\n',
    'b.yaml': 'cluster: b\n',
    'c.yaml': 'cluster: c\n\tstrict: true\n',
    'd.yaml': 'strict: no\n',
  });
  expect(failure(root).problems.map(({ file, line, column, path }) => [file.slice(root.length), line, column, path])).toEqual([
    ['/a.yaml', 2, 10, 'cluster'],
    ['/c.yaml', 2, 1, ''],
    ['/d.yaml', 1, 1, 'cluster'],
    ['/d.yaml', 1, 9, 'strict'],
  ]);
});

test('fails when two files have one cluster, naming both places, also while one of them has another problem', () => {
  const root = folder({ 'a.yaml': '# ours\ncluster: eu\n', 'b.yaml': 'strict: 0\ncluster: eu\n' });
  expect(failure(root).message).toBe(
    [
      `${root}/b.yaml:1:9: strict: got 0, expected true or false; write one of the two without quotes`,
      `${root}/b.yaml:2:10: cluster: got "eu", expected a name of its own, and ${root}/a.yaml:2:10 has this one; rename one of the two`,
    ].join('\n'),
  );
});

test('fails when there is no such file or folder', () => {
  const path = join(parent, 'nowhere.yaml');
  expect(failure(path).message).toBe(
    `${path}: got no such file or folder, expected a cluster file or a folder of them; write its path, from the current folder`,
  );
  expect(failure(path).problems).toMatchObject([{ file: path, line: 0, column: 0, path: '' }]);
});

test('fails when a folder has no cluster file', () => {
  const root = folder({ 'README.md': '' });
  expect(failure(root).message).toBe(
    `${root}: got a folder without *.yaml, expected a file for each cluster; name the folder that holds them`,
  );
});

test('fails when a file of a folder cannot be read, and still reads the others', () => {
  const root = folder({ 'b.yaml': 'strict: 0\ncluster: b\n' });
  symlinkSync('nothing', join(root, 'a.yaml'));
  symlinkSync('.', join(root, 'c.yaml'));
  expect(failure(root).message).toBe(
    [
      `${root}/a.yaml: got no such file or folder, expected a cluster file or a folder of them; write its path, from the current folder`,
      `${root}/b.yaml:1:9: strict: got 0, expected true or false; write one of the two without quotes`,
      `${root}/c.yaml: got an error (EISDIR), expected a file that can be read; look at its permissions`,
    ].join('\n'),
  );
});

describe('a file', () => {
  test.each([
    ['Windows line ends', 'cluster: a\r\nscale:\r\n  nodes: 3\r\n'],
    ['a byte order mark', '\uFEFFcluster: a\nscale: {nodes: 3}\n'],
    ['tabs behind values', 'cluster: a\t# ours\nscale:\n  nodes:\t3\n'],
    ['a document marker', '---\ncluster: a\nscale: {nodes: 3}\n'],
    ['its version', '%YAML 1.2\n---\ncluster: a\nscale: {nodes: 3}\n...\n'],
    ['flow style', '{cluster: a, scale: {nodes: 3}}'],
    ['JSON', '{"cluster": "a", "scale": {"nodes": 3}}'],
    ['tags of the values that they have anyway', '!!map {cluster: !!str a, scale: !!map {nodes: !!int 3}}'],
    ['a number in octal', 'cluster: a\nscale: {nodes: 0o3}\n'],
  ])('may have %s', (_, text) => {
    expect(parseCluster('c.yaml', text).props).toEqual({ cluster: 'a', scale: { nodes: 3 } });
  });

  test('may use anchors', () => {
    const text = 'cluster: a\nvmAgent: {tolerations: &all [{operator: Exists}]}\nvmSingle: {tolerations: *all}\n';
    expect(parseCluster('c.yaml', text).props.vmSingle).toEqual({ tolerations: [{ operator: 'Exists' }] });
  });

  test('is refused when it has more levels than can be read', () => {
    for (const text of [`cluster: ${'['.repeat(20_000)}`, `cluster: ${'{a: '.repeat(20_000)}`]) {
      expect(() => parseCluster('c.yaml', text)).toThrow('got more levels than can be read, expected options');
    }
  });
});

describe('a place', () => {
  const loaded = parseCluster(
    'c.yaml',
    '# ours\ncluster: a\nremoteWrite:\n  - url: https://a.example.com\n    name: pool\nvmSingle:\n  retentionPeriod: 3d\n',
  );

  test.each([
    ['cluster', 2, 10],
    ['remoteWrite[0].name', 5, 11],
    ['remoteWrite[0]', 4, 5],
    ['vmSingle.retentionPeriod', 7, 20],
    // what is not there: where what should hold it stands
    ['vmSingle.storageSize', 6, 1],
    ['remoteWrite[0].credential.tokenSecret', 4, 5],
    ['remoteWrite[7].url', 3, 1],
    ['grafana.ingressHost', 1, 1],
    ['scale', 1, 1],
  ])('of %s is %d:%d', (option, line, column) => {
    expect(locate(loaded, option)).toEqual({ line, column });
  });
});
