import { run } from '../../../lib/cli/program';

/** What a run of the command left. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, as on a pipe. */
export async function command(...args: readonly string[]): Promise<Run> {
  return commandWith({}, ...args);
}

/** Runs the command with a terminal or an environment of its own. */
export async function commandWith(
  { isTTY = false, env = {} }: { readonly isTTY?: boolean; readonly env?: Readonly<Record<string, string>> },
  ...args: readonly string[]
): Promise<Run> {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    isTTY,
    columns: 100,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await run(args, { stdout: stream('out'), stderr: stream('err'), env, version: '1.2.3' });
  return { code, ...written };
}
