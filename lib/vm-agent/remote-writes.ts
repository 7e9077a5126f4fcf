import type { k8s } from 'cdk8s-plus-28';
import { fieldReasons, type Reason } from '../common/reasons';
import { type Credential, CredentialKind, type Destination, type DestinationTls } from '../scrape/destination';
import type { KeyReference } from '../scrape/scrape-target';

/** Where token files of the node appear in the agent's container, one directory a destination. */
const TOKENS = '/etc/soperator-metrics/tokens';
/** Where keys of Secrets appear in the agent's container, one directory a destination. */
const CREDENTIALS = '/etc/soperator-metrics/credentials';

/** The flags and files by which an agent reaches its destinations. */
export interface RemoteWriteFiles {
  /** Flags without their dash; each has exactly one value for each URL. */
  readonly flags: { readonly [flag: string]: string };
  /** Volumes with tokens and keys. */
  readonly volumes: k8s.Volume[];
  /** Where they are mounted. */
  readonly volumeMounts: k8s.VolumeMount[];
}

/** A Secret's key, and the name of the file that it becomes. */
interface SecretFile extends KeyReference {
  readonly file: string;
}

/**
 * Renders the credentials of destinations so that each goes to its own URL and to no other: by flags that are read by position, with
 * exactly one entry for each URL, empty where there is none.
 *
 * Every secret is a file. The agent reads files anew each second, so what is rotated counts without a restart; what is missing is
 * optional to the pod, so it holds back its own destination alone. By the operator's fields it would be different: one Secret that is
 * missing stops every further change of the agent.
 */
export function remoteWriteFiles(destinations: readonly Destination[]): RemoteWriteFiles {
  const perUrl = destinations.map(flagsOf);
  const names = [...new Set(perUrl.flatMap((flags) => Object.keys(flags)))];
  const volumes = destinations.flatMap(volumesOf);
  return {
    flags: Object.fromEntries(names.map((name) => [`remoteWrite.${name}`, positional(perUrl.map((flags) => flags[name] ?? ''))])),
    volumes: volumes.map(({ volume }) => volume),
    volumeMounts: volumes.map(({ volume, mountPath }) => ({
      name: volume.name,
      mountPath,
      readOnly: true,
      // a directory that the node mounts later is seen then
      ...(volume.hostPath ? { mountPropagation: 'HostToContainer' } : {}),
    })),
  };
}

/** Why the agent's pods see files of the node. */
export function tokenFileReasons(destinations: readonly Destination[]): Reason[] {
  return destinations.flatMap(({ name, credential }) =>
    credential?.kind === CredentialKind.TOKEN_FILE
      ? fieldReasons({
          [`hostPath ${credential.hostDirectory}`]: `the token for ${name} is a file there that the platform renews, or nothing is sent there; a Secret would do without`,
        })
      : [],
  );
}

/** Values of a flag that is read by position: exactly one for each URL, for one alone would count for all. */
export function positional(values: readonly string[]): string {
  return values.map((value) => value || '""').join(',');
}

function flagsOf({ name, credential, tls }: Destination): { readonly [flag: string]: string } {
  const file = (of: string) => `${CREDENTIALS}/${name}/${of}`;
  return {
    ...(credential ? credentialFlags(name, credential, file) : {}),
    ...(tls?.caSecret ? { tlsCAFile: file('ca.crt') } : {}),
    ...(tls?.certSecret ? { tlsCertFile: file('tls.crt') } : {}),
    ...(tls?.keySecret ? { tlsKeyFile: file('tls.key') } : {}),
    ...(tls?.serverName ? { tlsServerName: tls.serverName } : {}),
  };
}

function credentialFlags(name: string, credential: Credential, file: (of: string) => string): { readonly [flag: string]: string } {
  switch (credential.kind) {
    case CredentialKind.TOKEN_FILE:
      return { bearerTokenFile: `${TOKENS}/${name}/${credential.file}` };
    case CredentialKind.TOKEN_SECRET:
      return { bearerTokenFile: file('token') };
    case CredentialKind.BASIC:
      return { 'basicAuth.usernameFile': file('username'), 'basicAuth.passwordFile': file('password') };
    case CredentialKind.OAUTH2:
      return {
        'oauth2.clientID': credential.clientId ?? '',
        'oauth2.clientSecretFile': file('client-secret'),
        'oauth2.tokenUrl': credential.tokenUrl ?? '',
        ...(credential.scopes?.length ? { 'oauth2.scopes': credential.scopes.join(';') } : {}),
      };
  }
}

function secretFiles(credential: Credential | undefined, tls: DestinationTls | undefined): SecretFile[] {
  const password = credential?.kind === CredentialKind.OAUTH2 ? 'client-secret' : 'password';
  const files: readonly (readonly [file: string, reference: KeyReference | undefined])[] = [
    ['token', credential?.token],
    ['username', credential?.username],
    [password, credential?.password],
    ['ca.crt', tls?.caSecret],
    ['tls.crt', tls?.certSecret],
    ['tls.key', tls?.keySecret],
  ];
  return files.flatMap(([file, reference]) => (reference ? [{ ...reference, file }] : []));
}

function volumesOf({ name, credential, tls }: Destination): { readonly volume: k8s.Volume; readonly mountPath: string }[] {
  const secrets = secretFiles(credential, tls);
  return [
    ...(credential?.kind === CredentialKind.TOKEN_FILE
      ? [
          {
            // the directory, not the file: a file that is replaced would stay the old one inside the container. It is made where it is
            // missing, because without it the pod would not start, and no destination would get anything
            volume: { name: `token-${name}`, hostPath: { path: credential.hostDirectory ?? '', type: 'DirectoryOrCreate' } },
            mountPath: `${TOKENS}/${name}`,
          },
        ]
      : []),
    ...(secrets.length > 0
      ? [
          {
            volume: {
              name: `credentials-${name}`,
              projected: {
                sources: secrets.map(({ name: secret, key, file }) => ({
                  secret: { name: secret, optional: true, items: [{ key, path: file }] },
                })),
              },
            },
            mountPath: `${CREDENTIALS}/${name}`,
          },
        ]
      : []),
  ];
}
