import { type Mounts, mountedFile } from './files';
import { type Flag, Flags, positions, secretOfVariable, variableOf } from './flags';
import { placedContainers, podTemplates } from './pods';
import { at, type Json, type KubeObject, list, perTree, strings, text } from './tree';

/** What sends samples: a VMAgent, or a container of a workload that is given a URL to write to. */
export interface Writer {
  /** The VMAgent or the workload. */
  readonly on: KubeObject;
  /** What lists its destinations: `spec.remoteWrite`, `-remoteWrite.url`. */
  readonly listedIn: string;
  /** Its destinations. */
  readonly urls: readonly WrittenUrl[];
  /** Its flags that belong to single destinations. */
  readonly flags: readonly PositionalFlag[];
}

/** One destination, as resource and flags together make it. */
export interface WrittenUrl {
  /** `spec.remoteWrite[0]`, `spec.template.spec.containers[vmagent].args["-remoteWrite.url"][0]`. */
  readonly place: string;
  /** Where the URL itself is written. */
  readonly urlPlace: string;
  /** The URL. */
  readonly url: string;
  /** The entry of the resource, as it is written; nothing for a workload. */
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
  /** What it is, in words. */
  readonly source: string;
  /** The same text for the same secret, wherever it is named. It may be the secret itself, and is never shown. */
  readonly identity: string;
  /** Whether it is a file that lies on the node. */
  readonly onNode: boolean;
}

/** A flag that has one value for each URL. */
export interface PositionalFlag {
  /** Its name, without the dash. */
  readonly flag: string;
  /** Where it is written. */
  readonly place: string;
  /** The fields of an entry that the operator makes the same flag of. */
  readonly fields: readonly string[];
  /** Its values, in the order of the URLs; empty where a URL has none. */
  readonly values: readonly string[];
  /** Whether one value alone may well be meant for all URLs. */
  readonly shareable: boolean;
}

/** What of a flag's name says which field of an entry becomes the same flag. */
const GUARDED: { readonly [start: string]: string } = {
  bearerToken: 'bearerTokenSecret',
  basicAuth: 'basicAuth',
  oauth2: 'oauth2',
  tls: 'tlsConfig',
  headers: 'headers',
  aws: 'aws',
};
/** Of the flags that start so, the one that may well be the same for all URLs. */
const HARMLESS = 'remoteWrite.tlsHandshakeTimeout';
/** Flags that may be the same for all URLs, but with several values have one for each. */
const SHAREABLE: { readonly [flag: string]: readonly string[] } = {
  'remoteWrite.proxyURL': ['proxyURL'],
  'remoteWrite.maxDiskUsagePerURL': ['maxDiskUsage'],
  'remoteWrite.urlRelabelConfig': ['urlRelabelConfig', 'inlineUrlRelabelConfig'],
};
/** Flags that hold a secret or name its file. User names and client ids are none. */
const SECRET_FLAGS: { readonly [flag: string]: SentCredential['way'] } = {
  'remoteWrite.bearerToken': 'bearer token',
  'remoteWrite.bearerTokenFile': 'bearer token',
  'remoteWrite.basicAuth.password': 'basicAuth',
  'remoteWrite.basicAuth.passwordFile': 'basicAuth',
  'remoteWrite.oauth2.clientSecret': 'oauth2',
  'remoteWrite.oauth2.clientSecretFile': 'oauth2',
};
const URL_FLAG = 'remoteWrite.url';
/** Where the operator mounts the Secrets of `spec.secrets`. */
const MOUNTED_SECRET = /^\/etc\/vm\/secrets\/([^/]+)\/(.+)$/;

/** What a writer's files and variables come from. */
interface Surroundings extends Mounts {
  readonly on: KubeObject;
  readonly variables: readonly Json[];
}

/** Everything in a tree that sends samples somewhere. */
export const writers = perTree((tree): readonly Writer[] => [
  ...tree.ofKind('VMAgent').map(ofResource),
  ...podTemplates(tree).flatMap((template) =>
    placedContainers(template).flatMap(({ container, place }) => {
      const flags = new Flags(container, place);
      const surroundings = {
        on: template.owner,
        volumes: list(at(template.spec, 'volumes')),
        volumeMounts: list(at(container, 'volumeMounts')),
        variables: list(at(container, 'env')),
      };
      return flags.has(URL_FLAG) ? [ofContainer(flags, surroundings)] : [];
    }),
  ),
]);

