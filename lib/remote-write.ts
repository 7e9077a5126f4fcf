import { digest } from './common/digest';
import { reject } from './common/errors';
import { dnsName } from './common/names';
import { type Credential, CredentialKind, type Destination, type DestinationTls, type IDestination } from './scrape/destination';
import type { QueueBudget } from './scrape/queue-budget';
import type { RelabelRule } from './scrape/relabel-rule';
import type { KeyReference } from './scrape/scrape-target';

/** Where a token file lies on the node. */
export interface TokenFileOptions {
  /** Directory on the node. It is mounted as a whole, so that a replaced file is seen. */
  readonly hostDirectory: string;
  /** Name of the file in the directory. */
  readonly file: string;
}

/** Credentials of OAuth2. */
export interface OAuth2Options {
  /** The client id: no secret, it stands in the manifests. Letters, digits and `-._~@:/`. */
  readonly clientId: string;
  /** Secret key with the client secret. */
  readonly clientSecret: KeyReference;
  /** Where tokens are issued: an http or https URL. */
  readonly tokenUrl: string;
  /** Scopes to ask for. @default - none */
  readonly scopes?: readonly string[];
}

/** Who writes to a destination. A credential belongs to one destination and is sent to no other. Secrets lie in the agent's namespace. */
export class RemoteWriteCredential {
  /**
   * A bearer token in a file on the node, renewed there by the platform.
   *
   * The agent's namespace then admits host paths, which only Pod Security `privileged` does; a Secret is the safer choice. The file
   * must be readable for the agent's user.
   *
   * @throws InvalidOptionError when the directory is no absolute path or the file no plain name
   */
  static tokenFile(options: TokenFileOptions): RemoteWriteCredential {
    const where = 'RemoteWriteCredential.tokenFile';
    if (!/^(\/[\w.-]+)+$/.test(options.hostDirectory) || options.hostDirectory.includes('..')) {
      reject(where, {
        option: 'hostDirectory',
        got: options.hostDirectory,
        expected: 'an absolute path of letters, digits, dots, dashes and underscores',
        instead: "write the directory on the node: '/mnt/cloud-metadata'",
      });
    }
    if (!/^[\w.-]+$/.test(options.file)) {
      reject(where, {
        option: 'file',
        got: options.file,
        expected: 'the name of a file in the directory',
        instead: "write the name alone: 'tsa-token'",
      });
    }
    return new RemoteWriteCredential({ kind: CredentialKind.TOKEN_FILE, ...options });
  }

  /** A bearer token in a Secret. */
  static tokenSecret(token: KeyReference): RemoteWriteCredential {
    return new RemoteWriteCredential({
      kind: CredentialKind.TOKEN_SECRET,
      token: secretKey('RemoteWriteCredential.tokenSecret', 'token', token),
    });
  }

  /** User name and password, which stay in files. */
  static basic(username: KeyReference, password: KeyReference): RemoteWriteCredential {
    const where = 'RemoteWriteCredential.basic';
    return new RemoteWriteCredential({
      kind: CredentialKind.BASIC,
      username: secretKey(where, 'username', username),
      password: secretKey(where, 'password', password),
    });
  }

  /**
   * OAuth2 client credentials. The client secret stays in a file.
   *
   * @throws InvalidOptionError when the token URL is no https URL outside the cluster, or the client id or a scope cannot be told to vmagent
   */
  static oauth2(options: OAuth2Options): RemoteWriteCredential {
    const where = 'RemoteWriteCredential.oauth2';
    const tokenUrl = httpUrl(where, 'tokenUrl', options.tokenUrl, ['http:', 'https:']);
    if (inClear(tokenUrl)) reject(where, plainHttp('tokenUrl', options.tokenUrl, 'the client secret'));
    return new RemoteWriteCredential({
      kind: CredentialKind.OAUTH2,
      clientId: word(where, 'clientId', options.clientId, "copy it from the issuer: 'metrics-writer'"),
      password: secretKey(where, 'clientSecret', options.clientSecret),
      tokenUrl: options.tokenUrl,
      scopes: options.scopes?.map((scope, index) => word(where, `scopes[${index}]`, scope, "copy it from the issuer: 'metrics.write'")),
    });
  }

  private constructor(
    /** The credential as data. @internal */
    readonly _data: Credential,
  ) {}
}

/** How any remote write destination is reached. */
export interface RemoteWriteOptions {
  /** Short name, unique in the pipeline: a DNS label. @default - the URL's host, with dashes */
  readonly name?: string;
  /** Who writes. @default - nobody in particular */
  readonly credential?: RemoteWriteCredential;
  /** How TLS is checked. @default - the system's authorities */
  readonly tls?: DestinationTls;
  /** An http, https or socks5 proxy on the way. @default - none */
  readonly proxyUrl?: string;
  /** Rules over every sample for this destination alone; `RelabelRule.keepMetrics` writes only some. @default - every sample as it is */
  readonly relabelConfigs?: readonly RelabelRule[];
  /** What the agent keeps while the destination takes nothing; the oldest beyond it is dropped. @default - the agent's `buffer` */
  readonly buffer?: QueueBudget;
}

/** Where Nebius Cloud keeps the metrics of a project. */
export interface NebiusCloudOptions extends RemoteWriteOptions {
  /** Region of the project: `eu-north1`. */
  readonly region: string;
  /** Id of the project. */
  readonly projectId: string;
  /** The bucket inside the project. @default 'soperator' */
  readonly bucket?: string;
  /** URL in place of the one made of region, project and bucket. @default - Nebius Cloud's */
  readonly endpoint?: string;
}

