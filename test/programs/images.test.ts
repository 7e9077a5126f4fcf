import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../lib/cli/program';
import { loadClusters } from '../../lib/config';
import { type ListedImage, listImages, mirrorText, renderClusters } from '../../lib/outputs';
import { program } from './support';

jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), 'images-'));
const started: ChildProcess[] = [];
/** Password `secret` of `user`, as htpasswd keeps it. */
const HTPASSWD = 'user:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';

afterAll(() => {
  for (const child of started) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Starts a registry on this machine, one that wants a password where it is to have one. */
async function registry(name: string, withPassword: boolean): Promise<string> {
  const port = await freePort();
  const home = join(folder, name);
  mkdirSync(home);
  writeFileSync(join(home, 'htpasswd'), HTPASSWD);
  const auth = withPassword ? `auth: { htpasswd: { realm: test, path: ${join(home, 'htpasswd')} } }\n` : '';
  writeFileSync(
    join(home, 'config.yml'),
    `version: 0.1\nlog: { level: error, accesslog: { disabled: true } }\nstorage: { filesystem: { rootdirectory: ${home}/data } }\nhttp: { addr: '127.0.0.1:${port}' }\n${auth}`,
  );
  started.push(spawn(program('registry'), ['serve', join(home, 'config.yml')], { stdio: 'ignore' }));
  for (let tries = 0; ; tries += 1) {
    const answered = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined);
    if (answered) return `localhost:${port}`;
    if (tries > 100) throw new Error(`${name}: the registry does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const oras = (...args: readonly string[]) =>
  execFileSync(program('oras'), [...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

const sha256 = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Puts an index of one image for each of two platforms into the source, without a password. */
async function putIndex(repository: string, tag: string): Promise<void> {
  const base = `http://${source}/v2/${repository}`;
  const put = async (url: string, type: string, body: string) => {
    const { status } = await fetch(url, { method: 'PUT', headers: { 'content-type': type }, body });
    expect({ url, status }).toEqual({ url, status: 201 });
  };
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const config = JSON.stringify({ architecture, os: 'linux', of: `${repository}:${tag}` });
    const upload = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    await put(`${upload.headers.get('location')}&digest=${sha256(config)}`, 'application/octet-stream', config);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
      layers: [],
    });
    await put(`${base}/manifests/${sha256(manifest)}`, MANIFEST, manifest);
    manifests.push({ mediaType: MANIFEST, digest: sha256(manifest), size: manifest.length, platform: { architecture, os: 'linux' } });
  }
  await put(`${base}/manifests/${tag}`, INDEX, JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Runs the command as a user would. */
async function command(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await run(args, { stdout: stream('stdout'), stderr: stream('stderr'), env: { NO_COLOR: '1' }, version: '0' });
  return { code, ...written };
}

let source: string;
let target: string;
let cluster: string;
let listed: readonly ListedImage[];
const lock = () => join(folder, 'images.lock');
const config = join(folder, 'docker');

beforeAll(async () => {
  [source, target] = await Promise.all([registry('source', false), registry('target', true)]);
  mkdirSync(config);
  writeFileSync(
    join(config, 'config.json'),
    JSON.stringify({ auths: { [target]: { auth: Buffer.from('user:secret').toString('base64') } } }),
  );
  cluster = join(folder, 'prod.yaml');
  writeFileSync(cluster, `cluster: prod\nimages: { registry: ${target}/mirror, lock: images.lock }\n`);
  listed = listImages(renderClusters(loadClusters(cluster, { withoutLock: true })));
  // what stands for the public registries: each image has an index of one manifest for each of two platforms
  for (const { published = '' } of listed) {
    const [, repository = '', tag = ''] = /^(.*):(.*)$/.exec(published) ?? [];
    await putIndex(repository, tag);
  }
});

test('the script for oras copies every image, with all its platforms', () => {
  const script = mirrorText(
    listed.map((one) => ({ ...one, published: `${source}/${one.published}` })),
    'oras',
  );
  execFileSync('sh', { input: script, env: { ...process.env, DOCKER_CONFIG: config }, stdio: ['pipe', 'ignore', 'inherit'] });
  const repositories = oras('repo', 'ls', '--registry-config', join(config, 'config.json'), target).split('\n');
  expect(repositories.sort()).toEqual(
    [...new Set(listed.map(({ image }) => image.replace(`${target}/`, '').replace(/:[^/]*$/, '')))].sort(),
  );
});

test('a lock file gets the digest of every index from a registry that wants a password', async () => {
  const { code, stdout, stderr } = await command('images', cluster, '--lock', lock(), '--docker-config', config);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`${lock()}: ${listed.length} images, ${listed.length} with a digest\n`);
  const text = readFileSync(lock(), 'utf8');
  for (const { image } of listed) {
    expect(text).toContain(`${image}:\n    digest: ${oras('resolve', '--registry-config', join(config, 'config.json'), image)}\n`);
  }
});

test('what is rendered with it runs every image by its digest, those of the operator included', () => {
  const [rendered] = renderClusters(loadClusters(cluster));
  const text = (rendered?.files ?? []).map(({ content }) => content).join('\n');
  for (const { image } of listed) {
    const digest = oras('resolve', '--registry-config', join(config, 'config.json'), image);
    const [repository, tag] = [image.slice(0, image.lastIndexOf(':')), image.slice(image.lastIndexOf(':') + 1)];
    expect(text.includes(`${image}@${digest}`) || text.includes(`repository: ${repository}\n    tag: ${tag}@${digest}`)).toBe(true);
  }
});

test('names every image that the registry does not give, and leaves the lock file as it was', async () => {
  const before = readFileSync(lock(), 'utf8');
  const { code, stderr } = await command('images', cluster, '--lock', lock(), '--docker-config', folder);
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual(
    listed.map(
      ({ image }) =>
        `${image}: got no digest, because it answers 401 UNAUTHORIZED: authentication required; copy the image there, or log in with docker login`,
    ),
  );
  expect(readFileSync(lock(), 'utf8')).toBe(before);
});

test('says which image is not there', async () => {
  const other = join(folder, 'other.yaml');
  writeFileSync(
    other,
    `cluster: other\nimages: { registry: ${target}/mirror }\ngrafana: { image: '${target}/mirror/grafana/grafana:99' }\n`,
  );
  const { code, stderr } = await command('images', other, '--lock', lock(), '--docker-config', config);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `${target}/mirror/grafana/grafana:99: got no digest, because it answers 404 MANIFEST_UNKNOWN: manifest unknown; copy the image there, or log in with docker login\n`,
  });
});

test('ends with 3 where no registry answers', async () => {
  const away = join(folder, 'away.yaml');
  writeFileSync(away, `cluster: away\nimages: { registry: 'localhost:${await freePort()}' }\n`);
  const { code, stderr } = await command('images', away, '--lock', lock());
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /grafana\/grafana:13\.2\.0: got no digest, because localhost:\d+ does not answer: .*ECONNREFUSED.*; see whether this machine reaches it/,
  );
});