function ofResource(on: KubeObject): Writer {
  const { spec } = on.json;
  const written = list(at(spec, 'remoteWrite'));
  const flags = Object.entries(strings(at(spec, 'extraArgs'))).flatMap(([name, value]) =>
    positional({ name, place: `spec.extraArgs["${name}"]`, values: [value] }),
  );
  const surroundings = {
    on,
    volumes: list(at(spec, 'volumes')),
    volumeMounts: list(at(spec, 'volumeMounts')),
    variables: list(at(spec, 'extraEnvs')),
  };
  return {
    on,
    listedIn: 'spec.remoteWrite',
    flags,
    urls: written.map((entry, index) => {
      const place = `spec.remoteWrite[${index}]`;
      const credentials = [...byFlag(surroundings, flags, index, written.length), ...byField(surroundings, entry, place)];
      return { place, urlPlace: `${place}.url`, url: text(at(entry, 'url')), entry, credentials };
    }),
  };
}

function ofContainer(given: Flags, surroundings: Surroundings): Writer {
  const flags = given.all().flatMap(positional);
  const written = given.list(URL_FLAG);
  return {
    on: surroundings.on,
    listedIn: `-${URL_FLAG}`,
    flags,
    urls: written.map((url, index) => {
      const place = `${given.placeOf(URL_FLAG)}[${index}]`;
      return { place, urlPlace: place, url, entry: undefined, credentials: byFlag(surroundings, flags, index, written.length) };
    }),
  };
}

/** A flag that belongs to single URLs: with a credential, the means to check whom it goes to, or what is sent there. */
function positional({ name: flag, place, values: given }: Flag): PositionalFlag[] {
  const values = given.flatMap(positions);
  const shared = SHAREABLE[flag];
  if (shared) return [{ flag, place, fields: shared, values, shareable: true }];
  const start = /^remoteWrite\.(bearerToken|basicAuth|oauth2|tls|headers|aws)/.exec(flag)?.[1];
  if (start === undefined || flag === HARMLESS) return [];
  return [{ flag, place, fields: [GUARDED[start] ?? ''], values, shareable: false }];
}

/** The credentials that flags give to one of several URLs. */
function byFlag(from: Surroundings, flags: readonly PositionalFlag[], index: number, count: number): SentCredential[] {
  return flags.flatMap(({ flag, place, values }): SentCredential[] => {
    const way = SECRET_FLAGS[flag];
    const value = values[index];
    // a flag with too few or too many values is a fault of its own, and says nothing about single URLs
    if (way === undefined || !value || values.length !== count) return [];
    return [{ way, place: `${place}[${index}]`, ...(flag.endsWith('File') ? ofFile(from, value) : ofValue(from, flag, value)) }];
  });
}

/** The credentials that the fields of an entry name. */
function byField(from: Surroundings, entry: Json, place: string): SentCredential[] {
  const key = (way: SentCredential['way'], ...path: string[]): SentCredential[] => {
    const { name, key: of } = strings(at(entry, ...path));
    return name ? [{ way, place: [place, ...path].join('.'), ...ofSecret(from, name, of) }] : [];
  };
  const file = (way: SentCredential['way'], ...path: string[]): SentCredential[] => {
    const name = text(at(entry, ...path));
    return name ? [{ way, place: [place, ...path].join('.'), ...ofFile(from, name) }] : [];
  };
  return [
    ...key('bearer token', 'bearerTokenSecret'),
    ...key('basicAuth', 'basicAuth', 'password'),
    ...file('basicAuth', 'basicAuth', 'password_file'),
    ...key('oauth2', 'oauth2', 'client_secret'),
    ...file('oauth2', 'oauth2', 'client_secret_file'),
  ];
}

/** What a secret is. */
type Origin = Pick<SentCredential, 'source' | 'identity' | 'onNode'>;

function named(source: string, onNode = false): Origin {
  return { source, identity: source, onNode };
}

function ofSecret({ on }: Surroundings, name: string, key = ''): Origin {
  return named(`key ${key} of Secret ${on.namespace}/${name}`);
}

/** What a file in the writer's container really is. */
function ofFile(from: Surroundings, file: string): Origin {
  const { on } = from;
  const [, secret, key] = (on.kind === 'VMAgent' && MOUNTED_SECRET.exec(file)) || [];
  if (secret !== undefined) return ofSecret(from, secret, key);
  const { onNode, audience, keys = [] } = mountedFile(from, file) ?? {};
  if (onNode !== undefined) return named(`file ${onNode} of the node`, true);
  if (audience !== undefined) return named(`the token for ${audience} of a service account in ${on.namespace}`);
  const [found] = keys.filter(({ kind }) => kind === 'Secret');
  return found ? ofSecret(from, found.name, found.key) : named(`file ${file} of ${on.namespace}/${on.name}`);
}

/** What the value of a flag is: that of a variable, or the secret itself. */
function ofValue(from: Surroundings, flag: string, value: string): Origin {
  const variable = variableOf(value);
  const secret = variable === undefined ? undefined : secretOfVariable(from.variables, variable);
  if (secret) return ofSecret(from, secret.name, secret.key);
  if (variable !== undefined) return named(`variable ${variable} of ${from.on.namespace}/${from.on.name}`);
  return { source: `the value of ${flag}`, identity: value, onNode: false };
}
