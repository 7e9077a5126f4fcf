import { isDeepStrictEqual } from 'node:util';
import { Testing } from 'cdk8s';
import { RemoteWrite, RemoteWriteCredential } from '../../../lib/remote-write';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { VMAgent } from '../../../lib/vm-agent';

/** The fields of a VMAgent that say where samples and credentials go, as they are written into the manifest. */
interface AgentSpec {
  readonly remoteWrite: readonly {
    readonly url: string;
    readonly proxyURL?: string;
    readonly bearerTokenSecret?: Key;
    readonly basicAuth?: { readonly username: Key; readonly password: Key };
    readonly oauth2?: { readonly client_id: { readonly secret: Key }; readonly client_secret: Key; readonly token_url: string };
    readonly tlsConfig?: unknown;
    readonly inlineUrlRelabelConfig?: unknown;
  }[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath: { readonly path: string; readonly type: string } }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly extraArgs: { readonly [flag: string]: string };
}

interface Key {
  readonly name: string;
  readonly key: string;
}

const KINDS = ['none', 'file', 'secret', 'basic', 'oauth2'] as const;
type Kind = (typeof KINDS)[number];

/** A destination whose URL and credential both carry its name, so that a credential in the wrong place shows. */
function destination(kind: Kind, name: string): RemoteWrite {
  const key = (field: string): Key => ({ name: `credentials-${name}`, key: field });
  const credentials: { readonly [kind in Kind]: () => RemoteWriteCredential | undefined } = {
    none: () => undefined,
    file: () => RemoteWriteCredential.tokenFile({ hostDirectory: `/mnt/${name}`, file: 'token' }),
    secret: () => RemoteWriteCredential.tokenSecret(key('token')),
    basic: () => RemoteWriteCredential.basic(key('user'), key('password')),
    oauth2: () =>
      RemoteWriteCredential.oauth2({ clientId: key('id'), clientSecret: key('secret'), tokenUrl: `https://idp.${name}.example` }),
  };
  return RemoteWrite.toUrl(`https://${name}.example/write`, { name, credential: credentials[kind]() });
}

/** What {@link destination} is to receive. */
function meant(kind: Kind, name: string): readonly string[] {
  const texts: { readonly [kind in Kind]: readonly string[] } = {
    none: [],
    file: [`token of file /mnt/${name}/token`],
    secret: [`token of secret credentials-${name}/token`],
    basic: [`basic credentials-${name}/user credentials-${name}/password`],
    oauth2: [`oauth2 credentials-${name}/id credentials-${name}/secret https://idp.${name}.example`],
  };
  return texts[kind];
}

function specOf(destinations: readonly RemoteWrite[]): AgentSpec {
  const agent = new VMAgent(Testing.chart(), 'VMAgent', { cluster: 'test' });
  for (const to of destinations) agent.writeTo(to);
  return (agent.workload.toJson() as { readonly spec: AgentSpec }).spec;
}

/** The flags that the operator makes of the fields: one entry for each URL where any URL has a value; `extraArgs` replace a flag as a whole. */
function flagsOf(spec: AgentSpec): { readonly [flag: string]: string } {
  const write = spec.remoteWrite;
  const flags = {
    'remoteWrite.url': write.map(({ url }) => url),
    'remoteWrite.bearerTokenFile': write.map(({ bearerTokenSecret: token }) => token && `/etc/vmagent/config/${path(token)}`),
    'remoteWrite.basicAuth.username': write.map(({ basicAuth }) => basicAuth && path(basicAuth.username)),
    'remoteWrite.basicAuth.passwordFile': write.map(({ basicAuth }) => basicAuth && path(basicAuth.password)),
    'remoteWrite.oauth2.clientID': write.map(({ oauth2 }) => oauth2 && path(oauth2.client_id.secret)),
    'remoteWrite.oauth2.clientSecretFile': write.map(({ oauth2 }) => oauth2 && path(oauth2.client_secret)),
    'remoteWrite.oauth2.tokenUrl': write.map(({ oauth2 }) => oauth2?.token_url),
  };
  const given = Object.entries(flags).filter(([, values]) => values.some(Boolean));
  return { ...Object.fromEntries(given.map(([flag, values]) => [flag, values.map((value) => value ?? '').join(',')])), ...spec.extraArgs };
}

const path = ({ name, key }: Key): string => `${name}/${key}`;

/** The value of a flag at one position, as vmagent reads it: a single value counts for every position. */
function at(flags: { readonly [flag: string]: string }, flag: string, position: number): string {
  const values = flags[flag] === undefined ? [] : flags[flag].split(',').map((value) => value.replace(/^"(.*)"$/, '$1'));
  return (values.length === 1 ? values[0] : values[position]) ?? '';
}

