import { credentialReachesOneUrl } from '../../../lib/checks/credential-reaches-one-url';
import { positions } from '../../../lib/checks/flags';
import type { JsonObject } from '../../../lib/checks/tree';
import { agentWorkload, findings, kube, workload } from './support';

const A = 'https://a.example.com/write';
const B = 'https://b.example.com/write';
const STORE = 'http://vmsingle-main.apps.svc:8429/api/v1/write';
const agent = (remoteWrite: readonly JsonObject[], extraArgs: JsonObject = {}, spec: JsonObject = {}, name = 'main') =>
  kube('VMAgent', name, { spec: { remoteWrite, extraArgs, ...spec } });
const secret = (name: string) => ({ name, key: 'token' });

test.each([
  ['tok', ['tok']],
  ['tok,""', ['tok', '']],
  ['"",tok', ['', 'tok']],
  ['tok,', ['tok', '']],
  [`'a,b',"c"`, ['a,b', 'c']],
  ['', ['']],
])('reads a flag by position: %s', (value, expected) => {
  expect(positions(value)).toEqual(expected);
});

test('passes when each credential goes to one URL', () => {
  const fields = [
    { url: STORE },
    { url: A, bearerTokenSecret: secret('a') },
    { url: B, basicAuth: { username: secret('b'), password: secret('b') } },
  ];
  const flags = { 'remoteWrite.bearerTokenFile': '"",/etc/tokens/a', 'remoteWrite.tlsHandshakeTimeout': '20s' };
  expect(findings(credentialReachesOneUrl, { objects: [agent(fields), agent([{ url: STORE }, { url: A }], flags)] })).toEqual([]);
});

test('passes when several agents write to one URL in one name', () => {
  const objects = ['one', 'two'].map((name) => agent([{ url: A, bearerTokenSecret: secret('a') }], {}, {}, name));
  expect(findings(credentialReachesOneUrl, { objects })).toEqual([]);
});

test('fails when a flag has one entry for several URLs', () => {
  expect(
    findings(credentialReachesOneUrl, { objects: [agent([{ url: STORE }, { url: A }], { 'remoteWrite.bearerTokenFile': '/tok' })] }),
  ).toEqual([
    '[VMAgent/main] spec.extraArgs["remoteWrite.bearerTokenFile"]: got 1 entry, expected 2, one for each URL in spec.remoteWrite, because one alone is sent to every URL; ' +
      'separate them by commas and write "" where a URL has none',
  ]);
});

test.each(['bearerToken', 'basicAuth.passwordFile', 'oauth2.clientSecretFile', 'tlsKeyFile', 'headers', 'aws.accessKey'])(
  'fails when %s has more entries than there are URLs',
  (flag) => {
    expect(findings(credentialReachesOneUrl, { objects: [agent([{ url: A }], { [`remoteWrite.${flag}`]: 'x,""' })] })).toEqual([
      `[VMAgent/main] spec.extraArgs["remoteWrite.${flag}"]: got 2 entries, expected 1, one for each URL in spec.remoteWrite; separate them by commas and write "" where a URL has none`,
    ]);
  },
);

test('fails when a flag replaces what the operator makes of a field', () => {
  const writes = [{ url: A }, { url: B, bearerTokenSecret: secret('b') }];
  expect(findings(credentialReachesOneUrl, { objects: [agent(writes, { 'remoteWrite.bearerTokenFile': '/etc/tokens/a,""' })] })).toEqual([
    '[VMAgent/main] spec.remoteWrite[1].bearerTokenSecret: got a value beside the flag remoteWrite.bearerTokenFile, expected one of the two, ' +
      'because the flag replaces what the operator makes of the field; give it by the flag for all URLs, or by the field for all',
  ]);
});

test('fails when one URL has several credentials', () => {
  const writes = [{ url: A, basicAuth: { username: secret('a'), password: secret('a') } }];
  expect(findings(credentialReachesOneUrl, { objects: [agent(writes, { 'remoteWrite.bearerTokenFile': '/etc/tokens/a' })] })).toEqual([
    '[VMAgent/main] spec.remoteWrite[0]: got bearer token and basicAuth, expected one of them, because vmagent does not start with several; leave the others out',
  ]);
});

