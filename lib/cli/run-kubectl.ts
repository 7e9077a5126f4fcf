import { execFile } from 'node:child_process';

/** Which cluster is asked. */
export interface KubectlOptions {
  /** Context of the kubeconfig. @default - the current one */
  readonly context?: string;
  /** The kubeconfig. @default - that of KUBECONFIG, or of the home directory */
  readonly kubeconfig?: string;
}

/** How a run of kubectl ended. */
export interface KubectlRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why kubectl could not be run to its end. */
export enum Hindrance {
  /** There is no such program. */
  ABSENT = 'absent',
  /** It took too long. */
  SLOW = 'slow',
  /** Something else: too much output, a program that cannot be run. */
  OTHER = 'other',
}

/** kubectl did not come to its end. */
export class KubectlHindered extends Error {
  /** @param hindrance why */
  constructor(
    message: string,
    readonly hindrance: Hindrance,
  ) {
    super(message);
    this.name = 'KubectlHindered';
  }
}

/** Some thousand nodes with all their images. */
const MOST_BYTES = 512 * 1024 ** 2;

/** Arguments that say which cluster is asked. */
export function clusterFlags({ context, kubeconfig }: KubectlOptions): readonly string[] {
  return [...(context === undefined ? [] : [`--context=${context}`]), ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`])];
}

/**
 * Runs kubectl to its end, whatever the end is. Nothing of it outlives the run.
 *
 * @param timeoutMs longest time it may take
 * @throws KubectlHindered when it does not come to its end
 */
export function runKubectl(args: readonly string[], timeoutMs: number, program = 'kubectl'): Promise<KubectlRun> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], { env: process.env, maxBuffer: MOST_BYTES, timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error === null || typeof error.code === 'number') {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
        return;
      }
      const why = error.code === 'ENOENT' ? Hindrance.ABSENT : child.killed ? Hindrance.SLOW : Hindrance.OTHER;
      reject(new KubectlHindered(error.message, why));
    });
    child.stdin?.end();
  });
}

/** What kubectl ends with: before it come its tries. */
export function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1) ?? '';
}
