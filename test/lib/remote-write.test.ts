import { Duration, Size } from 'cdk8s';
import {
  type NebiusCloudOptions,
  type OAuth2Options,
  RemoteWrite,
  RemoteWriteCredential,
  type RemoteWriteOptions,
  type TokenFileOptions,
} from '../../lib/remote-write';
import { CredentialKind } from '../../lib/scrape/destination';
import { QueueBudget } from '../../lib/scrape/queue-budget';
import { RelabelRule } from '../../lib/scrape/relabel-rule';

const TOKEN = RemoteWriteCredential.tokenSecret({ name: 'writer', key: 'token' });
const PROJECT = { region: 'eu-north1', projectId: 'project-1' };
const oauth2With = (options: Partial<OAuth2Options>) =>
  RemoteWriteCredential.oauth2({
    clientId: 'metrics-writer',
    clientSecret: { name: 'idp', key: 'secret' },
    tokenUrl: 'https://idp.example/token',
    ...options,
  });
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
    const buffer = QueueBudget.outage(Duration.days(2));
    const options: Required<NebiusCloudOptions> = {
      ...PROJECT,
      bucket: 'research',
      endpoint: 'https://write.example/prometheus',
      name: 'cloud',
      credential: TOKEN,
      tls: { serverName: 'inner.example' },
      proxyUrl: 'http://proxy.example:3128',
      relabelConfigs,
      buffer,
    };
    expect(RemoteWrite.nebiusCloud(options).destination).toEqual({
      name: 'cloud',
      url: 'https://write.example/prometheus',
      credential: { kind: CredentialKind.TOKEN_SECRET, token: { name: 'writer', key: 'token' } },
      tls: { serverName: 'inner.example' },
      proxyUrl: 'http://proxy.example:3128',
      relabelConfigs,
      buffer,
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
      '[RemoteWrite.nebiusCloud] url: got "http://write.example", expected an https URL, because a credential goes with it; write https://, or a Service of the cluster',
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
    const buffer = QueueBudget.size(Size.gibibytes(4));
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
      buffer,
    };
    expect(RemoteWrite.toUrl('https://metrics.example.com/write', options).destination).toEqual({
      name: 'central',
      url: 'https://metrics.example.com/write',
      credential: { kind: CredentialKind.TOKEN_SECRET, token: { name: 'writer', key: 'token' } },
      tls,
      proxyUrl: 'socks5://proxy.example:1080',
      relabelConfigs,
      buffer,
    });
  });

  // what is no URL at all may be a secret in the wrong place
  test.each([
    ['ftp://metrics.example.com', 'ftp://metrics.example.com'],
    ['', '…'],
    ['metrics.example.com', '…'],
    ['//metrics.example.com', '…'],
    ['https://', '…'],
    ['hunter2', '…'],
    ['hunter 2, (really)', '…'],
  ])('fails for %j', (url, shown) => {
    expect(() => RemoteWrite.toUrl(url)).toThrow(
      new Error(
        `[RemoteWrite.toUrl] url: got "${shown}", expected a URL that starts with http:// or https://; write it in full: 'https://metrics.example.com/api/v1/write'`,
      ),
    );
  });

  test.each([
    ['proxy.example:3128', 'proxy.example:3128'],
    ['ftp://proxy.example', 'ftp://proxy.example'],
    ['', '…'],
    ['hunter2', '…'],
  ])('fails for the proxy %j', (proxyUrl, shown) => {
    expect(() => RemoteWrite.toUrl('https://a.example', { proxyUrl })).toThrow(
      new Error(
        `[RemoteWrite.toUrl] proxyUrl: got "${shown}", expected a URL that starts with http:// or https:// or socks5://; write it in full: 'https://metrics.example.com/api/v1/write'`,
      ),
    );
  });

  test('fails for a proxy with user and password, without repeating them', () => {
    const make = () => RemoteWrite.toUrl('https://a.example', { proxyUrl: 'http://me:hunter2@proxy.example:3128' });
    expect(make).toThrow(
      '[RemoteWrite.toUrl] proxyUrl: got "http://…@proxy.example:3128/", expected a URL without user and password: manifests are published',
    );
    expect(make).not.toThrow(/hunter2/);
  });

  test.each([
    ['https://me:secret@metrics.example.com/write', 'https://…@metrics.example.com/write'],
    ['https://token@metrics.example.com:8443/', 'https://…@metrics.example.com:8443/'],
  ])('fails for user and password in %s, without repeating them', (url, shown) => {
    expect(() => RemoteWrite.toUrl(url)).toThrow(
      new Error(
        `[RemoteWrite.toUrl] url: got "${shown}", expected a URL without user and password: manifests are published; put them into a Secret and use RemoteWriteCredential.basic`,
      ),
    );
  });

  // vmagent reads its URLs as one list with commas: the second half becomes a URL of its own, and every credential moves on by one
  test.each([...',\'"()[]{} \t'])('fails for %j in it, by which vmagent would split it', (character) => {
    const url = `https://a.example/write?labels=a${character}b`;
    expect(() => RemoteWrite.toUrl(url)).toThrow(
      `[RemoteWrite.toUrl] url: got ${JSON.stringify(url)}, expected a URL without commas, quotes, brackets and blanks: vmagent would split it into several; write such characters as %2C and the like`,
    );
  });

  test('takes such characters in their escaped form', () => {
    const url = 'https://a.example/write?labels=a%2Cb%20%28c%29';
    expect(RemoteWrite.toUrl(url).destination.url).toBe(url);
  });

  test.each([
    ['certSecret', { certSecret: { name: 'client', key: 'tls.crt' } }],
    ['keySecret', { keySecret: { name: 'client', key: 'tls.key' } }],
  ])('fails for a %s alone, with which nobody is shown', (given, tls) => {
    expect(() => RemoteWrite.toUrl('https://a.example', { tls })).toThrow(
      `[RemoteWrite.toUrl] tls: got "${given}", expected certSecret and keySecret together; give the other one, too`,
    );
  });

  test.each(['caSecret', 'certSecret', 'keySecret'])('fails for a %s that no Secret can have, without repeating its key', (option) => {
    const good = { certSecret: { name: 'client', key: 'tls.crt' }, keySecret: { name: 'client', key: 'tls.key' } };
    const withSecret = (reference: object) => RemoteWrite.toUrl('https://a.example', { tls: { ...good, [option]: reference } });
    expect(() => withSecret({ name: 'My Secret', key: 'a' })).toThrow(
      `[RemoteWrite.toUrl] tls.${option}.name: got "My Secret", expected the name of a Secret: lower-case letters, digits, '-' and '.'; read it from kubectl get secrets`,
    );
    expect(() => withSecret({ name: 'a', key: '-----BEGIN KEY' })).toThrow(
      new Error(`[RemoteWrite.toUrl] tls.${option}.key: got "…", expected ${NEVER_THE_SECRET}; name the key, never the secret value`),
    );
  });

  // a comma would move the names of all destinations behind by one, and the name of another host would then be trusted there
  test.each(['', 'inner.example,other.example', 'inner example', '"inner.example"', '%{HOST}', "it's"])(
    'fails for the name %j in a certificate',
    (serverName) => {
      expect(() => RemoteWrite.toUrl('https://a.example', { tls: { serverName } })).toThrow(
        new Error(
          `[RemoteWrite.toUrl] tls.serverName: got ${JSON.stringify(serverName)}, expected a host: letters, digits and the characters -._:; write the name that the certificate carries: 'metrics.example.com'`,
        ),
      );
    },
  );

  test.each(['metrics.example.com', '10.0.0.1', '::1', 'my_host'])('takes the name %s in a certificate', (serverName) => {
    expect(RemoteWrite.toUrl('https://a.example', { tls: { serverName } }).destination.tls).toEqual({ serverName });
  });

  test.each(['Central', 'a'.repeat(41), 'a_b', ''])('fails for the name %j', (name) => {
    expect(() => RemoteWrite.toUrl('https://a.example', { name })).toThrow(
      `[RemoteWrite.toUrl] name: got ${JSON.stringify(name)}, expected a lower-case DNS label of at most 40 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });
});

describe('a credential', () => {
  test.each([
    'http://store.monitoring.svc:8429/api/v1/write',
    'http://store.monitoring.svc.:8429/api/v1/write',
    'http://store.monitoring.svc.cluster.local:8429/api/v1/write',
    'http://store.monitoring.svc.cluster.local.:8429/api/v1/write',
  ])('may go by plain http inside the cluster: %s', (url) => {
    expect(RemoteWrite.toUrl(url, { name: 'store', credential: TOKEN }).destination.url).toBe(url);
  });

  // `svc` in the middle of a name says nothing about where the host is
  test.each([
    'http://metrics.example.com/write',
    'http://svc.example.com',
    'http://a.svc.example.com/write',
    'http://a.svc.cluster.local.example.com/write',
    'http://a.notsvc/write',
    'http://svc/write',
    'http://10.0.0.1/write',
  ])('never goes by plain http to %s', (url) => {
    expect(() => RemoteWrite.toUrl(url, { credential: TOKEN })).toThrow(
      `[RemoteWrite.toUrl] url: got "${url}", expected an https URL, because a credential goes with it; write https://, or a Service of the cluster`,
    );
  });

  test('is no matter by plain http where there is none', () => {
    expect(RemoteWrite.toUrl('http://metrics.example.com/write').destination.credential).toBeUndefined();
  });

  test('is a file in a directory of the node', () => {
    const options: Required<TokenFileOptions> = { hostDirectory: '/mnt/cloud-metadata', file: 'tsa-token' };
    expect(RemoteWriteCredential.tokenFile(options)._data).toEqual({ kind: CredentialKind.TOKEN_FILE, ...options });
  });

  test.each(['', 'mnt/token', '/', '/mnt/token/', '/mnt//token', '/mnt/a b', '/mnt/a,b', '/mnt/../etc', '/..'])(
    'fails for the directory %j',
    (hostDirectory) => {
      expect(() => RemoteWriteCredential.tokenFile({ hostDirectory, file: 'token' })).toThrow(
        `[RemoteWriteCredential.tokenFile] hostDirectory: got ${JSON.stringify(hostDirectory)}, expected an absolute path of letters, digits, dots, dashes and underscores; write the directory on the node: '/mnt/cloud-metadata'`,
      );
    },
  );

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
      clientId: 'metrics-writer',
      clientSecret: { name: 'idp', key: 'secret' },
      tokenUrl: 'https://idp.example/token',
      scopes: ['metrics.write'],
    };
    expect(RemoteWriteCredential.oauth2(options)._data).toEqual({
      kind: CredentialKind.OAUTH2,
      clientId: 'metrics-writer',
      password: { name: 'idp', key: 'secret' },
      tokenUrl: 'https://idp.example/token',
      scopes: ['metrics.write'],
    });
  });

  // both become values of flags that are read by position: a comma would move those of every destination behind by one
  test.each(['', 'a b', 'a,b', '"a"', "it's", '(a)', 'a\nb', '[a]', '{a}', 'a;b', '%{HOME}', '$(HOME)'])(
    'by OAuth2 fails for the client id or the scope %j',
    (text) => {
      expect(() => oauth2With({ clientId: text })).toThrow(
        new Error(
          `[RemoteWriteCredential.oauth2] clientId: got ${JSON.stringify(text)}, expected letters, digits and the characters -._~@:/+; copy it from the issuer: 'metrics-writer'`,
        ),
      );
      expect(() => oauth2With({ scopes: ['write', text] })).toThrow(
        new Error(
          `[RemoteWriteCredential.oauth2] scopes[1]: got ${JSON.stringify(text)}, expected letters, digits and the characters -._~@:/+; copy it from the issuer: 'metrics.write'`,
        ),
      );
    },
  );

  test.each(['metrics-writer', '0oa1b2c3.apps.example.com', 'api://metrics/.default', 'writer@example.com', 'a_b~c+d'])(
    'by OAuth2 takes the client id and the scope %s',
    (text) => {
      expect(oauth2With({ clientId: text, scopes: [text] })._data).toMatchObject({ clientId: text, scopes: [text] });
    },
  );

  test('fails for a token URL that is none', () => {
    expect(() => oauth2With({ tokenUrl: 'idp.example' })).toThrow(
      `[RemoteWriteCredential.oauth2] tokenUrl: got "…", expected a URL that starts with http:// or https://; write it in full: 'https://metrics.example.com/api/v1/write'`,
    );
  });

  test.each(['http://idp.example', 'http://idp.svc.example/token'])('fails for a client secret by plain http to %s', (tokenUrl) => {
    expect(() => oauth2With({ tokenUrl })).toThrow(
      `[RemoteWriteCredential.oauth2] tokenUrl: got "${tokenUrl}", expected an https URL, because the client secret goes with it; write https://, or a Service of the cluster`,
    );
  });

  test('may be issued by plain http inside the cluster', () => {
    const tokenUrl = 'http://idp.auth.svc:8080/token';
    expect(oauth2With({ tokenUrl })._data).toMatchObject({ tokenUrl });
  });

  test.each([
    ['tokenSecret', 'token', (key: string) => RemoteWriteCredential.tokenSecret({ name: 'writer', key })],
    ['basic', 'username', (key: string) => RemoteWriteCredential.basic({ name: 'writer', key }, { name: 'writer', key: 'password' })],
    ['basic', 'password', (key: string) => RemoteWriteCredential.basic({ name: 'writer', key: 'user' }, { name: 'writer', key })],
    ['oauth2', 'clientSecret', (key: string) => oauth2With({ clientSecret: { name: 'idp', key } })],
  ])('by %s fails for a key of its %s that none can have, without repeating it', (factory, option, make) => {
    for (const key of ['a/b', '', 'hunter 2', 'a'.repeat(254)]) {
      expect(() => make(key)).toThrow(
        new Error(
          `[RemoteWriteCredential.${factory}] ${option}.key: got "…", expected ${NEVER_THE_SECRET}; name the key, never the secret value`,
        ),
      );
    }
  });

  test.each(['My Secret', '', '-writer', 'writer.', 'a'.repeat(254)])('fails for the Secret %j, which none can be called', (name) => {
    expect(() => RemoteWriteCredential.tokenSecret({ name, key: 'token' })).toThrow(
      `[RemoteWriteCredential.tokenSecret] token.name: got "${name}", expected the name of a Secret: lower-case letters, digits, '-' and '.'; read it from kubectl get secrets`,
    );
  });

  test('takes a Secret by any name that one can have', () => {
    const token = { name: `writer.${'a'.repeat(246)}`, key: 'a'.repeat(253) };
    expect(RemoteWriteCredential.tokenSecret(token)._data.token).toEqual(token);
  });

  test('copies nothing but name and key, so that no value slips into a manifest', () => {
    const reference = { name: 'writer', key: 'token', value: 'the secret itself' };
    expect(JSON.stringify(RemoteWriteCredential.tokenSecret(reference)._data)).not.toContain('the secret itself');
  });
});

describe('a host that is no name by itself', () => {
  const nameOf = (host: string) => RemoteWrite.toUrl(`https://${host}/write`).destination.name;

  test('is cut where it is long, not turned down', () => {
    expect(nameOf('vminsert-metrics.monitoring-system.svc.cluster.local')).toMatch(/^vminsert-metrics-monitoring-[0-9a-f]{12}$/);
    expect(nameOf('a'.repeat(40))).toBe('a'.repeat(40));
  });

  test('stays two names where two hosts only differ at the end', () => {
    const [one, two] = ['one', 'two'].map((end) => nameOf(`vminsert-metrics.monitoring-system.svc.cluster.${end}`));
    expect(one).not.toBe(two);
  });

  test('is the same name for the same host, whatever the path', () => {
    const names = ['write', 'other'].map((path) => RemoteWrite.toUrl(`https://${'a'.repeat(60)}/${path}`).destination.name);
    expect(new Set(names).size).toBe(1);
  });

  test('loses what a name cannot begin and end with', () => {
    expect(nameOf('-metrics_of-a.example.com.')).toBe('metrics-of-a-example-com');
  });
});