/** Whose token a file of the container is: one of the node's through a mount, one of a Secret, or none at all. */
function tokenAt(spec: AgentSpec, file: string): string {
  const [, own] = /^\/etc\/vmagent\/config\/(.+)$/.exec(file) ?? [];
  if (own) return `token of secret ${own}`;
  const [, mounted, secret] = /^\/etc\/vm\/secrets\/(([^/]+)\/[^/]+)$/.exec(file) ?? [];
  if (mounted && secret && spec.secrets?.includes(secret)) return `token of secret ${mounted}`;
  const mount = spec.volumeMounts?.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
  const volume = spec.volumes?.find(({ name }) => name === mount?.name);
  return mount && volume ? `token of file ${volume.hostPath.path}${file.slice(mount.mountPath.length)}` : `no file ${file}`;
}

/** What each URL receives from a running vmagent. */
function received(spec: AgentSpec): { readonly [url: string]: readonly string[] } {
  const flags = flagsOf(spec);
  return Object.fromEntries(
    (flags['remoteWrite.url'] ?? '').split(',').map((url, index) => {
      const flag = (name: string) => at(flags, `remoteWrite.${name}`, index);
      return [
        url,
        [
          ...(flag('bearerTokenFile') ? [tokenAt(spec, flag('bearerTokenFile'))] : []),
          ...(flag('basicAuth.username') ? [`basic ${flag('basicAuth.username')} ${flag('basicAuth.passwordFile')}`] : []),
          ...(flag('oauth2.clientID')
            ? [`oauth2 ${flag('oauth2.clientID')} ${flag('oauth2.clientSecretFile')} ${flag('oauth2.tokenUrl')}`]
            : []),
        ],
      ];
    }),
  );
}

function outcome(kinds: readonly Kind[]) {
  const named = kinds.map((kind, index) => ({ kind, name: `d${index + 1}` }));
  return {
    got: received(specOf(named.map(({ kind, name }) => destination(kind, name)))),
    expected: Object.fromEntries(named.map(({ kind, name }) => [`https://${name}.example/write`, meant(kind, name)])),
  };
}

describe('the simulated vmagent', () => {
  const spec = (bearerTokenFile: string): AgentSpec => ({
    remoteWrite: ['a', 'b', 'c'].map((url) => ({ url })),
    volumes: [{ name: 'v', hostPath: { path: '/mnt', type: 'Directory' } }],
    volumeMounts: [{ name: 'v', mountPath: '/t' }],
    extraArgs: { 'remoteWrite.bearerTokenFile': bearerTokenFile },
  });

  test.each([
    ['one value to every URL', '/t/k', ['a', 'b', 'c']],
    ['a value and an empty one to the first URL', '/t/k,""', ['a']],
    ['an empty value and one more to the second URL', '"",/t/k', ['b']],
    ['a value between two empty ones to the second URL', '"",/t/k,""', ['b']],
  ])('sends %s', (_, flag, urls) => {
    const got = received(spec(flag));
    expect(Object.keys(got).filter((url) => got[url]?.includes('token of file /mnt/k'))).toEqual(urls);
  });
});

describe('each credential reaches its own URL and no other', () => {
  test.each<readonly [string, readonly Kind[]]>([
    ['a single destination with a token file', ['file']],
    ['a single destination with a token in a Secret', ['secret']],
    ['a single destination with user and password', ['basic']],
    ['a single destination without any', ['none']],
    ['a token file before a store', ['file', 'none']],
    ['a token file behind a store', ['none', 'file']],
    ['a token in a Secret behind a store', ['none', 'secret']],
    ['user and password behind a store', ['none', 'basic']],
    ['two token files', ['file', 'file']],
    ['a token file and a token in a Secret', ['file', 'secret']],
    ['a token in a Secret and a token file', ['secret', 'file']],
    ['a token file beside user and password, which vmagent takes no token with', ['file', 'basic']],
    ['a token file beside OAuth2', ['oauth2', 'file']],
    ['two tokens in Secrets', ['secret', 'secret']],
    ['one of each kind', ['file', 'secret', 'basic', 'oauth2']],
    ['a token file between three others', ['none', 'secret', 'file', 'none']],
    ['a token file at the end of four', ['none', 'none', 'none', 'file']],
    ['four token files', ['file', 'file', 'file', 'file']],
    ['tokens in Secrets around a gap', ['secret', 'none', 'none', 'secret']],
    ['four without any', ['none', 'none', 'none', 'none']],
  ])('%s', (_, kinds) => {
    const { got, expected } = outcome(kinds);
    expect(got).toEqual(expected);
  });

  test('whatever is combined, up to four destinations', () => {
    const longer = (combination: readonly Kind[]): Kind[][] => KINDS.map((kind) => [...combination, kind]);
    const one = longer([]);
    const two = one.flatMap(longer);
    const three = two.flatMap(longer);
    const wrong = [...one, ...two, ...three, ...three.flatMap(longer)]
      .map((kinds) => ({ kinds, ...outcome(kinds) }))
      .filter(({ got, expected }) => !isDeepStrictEqual(got, expected));
    expect(wrong).toEqual([]);
  });
});

