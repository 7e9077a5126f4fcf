import { createHash } from 'node:crypto';
import { DIGEST } from '../../common/image-source';
import type { Credential, Credentials } from './credentials';

/** Why a registry gave no digest. */
export class RegistryError extends Error {
  /**
   * @param said what the registry said, or what came in the way
   * @param answered whether it answered at all
   */
  constructor(
    readonly image: string,
    readonly said: string,
    readonly answered: boolean,
  ) {
    super(`${image}: ${said}`);
    this.name = 'RegistryError';
  }
}

/** How registries are asked. */
export interface RegistryOptions {
  /** Speaks http in place of https. @default - with this machine alone, as docker does */
  readonly plainHttp?: boolean;
}

/** Time for one answer. */
const TIMEOUT_MS = 30_000;

/** An index of images for several platforms comes first: its digest is right on all of them. */
const ACCEPTED = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Asks registries for digests.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class Registries {
  /** Headers by registry and repository, so that a token is asked for once. */
  private readonly authorizations = new Map<string, string>();

  constructor(
    private readonly credentials: Credentials,
    private readonly options: RegistryOptions = {},
  ) {}

  /**
   * The digest of an image with a tag; of the index, where there is one for several platforms.
   *
   * @throws RegistryError when the registry does not answer, or gives none
   */
  async digest(image: string): Promise<string> {
    const [, host = '', repository = '', tag = ''] = /^([^/]+)\/(.+):([^:/]+)$/.exec(image) ?? [];
    if (tag === '') throw new RegistryError(image, 'the name has no registry or no tag, so that there is nothing to ask', true);
    const url = `${this.base(host)}/v2/${repository}/manifests/${tag}`;
    const ask = (method: string) => this.authorized(image, host, repository, url, { method, headers: { accept: ACCEPTED } });
    const head = await ask('HEAD');
    // some answer GET alone, and the body of an answer to HEAD does not say what is wrong
    const response = head.ok && DIGEST.test(head.headers.get('docker-content-digest') ?? '') ? head : await ask('GET');
    if (!response.ok) throw new RegistryError(image, await complaintOf(response), response.status < 500 && response.status !== 429);
    const named = response.headers.get('docker-content-digest') ?? '';
    if (response === head) return named;
    const computed = `sha256:${createHash('sha256')
      .update(Buffer.from(await response.arrayBuffer()))
      .digest('hex')}`;
    if (DIGEST.test(named) && named !== computed) {
      throw new RegistryError(image, `it says that the digest is ${named}, and what it sends has ${computed}`, true);
    }
    return computed;
  }

  private base(host: string): string {
    const isLocal = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host);
    return `${(this.options.plainHttp ?? isLocal) ? 'http' : 'https'}://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
  }

  private async authorized(image: string, host: string, repository: string, url: string, request: RequestInit): Promise<Response> {
    const key = `${host}/${repository}`;
    const send = (authorization?: string) =>
      this.fetch(image, url, { ...request, headers: { ...request.headers, ...(authorization ? { authorization } : {}) } });
    const response = await send(this.authorizations.get(key));
    if (response.status !== 401) return response;
    const authorization = await this.authorize(image, host, repository, response.headers.get('www-authenticate') ?? '');
    if (authorization === undefined) return response;
    this.authorizations.set(key, authorization);
    return await send(authorization);
  }

  /** What the registry wants to be told of who asks; nothing where nothing is known. */
  private async authorize(image: string, host: string, repository: string, challenge: string): Promise<string | undefined> {
    const credential = await this.credentials.of(host, repository);
    if (/^basic/i.test(challenge)) return credential && basic(credential);
    const { realm, service, scope } = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    if (!/^bearer/i.test(challenge) || realm === undefined || !URL.canParse(realm)) return undefined;
    const asked = new URLSearchParams({ ...(service ? { service } : {}), scope: scope ?? `repository:${repository}:pull` });
    const response = credential?.identityToken
      ? await this.fetch(image, realm, {
          method: 'POST',
          body: new URLSearchParams([
            ...asked,
            ['grant_type', 'refresh_token'],
            ['refresh_token', credential.identityToken],
            ['client_id', 'soperator-metrics'],
          ]),
        })
      : await this.fetch(image, `${realm}?${asked}`, { headers: credential ? { authorization: basic(credential) } : {} });
    if (!response.ok)
      throw new RegistryError(image, `${new URL(realm).host} gave no token: ${await complaintOf(response)}`, response.status < 500);
    const issued = (await response.json()) as { token?: string; access_token?: string };
    const token = issued.token ?? issued.access_token;
    return token === undefined ? undefined : `Bearer ${token}`;
  }

  private async fetch(image: string, url: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw new RegistryError(image, `${new URL(url).host} does not answer: ${reasonOf(error)}`, false);
    }
  }
}

function basic({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** `401 unauthorized: authentication required`, in the words of the registry. */
async function complaintOf(response: Response): Promise<string> {
  const body = await response.text().catch(() => '');
  let said = '';
  try {
    const { errors = [], details } = JSON.parse(body) as { errors?: { code?: string; message?: string }[]; details?: string };
    said = errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ') || (details ?? '');
  } catch {
    // a page of a proxy in between says nothing that helps
  }
  return `it answers ${[response.status, said || response.statusText].filter(Boolean).join(' ')}`;
}

interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
}

/** The reason below the general one: `connect ECONNREFUSED`, `certificate has expired`. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, message, code, cause }: Failure = error;
  if (name === 'TimeoutError') return `nothing came within ${TIMEOUT_MS / 1000} s`;
  return cause === undefined ? message || code || String(error) : reasonOf(cause);
}
