import { isDeepStrictEqual } from 'node:util';
import { type ApiObject, Testing } from 'cdk8s';
import { Mode } from '../../../lib/common/mode';
import { RemoteWrite, RemoteWriteCredential } from '../../../lib/remote-write';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { VMAgent } from '../../../lib/vm-agent';
import { type KubeJson, podOf } from '../../support';

/** What of an agent says where samples and credentials go, as it is written into the manifest of either mode. */
interface Agent {
  /** Values of each flag as vmagent joins them. */
  readonly flags: { readonly [flag: string]: string };
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly Mount[];
}

interface Volume {
  readonly name: string;
  readonly hostPath?: { readonly path: string; readonly type: string };
  readonly projected?: {
    readonly sources: readonly {
      readonly secret: { readonly name: string; readonly optional?: boolean; readonly items: readonly { key: string; path: string }[] };
    }[];
  };
}

interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly mountPropagation?: string;
}

/** The fields of a VMAgent that a credential could stand in. */
interface AgentSpec extends Partial<Agent> {
  readonly remoteWrite: readonly { readonly url: string; readonly proxyURL?: string; readonly [field: string]: unknown }[];
  readonly extraArgs: { readonly [flag: string]: string };
}

const MODES = [Mode.OPERATOR, Mode.STANDALONE];
const KINDS = ['none', 'file', 'secret', 'basic', 'oauth2', 'tls'] as const;
type Kind = (typeof KINDS)[number];

/** A destination whose URL and credential both carry its name, so that a credential in the wrong place shows. */
function destination(kind: Kind, name: string): RemoteWrite {
  const key = (field: string) => ({ name: `credentials-${name}`, key: field });
  const credentials: { readonly [kind in Kind]?: () => RemoteWriteCredential } = {
    file: () => RemoteWriteCredential.tokenFile({ hostDirectory: `/mnt/${name}`, file: 'token' }),
    secret: () => RemoteWriteCredential.tokenSecret(key('token')),
    basic: () => RemoteWriteCredential.basic(key('user'), key('password')),
    oauth2: () =>
      RemoteWriteCredential.oauth2({ clientId: `id-${name}`, clientSecret: key('secret'), tokenUrl: `https://idp.${name}.example` }),
  };
  const tls = { caSecret: key('ca'), certSecret: key('cert'), keySecret: key('key'), serverName: `inner.${name}.example` };
  return RemoteWrite.toUrl(`https://${name}.example/write`, {
    name,
    credential: credentials[kind]?.(),
    tls: kind === 'tls' ? tls : undefined,
  });
}

/** What {@link destination} is to receive. */
function meant(kind: Kind, name: string): readonly string[] {
  const secret = (key: string) => `secret credentials-${name}/${key}`;
  const texts: { readonly [kind in Kind]: readonly string[] } = {
    none: [],
    file: [`bearerTokenFile: node /mnt/${name}/token`],
    secret: [`bearerTokenFile: ${secret('token')}`],
    basic: [`basicAuth.usernameFile: ${secret('user')}`, `basicAuth.passwordFile: ${secret('password')}`],
    oauth2: [`oauth2.clientID: id-${name}`, `oauth2.clientSecretFile: ${secret('secret')}`, `oauth2.tokenUrl: https://idp.${name}.example`],
    tls: [
      `tlsCAFile: ${secret('ca')}`,
      `tlsCertFile: ${secret('cert')}`,
      `tlsKeyFile: ${secret('key')}`,
      `tlsServerName: inner.${name}.example`,
    ],
  };
  return [...texts[kind]].sort();
}

function workloadOf(destinations: readonly RemoteWrite[], mode: Mode): ApiObject {
  const agent = new VMAgent(Testing.chart(), 'VMAgent', { cluster: 'test', mode });
  for (const to of destinations) agent.writeTo(to);
  return agent.workload;
}

