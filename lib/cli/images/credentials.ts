import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../report';

/** What a registry is told about who asks. */
export interface Credential {
  readonly username: string;
  readonly password: string;
  /** A token that is given for others, in place of name and password. */
  readonly identityToken?: string;
}

interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

interface DockerConfig {
  readonly auths?: { readonly [registry: string]: AuthEntry };
  readonly credsStore?: string;
  readonly credHelpers?: { readonly [registry: string]: string };
}

/** Where Docker Hub's credentials are kept. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/** Credentials as `docker login`, `podman login`, `crane auth login` and `oras login` keep them. */
export class Credentials {
  private constructor(private readonly config: DockerConfig) {}

  /**
   * Reads the configuration of docker; none is no credentials.
   *
   * @param folder its folder. @default - that of DOCKER_CONFIG, or .docker of the home directory
   * @throws CommandError when it is no JSON
   */
  static read(folder = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker')): Credentials {
    const file = join(folder, 'config.json');
    let content: string;
    try {
      content = readFileSync(file, 'utf8');
    } catch {
      return new Credentials({});
    }
    try {
      return new Credentials(JSON.parse(content));
    } catch {
      throw new CommandError(
        `${file}: got no JSON, expected the configuration of docker; log in anew, or name another folder with --docker-config`,
      );
    }
  }

  /** What is known for a repository of a registry: the closest of what is kept for it and for the paths above. */
  async of(host: string, repository: string): Promise<Credential | undefined> {
    const names = host === 'docker.io' ? [DOCKER_HUB, 'index.docker.io', host] : [host];
    const helper = names.map((name) => this.config.credHelpers?.[name]).find((found) => found !== undefined) ?? this.config.credsStore;
    if (helper !== undefined) {
      const found = await asked(helper, names[0] ?? host);
      if (found) return found;
    }
    const parts = repository.split('/');
    const paths = parts.map((_, index) => `${host}/${parts.slice(0, parts.length - index).join('/')}`);
    const entry = [...paths, ...names.flatMap((name) => [name, `https://${name}`])]
      .map((name) => this.config.auths?.[name])
      .find((found) => found !== undefined && Object.keys(found).length > 0);
    return entry && credentialOf(entry);
  }
}

function credentialOf({ auth, username, password, identitytoken }: AuthEntry): Credential {
  const decoded = Buffer.from(auth ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  return {
    username: username ?? decoded.slice(0, Math.max(colon, 0)),
    password: password ?? decoded.slice(colon + 1),
    ...(identitytoken ? { identityToken: identitytoken } : {}),
  };
}

/** Asks a program of docker that keeps credentials; nothing where it has none. */
async function asked(helper: string, registry: string): Promise<Credential | undefined> {
  const program = `docker-credential-${helper}`;
  return new Promise((resolve, reject) => {
    const child = execFile(program, ['get'], { env: process.env }, (error, stdout) => {
      if (error && 'code' in error && error.code === 'ENOENT') {
        reject(new CommandError(`${program}: got no such program, expected the one that the configuration of docker names; install it`));
        return;
      }
      // it ends with an error where it knows nothing of a registry
      if (error) return resolve(undefined);
      const { Username: username = '', Secret: secret = '' } = JSON.parse(stdout) as { Username?: string; Secret?: string };
      resolve(username === '<token>' ? { username: '', password: '', identityToken: secret } : { username, password: secret });
    });
    child.stdin?.end(registry);
  });
}
