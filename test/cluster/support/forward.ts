import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Cluster, Run } from './cluster';

const OPEN_MS = 30_000;
/** What kubectl prints once it listens; the port is the system's choice where none is asked for. */
const LISTENS = /^Forwarding from (127\.0\.0\.1:\d+|\[::1\]:\d+) ->/m;

/** A running `kubectl port-forward`. */
export class Forward {
  /**
   * Starts it and waits until it listens.
   *
   * @param args the arguments behind `port-forward`, with the port as `:8080` for a free one here
   */
  static open(cluster: Cluster, args: readonly string[]): Promise<Forward> {
    const child = spawn('kubectl', ['port-forward', ...args], { env: cluster.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    return new Promise((resolve, reject) => {
      const fail = (how: string) => {
        child.kill();
        reject(new Error(`kubectl port-forward ${args.join(' ')} ${how}: ${said}`));
      };
      const timer = setTimeout(() => fail(`does not listen after ${OPEN_MS / 1000} s`), OPEN_MS);
      const listen = (text: Buffer) => {
        said += text;
        const address = LISTENS.exec(said)?.[1];
        if (!address) return;
        clearTimeout(timer);
        resolve(new Forward(child, address));
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.on('error', (error) => fail(error.message));
      child.on('exit', (code) => {
        clearTimeout(timer);
        fail(`ended with ${code}`);
      });
    });
  }

  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens: `127.0.0.1:40123`. What `localhost` means differs from machine to machine. */
    readonly address: string,
  ) {}

  /** Ends it. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill();
    await gone;
  }
}

/** The two commands of a block that forwards a port and asks it. */
export interface Connection {
  /** `kubectl port-forward … 8080:8080` */
  readonly forward: string;
  /** `curl … http://localhost:8080/metrics` */
  readonly ask: string;
}

/** Does what the two commands say, on a free port here in place of theirs, and returns what came back. */
export async function connect(cluster: Cluster, { forward, ask }: Connection): Promise<Run> {
  const parts = /^kubectl port-forward (?<where>\S.*) (?<here>\d+):(?<there>\d+)$/.exec(forward)?.groups;
  if (!parts?.where || !parts.here) throw new Error(`expected a kubectl port-forward with two ports: ${forward}`);
  const open = await Forward.open(cluster, [...parts.where.split(/\s+/), `:${parts.there}`]);
  try {
    const here = `localhost:${parts.here}`;
    if (!ask.includes(here)) throw new Error(`expected ${here}, which is forwarded, in: ${ask}`);
    // a status of 400 or above is a failure here, which curl alone would print
    const careful = `curl() { command curl --fail --silent --show-error --max-time 20 "$@"; }; ${ask.replaceAll(here, open.address)}`;
    return await cluster.run('bash', ['-euo', 'pipefail', '-c', careful]);
  } finally {
    await open.close();
  }
}