const specOf = (destinations: readonly RemoteWrite[]): AgentSpec =>
  (workloadOf(destinations, Mode.OPERATOR).toJson() as { readonly spec: AgentSpec }).spec;

function agentOf(destinations: readonly RemoteWrite[], mode: Mode): Agent {
  if (mode === Mode.OPERATOR) {
    const { remoteWrite, extraArgs, volumes = [], volumeMounts = [] } = specOf(destinations);
    const flags = { 'remoteWrite.url': remoteWrite.map(({ url }) => url).join(','), ...extraArgs };
    return { flags, volumes, volumeMounts };
  }
  const pod = podOf(workloadOf(destinations, mode).toJson() as KubeJson);
  const [container] = pod.containers;
  const flags = new Map<string, string>();
  for (const arg of container?.args ?? []) {
    const [, flag = '', value = ''] = /^-([^=]+)=(.*)$/s.exec(arg) ?? [];
    flags.set(flag, flags.has(flag) ? `${flags.get(flag)},${value}` : value);
  }
  return {
    flags: Object.fromEntries(flags),
    volumes: pod.volumes ?? [],
    volumeMounts: (container?.volumeMounts ?? []) as readonly Mount[],
  };
}

/** The value of a flag at one position, as vmagent reads it: a single value counts for every position. */
function at(flags: Agent['flags'], flag: string, position: number): string {
  const values = flags[flag] === undefined ? [] : flags[flag].split(',').map((value) => value.replace(/^"(.*)"$/, '$1'));
  return (values.length === 1 ? values[0] : values[position]) ?? '';
}

/** Whose file of the container it is: one of the node, a key of a Secret, or none at all. A value that names no file is itself. */
function meaning({ volumes, volumeMounts }: Agent, value: string): string {
  if (!value.startsWith('/')) return value;
  const mount = volumeMounts.find(({ mountPath }) => value.startsWith(`${mountPath}/`));
  const volume = volumes.find(({ name }) => name === mount?.name);
  const file = value.slice((mount?.mountPath.length ?? 0) + 1);
  if (volume?.hostPath) return `node ${volume.hostPath.path}/${file}`;
  const [found] = (volume?.projected?.sources ?? []).flatMap(({ secret }) =>
    secret.items.filter(({ path }) => path === file).map(({ key }) => `secret ${secret.name}/${key}`),
  );
  return found ?? `no file ${value}`;
}

/** What each URL receives from a running vmagent. */
function received(agent: Agent): { readonly [url: string]: readonly string[] } {
  const flags = Object.keys(agent.flags).filter((flag) => /^remoteWrite\.(bearer|basicAuth|oauth2|tls)/.test(flag));
  return Object.fromEntries(
    (agent.flags['remoteWrite.url'] ?? '').split(',').map((url, index) => [
      url,
      flags
        .map((flag) => ({ flag, value: at(agent.flags, flag, index) }))
        .filter(({ value }) => value !== '')
        .map(({ flag, value }) => `${flag.replace('remoteWrite.', '')}: ${meaning(agent, value)}`)
        .sort(),
    ]),
  );
}

function outcome(kinds: readonly Kind[], mode: Mode) {
  const named = kinds.map((kind, index) => ({ kind, name: `d${index + 1}` }));
  return {
    got: received(
      agentOf(
        named.map(({ kind, name }) => destination(kind, name)),
        mode,
      ),
    ),
    expected: Object.fromEntries(named.map(({ kind, name }) => [`https://${name}.example/write`, meant(kind, name)])),
  };
}

