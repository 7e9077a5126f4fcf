import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Credentials } from '../../../lib/cli/images/credentials';
import { Registries } from '../../../lib/cli/images/registry';

const folder = mkdtempSync(join(tmpdir(), 'docker-'));
const DIGEST = `sha256:${'b'.repeat(64)}`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

/** Answers as a registry whose tokens come from elsewhere, for whoever is `user` with `secret`. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', headers } = request;
  const reply = (status: number, body: unknown, more: Record<string, string> = {}) => {
    response.writeHead(status, more);
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
  };
  asked.push(`${request.method} ${url}`);
  if (url.startsWith('/token')) {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const known = headers.authorization === basic('user:secret') || body.includes('refresh_token=refresh-1');
      reply(known ? 200 : 401, known ? { token: 'token-1' } : { errors: [{ code: 'UNAUTHORIZED', message: 'who are you' }] });
    });
    return;
  }
  const challenge = `Bearer realm="http://${request.headers.host}/token",service="registry",scope="repository:team/app:pull"`;
  const named = { 'docker-content-digest': DIGEST };
  if (headers.authorization !== 'Bearer token-1') {
    reply(401, { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }, { 'www-authenticate': challenge });
  } else if (url.endsWith('/v1')) reply(200, {}, named);
  else if (url.endsWith('/lies')) reply(200, {}, request.method === 'GET' ? named : {});
  else if (url.endsWith('/silent')) reply(200, {});
  else if (url.endsWith('/busy')) reply(503, {});
  else reply(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] });
}

let server: Server;
let host: string;
let asked: string[] = [];

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

function registries(config: object): Registries {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return new Registries(Credentials.read(folder));
}
const auth = Buffer.from('user:secret').toString('base64');

test('asks for a token once for a repository, with what docker keeps for the registry', async () => {
  asked = [];
  const registry = registries({ auths: { [host]: { auth } } });
  expect(await registry.digest(`${host}/team/app:v1`)).toBe(DIGEST);
  expect(await registry.digest(`${host}/team/app:v1`)).toBe(DIGEST);
  expect(asked.map((line) => line.replace(/\?.*/, ''))).toEqual([
    'HEAD /v2/team/app/manifests/v1',
    'GET /token',
    'HEAD /v2/team/app/manifests/v1',
    'HEAD /v2/team/app/manifests/v1',
  ]);
});

test('takes what is kept for a path of the registry, an identity token, or what a helper knows', async () => {
  expect(await registries({ auths: { [`${host}/team`]: { auth } } }).digest(`${host}/team/app:v1`)).toBe(DIGEST);
  expect(await registries({ auths: { [host]: { identitytoken: 'refresh-1' } } }).digest(`${host}/team/app:v1`)).toBe(DIGEST);
  const helper = join(folder, 'docker-credential-test');
  writeFileSync(helper, '#!/bin/sh\nread -r host\necho "{\\"Username\\":\\"user\\",\\"Secret\\":\\"secret\\"}"\n');
  chmodSync(helper, 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}${delimiter}${before}`;
  try {
    expect(await registries({ credHelpers: { [host]: 'test' } }).digest(`${host}/team/app:v1`)).toBe(DIGEST);
  } finally {
    process.env.PATH = before;
  }
});

test('computes the digest where the registry does not name it, and refuses one that is another', async () => {
  const registry = registries({ auths: { [host]: { auth } } });
  expect(await registry.digest(`${host}/team/app:silent`)).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  await expect(registry.digest(`${host}/team/app:lies`)).rejects.toThrow(
    `it says that the digest is ${DIGEST}, and what it sends has sha256:44136f`,
  );
});

test.each([
  ['app:gone', true, 'it answers 404 MANIFEST_UNKNOWN: manifest unknown'],
  ['app:busy', false, 'it answers 503 Service Unavailable'],
])('says what the registry said of %s, and whether that is an answer', async (name, answered, said) => {
  const registry = registries({ auths: { [host]: { auth } } });
  await expect(registry.digest(`${host}/team/${name}`)).rejects.toMatchObject({ image: `${host}/team/${name}`, answered, said });
});

test('says who gave no token', async () => {
  await expect(registries({}).digest(`${host}/team/app:v1`)).rejects.toMatchObject({
    answered: true,
    said: `${host} gave no token: it answers 401 UNAUTHORIZED: who are you`,
  });
});

test('says that nobody answers', async () => {
  await expect(registries({}).digest('127.0.0.1:1/team/app:v1')).rejects.toMatchObject({
    answered: false,
    said: expect.stringContaining('127.0.0.1:1 does not answer'),
  });
});
