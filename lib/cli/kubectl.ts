import { CommandError, ExitCode } from './report';
import { clusterFlags, Hindrance, KubectlHindered, type KubectlOptions, lastLine, runKubectl } from './run-kubectl';

export type { KubectlOptions } from './run-kubectl';

/** Why kubectl did not answer. */
export enum Trouble {
  /** There is no kubectl. */
  NO_PROGRAM = 'no program',
  /** No context is named, or it is not there. */
  NO_CONTEXT = 'no context',
  /** Nobody answers at the address of the API server. */
  UNREACHABLE = 'unreachable',
  /** The API server does not know who asks. */
  UNKNOWN_USER = 'unknown user',
  /** The API server knows who asks, and that it may not. */
  FORBIDDEN = 'forbidden',
  /** There is no such object, or no such kind. */
  ABSENT = 'absent',
  /** Something else. */
  FAILED = 'failed',
}

/** kubectl did not answer. */
export class KubectlError extends CommandError {
  /** @param trouble why */
  constructor(
    message: string,
    readonly trouble: Trouble,
  ) {
    super(message, ExitCode.UNREACHABLE);
    this.name = 'KubectlError';
  }
}

/** What objects to list. */
export interface Listing {
  /** @default - all */
  readonly namespace?: string;
  /** Labels, as `-l` takes them. @default - any */
  readonly selector?: string;
}

/** The context that is asked. */
export interface KubeContext {
  readonly name: string;
  /** The context's name of the cluster. */
  readonly cluster: string;
  /** Address of its API server. */
  readonly server: string;
}

/** The part of `kubectl config view -o json` that says where one asks. */
interface ConfigView {
  readonly 'current-context': string;
  readonly contexts: readonly { readonly context: { readonly cluster: string } }[] | null;
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[] | null;
}

/** Time that one request may take. */
const REQUEST_SECONDS = 30;
/** Time that kubectl itself may take: a program that it asks for a token may wait for somebody to log in. */
const RUN_MS = 120_000;

/** Tells troubles by what kubectl prints; the first that fits. */
const TELLING: readonly (readonly [RegExp, Trouble])[] = [
  [
    /current-context must exist|cannot locate context|context was not found|no configuration has been provided|error loading config/i,
    Trouble.NO_CONTEXT,
  ],
  [/\(Forbidden\)|is forbidden:/, Trouble.FORBIDDEN],
  [/doesn't have a resource type|\(NotFound\)|could not find the requested resource/, Trouble.ABSENT],
  [/Unauthorized|asked for the client to provide credentials|must be logged in/i, Trouble.UNKNOWN_USER],
  [
    /Unable to connect|was refused|no such host|i\/o timeout|timed out|deadline exceeded|x509:|no route to host|TLS handshake|Client\.Timeout|ServiceUnavailable|\bEOF\b/i,
    Trouble.UNREACHABLE,
  ],
];

/** Reads a cluster by kubectl, as the user of a kubeconfig. It never writes. */
export class Kubectl {
  constructor(private readonly options: KubectlOptions = {}) {}

  /**
   * The context that is asked. Does not ask the cluster.
   *
   * @throws KubectlError when there is none, or no kubectl
   */
  async context(): Promise<KubeContext> {
    const view: ConfigView = JSON.parse(await this.run(['config', 'view', '--minify', '-o', 'json']));
    return {
      name: view['current-context'],
      cluster: view.contexts?.[0]?.context.cluster ?? '',
      server: view.clusters?.[0]?.cluster.server ?? '',
    };
  }

  /**
   * All objects of a kind.
   *
   * @param kind as `kubectl get` takes it, with its group: `daemonsets.apps`
   * @throws KubectlError when the cluster does not answer, or not with objects
   */
  async get<T>(kind: string, { namespace, selector }: Listing = {}): Promise<readonly T[]> {
    const where = namespace === undefined ? ['--all-namespaces'] : ['--namespace', namespace];
    const text = await this.run(['get', kind, ...where, ...(selector === undefined ? [] : ['-l', selector]), '-o', 'json']);
    const list: { readonly items: readonly T[] } = JSON.parse(text);
    return list.items;
  }

  /**
   * What the API server answers at a path: `/version`.
   *
   * @throws KubectlError when the cluster does not answer
   */
  async raw<T>(path: string): Promise<T> {
    return JSON.parse(await this.run(['get', '--raw', path]));
  }

  /**
   * Whether an object is there. It is asked for as a line of a table, so that of a Secret no value is sent.
   *
   * @throws KubectlError when the cluster does not answer
   */
  async exists(kind: string, namespace: string, name: string): Promise<boolean> {
    try {
      await this.run(['get', kind, name, '--namespace', namespace, '--no-headers']);
      return true;
    } catch (error) {
      if (error instanceof KubectlError && error.trouble === Trouble.ABSENT) return false;
      throw error;
    }
  }

  private async run(args: readonly string[]): Promise<string> {
    const all = [...args, ...clusterFlags(this.options), `--request-timeout=${REQUEST_SECONDS}s`];
    try {
      const { code, stdout, stderr } = await runKubectl(all, RUN_MS);
      if (code !== 0) throw this.failure(args, stderr);
      return stdout;
    } catch (error) {
      throw error instanceof KubectlHindered ? hindered(what(args), error) : error;
    }
  }

  private failure(args: readonly string[], stderr: string): KubectlError {
    const said = lastLine(stderr);
    const context = this.options.context ?? 'the current one';
    const trouble = TELLING.find(([pattern]) => pattern.test(stderr))?.[1] ?? Trouble.FAILED;
    const messages: { readonly [trouble in Trouble]?: string } = {
      [Trouble.NO_CONTEXT]: `context: got ${context}, and kubectl says "${said}", expected one of the kubeconfig; choose one of \`kubectl config get-contexts\` with --context, or another file with --kubeconfig`,
      [Trouble.UNREACHABLE]: `API server: got no answer, and kubectl says "${said}", expected one; try \`kubectl version\` with the same context, or another one with --context`,
      [Trouble.UNKNOWN_USER]: `API server: got no user that it knows, and kubectl says "${said}", expected one; log in again, or choose another context with --context`,
    };
    return new KubectlError(messages[trouble] ?? `${what(args)}: ${said || 'failed'}`, trouble);
  }
}

/** How messages call a run. */
const what = (args: readonly string[]): string => `kubectl ${args.slice(0, 3).join(' ')}`;

function hindered(run: string, { hindrance, message }: KubectlHindered): KubectlError {
  switch (hindrance) {
    case Hindrance.ABSENT: {
      const text = 'kubectl: got no such program, expected it in PATH; install it, or add its folder to PATH';
      return new KubectlError(text, Trouble.NO_PROGRAM);
    }
    case Hindrance.SLOW: {
      const text = `${run}: got no answer in ${RUN_MS / 1000} s, expected one; run it by hand to see what it waits for`;
      return new KubectlError(text, Trouble.UNREACHABLE);
    }
    default:
      return new KubectlError(`${run}: ${message}`, Trouble.FAILED);
  }
}
