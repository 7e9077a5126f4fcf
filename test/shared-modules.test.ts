import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const project = mkdtempSync(join(tmpdir(), 'shared-modules-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Looks at what the file before it left, and at its own modules; modules of Node are the same in every file. */
const TEST = `
  const fs = require('node:fs');
  import { fails, late, Part } from '../lib/part';
  import { seen } from './own';
  const process = globalThis.process as { readonly env: { [name: string]: string | undefined }; left?: boolean };
  const world = globalThis as { left?: boolean };
  const former = fs.former as { readonly Part: unknown; readonly Array: unknown } | undefined;
  test('looks', () => {
    seen.push(1);
    const clean = world.left === undefined && process.left === undefined && process.env.LEFT === undefined;
    const shared = former && former.Part === Part && former.Array === Array;
    let isolated = false;
    jest.isolateModules(() => {
      isolated = require('../lib/part').Part !== Part;
    });
    console.log('told ' + JSON.stringify({ own: seen.length, clean, shared: shared ?? 'first', late: late(), isolated }));
    world.left = process.left = true;
    process.env.LEFT = 'left';
    Object.defineProperty(fs, 'former', { value: { Part, Array }, configurable: true });
    fails();
  });`;
const FILES = {
  'lib/part.ts': `
interface Longer {
  readonly lines: number;
}
export class Part {}
export const late = (): unknown => require('./late').loaded;
export function fails(): Longer {
  throw new Error('in line 8');
}`,
  'lib/late.ts': 'export const loaded = true;',
  'test/own.ts': 'export const seen: number[] = [];',
  'test/one.test.ts': TEST,
  'test/two.test.ts': TEST,
};

/** What jest writes about two files in one process. */
function run(...more: readonly string[]): string {
  for (const [file, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), content);
  }
  const { projects } = jest.requireActual('../jest.config.js') as { readonly projects: readonly { readonly transform: object }[] };
  const config = {
    rootDir: project,
    testEnvironment: join(__dirname, 'shared-modules/environment.js'),
    runtime: join(__dirname, 'shared-modules/runtime.js'),
    transform: {
      '^.+\\.ts$': ['@swc/jest', Object.values(projects[0]?.transform ?? {})[0][1]].map((part, at) => (at ? part : require.resolve(part))),
    },
  };
  const args = [require.resolve('jest/bin/jest'), '--runInBand', '--config', JSON.stringify(config), ...more];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  return stdout + stderr;
}

const told = (output: string): unknown[] => [...output.matchAll(/told (\{.*\})/g)].map(([, json = '']) => JSON.parse(json));

test('files of a process share modules outside of test/, and nothing else', () => {
  const output = run();
  expect(told(output)).toEqual([
    { own: 1, clean: true, shared: 'first', late: true, isolated: true },
    { own: 1, clean: true, shared: true, late: true, isolated: true },
  ]);
  // also in the file that did not load the module
  expect(output.match(/\(lib\/part\.ts:8:\d+\)/g)).toHaveLength(2);
});

test('with coverage every file has its own modules', () => {
  expect(told(run('--coverage', '--coverageReporters=text'))).toEqual([
    { own: 1, clean: true, shared: 'first', late: true, isolated: true },
    { own: 1, clean: true, shared: false, late: true, isolated: true },
  ]);
});