test('fails when a Secret goes to two URLs, by field or as a mounted file', () => {
  const byField = [
    { url: A, bearerTokenSecret: secret('shared') },
    { url: B, oauth2: { client_id: {}, token_url: B, client_secret: secret('shared') } },
  ];
  expect(findings(credentialReachesOneUrl, { objects: [agent(byField)] })).toEqual([
    '[VMAgent/main] spec.remoteWrite[1].oauth2.client_secret: got key token of Secret apps/shared, which is sent to https://a.example.com/write, too, ' +
      'expected a credential of its own, because each of the two could write to the other in your name; make another one for this URL',
  ]);
  const mounted = {
    volumes: [{ name: 'tokens', secret: { secretName: 'shared' } }],
    volumeMounts: [{ name: 'tokens', mountPath: '/etc/tokens' }],
  };
  const byFile = agent(
    [{ url: A }, { url: B }],
    { 'remoteWrite.bearerTokenFile': '/etc/vm/secrets/shared/token,/etc/tokens/token' },
    mounted,
  );
  expect(findings(credentialReachesOneUrl, { objects: [byFile] })).toEqual([
    '[VMAgent/main] spec.extraArgs["remoteWrite.bearerTokenFile"][1]: got key token of Secret apps/shared, which is sent to https://a.example.com/write, too, ' +
      'expected a credential of its own, because each of the two could write to the other in your name; make another one for this URL',
  ]);
});

test('fails when two agents send one file of the node to different URLs', () => {
  const mounted = {
    volumes: [{ name: 'node', hostPath: { path: '/mnt/metadata' } }],
    volumeMounts: [{ name: 'node', mountPath: '/etc/tokens' }],
  };
  const flag = { 'remoteWrite.bearerTokenFile': '/etc/tokens/token' };
  const objects = [agent([{ url: A }], flag, mounted, 'one'), agent([{ url: B }], flag, mounted, 'two')];
  expect(findings(credentialReachesOneUrl, { objects })).toEqual([
    '[VMAgent/two] spec.extraArgs["remoteWrite.bearerTokenFile"][0]: got file /mnt/metadata/token of the node, which is sent to https://a.example.com/write, too, ' +
      'expected a credential of its own, because each of the two could write to the other in your name; make another one for this URL',
  ]);
});

test('fails when a credential goes out unencrypted', () => {
  const inside = agent([{ url: 'http://vmauth.apps.svc.cluster.local:8427/write', bearerTokenSecret: secret('inside') }], {}, {}, 'inside');
  const outside = agent([{ url: 'http://svc.example.com/write?x=1', basicAuth: { username: secret('out'), password_file: '/etc/pass' } }]);
  expect(findings(credentialReachesOneUrl, { objects: [inside, outside] })).toEqual([
    '[VMAgent/main] spec.remoteWrite[0].url: got "http://svc.example.com/write" with a credential, expected https, because the credential can be read on the way; write https://, or leave the credential out',
  ]);
});

