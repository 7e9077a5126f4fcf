import type * as vm from '../../imports/operator.victoriametrics.com';
import { type Credential, CredentialKind, type Destination } from '../scrape/destination';
import type { KeyReference } from '../scrape/scrape-target';

/** Where token files of the node appear in the agent's container, one directory a destination. */
const TOKEN_DIRECTORY = '/etc/soperator-metrics/tokens';
/** Where the operator mounts the Secrets of `spec.secrets`. */
const SECRETS_DIRECTORY = '/etc/vm/secrets';

/** The fields of a VMAgent that come from its destinations. */
export interface RemoteWriteFields {
  /** One entry a destination, in order. */
  readonly remoteWrite: vm.VmAgentSpecRemoteWrite[];
  /** Secrets to be mounted as files. */
  readonly secrets?: string[];
  /** Directories of the node to be mounted. */
  readonly volumes?: object[];
  /** Where they are mounted. */
  readonly volumeMounts?: vm.VmAgentSpecVolumeMounts[];
  /** Flags that the operator has no field for. */
  readonly extraArgs: { readonly [flag: string]: string };
}

/**
 * Renders destinations so that each token goes to its own URL and to no other.
 *
 * A token file has no field in the resource, only a flag that replaces the operator's own for all URLs: once one destination has such a
 * file, every token is given by that flag, with exactly one entry for each URL, empty where there is no token.
 */
export function renderRemoteWrites(destinations: readonly Destination[]): RemoteWriteFields {
  const files = destinations.filter(({ credential }) => credential?.kind === CredentialKind.TOKEN_FILE);
  const byFlag = files.length > 0;
  const secrets = byFlag ? [...new Set(destinations.flatMap(({ credential }) => (credential?.token ? [credential.token.name] : [])))] : [];
  return {
    remoteWrite: destinations.map((destination) => remoteWrite(destination, byFlag)),
    secrets: secrets.length > 0 ? secrets : undefined,
    volumes: byFlag
      ? files.map(({ name, credential }) => ({ name: `token-${name}`, hostPath: { path: credential?.hostDirectory, type: 'Directory' } }))
      : undefined,
    // the directory, not the file: a file that is replaced would stay the old one inside the container
    volumeMounts: byFlag
      ? files.map(({ name }) => ({ name: `token-${name}`, mountPath: `${TOKEN_DIRECTORY}/${name}`, readOnly: true }))
      : undefined,
    extraArgs: byFlag ? { 'remoteWrite.bearerTokenFile': positional(destinations.map(tokenPath)) } : {},
  };
}

/** Values of a flag that is read by position: exactly one for each URL, for one alone would count for all. */
function positional(values: readonly string[]): string {
  return values.map((value) => value || '""').join(',');
}

function tokenPath({ name, credential }: Destination): string {
  if (credential?.kind === CredentialKind.TOKEN_FILE) return `${TOKEN_DIRECTORY}/${name}/${credential.file}`;
  return credential?.token ? `${SECRETS_DIRECTORY}/${credential.token.name}/${credential.token.key}` : '';
}

function remoteWrite(destination: Destination, byFlag: boolean): vm.VmAgentSpecRemoteWrite {
  const { tls } = destination;
  return {
    url: destination.url,
    proxyUrl: destination.proxyUrl,
    ...(destination.credential ? credentialFields(destination.credential, byFlag) : {}),
    tlsConfig: tls && {
      ca: tls.caSecret && { secret: { ...tls.caSecret } },
      cert: tls.certSecret && { secret: { ...tls.certSecret } },
      keySecret: tls.keySecret && { ...tls.keySecret },
      serverName: tls.serverName,
    },
    inlineUrlRelabelConfig: destination.relabelConfigs.length > 0 ? destination.relabelConfigs.map((rule) => rule._toKube()) : undefined,
  };
}

function credentialFields(credential: Credential, byFlag: boolean): Partial<vm.VmAgentSpecRemoteWrite> {
  const copy = (reference?: KeyReference): KeyReference => ({ name: reference?.name ?? '', key: reference?.key ?? '' });
  switch (credential.kind) {
    case CredentialKind.TOKEN_FILE:
      return {};
    case CredentialKind.TOKEN_SECRET:
      return byFlag ? {} : { bearerTokenSecret: copy(credential.token) };
    case CredentialKind.BASIC:
      return { basicAuth: { username: copy(credential.username), password: copy(credential.password) } };
    case CredentialKind.OAUTH2:
      return {
        oauth2: {
          clientId: { secret: copy(credential.username) },
          clientSecret: copy(credential.password),
          tokenUrl: credential.tokenUrl ?? '',
          scopes: credential.scopes && [...credential.scopes],
        },
      };
  }
}