describe('the simulated vmagent', () => {
  const agent = (bearerTokenFile: string): Agent => ({
    volumes: [{ name: 'v', hostPath: { path: '/mnt', type: 'Directory' } }],
    volumeMounts: [{ name: 'v', mountPath: '/t' }],
    flags: { 'remoteWrite.url': 'a,b,c', 'remoteWrite.bearerTokenFile': bearerTokenFile },
  });

  test.each([
    ['one value to every URL', '/t/k', ['a', 'b', 'c']],
    ['a value and an empty one to the first URL', '/t/k,""', ['a']],
    ['an empty value and one more to the second URL', '"",/t/k', ['b']],
    ['a value between two empty ones to the second URL', '"",/t/k,""', ['b']],
  ])('sends %s', (_, flag, urls) => {
    const got = received(agent(flag));
    expect(Object.keys(got).filter((url) => got[url]?.includes('bearerTokenFile: node /mnt/k'))).toEqual(urls);
  });

  test('finds no file where nothing is mounted', () => {
    expect(received(agent('/elsewhere/k'))).toMatchObject({ a: ['bearerTokenFile: no file /elsewhere/k'] });
  });
});

describe.each(MODES)('each credential reaches its own URL and no other in mode %s', (mode) => {
  test.each<readonly [string, readonly Kind[]]>([
    ['a single destination with a token file', ['file']],
    ['a single destination with a token in a Secret', ['secret']],
    ['a single destination with user and password', ['basic']],
    ['a single destination with OAuth2', ['oauth2']],
    ['a single destination with a client certificate', ['tls']],
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
    ['one of each kind', ['file', 'secret', 'basic', 'oauth2', 'tls']],
    ['a token file between three others', ['none', 'secret', 'file', 'none']],
    ['a token file at the end of four', ['none', 'none', 'none', 'file']],
    ['four token files', ['file', 'file', 'file', 'file']],
    ['tokens in Secrets around a gap', ['secret', 'none', 'none', 'secret']],
    ['four without any', ['none', 'none', 'none', 'none']],
  ])('%s', (_, kinds) => {
    const { got, expected } = outcome(kinds, mode);
    expect(got).toEqual(expected);
  });

  test('whatever is combined, up to four destinations', () => {
    const longer = (combination: readonly Kind[]): Kind[][] => KINDS.map((kind) => [...combination, kind]);
    const one = longer([]);
    const two = one.flatMap(longer);
    const three = two.flatMap(longer);
    // of four, each combination of kinds at any three of the places: the fourth follows from the others, whichever it is
    const four = three.map((kinds): readonly Kind[] => {
      const sum = kinds.reduce((before, kind) => before + KINDS.indexOf(kind), 0);
      return [...kinds, KINDS[sum % KINDS.length] ?? 'none'];
    });
    const wrong = [...one, ...two, ...three, ...four]
      .map((kinds) => ({ kinds, ...outcome(kinds, mode) }))
      .filter(({ got, expected }) => !isDeepStrictEqual(got, expected));
    expect(wrong).toEqual([]);
  });

  // a single entry counts for every URL, and one entry too few moves all that follow
  test('by exactly one entry for each URL in every flag of a credential', () => {
    const kinds: readonly Kind[] = ['none', 'file', 'basic', 'oauth2', 'tls', 'secret'];
    const { flags } = agentOf(
      kinds.map((kind, index) => destination(kind, `d${index}`)),
      mode,
    );
    const ofCredentials = Object.entries(flags).filter(([flag]) => /^remoteWrite\.(bearer|basicAuth|oauth2|tls)/.test(flag));
    expect(ofCredentials.map(([flag]) => flag).sort()).toEqual([
      'remoteWrite.basicAuth.passwordFile',
      'remoteWrite.basicAuth.usernameFile',
      'remoteWrite.bearerTokenFile',
      'remoteWrite.oauth2.clientID',
      'remoteWrite.oauth2.clientSecretFile',
      'remoteWrite.oauth2.tokenUrl',
      'remoteWrite.tlsCAFile',
      'remoteWrite.tlsCertFile',
      'remoteWrite.tlsKeyFile',
      'remoteWrite.tlsServerName',
    ]);
    expect(ofCredentials.filter(([, value]) => value.split(',').length !== kinds.length)).toEqual([]);
    expect(ofCredentials.filter(([, value]) => value.split(',').includes(''))).toEqual([]);
  });

  test('and leave no flag, no volume and no mount where there are none', () => {
    const { flags, volumes, volumeMounts } = agentOf([destination('none', 'a'), destination('none', 'b')], mode);
    expect(Object.keys(flags).filter((flag) => /^remoteWrite\.(bearer|basicAuth|oauth2|tls)/.test(flag))).toEqual([]);
    expect([...volumes, ...volumeMounts].filter(({ name }) => /token|credential/.test(name))).toEqual([]);
  });
});

