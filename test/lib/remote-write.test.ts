import {
  type NebiusCloudOptions,
  type OAuth2Options,
  RemoteWrite,
  RemoteWriteCredential,
  type RemoteWriteOptions,
  type TokenFileOptions,
} from '../../lib/remote-write';
import { CredentialKind } from '../../lib/scrape/destination';
import { RelabelRule } from '../../lib/scrape/relabel-rule';

const TOKEN = RemoteWriteCredential.tokenSecret({ name: 'writer', key: 'token' });
const PROJECT = { region: 'eu-north1', projectId: 'project-1' };
const NEVER_THE_SECRET = "a key of a Secret: letters, digits, '-', '_' and '.'";

describe('Nebius Cloud', () => {
  test('is the URL of region, project and bucket, with the token file that the platform renews', () => {
    expect(RemoteWrite.nebiusCloud(PROJECT).destination).toEqual({
      name: 'nebius-cloud',
      url: 'https://write.monitoring.eu-north1.nebius.cloud/projects/project-1/buckets/soperator/prometheus',
      credential: { kind: CredentialKind.TOKEN_FILE, hostDirectory: '/mnt/cloud-metadata', file: 'tsa-token' },
      relabelConfigs: [],
    });
  });

  test('takes another bucket', () => {
    expect(RemoteWrite.nebiusCloud({ ...PROJECT, bucket: 'research' }).destination.url).toBe(
      'https://write.monitoring.eu-north1.nebius.cloud/projects/project-1/buckets/research/prometheus',
    );
  });

  test('takes every option', () => {
    const relabelConfigs = [RelabelRule.keepMetrics('the cloud is paid by sample', 'slurm_.+')];
    const options: Required<NebiusCloudOptions> = {
      ...PROJECT,
      bucket: 'research',
      endpoint: 'https://write.example/prometheus',
      name: 'cloud',
      credential: TOKEN,
      tls: { serverName: 'inner.example' },
      proxyUrl: 'http://proxy.example:3128',
      relabelConfigs,
    };
    expect(RemoteWrite.nebiusCloud(options).destination).toEqual({
      name: 'cloud',
      url: 'https://write.example/prometheus',
      credential: { kind: CredentialKind.TOKEN_SECRET, token: { name: 'writer', key: 'token' } },
      tls: { serverName: 'inner.example' },
      proxyUrl: 'http://proxy.example:3128',
      relabelConfigs,
    });
  });

  test.each([
    ['region', { ...PROJECT, region: '' }, ''],
    ['region', { ...PROJECT, region: 'EU North' }, 'EU North'],
    ['projectId', { ...PROJECT, projectId: '' }, ''],
    ['projectId', { ...PROJECT, projectId: 'a/b' }, 'a/b'],
    ['bucket', { ...PROJECT, bucket: '../other' }, '../other'],
    ['bucket', { ...PROJECT, bucket: '' }, ''],
  ])('fails for a %s that cannot be part of the URL', (option, options, got) => {
    expect(() => RemoteWrite.nebiusCloud(options)).toThrow(
      `[RemoteWrite.nebiusCloud] ${option}: got "${got}", expected lower-case letters, digits and dashes; copy it from the console of Nebius Cloud`,
    );
  });

  test('fails for an endpoint by plain http, because its token goes with it', () => {
    expect(() => RemoteWrite.nebiusCloud({ ...PROJECT, endpoint: 'http://write.example' })).toThrow(
      '[RemoteWrite.nebiusCloud] url: got "http://write.example", expected an https URL, because a credential goes with it; write https://, or leave the credential out',
    );
  });
});

