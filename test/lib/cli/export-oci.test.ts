import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './support';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'export-oci-'));
  writeFileSync(join(work, 'lab.yaml'), 'cluster: lab\nmode: standalone\ngrafana: { enabled: false }\n');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('export oci writes a layout for each cluster, of the shape that --content names', async () => {
  const [byDefault, named] = [join(work, 'default'), join(work, 'named')];
  expect(await command('export', 'oci', join(work, 'lab.yaml'), '-o', byDefault)).toMatchObject({ code: 0, err: '' });
  expect(await command('export', 'oci', join(work, 'lab.yaml'), '-o', named, '--content', 'manifests')).toMatchObject({ code: 0, err: '' });
  const index = readFileSync(join(named, 'lab', 'index.json'), 'utf8');
  expect(JSON.parse(index).manifests).toHaveLength(1);
  expect(readFileSync(join(byDefault, 'lab', 'index.json'), 'utf8')).toBe(index);
});

test('export fails when --content names no shape, or the shape is made of no other; nothing is written', async () => {
  const out = join(work, 'refused');
  const unknown = await command('export', 'oci', join(work, 'lab.yaml'), '-o', out, '--content', 'zip');
  expect(unknown).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^--content: got zip, expected one of .*\bmanifests, .*oci/),
  });
  const plain = await command('export', 'manifests', join(work, 'lab.yaml'), '-o', out, '--content', 'manifests');
  expect(plain).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^\[export\] content: got "manifests", expected none/) });
  expect(existsSync(out)).toBe(false);
});
