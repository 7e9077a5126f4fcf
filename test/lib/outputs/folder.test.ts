import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterOutput, writeFolder } from '../../../lib/outputs';

let parent: string;
let folder: string;

beforeEach(() => {
  parent = fs.mkdtempSync(join(tmpdir(), 'folder-'));
  folder = join(parent, 'dist');
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(parent, { recursive: true, force: true });
});

const output = (cluster: string, content: string, crds?: string): ClusterOutput => ({
  cluster,
  files: [
    { name: '10-namespaces.yaml', content: `namespaces of ${content}` },
    { name: '30-pipeline.yaml', content },
  ],
  crds,
});

/** Every file below the parent folder, with its content: what is left behind beside the output shows, too. */
function files(): { readonly [file: string]: string } {
  return Object.fromEntries(
    fs
      .readdirSync(parent, { recursive: true, encoding: 'utf8' })
      .filter((file) => fs.statSync(join(parent, file)).isFile())
      .sort()
      .map((file) => [file, fs.readFileSync(join(parent, file), 'utf8')]),
  );
}

const FORMER = { 'dist/a/10-namespaces.yaml': 'namespaces of former', 'dist/a/30-pipeline.yaml': 'former' };

test('writes one folder a cluster', () => {
  writeFolder(folder, [output('a', 'of a'), output('b', 'of b')]);
  expect(files()).toEqual({
    'dist/a/10-namespaces.yaml': 'namespaces of of a',
    'dist/a/30-pipeline.yaml': 'of a',
    'dist/b/10-namespaces.yaml': 'namespaces of of b',
    'dist/b/30-pipeline.yaml': 'of b',
  });
});

test('copies the definitions of custom resources as they are, to the clusters that need them', () => {
  const crds = join(parent, 'crds.yaml');
  const bytes = Buffer.from([0x23, 0x20, 0xc3, 0xa4, 0x0d, 0x0a]);
  fs.writeFileSync(crds, bytes);
  writeFolder(folder, [output('a', 'x', crds), output('b', 'x')]);
  expect(fs.readFileSync(join(folder, 'a', '00-crds.yaml'))).toEqual(bytes);
  expect(fs.existsSync(join(folder, 'b', '00-crds.yaml'))).toBe(false);
});

test('replaces the former output as a whole: a cluster that is gone leaves nothing', () => {
  writeFolder(folder, [output('a', 'former'), output('gone', 'former')]);
  writeFolder(folder, [output('a', 'new')]);
  expect(files()).toEqual({ 'dist/a/10-namespaces.yaml': 'namespaces of new', 'dist/a/30-pipeline.yaml': 'new' });
});

test('takes a folder that is empty', () => {
  fs.mkdirSync(folder);
  writeFolder(folder, [output('a', 'former')]);
  expect(files()).toEqual(FORMER);
});

test('makes the folders on the way to the output', () => {
  writeFolder(join(parent, 'one', 'two'), [output('a', 'x')]);
  expect(Object.keys(files())).toContain('one/two/a/30-pipeline.yaml');
});

describe('keeps the former output, and leaves nothing else behind,', () => {
  beforeEach(() => writeFolder(folder, [output('a', 'former')]));
  afterEach(() => expect(fs.readdirSync(parent)).toEqual(['dist']));

  test('when the definitions are not there', () => {
    expect(() => writeFolder(folder, [output('a', 'new', join(parent, 'missing.yaml'))])).toThrow('ENOENT');
    expect(files()).toEqual(FORMER);
  });

  test('when a file cannot be written', () => {
    const bad = { cluster: 'b', files: [{ name: 'no/such/folder.yaml', content: '' }] };
    expect(() => writeFolder(folder, [output('a', 'new'), bad])).toThrow('ENOENT');
    expect(files()).toEqual(FORMER);
  });

  test('when it cannot be moved away', () => {
    jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw new Error('EBUSY');
    });
    expect(() => writeFolder(folder, [output('a', 'new')])).toThrow('EBUSY');
    expect(files()).toEqual(FORMER);
  });

  // the former one was moved away by then
  test('when the new one cannot be moved in', () => {
    const rename = fs.renameSync;
    let moves = 0;
    jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (to === folder && ++moves === 1) throw new Error('EACCES');
      rename(from, to);
    });
    expect(() => writeFolder(folder, [output('a', 'new')])).toThrow('EACCES');
    expect(files()).toEqual(FORMER);
  });

  test('when there is nothing to write', () => {
    expect(() => writeFolder(folder, [])).toThrow(
      `[output] ${folder}: got [], expected at least one cluster, because the folder is replaced as a whole; delete the folder by hand if nothing shall be left`,
    );
    expect(files()).toEqual(FORMER);
  });
});

// what is left then is the only copy
test('keeps the former output somewhere when it can be moved away, but nothing can be moved in', () => {
  writeFolder(folder, [output('a', 'former')]);
  const rename = fs.renameSync;
  jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
    if (to === folder) throw new Error('EACCES');
    rename(from, to);
  });
  expect(() => writeFolder(folder, [output('a', 'new')])).toThrow('EACCES');
  expect(Object.values(files())).toEqual(expect.arrayContaining(Object.values(FORMER)));
});

describe('what a run that was killed left beside the output', () => {
  const left = (end: string) => fs.mkdirSync(join(parent, '.dist-a1B2c3', end, 'stale'), { recursive: true });

  test('does not get into it', () => {
    left('new');
    writeFolder(folder, [output('a', 'former')]);
    expect(fs.readdirSync(folder)).toEqual(['a']);
  });

  test('is not in the way', () => {
    writeFolder(folder, [output('a', 'x')]);
    left('old');
    writeFolder(folder, [output('a', 'former')]);
    expect(files()).toEqual(FORMER);
  });
});

describe('refuses a folder that holds something of somebody else', () => {
  test.each([
    ['a file beside the clusters', 'notes.txt', 'notes.txt'],
    ['a file in a folder', 'a/notes.txt', 'a/notes.txt'],
    ['a hidden file', '.gitignore', '.gitignore'],
    ['a folder in a folder', 'a/b/30-pipeline.yaml', 'a/b'],
  ])('%s', (_, file, named) => {
    fs.mkdirSync(join(folder, file, '..'), { recursive: true });
    fs.writeFileSync(join(folder, file), 'dear');
    expect(() => writeFolder(folder, [output('a', 'new')])).toThrow(
      `[output] ${folder}: got "${named}", expected an empty folder or one that holds only rendered clusters, because it is replaced as a whole; choose another folder with --output, or move that file away`,
    );
    expect(files()).toEqual({ [`dist/${file}`]: 'dear' });
  });

  test('a link, whatever it leads to', () => {
    fs.mkdirSync(join(parent, 'elsewhere'));
    fs.mkdirSync(folder);
    fs.symlinkSync(join(parent, 'elsewhere'), join(folder, 'a'));
    expect(() => writeFolder(folder, [output('a', 'new')])).toThrow(
      `[output] ${folder}: got "a", expected an empty folder or one that holds only rendered clusters, because it is replaced as a whole; choose another folder with --output, or move that file away`,
    );
    expect(fs.existsSync(join(parent, 'elsewhere'))).toBe(true);
  });
});
