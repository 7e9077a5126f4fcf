import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project of its own for each test: the script keeps its bundles in the project that it lies in. */
class Project {
  readonly root = mkdtempSync(join(parent, 'run-'));

  constructor(files: Record<string, string>) {
    mkdirSync(this.path('scripts'));
    mkdirSync(this.path('node_modules'));
    cpSync(join(ROOT, 'scripts/run.mjs'), this.path('scripts/run.mjs'));
    symlinkSync(join(ROOT, 'node_modules/esbuild'), this.path('node_modules/esbuild'));
    for (const [file, text] of Object.entries(files)) this.write(file, text);
  }

  path(file: string): string {
    return join(this.root, file);
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  run(...args: string[]): Promise<Run> {
    return new Promise((resolve) => {
      execFile(process.execPath, [this.path('scripts/run.mjs'), ...args], { cwd: this.root }, (error, stdout, stderr) => {
        resolve({ status: Number(error?.code ?? 0), stdout: stdout.trim(), stderr });
      });
    });
  }

  async printed(): Promise<string> {
    const { stdout, stderr } = await this.run('main.ts');
    expect(stderr).toBe('');
    return stdout;
  }

  /** The number of the bundle's file: another one after the bundle was made anew. */
  bundle(): number | undefined {
    const file = readdirSync(this.path('.cache/run')).find((name) => name.endsWith('.cjs'));
    return file === undefined ? undefined : statSync(this.path(`.cache/run/${file}`)).ino;
  }
}

const parent = mkdtempSync(join(tmpdir(), 'projects-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const MAIN = `import { word } from './word';\nconsole.log(word);`;

// each runs programs of its own, on whatever else the machine does
jest.setTimeout(60_000);

test('keeps the bundle while nothing changes, a touched file included', async () => {
  const project = new Project({ 'main.ts': MAIN, 'word.ts': `export const word: string = 'one';` });
  expect(await project.printed()).toBe('one');
  const bundle = project.bundle();
  expect(bundle).toBeDefined();
  utimesSync(project.path('word.ts'), 1, 1);
  expect(await project.printed()).toBe('one');
  expect(project.bundle()).toBe(bundle);
});

test('runs the new code when an edit leaves length and time stamp as they were, in an installed package too', async () => {
  const project = new Project({
    'main.ts': `import { installed } from 'dep';\nimport { own } from './own';\nconsole.log(own, installed);`,
  });
  const date = new Date('2024-01-01');
  const edit = (file: string, text: string) => {
    project.write(file, text);
    utimesSync(project.path(file), date, date);
  };
  edit('own.ts', `export const own: string = 'one';`);
  edit('node_modules/dep/index.js', `exports.installed = 'one';`);
  expect(await project.printed()).toBe('one one');
  edit('own.ts', `export const own: string = 'two';`);
  expect(await project.printed()).toBe('two one');
  edit('node_modules/dep/index.js', `exports.installed = 'two';`);
  expect(await project.printed()).toBe('two two');
});

test('runs the new code when a file is added that takes the place of another, and the old when it goes', async () => {
  const project = new Project({ 'main.ts': MAIN, 'word/index.ts': `export const word = 'folder';` });
  expect(await project.printed()).toBe('folder');
  project.write('word.ts', `export const word = 'file';`);
  expect(await project.printed()).toBe('file');
  rmSync(project.path('word.ts'));
  expect(await project.printed()).toBe('folder');
});

test('fails when a source is broken or gone, naming file and line, and runs the next good one', async () => {
  const project = new Project({ 'main.ts': MAIN, 'word.ts': `export const word = 'one';` });
  expect(await project.printed()).toBe('one');

  project.write('word.ts', `export const other = 1;\nexport const word = ;`);
  const broken = await project.run('main.ts');
  expect(broken).toMatchObject({ status: 1, stdout: '' });
  expect(broken.stderr).toContain('Unexpected ";"\n\n    word.ts:2:20:\n');
  expect(broken.stderr).not.toContain('run.mjs');

  rmSync(project.path('word.ts'));
  const gone = await project.run('main.ts');
  expect(gone).toMatchObject({ status: 1, stdout: '' });
  expect(gone.stderr).toContain('Could not resolve "./word"\n\n    main.ts:1:21:\n');

  project.write('word.ts', `export const word = 'two';`);
  expect(await project.printed()).toBe('two');
});

test('shows runs at the same time whole bundles only', async () => {
  const project = new Project({ 'main.ts': MAIN });
  for (const word of ['one', 'two']) {
    project.write('word.ts', `export const word = '${word}';`);
    const runs = await Promise.all([project.run('main.ts'), project.run('main.ts')]);
    expect(runs).toEqual(Array.from({ length: 2 }, () => ({ status: 0, stdout: word, stderr: '' })));
  }
  // a busy machine takes its time for so many programs
});

test('gives the program its arguments and every module its own place', async () => {
  const project = new Project({
    'app/main.ts': `import { place } from '../lib/place'; console.log(JSON.stringify([process.argv.slice(1), __filename, place]));`,
    'lib/place.ts': `export const place: string = __dirname;`,
  });
  const { stdout } = await project.run('app/main.ts', '--output', 'dist');
  const main = project.path('app/main.ts');
  expect(JSON.parse(stdout)).toEqual([[main, '--output', 'dist'], main, project.path('lib')]);
});

test('shows an uncaught error with the lines of the sources, from a new bundle and from a kept one', async () => {
  const project = new Project({
    'main.ts': `import { fail } from './lib/fail';\nfail();`,
    'lib/fail.ts': `interface Unused {\n  readonly a: string;\n}\nexport function fail(): never {\n  throw new Error('no luck');\n}`,
  });
  for (const _ of ['new', 'kept']) {
    const { status, stderr } = await project.run('main.ts');
    expect(status).toBe(1);
    const [message, ...frames] = stderr.split('\n    at ');
    expect(message).toBe('Error: no luck');
    expect(frames.slice(0, 2)).toEqual([`fail (${project.path('lib/fail.ts')}:5:9)`, `${project.path('main.ts')}:2:1`]);
  }
});
