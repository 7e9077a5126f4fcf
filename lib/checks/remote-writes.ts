import { at, type Json, type KubeObject, list, strings, text } from './tree';

/** One destination of a VMAgent, as its resource and its flags together make it. */
export interface WrittenUrl {
  /** `spec.remoteWrite[0]`. */
  readonly place: string;
  /** The URL. */
  readonly url: string;
  /** The entry, as it is written. */
  readonly entry: Json;
  /** Every secret that is sent there. */
  readonly credentials: readonly SentCredential[];
}

/** A secret that is sent to a URL. */
export interface SentCredential {
  /** How it is shown: all that counts is that there is at most one way. */
  readonly way: 'bearer token' | 'basicAuth' | 'oauth2';
  /** Where it is written. */
  readonly place: string;
  /** What it is: the same text for the same secret, wherever it is named. */
  readonly source: string;
  /** Whether it is a file that lies on the node. */
  readonly onNode: boolean;
}

/** A flag of a VMAgent that has one value for each URL. */
export interface PositionalFlag {
  /** Its name, without the dash. */
  readonly flag: string;
  /** Where it is written. */
  readonly place: string;
  /** The field of an entry that the operator makes the same flag of. */
  readonly field: string;
  /** Its values, in the order of the URLs; empty where a URL has none. */
  readonly values: readonly string[];
}

/** What of a flag's name says which field of an entry becomes the same flag. */
const FIELDS: { readonly [start: string]: string } = {
  bearerToken: 'bearerTokenSecret',
  basicAuth: 'basicAuth',
  oauth2: 'oauth2',
  tls: 'tlsConfig',
  headers: 'headers',
  aws: 'aws',
};
/** Of the flags that start so, the one that may well be the same for all URLs. */
const HARMLESS = 'remoteWrite.tlsHandshakeTimeout';
/** Flags that hold a secret or name its file. */
const SECRET_FLAGS: { readonly [flag: string]: SentCredential['way'] } = {
  'remoteWrite.bearerToken': 'bearer token',
  'remoteWrite.bearerTokenFile': 'bearer token',
  'remoteWrite.basicAuth.password': 'basicAuth',
  'remoteWrite.basicAuth.passwordFile': 'basicAuth',
  'remoteWrite.oauth2.clientSecret': 'oauth2',
  'remoteWrite.oauth2.clientSecretFile': 'oauth2',
};
/** Where the operator mounts the Secrets of `spec.secrets`. */
const MOUNTED_SECRETS = '/etc/vm/secrets';

/** The flags of a VMAgent that belong to single URLs and carry credentials or the means to check whom they go to. */
export function positionalFlags(agent: KubeObject): PositionalFlag[] {
  return Object.entries(strings(at(agent.json, 'spec', 'extraArgs'))).flatMap(([flag, value]) => {
    const start = /^remoteWrite\.(bearerToken|basicAuth|oauth2|tls|headers|aws)/.exec(flag)?.[1];
    if (start === undefined || flag === HARMLESS) return [];
    return [{ flag, place: `spec.extraArgs["${flag}"]`, field: FIELDS[start] ?? '', values: positions(value) }];
  });
}

/** The destinations of a VMAgent. */
export function writtenUrls(agent: KubeObject): WrittenUrl[] {
  const written = list(at(agent.json, 'spec', 'remoteWrite'));
  // a flag with too few or too many values is a fault of its own, and says nothing about single URLs
  const flags = positionalFlags(agent).filter(({ values }) => values.length === written.length);
  return written.map((entry, index) => {
    const place = `spec.remoteWrite[${index}]`;
    const byFlag = flags.flatMap(({ flag, place: where, values }): SentCredential[] => {
      const way = SECRET_FLAGS[flag];
      const value = values[index];
      if (way === undefined || !value) return [];
      return [
        {
          way,
          place: `${where}[${index}]`,
          ...(flag.endsWith('File') ? fileSource(agent, value) : { source: `the value of ${flag}`, onNode: false }),
        },
      ];
    });
    return { place, url: text(at(entry, 'url')), entry, credentials: [...byFlag, ...byField(agent, entry, place)] };
  });
}

/** The credentials that the fields of an entry name. */
function byField(agent: KubeObject, entry: Json, place: string): SentCredential[] {
  const key = (way: SentCredential['way'], ...path: string[]): SentCredential[] => {
    const reference = strings(at(entry, ...path));
    return reference.name
      ? [{ way, place: [place, ...path].join('.'), source: secretSource(agent, reference.name, reference.key), onNode: false }]
      : [];
  };
  const file = (way: SentCredential['way'], ...path: string[]): SentCredential[] => {
    const name = text(at(entry, ...path));
    return name ? [{ way, place: [place, ...path].join('.'), ...fileSource(agent, name) }] : [];
  };
  return [
    ...key('bearer token', 'bearerTokenSecret'),
    ...key('basicAuth', 'basicAuth', 'password'),
    ...file('basicAuth', 'basicAuth', 'password_file'),
    ...key('oauth2', 'oauth2', 'client_secret'),
    ...file('oauth2', 'oauth2', 'client_secret_file'),
  ];
}

function secretSource({ namespace }: KubeObject, name: string, key = ''): string {
  return `key ${key} of Secret ${namespace}/${name}`;
}

/** What a file in the agent's container really is. */
function fileSource(agent: KubeObject, file: string): { readonly source: string; readonly onNode: boolean } {
  const [, secret, key] = new RegExp(`^${MOUNTED_SECRETS}/([^/]+)/(.+)$`).exec(file) ?? [];
  if (secret !== undefined) return { source: secretSource(agent, secret, key), onNode: false };
  const mount = list(at(agent.json, 'spec', 'volumeMounts')).find((candidate) => file.startsWith(`${text(at(candidate, 'mountPath'))}/`));
  const volume = list(at(agent.json, 'spec', 'volumes')).find(
    (candidate) => mount !== undefined && at(candidate, 'name') === at(mount, 'name'),
  );
  const rest = file.slice(text(at(mount, 'mountPath')).length + 1);
  const directory = text(at(volume, 'hostPath', 'path'));
  if (directory) return { source: `file ${directory}/${rest} of the node`, onNode: true };
  const name = text(at(volume, 'secret', 'secretName'));
  return { source: name ? secretSource(agent, name, rest) : `file ${file} of ${agent.namespace}/${agent.name}`, onNode: false };
}

/**
 * The values of a flag that is read by position: between commas, unless quoted.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/vmagent/#command-line-flags
 */
export function positions(value: string): string[] {
  const values = [...value.matchAll(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,]*)(,|$)/g)];
  // the last match is the empty rest behind the end, unless the text ends with a comma
  const ended = values.findIndex(([, , comma]) => comma !== ',');
  return values.slice(0, ended + 1).map(([, text = '']) => text.replace(/^(["'])(.*)\1$/, '$2'));
}