describe('any URL', () => {
  test('is called by its host, and nobody in particular writes', () => {
    expect(RemoteWrite.toUrl('https://metrics.example.com:8443/api/v1/write').destination).toEqual({
      name: 'metrics-example-com',
      url: 'https://metrics.example.com:8443/api/v1/write',
      relabelConfigs: [],
    });
  });

  test('takes every option', () => {
    const relabelConfigs = [RelabelRule.dropMetrics('nobody reads them there', 'go_.+')];
    const tls = {
      caSecret: { name: 'ca', key: 'ca.crt' },
      certSecret: { name: 'client', key: 'tls.crt' },
      keySecret: { name: 'client', key: 'tls.key' },
      serverName: 'inner.example',
    };
    const options: Required<RemoteWriteOptions> = {
      name: 'central',
      credential: TOKEN,
      tls,
      proxyUrl: 'socks5://proxy.example:1080',
      relabelConfigs,
    };
    expect(RemoteWrite.toUrl('https://metrics.example.com/write', options).destination).toEqual({
      name: 'central',
      url: 'https://metrics.example.com/write',
      credential: { kind: CredentialKind.TOKEN_SECRET, token: { name: 'writer', key: 'token' } },
      tls,
      proxyUrl: 'socks5://proxy.example:1080',
      relabelConfigs,
    });
  });

  test.each(['', 'metrics.example.com', 'ftp://metrics.example.com', '//metrics.example.com', 'https://'])('fails for %j', (url) => {
    expect(() => RemoteWrite.toUrl(url)).toThrow(
      `[RemoteWrite.toUrl] url: got ${JSON.stringify(url)}, expected a URL that starts with http:// or https://; write it in full: 'https://metrics.example.com/api/v1/write'`,
    );
  });

  test.each(['proxy.example:3128', 'ftp://proxy.example', ''])('fails for the proxy %j', (proxyUrl) => {
    expect(() => RemoteWrite.toUrl('https://a.example', { proxyUrl })).toThrow(
      `[RemoteWrite.toUrl] proxyUrl: got ${JSON.stringify(proxyUrl)}, expected a URL that starts with http:// or https:// or socks5://; write it in full: 'https://metrics.example.com/api/v1/write'`,
    );
  });

  test.each([
    ['https://me:secret@metrics.example.com/write', 'https://…@metrics.example.com/write'],
    ['https://token@metrics.example.com:8443/', 'https://…@metrics.example.com:8443/'],
  ])('fails for user and password in %s, without repeating them', (url, shown) => {
    expect(() => RemoteWrite.toUrl(url)).toThrow(
      `[RemoteWrite.toUrl] url: got "${shown}", expected a URL without user and password: manifests are published; put them into a Secret and use RemoteWriteCredential.basic`,
    );
  });

  test.each(['Central', 'a'.repeat(41), 'a_b', ''])('fails for the name %j', (name) => {
    expect(() => RemoteWrite.toUrl('https://a.example', { name })).toThrow(
      `[RemoteWrite.toUrl] name: got ${JSON.stringify(name)}, expected a lower-case DNS label of at most 40 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });
});

describe('a credential', () => {
  test.each(['http://store.monitoring.svc:8429/api/v1/write', 'http://store.monitoring.svc.cluster.local:8429/api/v1/write'])(
    'may go by plain http inside the cluster: %s',
    (url) => {
      expect(RemoteWrite.toUrl(url, { name: 'store', credential: TOKEN }).destination.url).toBe(url);
    },
  );

  test.each(['http://metrics.example.com/write', 'http://svc.example.com', 'http://10.0.0.1/write'])(
    'never goes by plain http to %s',
    (url) => {
      expect(() => RemoteWrite.toUrl(url, { credential: TOKEN })).toThrow(
        `[RemoteWrite.toUrl] url: got "${url}", expected an https URL, because a credential goes with it; write https://, or leave the credential out`,
      );
    },
  );

  test('is no matter by plain http where there is none', () => {
    expect(RemoteWrite.toUrl('http://metrics.example.com/write').destination.credential).toBeUndefined();
  });

  test('is a file in a directory of the node', () => {
    const options: Required<TokenFileOptions> = { hostDirectory: '/mnt/cloud-metadata', file: 'tsa-token' };
    expect(RemoteWriteCredential.tokenFile(options)._data).toEqual({ kind: CredentialKind.TOKEN_FILE, ...options });
  });

  test.each(['', 'mnt/token', '/', '/mnt/token/', '/mnt//token', '/mnt/a b', '/mnt/a,b'])('fails for the directory %j', (hostDirectory) => {
    expect(() => RemoteWriteCredential.tokenFile({ hostDirectory, file: 'token' })).toThrow(
      `[RemoteWriteCredential.tokenFile] hostDirectory: got ${JSON.stringify(hostDirectory)}, expected an absolute path of letters, digits, dots, dashes and underscores; write the directory on the node: '/mnt/cloud-metadata'`,
    );
  });

  test.each(['', 'a/b', '/token', 'a b', 'a,b', '"'])('fails for the file %j', (file) => {
    expect(() => RemoteWriteCredential.tokenFile({ hostDirectory: '/mnt', file })).toThrow(
      `[RemoteWriteCredential.tokenFile] file: got ${JSON.stringify(file)}, expected the name of a file in the directory; write the name alone: 'tsa-token'`,
    );
  });

  test('is a token in a Secret', () => {
    expect(TOKEN._data).toEqual({ kind: CredentialKind.TOKEN_SECRET, token: { name: 'writer', key: 'token' } });
  });

  test('is user and password, each in a Secret', () => {
    expect(RemoteWriteCredential.basic({ name: 'writer', key: 'user' }, { name: 'other', key: 'password' })._data).toEqual({
      kind: CredentialKind.BASIC,
      username: { name: 'writer', key: 'user' },
      password: { name: 'other', key: 'password' },
    });
  });

  test('is a client of OAuth2', () => {
    const options: Required<OAuth2Options> = {
      clientId: { name: 'idp', key: 'id' },
      clientSecret: { name: 'idp', key: 'secret' },
      tokenUrl: 'https://idp.example/token',
      scopes: ['write'],
    };
    expect(RemoteWriteCredential.oauth2(options)._data).toEqual({
      kind: CredentialKind.OAUTH2,
      username: { name: 'idp', key: 'id' },
      password: { name: 'idp', key: 'secret' },
      tokenUrl: 'https://idp.example/token',
      scopes: ['write'],
    });
  });

  test('fails for a token URL that is none', () => {
    const key = { name: 'idp', key: 'id' };
    expect(() => RemoteWriteCredential.oauth2({ clientId: key, clientSecret: key, tokenUrl: 'idp.example' })).toThrow(
      `[RemoteWriteCredential.oauth2] tokenUrl: got "idp.example", expected a URL that starts with http:// or https://; write it in full: 'https://metrics.example.com/api/v1/write'`,
    );
  });

  test.each([
    ['tokenSecret', 'token', (key: string) => RemoteWriteCredential.tokenSecret({ name: 'writer', key })],
    ['basic', 'username', (key: string) => RemoteWriteCredential.basic({ name: 'writer', key }, { name: 'writer', key: 'password' })],
    ['basic', 'password', (key: string) => RemoteWriteCredential.basic({ name: 'writer', key: 'user' }, { name: 'writer', key })],
  ])('by %s fails for a key of its %s that none can have', (factory, option, make) => {
    expect(() => make('a/b')).toThrow(
      `[RemoteWriteCredential.${factory}] ${option}.key: got "a/b", expected ${NEVER_THE_SECRET}; name the key, never the secret value`,
    );
    expect(() => make('')).toThrow(`[RemoteWriteCredential.${factory}] ${option}.key: got ""`);
  });

  test('fails for a Secret whose name none can have', () => {
    expect(() => RemoteWriteCredential.tokenSecret({ name: 'My Secret', key: 'token' })).toThrow(
      `[RemoteWriteCredential.tokenSecret] token.name: got "My Secret", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });

  test('copies nothing but name and key, so that no value slips into a manifest', () => {
    const reference = { name: 'writer', key: 'token', value: 'the secret itself' };
    expect(JSON.stringify(RemoteWriteCredential.tokenSecret(reference)._data)).not.toContain('the secret itself');
  });
});

describe('what would give a credential away', () => {
  test('fails for a client secret by plain http', () => {
    const key = { name: 'idp', key: 'id' };
    const options = { clientId: key, clientSecret: key, tokenUrl: 'http://idp.example' };
    expect(() => RemoteWriteCredential.oauth2(options)).toThrow('tokenUrl: got');
  });

  // `svc` in the middle of a name says nothing about where the host is
  test('fails for a credential by plain http to a host that only looks as if it were in the cluster', () => {
    expect(() => RemoteWrite.toUrl('http://a.svc.example.com/write', { credential: TOKEN })).toThrow('url: got');
  });

  // vmagent reads its URLs as one list with commas: the second half becomes a URL of its own, and every credential moves on by one
  test('fails for a comma in a URL', () => {
    expect(() => RemoteWrite.toUrl('https://a.example/write?labels=a,b')).toThrow('url: got');
  });
});

test('a long host becomes a name that is cut, not turned down', () => {
  const url = 'https://vminsert-metrics.monitoring-system.svc.cluster.local/write';
  expect(RemoteWrite.toUrl(url).destination.name).toMatch(/^[a-z0-9-]{1,40}$/);
});
