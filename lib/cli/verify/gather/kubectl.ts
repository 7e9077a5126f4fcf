import { CommandError, ExitCode } from '../../report';
import { clusterFlags, Hindrance, KubectlHindered, type KubectlOptions, type KubectlRun, lastLine, runKubectl } from '../../run-kubectl';
import type { Place } from '../expected';
import { type Response, type Source, Unanswered } from './source';

/** Longest wait for one answer, in ms. */
const TIMEOUT_MS = 40_000;

/** Runs kubectl to its end; tests bring their own. */
export type RunKubectl = (args: readonly string[]) => Promise<KubectlRun>;

/** A kubectl of this machine. It asks through the API server's proxy, and forwards no port. */
export const kubectlAt =
  (program: string): RunKubectl =>
  async (args) => {
    try {
      return await runKubectl(args, TIMEOUT_MS, program);
    } catch (error) {
      if (!(error instanceof KubectlHindered)) throw error;
      if (error.hindrance === Hindrance.ABSENT) {
        const expected = 'expected it where neither --agent nor --store is given; install it, or give URLs';
        throw new CommandError(`kubectl: not found in PATH, ${expected}`, ExitCode.UNREACHABLE);
      }
      throw new Unanswered(error.hindrance === Hindrance.SLOW ? `no answer within ${TIMEOUT_MS / 1000} s` : error.message);
    }
  };

/** A cluster as kubectl sees it. */
export class Kubectl {
  private readonly flags: readonly string[];

  constructor(
    private readonly execute: RunKubectl,
    options: KubectlOptions = {},
  ) {
    this.flags = clusterFlags(options);
  }

  /** The beginning of commands that ask the same cluster. */
  get command(): string {
    return ['kubectl', ...this.flags].join(' ');
  }

  /** Runs it, whatever the end is. */
  run(...args: readonly string[]): Promise<KubectlRun> {
    return this.execute([...this.flags, ...args]);
  }

  /** Objects of some kinds. @throws Unanswered when the API server gives none */
  async list<T>(...args: readonly string[]): Promise<readonly T[]> {
    const { code, stdout, stderr } = await this.run('get', ...args, '-o', 'json');
    if (code !== 0) throw new Unanswered(lastLine(stderr));
    return (JSON.parse(stdout) as { readonly items: readonly T[] }).items;
  }

  /** Objects of some kinds; none where they cannot be had. */
  async listOr<T>(...args: readonly string[]): Promise<readonly T[]> {
    try {
      return await this.list<T>(...args);
    } catch (error) {
      if (error instanceof Unanswered) return [];
      throw error;
    }
  }

  /** A Service of the cluster, through the API server. */
  service({ namespace, name, port }: Place): Source {
    return this.proxied(name, `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`);
  }

  /** A pod of the cluster, through the API server. */
  pod({ namespace, name, port }: Place): Source {
    return this.proxied(name, `/api/v1/namespaces/${namespace}/pods/${name}:${port}/proxy`);
  }

  private proxied(name: string, base: string): Source {
    return {
      name,
      get: async (path): Promise<Response> => {
        const { code, stdout, stderr } = await this.run('get', '--raw', `${base}${path}`);
        if (code === 0) return { status: 200, text: stdout };
        const status = statusOf(stderr);
        if (status === undefined) throw new Unanswered(lastLine(stderr));
        return { status, text: lastLine(stderr) };
      },
    };
  }
}

/** What kubectl 1.32 makes of the status of a program behind the proxy; what the API server says itself has other words. */
const STATUSES: readonly (readonly [says: RegExp, status: number])[] = [
  [/^The request is invalid/m, 422],
  [/rejected our request for an unknown reason/, 400],
  [/could not find the requested resource/, 404],
  [/currently unable to handle the request/, 503],
  [/an error on the server .* has prevented the request/, 500],
];

/** The status of a program behind the proxy; nothing when nobody is there. */
function statusOf(stderr: string): number | undefined {
  const [, code] = /responded with the status code (\d+)/.exec(stderr) ?? [];
  return code === undefined ? STATUSES.find(([says]) => says.test(stderr))?.[1] : Number(code);
}