const NEBIUS = RemoteWrite.nebiusCloud({ region: 'eu-north1', projectId: 'project-1' });
const STORE = RemoteWrite.toUrl('http://store.monitoring.svc:8429/api/v1/write', { name: 'store' });

describe.each(MODES)('files in mode %s', (mode) => {
  test('of the node come with their directory, for a single file would stay the old one after a renewal', () => {
    const { flags, volumes, volumeMounts } = agentOf([STORE, NEBIUS], mode);
    expect(volumes).toContainEqual(
      // made where it is missing: without it the pod would not start, and no destination would get anything
      { name: 'token-nebius-cloud', hostPath: { path: '/mnt/cloud-metadata', type: 'DirectoryOrCreate' } },
    );
    expect(volumeMounts).toContainEqual({
      name: 'token-nebius-cloud',
      mountPath: '/etc/soperator-metrics/tokens/nebius-cloud',
      readOnly: true,
      mountPropagation: 'HostToContainer',
    });
    expect(flags['remoteWrite.bearerTokenFile']).toBe('"",/etc/soperator-metrics/tokens/nebius-cloud/tsa-token');
  });

  // a pod that started first would look into the empty directory below it for ever
  test('of the node are seen where it mounts their directory later, which no Secret needs', () => {
    const { volumes, volumeMounts } = agentOf(
      KINDS.map((kind) => destination(kind, kind)),
      mode,
    );
    const ofNode = volumes.filter(({ hostPath }) => hostPath).map(({ name }) => name);
    expect(ofNode).toEqual(['token-file']);
    expect(volumeMounts.filter(({ mountPropagation }) => mountPropagation === 'HostToContainer').map(({ name }) => name)).toEqual(ofNode);
    expect(volumeMounts.filter((mount) => 'mountPropagation' in mount).map(({ name }) => name)).toEqual(ofNode);
  });

  // entries are counted against URLs, by the check and by vmagent
  test('of a single destination are single entries', () => {
    expect(agentOf([NEBIUS], mode).flags['remoteWrite.bearerTokenFile']).toBe('/etc/soperator-metrics/tokens/nebius-cloud/tsa-token');
  });

  test('of Secrets hold the keys that are used and no others, and are not waited for', () => {
    const { flags, volumes, volumeMounts } = agentOf([STORE, destination('basic', 'other')], mode);
    expect(volumes).toContainEqual({
      name: 'credentials-other',
      projected: {
        sources: [
          { secret: { name: 'credentials-other', optional: true, items: [{ key: 'user', path: 'username' }] } },
          { secret: { name: 'credentials-other', optional: true, items: [{ key: 'password', path: 'password' }] } },
        ],
      },
    });
    expect(volumeMounts).toContainEqual({
      name: 'credentials-other',
      mountPath: '/etc/soperator-metrics/credentials/other',
      readOnly: true,
    });
    expect(flags['remoteWrite.basicAuth.passwordFile']).toBe('"",/etc/soperator-metrics/credentials/other/password');
  });

  test('of all Secrets are optional, so that a missing one holds back its own destination alone', () => {
    const { volumes } = agentOf(
      KINDS.map((kind) => destination(kind, kind)),
      mode,
    );
    const secrets = volumes.flatMap(({ projected }) => projected?.sources.map(({ secret }) => secret) ?? []);
    expect(new Set(secrets.map(({ name }) => name))).toEqual(
      new Set(['credentials-secret', 'credentials-basic', 'credentials-oauth2', 'credentials-tls']),
    );
    expect(secrets.filter(({ optional }) => optional !== true)).toEqual([]);
  });

  test('of two destinations that share a Secret are two, each with its own key', () => {
    const to = (key: string) =>
      RemoteWrite.toUrl(`https://${key}.example/write`, { credential: RemoteWriteCredential.tokenSecret({ name: 'tokens', key }) });
    expect(received(agentOf([to('a'), to('b'), NEBIUS], mode))).toEqual({
      'https://a.example/write': ['bearerTokenFile: secret tokens/a'],
      'https://b.example/write': ['bearerTokenFile: secret tokens/b'],
      [NEBIUS.destination.url]: ['bearerTokenFile: node /mnt/cloud-metadata/tsa-token'],
    });
  });

  test('of destinations with the longest names lie in volumes by names that Kubernetes takes', () => {
    const name = 'a'.repeat(40);
    const { volumes } = agentOf([destination('file', `${name.slice(1)}b`), destination('basic', name)], mode);
    expect(volumes.filter((volume) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(volume.name))).toEqual([]);
  });

  test('tell whose client certificate it is, beside another credential', () => {
    const both = RemoteWrite.toUrl('https://both.example/write', {
      name: 'both',
      credential: RemoteWriteCredential.tokenSecret({ name: 'writer', key: 'token' }),
      tls: { certSecret: { name: 'client', key: 'tls.crt' }, keySecret: { name: 'client', key: 'tls.key' } },
    });
    expect(received(agentOf([both, STORE], mode))).toEqual({
      'https://both.example/write': [
        'bearerTokenFile: secret writer/token',
        'tlsCertFile: secret client/tls.crt',
        'tlsKeyFile: secret client/tls.key',
      ],
      [STORE.destination.url]: [],
    });
  });

  test('hold no scopes of OAuth2, which stand in the flags', () => {
    const credential = RemoteWriteCredential.oauth2({
      clientId: 'metrics-writer',
      clientSecret: { name: 'idp', key: 'secret' },
      tokenUrl: 'https://idp.example/token',
      scopes: ['metrics.write', 'offline'],
    });
    expect(received(agentOf([STORE, RemoteWrite.toUrl('https://a.example/write', { credential })], mode))).toEqual({
      'https://a.example/write': [
        'oauth2.clientID: metrics-writer',
        'oauth2.clientSecretFile: secret idp/secret',
        'oauth2.scopes: metrics.write;offline',
        'oauth2.tokenUrl: https://idp.example/token',
      ],
      [STORE.destination.url]: [],
    });
  });
});

// a Secret that is named in a field and is missing stops every further change of the agent
test('the resource names no Secret in its fields, whatever the credential', () => {
  const spec = specOf(KINDS.map((kind) => destination(kind, kind)));
  expect(spec.remoteWrite).toEqual(KINDS.map((kind) => ({ url: `https://${kind}.example/write` })));
  expect(spec).not.toHaveProperty('secrets');
});

test('the resource keeps proxy and relabel rules to the destination that they belong to', () => {
  const [special, ...others] = specOf([
    RemoteWrite.toUrl('https://special.example/write', {
      proxyUrl: 'http://proxy.example:3128',
      relabelConfigs: [RelabelRule.keepMetrics('the cloud is paid by sample', 'slurm_.+')],
    }),
    STORE,
  ]).remoteWrite;
  expect(special).toEqual({
    url: 'https://special.example/write',
    proxyURL: 'http://proxy.example:3128',
    inlineUrlRelabelConfig: [{ action: 'keep', sourceLabels: ['__name__'], regex: 'slurm_.+' }],
  });
  expect(others).toEqual([{ url: STORE.destination.url }]);
});