const NEBIUS = RemoteWrite.nebiusCloud({ region: 'eu-north1', projectId: 'project-1' });
const STORE = RemoteWrite.toUrl('http://store.monitoring.svc:8429/api/v1/write', { name: 'store' });

test('mounts the directory of a token file, for a single file would stay the old one after a renewal', () => {
  const spec = specOf([STORE, NEBIUS]);
  expect(spec.volumes).toEqual([{ name: 'token-nebius-cloud', hostPath: { path: '/mnt/cloud-metadata', type: 'Directory' } }]);
  expect(spec.volumeMounts).toEqual([
    { name: 'token-nebius-cloud', mountPath: '/etc/soperator-metrics/tokens/nebius-cloud', readOnly: true },
  ]);
  expect(spec.extraArgs['remoteWrite.bearerTokenFile']).toBe('"",/etc/soperator-metrics/tokens/nebius-cloud/tsa-token');
});

// entries are counted against URLs, by the check and by vmagent
test('gives the token file of a single destination as a single entry', () => {
  expect(specOf([NEBIUS]).extraArgs['remoteWrite.bearerTokenFile']).toBe('/etc/soperator-metrics/tokens/nebius-cloud/tsa-token');
});

test('leaves tokens in Secrets to the operator while no destination has a token file', () => {
  const spec = specOf([STORE, destination('secret', 'other')]);
  expect(spec.remoteWrite.find(({ url }) => url === 'https://other.example/write')?.bearerTokenSecret).toEqual({
    name: 'credentials-other',
    key: 'token',
  });
  expect(spec.extraArgs).not.toHaveProperty(['remoteWrite.bearerTokenFile']);
  expect(spec).not.toHaveProperty('secrets');
  expect(spec).not.toHaveProperty('volumes');
  expect(spec).not.toHaveProperty('volumeMounts');
});

test('mounts a Secret with the tokens of two destinations once, and each destination gets its own key', () => {
  const to = (key: string) =>
    RemoteWrite.toUrl(`https://${key}.example/write`, { credential: RemoteWriteCredential.tokenSecret({ name: 'tokens', key }) });
  const spec = specOf([to('a'), to('b'), NEBIUS]);
  expect(spec.secrets).toEqual(['tokens']);
  expect(received(spec)).toEqual({
    'https://a.example/write': ['token of secret tokens/a'],
    'https://b.example/write': ['token of secret tokens/b'],
    [NEBIUS.destination.url]: ['token of file /mnt/cloud-metadata/tsa-token'],
  });
});

test('keeps TLS, proxy and relabel rules to the destination that they belong to', () => {
  const [special, ...others] = specOf([
    RemoteWrite.toUrl('https://special.example/write', {
      tls: {
        caSecret: { name: 'ca', key: 'ca.crt' },
        certSecret: { name: 'client', key: 'tls.crt' },
        keySecret: { name: 'client', key: 'tls.key' },
        serverName: 'inner.example',
      },
      proxyUrl: 'http://proxy.example:3128',
      relabelConfigs: [RelabelRule.keepMetrics('the cloud is paid by sample', 'slurm_.+')],
    }),
    STORE,
  ]).remoteWrite;
  expect(special).toEqual({
    url: 'https://special.example/write',
    proxyURL: 'http://proxy.example:3128',
    tlsConfig: {
      ca: { secret: { name: 'ca', key: 'ca.crt' } },
      cert: { secret: { name: 'client', key: 'tls.crt' } },
      keySecret: { name: 'client', key: 'tls.key' },
      serverName: 'inner.example',
    },
    inlineUrlRelabelConfig: [{ action: 'keep', sourceLabels: ['__name__'], regex: 'slurm_.+' }],
  });
  expect(others).toEqual([{ url: STORE.destination.url }]);
});

test('writes the scopes of OAuth2', () => {
  const credential = RemoteWriteCredential.oauth2({
    clientId: { name: 'idp', key: 'id' },
    clientSecret: { name: 'idp', key: 'secret' },
    tokenUrl: 'https://idp.example/token',
    scopes: ['metrics.write', 'offline'],
  });
  expect(specOf([RemoteWrite.toUrl('https://a.example/write', { credential })]).remoteWrite).toEqual([
    {
      url: 'https://a.example/write',
      oauth2: {
        client_id: { secret: { name: 'idp', key: 'id' } },
        client_secret: { name: 'idp', key: 'secret' },
        token_url: 'https://idp.example/token',
        scopes: ['metrics.write', 'offline'],
      },
    },
  ]);
});