/** The file that Nebius Cloud renews on every node. */
const NEBIUS_TOKEN: TokenFileOptions = { hostDirectory: '/mnt/cloud-metadata', file: 'tsa-token' };
const NEBIUS_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** A destination that speaks Prometheus remote write. */
export class RemoteWrite implements IDestination {
  /**
   * Nebius Cloud Monitoring. The token is the file that the platform renews on each node, unless another credential is given.
   *
   * @throws InvalidOptionError when region, project or endpoint cannot be part of the URL
   */
  static nebiusCloud(options: NebiusCloudOptions): RemoteWrite {
    const where = 'RemoteWrite.nebiusCloud';
    const bucket = options.bucket ?? 'soperator';
    for (const [option, got] of Object.entries({ region: options.region, projectId: options.projectId, bucket })) {
      if (!NEBIUS_NAME.test(got)) {
        reject(where, {
          option,
          got,
          expected: 'lower-case letters, digits and dashes',
          instead: 'copy it from the console of Nebius Cloud',
        });
      }
    }
    const url =
      options.endpoint ??
      `https://write.monitoring.${options.region}.nebius.cloud/projects/${options.projectId}/buckets/${bucket}/prometheus`;
    return new RemoteWrite(where, url, {
      ...options,
      name: options.name ?? 'nebius-cloud',
      credential: options.credential ?? RemoteWriteCredential.tokenFile(NEBIUS_TOKEN),
    });
  }

  /**
   * Any remote write URL.
   *
   * @throws InvalidOptionError when the URL or the proxy is none, or the URL holds a user or password
   */
  static toUrl(url: string, options: RemoteWriteOptions = {}): RemoteWrite {
    return new RemoteWrite('RemoteWrite.toUrl', url, options);
  }

  /** Where and how to write. */
  readonly destination: Destination;

  private constructor(where: string, url: string, options: RemoteWriteOptions) {
    const parsed = httpUrl(where, 'url', url, ['http:', 'https:']);
    if (options.proxyUrl !== undefined) httpUrl(where, 'proxyUrl', options.proxyUrl, ['http:', 'https:', 'socks5:']);
    if (options.credential && inClear(parsed)) reject(where, plainHttp('url', url, 'a credential'));
    if ((options.tls?.certSecret === undefined) !== (options.tls?.keySecret === undefined)) {
      reject(where, {
        option: 'tls',
        got: options.tls?.certSecret ? 'certSecret' : 'keySecret',
        expected: 'certSecret and keySecret together',
        instead: 'give the other one, too',
      });
    }
    for (const option of ['caSecret', 'certSecret', 'keySecret'] as const) {
      const reference = options.tls?.[option];
      if (reference) secretKey(where, `tls.${option}`, reference);
    }
    const serverName = options.tls?.serverName;
    if (serverName !== undefined && !/^[\w.:-]+$/.test(serverName)) {
      reject(where, {
        option: 'tls.serverName',
        got: serverName,
        expected: 'a host: letters, digits and the characters -._:',
        instead: "write the name that the certificate carries: 'metrics.example.com'",
      });
    }
    this.destination = {
      name: dnsName(where, 'name', options.name ?? hostName(parsed.hostname), MAX_NAME),
      url,
      credential: options.credential?._data,
      tls: options.tls,
      proxyUrl: options.proxyUrl,
      relabelConfigs: options.relabelConfigs ?? [],
      buffer: options.buffer,
    };
  }
}

/** Longest name of a destination: it becomes part of the name of a volume. */
const MAX_NAME = 40;

/** A host as a name; a long one is cut, with a digest so that two stay two. */
function hostName(host: string): string {
  const name = host.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 13).replace(/-+$/, '')}-${digest(host)}`;
}

/** Whether what is sent could be read on the way. Inside the cluster it stays in the cluster's network. */
function inClear({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !/\.svc(\.cluster\.local)?\.?$/.test(hostname);
}

function plainHttp(option: string, got: string, what: string) {
  return { option, got, expected: `an https URL, because ${what} goes with it`, instead: 'write https://, or a Service of the cluster' };
}

/** The URL that a text says. */
function httpUrl(where: string, option: string, text: string, protocols: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password) {
    return reject(where, {
      option,
      got: `${url.protocol}//…@${url.host}${url.pathname}`,
      expected: 'a URL without user and password: manifests are published',
      instead: 'put them into a Secret and use RemoteWriteCredential.basic',
    });
  }
  if (/[,'"()[\]{}\s]/.test(text) && url) {
    return reject(where, {
      option,
      got: text,
      expected: 'a URL without commas, quotes, brackets and blanks: vmagent would split it into several',
      instead: 'write such characters as %2C and the like',
    });
  }
  if (!url || !protocols.includes(url.protocol) || !url.hostname) {
    return reject(where, {
      option,
      // a text that is no URL may be a secret in the wrong place
      got: url ? text : '…',
      expected: `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      instead: "write it in full: 'https://metrics.example.com/api/v1/write'",
    });
  }
  return url;
}

/** A text that is one value of a flag whose values are read by position. */
function word(where: string, option: string, text: string, instead: string): string {
  if (!/^[\w.~@:/+-]+$/.test(text)) {
    reject(where, { option, got: text, expected: 'letters, digits and the characters -._~@:/+', instead });
  }
  return text;
}

function secretKey(where: string, option: string, reference: KeyReference): KeyReference {
  if (!/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(reference.name)) {
    reject(where, {
      option: `${option}.name`,
      got: reference.name,
      expected: "the name of a Secret: lower-case letters, digits, '-' and '.'",
      instead: 'read it from kubectl get secrets',
    });
  }
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(reference.key)) {
    reject(where, {
      option: `${option}.key`,
      // it may be the secret itself
      got: '…',
      expected: "a key of a Secret: letters, digits, '-', '_' and '.'",
      instead: 'name the key, never the secret value',
    });
  }
  return { name: reference.name, key: reference.key };
}
