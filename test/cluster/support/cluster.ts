import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Forward } from './forward';
import type { KubeList, KubeObject } from './objects';

/** How a program ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program is started with. */
export interface RunOptions {
  /** What it reads. @default - nothing */
  readonly input?: string;
  /** The directory that it runs in. @default - that of the tests */
  readonly cwd?: string;
}

/** Longest time that one test may take: applying, or waiting for the agent's next configuration. */
const TEST_TIMEOUT_MS = 180_000;
const MAX_OUTPUT = 256 * 1024 ** 2;

/** The cluster of KUBECONFIG as one test file sees it, with a discovery cache of its own: kubectl's common one would hide a missing definition. */
export class Cluster {
  private readonly forwards = new Map<string, Promise<Forward>>();
  private created: object[] = [];
  private home?: string;

  constructor() {
    if (!process.env.KUBECONFIG) throw new Error('KUBECONFIG: got nothing, expected a cluster that these tests may fill and empty');
  }

  /** The environment of every program that is started. */
  get env(): NodeJS.ProcessEnv {
    return { ...process.env, KUBECACHEDIR: join(this.homeFolder(), 'cache') };
  }

  /** A new empty folder that is gone after the test file. */
  folder(): string {
    return mkdtempSync(join(this.homeFolder(), 'folder-'));
  }

  /** Made when it is first needed: of a file whose tests are all filtered out, nothing ends. */
  private homeFolder(): string {
    this.home ??= mkdtempSync(join(tmpdir(), 'cluster-'));
    return this.home;
  }

  /** Runs a program to its end, whatever the end is. */
  run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = execFile(program, [...args], { env: this.env, cwd: options.cwd, maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
      child.stdin?.end(options.input ?? '');
    });
  }

  /** Runs a shell block of the README as a careful shell would: the first failure ends it. */
  async shell(block: string, cwd: string): Promise<Run> {
    return succeeded(block, await this.run('bash', ['-euo', 'pipefail', '-c', block], { cwd }));
  }

  /** Runs kubectl and returns what it printed. */
  async kubectl(...args: readonly string[]): Promise<string> {
    return succeeded(`kubectl ${args.join(' ')}`, await this.run('kubectl', args)).stdout;
  }

  /** Runs kubectl with something to read. */
  async kubectlWith(input: unknown, ...args: readonly string[]): Promise<string> {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    return succeeded(`kubectl ${args.join(' ')}`, await this.run('kubectl', args, { input: text })).stdout;
  }

  /** Creates what a test needs and removes with {@link removeCreated}; what is there already stays, then and now. */
  async create(objects: readonly object[]): Promise<void> {
    for (const object of objects) {
      const run = await this.run('kubectl', ['create', '-f', '-'], { input: JSON.stringify(object) });
      if (run.code === 0) this.created.unshift(object);
      else if (!run.stderr.includes('AlreadyExists')) succeeded('kubectl create -f -', run);
    }
  }

  /** Takes away what was created until now, the last first, and waits until it is gone. */
  async removeCreated(): Promise<void> {
    const items = this.created;
    this.created = [];
    if (items.length === 0) return;
    await this.kubectlWith({ apiVersion: 'v1', kind: 'List', items }, 'delete', '--ignore-not-found', '--wait=true', '-f', '-');
  }

  /** One object. */
  async get<T extends KubeObject>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.kubectl('get', ...args, '-o', 'json'));
  }

  /** All objects of a kind: in a namespace, with labels, as the arguments have it. */
  async list<T extends KubeObject>(...args: readonly string[]): Promise<readonly T[]> {
    const list: KubeList<T> = JSON.parse(await this.kubectl('get', ...args, '-o', 'json'));
    return list.items;
  }

  /** Everything that is in the cluster but what comes and goes by itself: events, leases of nodes, addresses. */
  async everything(): Promise<readonly KubeObject[]> {
    const kinds = (await this.kubectl('api-resources', '--verbs=list', '-o', 'name'))
      .split('\n')
      .filter((kind) => kind && !PASSING.includes(kind));
    return this.list(kinds.join(','), '--all-namespaces');
  }

  /** GETs a path of what a port of the cluster answers, by a forward that is kept for the next time. */
  async fetch(namespace: string, target: string, port: number, path: string): Promise<string> {
    const key = `${namespace} ${target} ${port}`;
    const forward = this.forwards.get(key) ?? Forward.open(this, ['-n', namespace, target, `:${port}`]);
    this.forwards.set(key, forward);
    try {
      const response = await fetch(`http://${(await forward).address}${path}`, { signal: AbortSignal.timeout(20_000) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${key}${path}: ${response.status} ${text}`);
      return text;
    } catch (error) {
      // its pod may have been replaced: the next try forwards anew
      this.forwards.delete(key);
      await forward.then((open) => open.close()).catch(() => undefined);
      throw error;
    }
  }

  /** Ends everything that was started, and removes everything that was created. */
  async close(): Promise<void> {
    await this.removeCreated().finally(() => this.end());
  }

  private async end(): Promise<void> {
    const open = await Promise.allSettled(this.forwards.values());
    await Promise.all(open.map((forward) => (forward.status === 'fulfilled' ? forward.value.close() : undefined)));
    if (this.home) rmSync(this.home, { recursive: true, force: true });
  }
}

/** Kinds whose objects come and go while nobody does anything. */
const PASSING = [
  'componentstatuses',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'events',
  'events.events.k8s.io',
  'ipaddresses.networking.k8s.io',
  'nodes.metrics.k8s.io',
  'pods.metrics.k8s.io',
];

function succeeded(command: string, run: Run): Run {
  if (run.code !== 0) throw new Error(`exit code ${run.code} of\n${command}\n${run.stderr}${run.stdout}`);
  return run;
}

/** The cluster for one test file. Call it at the file's top. */
export function useCluster(): Cluster {
  const cluster = new Cluster();
  const began = Date.now();
  jest.setTimeout(TEST_TIMEOUT_MS);
  afterAll(async () => {
    await cluster.close();
    report(`${basename(expect.getState().testPath ?? '', '.test.ts')}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  });
  return cluster;
}

/** Prints a line among jest's own. */
export function report(line: string): void {
  process.stderr.write(`  ${line}\n`);
}
