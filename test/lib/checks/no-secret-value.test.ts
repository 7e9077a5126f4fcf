import { noSecretValue } from '../../../lib/checks/no-secret-value';
import type { JsonObject } from '../../../lib/checks/tree';
import { findings, kube, workload } from './support';

const ours = { labels: { 'app.kubernetes.io/part-of': 'soperator-metrics' } };
const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJhZ2VudCJ9', 'c2lnbmF0dXJl'].join('.');
const key = ['-----BEGIN RSA', 'PRIVATE KEY-----\nMIIE'].join(' ');
const withEnv = (...env: JsonObject[]) => workload('Deployment', 'web', { containers: [{ name: 'main', env }] });
const withArgs = (...args: string[]) => workload('Deployment', 'web', { containers: [{ name: 'main', args }] });
const config = (text: string) => kube('ConfigMap', 'web', { data: { 'web.yaml': text } });

test('passes what only says where a secret is', () => {
  const objects = [
    kube('Secret', 'empty', { type: 'kubernetes.io/service-account-token' }, ours),
    withEnv(
      { name: 'GF_SECURITY_ADMIN_PASSWORD', valueFrom: { secretKeyRef: { name: 'admin', key: 'password' } } },
      { name: 'GF_SECURITY_ADMIN_PASSWORD__FILE', value: '/etc/secrets/password' },
      { name: 'AUTH_TOKEN', value: '/var/run/token' },
      { name: 'USE_TOKEN', value: 'true' },
      { name: 'API_KEY', value: '$(FROM_ELSEWHERE)' },
      { name: 'TOKENIZER', value: 'words' },
    ),
    withArgs(
      '--token=/var/run/token',
      '--password=$(PASSWORD)',
      '-httpAuth.password=file:///etc/pass',
      '--token-ttl=1h',
      '-reloadAuthKey=%{KEY}',
      '-remoteWrite.bearerToken="",$(TOKEN)',
      '-remoteWrite.bearerTokenFile="",/etc/credentials/token',
      '-remoteWrite.basicAuth.passwordFile=/etc/credentials/password',
      '-remoteWrite.oauth2.clientID="",agent',
    ),
    config(
      'bearer_token_file: /var/run/token\npassword: $__file{/etc/pass}\nadmin_password: $(PASSWORD)\npassword: ""\nclient_secret: <yours>\n',
    ),
    config(
      'url: https://metrics.example.com:8443/write@v2\nurl: http://$USER:$PASSWORD@proxy\ntext: Bearer tokens are documented elsewhere\n',
    ),
    kube('VMAgent', 'main', { spec: { remoteWrite: [{ url: 'https://a', bearerTokenSecret: { name: 'a', key: 'token' } }] } }),
    kube('CustomResourceDefinition', 'crd', { spec: { password: 'a description' } }),
  ];
  expect(findings(noSecretValue, { objects })).toEqual([]);
});

test('fails for a Secret of the pipeline, and warns of one of somebody else', () => {
  const values = { data: { token: 'eA==' }, stringData: { user: 'agent', empty: '' } };
  const said =
    'data: got values of token, user, expected no Secret with values, because manifests are published; create it in the cluster, or by an operator for secrets';
  expect(findings(noSecretValue, { objects: [kube('Secret', 'mine', values, ours), kube('Secret', 'theirs', values)] })).toEqual([
    `[Secret/mine] ${said}`,
    `warning: [Secret/theirs] ${said}`,
  ]);
});

test('fails for a variable with a value, without showing it', () => {
  expect(findings(noSecretValue, { objects: [withEnv({ name: 'DB_PASSWORD', value: 'hunter2' })] })).toEqual([
    '[Deployment/web] spec.template.spec.containers[0].env[0].value: got a value of DB_PASSWORD, expected no secret, because manifests are published; use valueFrom.secretKeyRef',
  ]);
});

test.each(['TOKEN', 'GITHUB_TOKEN', 'OAUTH_CLIENT_SECRET', 'API_KEY', 'AWS_SECRET_ACCESS_KEY', 'apiKey'])(
  'takes %s for the name of a secret',
  (name) => {
    expect(findings(noSecretValue, { objects: [withEnv({ name, value: 'hunter2' })] })).toHaveLength(1);
  },
);

test('fails for an argument with a value', () => {
  expect(findings(noSecretValue, { objects: [withArgs('--verbose', '--admin-password=hunter2')] })).toEqual([
    '[Deployment/web] spec.template.spec.containers[0].args[1]: got a secret in the argument --admin-password, expected no secret, because manifests are published; give the program a file or a variable from a Secret',
  ]);
});

test.each(['remoteWrite.bearerToken', 'remoteWrite.basicAuth.password', 'remoteWrite.oauth2.clientSecret'])(
  'fails for one of several values of %s',
  (flag) => {
    expect(findings(noSecretValue, { objects: [withArgs(`-${flag}="",hunter2`)] })).toEqual([
      `[Deployment/web] spec.template.spec.containers[0].args[0]: got a secret in the argument -${flag}, expected no secret, because manifests are published; give the program a file or a variable from a Secret`,
    ]);
    expect(findings(noSecretValue, { objects: [kube('VMAgent', 'main', { spec: { extraArgs: { [flag]: '"",hunter2' } } })] })).toEqual([
      `[VMAgent/main] spec.extraArgs["${flag}"]: got a secret, expected no secret, because manifests are published; keep it in a Secret and name the Secret and its key`,
    ]);
  },
);

test('fails for a flag or field of a resource', () => {
  const agent = kube('VMAgent', 'main', {
    spec: { extraArgs: { 'httpAuth.password': 'hunter2' }, apiServerConfig: { bearerToken: 'hunter2' } },
  });
  const remedy = 'got a secret, expected no secret, because manifests are published; keep it in a Secret and name the Secret and its key';
  expect(findings(noSecretValue, { objects: [agent] })).toEqual([
    `[VMAgent/main] spec.extraArgs["httpAuth.password"]: ${remedy}`,
    `[VMAgent/main] spec.apiServerConfig.bearerToken: ${remedy}`,
  ]);
});

test.each([
  ['a URL with user and password', 'url: https://agent:hunter2@metrics.example.com/write'],
  ['a token (JWT)', `token ${jwt}`],
  ['a private key', key],
  ['a bearer token', 'Authorization: Bearer 0123456789abcdefghij'],
])('fails for %s wherever it stands', (what, text) => {
  expect(findings(noSecretValue, { objects: [config(text)] })).toEqual([
    `[ConfigMap/web] data["web.yaml"]: got ${what}, expected no secret, because manifests are published; keep it in a Secret and name the Secret and its key`,
  ]);
});

test.each([
  ['bearer_token', 'scrape_configs:\n  - bearer_token: hunter2\n'],
  ['password', 'basic_auth:\n  "password": "hunter2"\n'],
  ['admin_password', '[security]\nadmin_password = hunter2\n'],
  ['clientSecret', 'clientSecret: hunter2'],
])('fails for a line of a configuration file that sets %s', (name, text) => {
  expect(findings(noSecretValue, { objects: [config(text)] })).toEqual([
    `[ConfigMap/web] data["web.yaml"]: got a secret in its line ${name}, expected no secret, because manifests are published; let the program read it from a file or variable`,
  ]);
});
