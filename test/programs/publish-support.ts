import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { program } from './support';

export const ROOT = join(__dirname, '..', '..');
export const EXAMPLE = join(ROOT, 'examples', 'cluster-repository');

/** What a program said. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A step of a workflow that is no action. */
export interface Step {
  readonly id?: string;
  readonly run: string;
}

/** The steps of a job of the example's workflow. */
export function stepsOf(job: string): readonly Step[] {
  const { jobs } = parse(readFileSync(join(EXAMPLE, '.github', 'workflows', 'metrics.yaml'), 'utf8'));
  return jobs[job].steps.filter(({ run }: Partial<Step>) => run !== undefined);
}

/** A registry on a port of its own, with a log of what it was asked. */
export class Registry {
  private constructor(
    private readonly process: ChildProcess,
    private readonly log: string,
    /** Host and port. */
    readonly host: string,
  ) {}

  static async start(folder: string): Promise<Registry> {
    const port = await freePort();
    const config = join(folder, 'registry.yaml');
    const log = join(folder, 'registry.log');
    const settings = {
      version: '0.1',
      storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
      http: { addr: `127.0.0.1:${port}` },
    };
    writeFileSync(config, JSON.stringify(settings));
    // to a file, not to this process, which waits for scripts meanwhile
    const written = openSync(log, 'w');
    // it would look for somebody who collects traces
    const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
    const child = spawn(program('registry'), ['serve', config], { env, stdio: ['ignore', written, written] });
    closeSync(written);
    const host = `localhost:${port}`;
    for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
      const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
      if (answer?.ok) return new Registry(child, log, host);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill();
    throw new Error(`the registry does not answer on ${host}:\n${readFileSync(log, 'utf8')}`);
  }

  /** Requests that change something, of all so far. */
  writes(): string[] {
    return [...readFileSync(this.log, 'utf8').matchAll(/"((?:PUT|POST|PATCH|DELETE) \S+)/g)].map(([, request = '']) => request);
  }

  stop(): void {
    this.process.kill();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** A team's repository, made of the example, outside of this one; with a bare one that it pushes to. */
export class Team {
  readonly folder = mkdtempSync(join(tmpdir(), 'team-'));
  readonly repository = join(this.folder, 'repository');
  readonly remote = join(this.folder, 'remote.git');
  /** As CI has it: nothing of the settings of whoever runs this test. */
  readonly env: NodeJS.ProcessEnv;

  constructor(extra: Readonly<Record<string, string>>) {
    this.env = {
      PATH: process.env.PATH,
      HOME: this.folder,
      DOCKER_CONFIG: join(this.folder, 'docker'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'a member',
      GIT_AUTHOR_EMAIL: 'member@example.com',
      GIT_COMMITTER_NAME: 'a member',
      GIT_COMMITTER_EMAIL: 'member@example.com',
      SOURCE_URL: 'https://ci:password@git.example.com/team/clusters.git',
      ...extra,
    };
    cpSync(EXAMPLE, this.repository, { recursive: true });
    // the command as it is in this repository, where a team has it of the package
    mkdirSync(join(this.repository, 'node_modules', '.bin'), { recursive: true });
    symlinkSync(ROOT, join(this.repository, 'node_modules', 'soperator-metrics'));
    const command = `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/scripts/run.mjs' '${ROOT}/lib/cli/bin.ts' "$@"\n`;
    writeFileSync(join(this.repository, 'node_modules', '.bin', 'soperator-metrics'), command, { mode: 0o755 });
    this.git('init', '--quiet', '--bare', '--initial-branch=main', this.remote);
    this.git('init', '--quiet', '--initial-branch=main', '.');
    this.git('remote', 'add', 'origin', this.remote);
  }

  /** Runs a program in the repository. */
  run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: this.repository,
      env: { ...this.env, ...env },
      encoding: 'utf8',
      maxBuffer: 256 * 1024 ** 2,
    });
    if (error) throw error;
    return { status, output: stdout, errors: stderr };
  }

  /** The same of a program that has to succeed: what it said. */
  succeed(command: string, ...args: readonly string[]): string {
    const { status, output, errors } = this.run(command, args);
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${status}\n${output}${errors}`);
    return output;
  }

  git(...args: readonly string[]): string {
    return this.succeed('git', ...args).trim();
  }

  /** Runs the scripts of a job one after the other, as CI does: what fails ends it. */
  job(name: string): Ran & { readonly steps: readonly string[]; readonly outputs: string } {
    const outputs = join(this.folder, 'outputs');
    writeFileSync(outputs, '');
    const all: Ran[] = [];
    const steps: string[] = [];
    for (const { run } of stepsOf(name).filter((step) => step.run.startsWith('scripts/'))) {
      steps.push(run);
      all.push(this.run('sh', ['-ec', run], { GITHUB_OUTPUT: outputs }));
      if (all.at(-1)?.status !== 0) break;
    }
    const joined = (part: 'output' | 'errors') => all.map((ran) => ran[part]).join('');
    return {
      steps,
      status: all.at(-1)?.status ?? null,
      output: joined('output'),
      errors: joined('errors'),
      outputs: readFileSync(outputs, 'utf8'),
    };
  }

  /** Changes a text in a file and commits it. */
  change(file: string, from: string, to: string): void {
    this.edit(file, from, to);
    this.git('commit', '--quiet', '--all', '--message', `${file}: ${to}`);
    this.git('push', '--quiet', 'origin', 'HEAD');
  }

  edit(file: string, from: string, to: string): void {
    const path = join(this.repository, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Every file below a folder with its bytes, as text that shows a difference. */
export function bytesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'latin1')]));
}
