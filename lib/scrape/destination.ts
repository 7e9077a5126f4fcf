import type { Duration } from 'cdk8s';
import type { ICollector } from './collector';
import type { QueueBudget } from './queue-budget';
import type { RelabelRule } from './relabel-rule';
import type { KeyReference } from './scrape-target';

/** How a destination is told who writes. */
export enum CredentialKind {
  /** A bearer token in a file on the node, renewed there by the platform. */
  TOKEN_FILE = 'tokenFile',
  /** A bearer token in a Secret. */
  TOKEN_SECRET = 'tokenSecret',
  /** User name and password, both in a Secret. */
  BASIC = 'basic',
  /** OAuth2 client credentials. */
  OAUTH2 = 'oauth2',
}

/** A credential as data. It belongs to exactly one destination. */
export interface Credential {
  /** Which of the fields below count. */
  readonly kind: CredentialKind;
  /** Directory on the node that holds the token file; the directory is mounted, so that an atomic replacement is seen. */
  readonly hostDirectory?: string;
  /** Name of the token file in that directory. */
  readonly file?: string;
  /** The Secret that holds the token. */
  readonly token?: KeyReference;
  /** The Secret that holds the user name. */
  readonly username?: KeyReference;
  /** The Secret that holds the password or the OAuth2 client secret. */
  readonly password?: KeyReference;
  /** The OAuth2 client id, which is no secret. */
  readonly clientId?: string;
  /** Where OAuth2 tokens are issued. */
  readonly tokenUrl?: string;
  /** OAuth2 scopes. */
  readonly scopes?: readonly string[];
}

/** How a destination is reached by TLS. */
export interface DestinationTls {
  /** Secret with the certificate authority that signed the destination's certificate. @default - the system's authorities */
  readonly caSecret?: KeyReference;
  /** Secret with the agent's client certificate. @default - none */
  readonly certSecret?: KeyReference;
  /** Secret with the key of the client certificate. @default - none */
  readonly keySecret?: KeyReference;
  /** Name that the destination's certificate must carry. @default - the URL's host */
  readonly serverName?: string;
}

/** Where samples go: pure data that knows no backend. */
export interface Destination {
  /** Short name, unique in the pipeline. */
  readonly name: string;
  /** The remote write URL. */
  readonly url: string;
  /** Who writes. @default - nobody in particular */
  readonly credential?: Credential;
  /** How TLS is checked. @default - the system's authorities */
  readonly tls?: DestinationTls;
  /** An http, https or socks5 proxy on the way. @default - none */
  readonly proxyUrl?: string;
  /** Rules over every sample for this destination alone. */
  readonly relabelConfigs: readonly RelabelRule[];
  /** What is kept while it takes nothing. @default - the agent's */
  readonly buffer?: QueueBudget;
  /** It speaks VictoriaMetrics' own protocol, which packs samples tighter. @default false */
  readonly speaksVm?: boolean;
}

/** Something that samples can be written to. */
export interface IDestination {
  /** Where and how to write. */
  readonly destination: Destination;
  /** Told by each collector that writes here, so that a store can fit itself to what arrives. */
  collectFrom?(collector: ICollector): void;
}

/** Something that is read by queries. */
export interface IQueryable {
  /** Base URL of a Prometheus-compatible query API. */
  readonly queryUrl: string;
}

/** A store: samples go in and queries come out. */
export interface IStore extends IDestination, IQueryable {
  /** Samples of one series closer than this are merged into one. */
  readonly dedupInterval: Duration;
}
