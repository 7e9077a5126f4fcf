import { credentialReachesOneUrl } from '../../../lib/checks/credential-reaches-one-url';
import { positions } from '../../../lib/checks/remote-writes';
import type { JsonObject } from '../../../lib/checks/tree';
import { findings, kube } from './support';

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