describe('a workload that writes', () => {
  const ARGS = 'spec.template.spec.containers[vmagent].args';
  const CREDENTIALS = '/etc/soperator-metrics/credentials';
  /** Keys of Secrets as files of a projected volume for one destination. */
  const projected = (destination: string, ...sources: JsonObject[]) => ({
    volumes: [{ name: `credentials-${destination}`, projected: { sources } }],
    volumeMounts: [{ name: `credentials-${destination}`, mountPath: `${CREDENTIALS}/${destination}` }],
  });
  const keyOf = (name: string, key: string, path = key) => ({ secret: { name, optional: true, items: [{ key, path }] } });
  const both = (...parts: { readonly volumes: JsonObject[]; readonly volumeMounts: JsonObject[] }[]) => ({
    volumes: parts.flatMap(({ volumes }) => volumes),
    volumeMounts: parts.flatMap(({ volumeMounts }) => volumeMounts),
  });
  const own =
    'expected a credential of its own, because each of the two could write to the other in your name; make another one for this URL';
  const run = (...objects: ReturnType<typeof kube>[]) => findings(credentialReachesOneUrl, { objects });

  test('passes when each credential goes to one URL, by flags in any form', () => {
    const pod = both(
      projected('cloud', keyOf('cloud', 'api-token', 'token')),
      projected('own', keyOf('own', 'user', 'username'), keyOf('own', 'password')),
    );
    const args = [
      `--remoteWrite.bearerTokenFile="",${CREDENTIALS}/cloud/token,""`,
      '-remoteWrite.basicAuth.usernameFile',
      `"","",${CREDENTIALS}/own/username`,
      `-remoteWrite.basicAuth.passwordFile="",""`,
      `-remoteWrite.basicAuth.passwordFile=${CREDENTIALS}/own/password`,
      '-remoteWrite.maxDiskUsagePerURL=1GB',
      '-remoteWrite.urlRelabelConfig="",/etc/scrape/cloud.yaml,""',
      '-remoteWrite.showURL',
    ];
    expect(run(agentWorkload('main', [STORE, A, B], args, pod))).toEqual([]);
  });

  test('passes when the shards of one agent send one credential to one URL', () => {
    const shards = [0, 1].map((shard) =>
      agentWorkload(
        `main-${shard}`,
        [STORE, A],
        [
          `-remoteWrite.bearerTokenFile="",${CREDENTIALS}/cloud/token`,
          '-promscrape.cluster.membersCount=2',
          `-promscrape.cluster.memberNum=${shard}`,
        ],
        projected('cloud', keyOf('cloud', 'token')),
      ),
    );
    expect(run(...shards)).toEqual([]);
  });

  test('fails when a flag has not one entry for each URL', () => {
    const args = ['-remoteWrite.bearerTokenFile=/tok', '-remoteWrite.oauth2.scopes=a,b,c', '-remoteWrite.proxyURL=a,b,c'];
    expect(run(agentWorkload('main', [STORE, A], args))).toEqual([
      `[StatefulSet/main] ${ARGS}["-remoteWrite.bearerTokenFile"]: got 1 entry, expected 2, one for each URL in -remoteWrite.url, because one alone is sent to every URL; separate them by commas and write "" where a URL has none`,
      `[StatefulSet/main] ${ARGS}["-remoteWrite.oauth2.scopes"]: got 3 entries, expected 2, one for each URL in -remoteWrite.url; separate them by commas and write "" where a URL has none`,
      `[StatefulSet/main] ${ARGS}["-remoteWrite.proxyURL"]: got 3 entries, expected 2, one for each URL in -remoteWrite.url; separate them by commas and write "" where a URL has none`,
    ]);
  });

  test('fails when one URL has several credentials; a user name and a client id are none', () => {
    const harmless = ['-remoteWrite.basicAuth.usernameFile=/etc/user', '-remoteWrite.oauth2.clientID=agent'];
    const token = '-remoteWrite.bearerTokenFile=/etc/tokens/a';
    expect(run(agentWorkload('main', [A], [...harmless, token]))).toEqual([]);
    expect(run(agentWorkload('main', [A], [token, '-remoteWrite.oauth2.clientSecretFile=/etc/secret']))).toEqual([
      `[StatefulSet/main] ${ARGS}["-remoteWrite.url"][0]: got bearer token and oauth2, expected one of them, because vmagent does not start with several; leave the others out`,
    ]);
  });

  test('fails when a credential goes out unencrypted', () => {
    expect(run(agentWorkload('main', ['http://svc.example.com/write'], ['-remoteWrite.bearerTokenFile=/etc/tokens/a']))).toEqual([
      `[StatefulSet/main] ${ARGS}["-remoteWrite.url"][0]: got "http://svc.example.com/write" with a credential, expected https, because the credential can be read on the way; write https://, or leave the credential out`,
    ]);
  });

  test('fails when one key of a Secret becomes the files of two destinations', () => {
    const pod = both(projected('a', keyOf('shared', 'token')), projected('b', keyOf('shared', 'token', 'password')));
    const args = [
      `-remoteWrite.bearerTokenFile=${CREDENTIALS}/a/token,""`,
      `-remoteWrite.basicAuth.passwordFile="",${CREDENTIALS}/b/password`,
    ];
    expect(run(agentWorkload('main', [A, B], args, pod))).toEqual([
      `[StatefulSet/main] ${ARGS}["-remoteWrite.basicAuth.passwordFile"][1]: got key token of Secret apps/shared, which is sent to https://a.example.com/write, too, ${own}`,
    ]);
  });

  test.each<[string, JsonObject, string]>([
    ['a whole Secret', { secret: { secretName: 'shared' } }, 'key token of Secret apps/shared'],
    ['keys of a Secret', { secret: { secretName: 'shared', items: [{ key: 'a', path: 'token' }] } }, 'key a of Secret apps/shared'],
    ['a projected Secret', { projected: { sources: [{ secret: { name: 'shared' } }] } }, 'key token of Secret apps/shared'],
    [
      'a token of the service account',
      { projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'store' } }] } },
      'the token for store of a service account in apps',
    ],
    ['a directory of the node', { hostPath: { path: '/mnt/metadata/' } }, 'file /mnt/metadata/token of the node'],
  ])('fails when two workloads send to different URLs what is the same file of %s', (_, volume, source) => {
    const pod = {
      volumes: [{ name: 'token', ...volume }],
      // the inner one of two mounts counts
      volumeMounts: [
        { name: 'configuration', mountPath: '/etc/tokens' },
        { name: 'token', mountPath: '/etc/tokens/mine/' },
      ],
    };
    const args = ['-remoteWrite.bearerTokenFile=/etc/tokens/mine/token'];
    expect(run(agentWorkload('one', [A], args, pod), agentWorkload('two', [B], args, pod))).toEqual([
      `[StatefulSet/two] ${ARGS}["-remoteWrite.bearerTokenFile"][0]: got ${source}, which is sent to https://a.example.com/write, too, ${own}`,
    ]);
  });

  test('fails when one variable or one value goes to two URLs, without showing the value', () => {
    const env = [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'shared', key: 'token' } } }];
    expect(run(agentWorkload('main', [A, B], ['-remoteWrite.bearerToken=$(TOKEN),%{TOKEN}'], { env }))).toEqual([
      `[StatefulSet/main] ${ARGS}["-remoteWrite.bearerToken"][1]: got key token of Secret apps/shared, which is sent to https://a.example.com/write, too, ${own}`,
    ]);
    expect(run(agentWorkload('main', [A, B], ['-remoteWrite.bearerToken=hunter2,hunter2']))).toEqual([
      `[StatefulSet/main] ${ARGS}["-remoteWrite.bearerToken"][1]: got the value of remoteWrite.bearerToken, which is sent to https://a.example.com/write, too, ${own}`,
    ]);
    expect(run(agentWorkload('main', [A, B], ['-remoteWrite.bearerToken=hunter2,hunter3']))).toEqual([]);
  });

  test('fails when a VMAgent and a workload share what they mount, wherever the container stands', () => {
    const mounted = projected('a', keyOf('shared', 'token'));
    const flag = { 'remoteWrite.bearerTokenFile': `${CREDENTIALS}/a/token` };
    const container = { name: 'push', command: ['/vmagent', `-remoteWrite.url=${B}`], volumeMounts: mounted.volumeMounts };
    const args = [`-remoteWrite.bearerTokenFile=${CREDENTIALS}/a/token`];
    const job = kube('CronJob', 'push', {
      spec: { jobTemplate: { spec: { template: { spec: { volumes: mounted.volumes, initContainers: [{ ...container, args }] } } } } },
    });
    expect(run(agent([{ url: A }], flag, mounted), workload('Deployment', 'other'), job)).toEqual([
      `[CronJob/push] spec.jobTemplate.spec.template.spec.initContainers[push].args["-remoteWrite.bearerTokenFile"][0]: got key token of Secret apps/shared, which is sent to https://a.example.com/write, too, ${own}`,
    ]);
  });
});

test("fails when a flag replaces a field of an entry that is not a credential's", () => {
  const writes = [{ url: A, inlineUrlRelabelConfig: [] }, { url: B }];
  expect(findings(credentialReachesOneUrl, { objects: [agent(writes, { 'remoteWrite.urlRelabelConfig': '/a.yaml' })] })).toEqual([
    '[VMAgent/main] spec.remoteWrite[0].inlineUrlRelabelConfig: got a value beside the flag remoteWrite.urlRelabelConfig, expected one of the two, ' +
      'because the flag replaces what the operator makes of the field; give it by the flag for all URLs, or by the field for all',
  ]);
});
