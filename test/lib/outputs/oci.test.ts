import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { exportClusters, MANIFEST_FILES, type RenderedCluster, SHAPES, type ShapeFiles } from '../../../lib/outputs';
import { ociLayout } from '../../../lib/outputs/oci/layout';
import { tar } from '../../../lib/outputs/oci/tar';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'oci-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What shapes read of a rendered cluster. */
const CLUSTER = {
  cluster: 'train',
  files: [
    { name: MANIFEST_FILES.namespaces, content: 'kind: Namespace\n' },
    { name: MANIFEST_FILES.pipeline, content: `kind: ConfigMap\ndata:\n  unit: µs\n${'  # '.repeat(200)}\n` },
  ],
} as unknown as RenderedCluster;

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const text = (files: ShapeFiles, path: string) => Buffer.from(files.get(path) ?? '').toString();
const json = (files: ShapeFiles, path: string) => JSON.parse(text(files, path));
const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The bytes that a manifest or an index names, which must be what it says of them. */
function blob(files: ShapeFiles, { digest, size }: Blob): Buffer {
  const bytes = Buffer.from(files.get(`blobs/${digest.replace(':', '/')}`) ?? '');
  expect({ digest: sha256(bytes), size: bytes.length }).toEqual({ digest, size });
  return bytes;
}

/** Unpacks by the machine's tar; what it has to say of the archive is an error. */
function unpack(archive: Uint8Array): Record<string, string> {
  const file = join(folder, 'archive.tar');
  const out = join(folder, 'out');
  fs.writeFileSync(file, archive);
  fs.mkdirSync(out);
  execFileSync('sh', ['-c', 'tar -xf "$1" -C "$2" 2>&1 | diff - /dev/null', 'unpack', file, out]);
  const paths = fs.readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => fs.statSync(join(out, path)).isFile());
  return Object.fromEntries(paths.sort().map((path) => [path, fs.readFileSync(join(out, path), 'utf8')]));
}

describe('the artifact', () => {
  const files = SHAPES.oci.files(CLUSTER, {});
  const [descriptor] = json(files, 'index.json').manifests as readonly [Blob];
  const manifest = JSON.parse(blob(files, descriptor).toString());

  test('has the media types by which Flux knows manifests', () => {
    expect(json(files, 'oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(manifest).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: expect.objectContaining({ mediaType: 'application/vnd.cncf.flux.config.v1+json' }),
      layers: [expect.objectContaining({ mediaType: 'application/vnd.cncf.flux.content.v1.tar+gzip' })],
      annotations: { 'org.opencontainers.image.title': 'metrics pipeline of train' },
    });
    expect(descriptor.mediaType).toBe(manifest.mediaType);
  });

  test('holds the manifests at its root, byte for byte', () => {
    const rendered = Object.fromEntries(CLUSTER.files.map(({ name, content }) => [name, content]));
    expect(unpack(gunzipSync(blob(files, manifest.layers[0])))).toEqual(rendered);
  });

  test('names its unpacked content in its configuration, as an image does', () => {
    const { rootfs } = JSON.parse(blob(files, manifest.config).toString());
    expect(rootfs).toEqual({ type: 'layers', diff_ids: [sha256(gunzipSync(blob(files, manifest.layers[0])))] });
  });

  test('has no blob that nothing names', () => {
    const named = [descriptor, manifest.config, ...manifest.layers].map(({ digest }: Blob) => `blobs/${digest.replace(':', '/')}`);
    expect([...files.keys()].sort()).toEqual([...named, 'index.json', 'oci-layout'].sort());
  });
});

test('the digest follows from paths and contents alone, and is the same in every version of Node', () => {
  const sample = [...Array(2000).keys()].map((number) => `line ${number % 97}: ${(number * 2654435761) % 4294967296}\n`).join('');
  const digestOf = (files: ShapeFiles) => json(ociLayout(files, 'sample'), 'index.json').manifests[0].digest;
  const files = new Map([
    ['b.yaml', sample],
    ['a/a.yaml', 'short\n'],
  ]);
  // another digest here is a new artifact for every cluster of everybody: that is a line in the changelog
  expect(digestOf(files)).toBe('sha256:259ad88c9e6b0f05456edd6db76175fc3038d2076270e754a8854cdf4f67c53d');
  expect(digestOf(new Map([...files].reverse()))).toBe(digestOf(files));
  expect(digestOf(new Map([...files, ['b.yaml', `${sample} `]]))).not.toBe(digestOf(files));
});

describe('the archive', () => {
  test('holds long paths, empty files and contents of whole blocks', () => {
    const files = {
      'empty.yaml': '',
      'full.yaml': 'x'.repeat(1024),
      [`${'folder-of-30-signs-and-a-number/'.repeat(4)}${'n'.repeat(95)}.yaml`]: 'deep',
      'µ.yaml': 'sign',
    };
    expect(unpack(tar(new Map(Object.entries(files))))).toEqual(files);
  });

  test('belongs to nobody, and all of it has one age', () => {
    fs.writeFileSync(join(folder, 'a.tar'), tar(new Map([['a.yaml', 'a']])));
    const listed = execFileSync('tar', ['--utc', '--full-time', '--numeric-owner', '-tvf', join(folder, 'a.tar')], { encoding: 'utf8' });
    expect(listed).toBe('-rw-r--r-- 0/0               1 1980-01-01 00:00:00 a.yaml\n');
  });

  test('fails when a path is longer than the format holds', () => {
    const name = `${'n'.repeat(101)}`;
    expect(() => tar(new Map([[name, '']]))).toThrow(
      `[tar] path: got "${name}", expected a name of at most 100 bytes in a folder of at most 155, which is what tar holds; ` +
        'give the file or its folders shorter names',
    );
  });
});

describe('export', () => {
  test('makes the artifact of the shape that is told', () => {
    const out = join(folder, 'export');
    exportClusters(out, 'oci', [CLUSTER], { content: 'manifests' });
    expect(fs.readFileSync(join(out, 'train', 'index.json'), 'utf8')).toBe(text(SHAPES.oci.files(CLUSTER, {}), 'index.json'));
  });

  test('fails when the shape wraps no other, or is to wrap one that does', () => {
    expect(() => exportClusters(join(folder, 'export'), 'manifests', [CLUSTER], { content: 'manifests' })).toThrow(
      '[export] content: got "manifests", expected none, because only oci is made of another shape; leave --content out, or export oci',
    );
    expect(() => exportClusters(join(folder, 'export'), 'oci', [CLUSTER], { content: 'oci' })).toThrow(
      /^\[export\] content: got "oci", expected one of .*\bmanifests\b.*, which wrap no other; choose one of these$/,
    );
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
