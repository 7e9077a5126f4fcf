import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
const APP = join(__dirname, 'app');

/** What a program said. */
export interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What `npm pack` tells of the package. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Runs a program in a folder. Settings of the npm that runs this test, such as its folder, are not the program's. */
export function run(cwd: string, command: string, ...args: readonly string[]): Promise<Run> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_(registry|cache)$)|NODE_OPTIONS$)/.test(name)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { output: '', errors: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.errors += text;
    });
    child.on('error', reject).on('close', (status) => resolve({ status, ...said }));
  });
}

/** The same of a program that has to succeed. */
export async function succeed(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  const { status, output, errors } = await run(cwd, command, ...args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} in ${cwd}: exit code ${status}\n${output}${errors}`);
  return output;
}

/** Every file below a folder, with its content. */
export function contents(folder: string): { readonly [file: string]: string } {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );
}

/** The code of a page below a comment: `<!-- program: terraform -->`. */
export function docsBlock(page: string, mark: string): string {
  const [, code] = new RegExp(`<!-- ${mark} -->\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(readFileSync(join(ROOT, page), 'utf8')) ?? [];
  if (code === undefined) throw new Error(`${page}: got no block <!-- ${mark} -->`);
  return code;
}

/** How Node and the compiler take the modules of an app. */
export const KINDS = ['module', 'commonjs'] as const;
export type Kind = (typeof KINDS)[number];

/** As strict as a compiler can be about an app and the libraries that it uses; cdk8s-plus stops at `exactOptionalPropertyTypes`. */
export const STRICT = {
  target: 'ES2022',
  module: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmitOnError: true,
  types: ['node'],
  rootDir: '.',
  outDir: 'out',
};

/** Apps of somebody else, outside of the repository, with the package as `npm pack` makes it. */
export class Foreign {
  private constructor(
    readonly folder: string,
    readonly packed: Packed,
  ) {}

  /** Packs, and installs the package with a TypeScript as such apps have it today. */
  static async install(): Promise<Foreign> {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    const told = await succeed(ROOT, 'npm', 'pack', '--json', '--foreground-scripts=false', '--pack-destination', folder);
    const [packed] = JSON.parse(told) as readonly Packed[];
    if (!packed) throw new Error(`npm pack told of no package: ${told}`);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'foreign', private: true }));
    const options = ['--no-audit', '--no-fund', '--prefer-offline'];
    await succeed(folder, 'npm', 'install', ...options, `./${packed.filename}`, 'typescript@5', '@types/node@20');
    return new Foreign(folder, packed);
  }

  /** A folder for apps that have what the entry point for Terraform needs besides; everything else they find where all apps do. */
  forTerraform(): string {
    const folder = join(this.folder, 'terraform');
    cpSync(this.installed('soperator-metrics'), join(folder, 'node_modules', 'soperator-metrics'), { recursive: true });
    for (const name of ['cdktf', join('@cdktf', 'provider-helm')]) {
      cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
    }
    return folder;
  }

  /** An app of a kind: with the programs of `app`, or those that are given. */
  app(name: string, kind: Kind, compilerOptions: object, programs: { readonly [file: string]: string } = {}): string {
    const app = join(this.folder, name);
    mkdirSync(app, { recursive: true });
    if (Object.keys(programs).length === 0) cpSync(APP, app, { recursive: true });
    for (const [file, text] of Object.entries(programs)) writeFileSync(join(app, file), text);
    writeFileSync(join(app, 'package.json'), JSON.stringify({ type: kind }));
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    return app;
  }

  /** Compiles an app with the TypeScript that is installed beside it. */
  compile(app: string, ...options: readonly string[]): Promise<Run> {
    return run(app, process.execPath, join(this.folder, 'node_modules', 'typescript', 'bin', 'tsc'), ...options);
  }

  /** Checks the types of an app with the TypeScript of the repository. */
  check(app: string): Promise<Run> {
    return run(app, process.execPath, join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit');
  }

  /** A file of an installed package. */
  installed(...path: readonly string[]): string {
    return join(this.folder, 'node_modules', ...path);
  }
}
