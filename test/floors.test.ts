import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { type Module, parseSync } from '@swc/core';

const ROOT = join(__dirname, '..');

/** Ground first. `components` stands for what lies directly under lib/ and is no room: each is a room of its own. */
const FLOORS = [
  ['common'],
  ['scrape', 'metrics', 'promql'],
  ['components', 'dashboards', 'alerts'],
  ['checks'],
  ['charts'],
  ['config'],
  ['outputs'],
  ['cli', 'main'],
];
const TOP = FLOORS.length - 1;

/** Modules of Node that only compute. */
const PURE = ['assert', 'buffer', 'crypto', 'string_decoder', 'url', 'util', 'zlib'];
/** What a room may use beyond them, and for what. */
const ALLOWED = new Map([
  ['outputs', ['fs', 'path']], // writes files
  ['config', ['fs']], // reads the cluster file
]);

/** Objects and functions of the environment, the clock and chance, with their members; `*` is the call itself. */
const IMPURE: Record<string, readonly string[]> = {
  process: ['arch', 'argv', 'cwd', 'env', 'exit', 'hrtime', 'platform', 'stderr', 'stdin', 'stdout', 'uptime'],
  Date: ['*', 'now'],
  Math: ['random'],
  performance: ['now', 'timeOrigin'],
  crypto: ['getRandomValues', 'randomBytes', 'randomInt', 'randomUUID'],
  fetch: ['*'],
};

interface Source {
  /** From the root of the project, without `.ts` and `/index`. */
  readonly path: string;
  /** Imported sources in the same form, packages as written. */
  readonly imports: readonly string[];
  /** What it uses of the environment, the clock and chance, such as `process.env`. */
  readonly uses?: readonly string[];
}

interface Place {
  readonly room: string;
  readonly floor: number;
}

const stem = (path: string) => path.replace(/\.(ts|js)$/, '').replace(/(^|\/)index$/, '') || '.';
const isOwn = (path: string) => /^(lib|charts|imports|main|\.|\.\.)(\/|$)/.test(path);

function placeOf(path: string): Place | undefined {
  const [top, name] = path.split('/');
  const room = top === 'lib' ? name : top;
  if (room === undefined) return undefined;
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room));
  if (floor >= 0 && (top === 'lib') === !['charts', 'main'].includes(room)) return { room, floor };
  return top === 'lib' ? { room, floor: FLOORS.findIndex((rooms) => rooms.includes('components')) } : undefined;
}

/** Every import that does not lead to a lower floor, and every use of what only the top floor may use. */
function violations(files: readonly Source[]): string[] {
  return files.flatMap(({ path, imports, uses = [] }) => {
    if (path === 'lib') return []; // lib/index.ts stands outside; it has a test of its own
    const from = placeOf(path);
    if (from === undefined) return [`${path}: lies in no room`];
    const allowed = [...PURE, ...(ALLOWED.get(from.room) ?? [])];
    const wrong = (specifier: string): string | undefined => {
      const builtin = specifier.replace(/^node:/, '').split('/')[0] ?? '';
      if (builtinModules.includes(builtin))
        return from.floor === TOP || allowed.includes(builtin) ? undefined : 'which only the top floor may';
      if (!isOwn(specifier)) return undefined;
      if (specifier.startsWith('imports/')) return from.floor > 0 ? undefined : 'which stands above common';
      const to = placeOf(specifier);
      if (to === undefined) return 'which is in no room';
      if (to.room === from.room || to.floor < from.floor) return undefined;
      return to.floor > from.floor ? 'which is on a higher floor' : 'which is another room of the same floor';
    };
    return [
      ...imports.flatMap((specifier) => {
        const reason = wrong(specifier);
        return reason === undefined ? [] : [`${path}: imports ${specifier}, ${reason}`];
      }),
      ...(from.floor === TOP ? [] : uses.map((use) => `${path}: uses ${use}, which only the top floor may`)),
    ];
  });
}

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;
const text = (value: unknown): string | undefined => (isTree(value) && value.type === 'StringLiteral' ? String(value.value) : undefined);
/** The last name of `a`, `x.a` and `x['a']`. */
function name(value: unknown): string | undefined {
  if (!isTree(value)) return undefined;
  if (value.type === 'Identifier') return String(value.value);
  if (value.type === 'MemberExpression') return name(value.property);
  return value.type === 'Computed' ? text(value.expression) : undefined;
}

/** Reads a source by its syntax tree, because type imports count too and bundlers drop them. */
function read(path: string, source: string): Source & { readonly tree: Module } {
  const imports = new Set<string>();
  const uses = new Set<string>();
  const use = (owner: string | undefined, member: string | undefined, text: string) => {
    if (owner !== undefined && member !== undefined && Object.hasOwn(IMPURE, owner) && IMPURE[owner]?.includes(member)) uses.add(text);
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (!isTree(node) || Array.isArray(node)) return;
    const argument = Array.isArray(node.arguments) ? node.arguments[0]?.expression : undefined;
    const isImport =
      node.type === 'CallExpression' && isTree(node.callee) && (node.callee.type === 'Import' || name(node.callee) === 'require');
    const specifier =
      node.type === 'TsImportType'
        ? text(node.argument)
        : node.type === 'TsExternalModuleReference'
          ? text(node.expression)
          : isImport
            ? text(argument)
            : text(node.source);
    if (specifier !== undefined) {
      imports.add(specifier.startsWith('.') ? stem(posix.join(posix.dirname(path), specifier)) : specifier);
    } else if (isImport) {
      imports.add('../a computed path');
    }
    const owner = name(node.object);
    if (node.type === 'MemberExpression') use(owner, name(node.property), `${owner}.${name(node.property)}`);
    if (node.type === 'VariableDeclarator' && isTree(node.id) && Array.isArray(node.id.properties)) {
      for (const { key } of node.id.properties) use(name(node.init), name(key), `${name(node.init)}.${name(key)}`);
    }
    // `new Date(text)` computes; without arguments it is the clock
    if (node.type === 'NewExpression' && argument === undefined) use(name(node.callee), '*', `new ${name(node.callee)}()`);
    if (node.type === 'CallExpression') use(name(node.callee), '*', `${name(node.callee)}()`);
    for (const value of Object.values(node)) visit(value);
  };
  const tree = parseSync(source, { syntax: 'typescript', target: 'es2022' });
  visit(tree.body);
  return { path: stem(path), imports: [...imports], uses: [...uses], tree };
}

/** What is no `export … from` in a file that only re-exports. */
function statements({ body }: Module): string[] {
  return body
    .filter((item) => item.type !== 'ExportAllDeclaration' && !(item.type === 'ExportNamedDeclaration' && item.source))
    .map((item) => item.type);
}

const ofProject = ['lib', 'charts']
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
  )
  .concat('main.ts')
  .filter((file) => file.endsWith('.ts') && existsSync(join(ROOT, file)))
  .map((file) => read(file, readFileSync(join(ROOT, file), 'utf8')));

test('every room imports from lower floors only, and only the top floor touches the world', () => {
  expect(ofProject.length).toBeGreaterThan(1);
  expect(violations(ofProject)).toEqual([]);
});

test('lib/index.ts only re-exports', () => {
  expect(ofProject.filter(({ path }) => path === 'lib').flatMap(({ tree }) => statements(tree))).toEqual([]);
});

describe('the rule', () => {
  test.each([
    ['common importing scrape', 'lib/common/labels', 'lib/scrape/target', 'which is on a higher floor'],
    ['a component importing a component', 'lib/grafana', 'lib/vm-agent', 'which is another room of the same floor'],
    ['a component importing into the folder of another', 'lib/grafana', 'lib/vm-agent/rules', 'which is another room of the same floor'],
    ['a room importing its neighbour', 'lib/scrape/target', 'lib/promql/parse', 'which is another room of the same floor'],
    ['dashboards importing a component', 'lib/dashboards/jobs', 'lib/grafana', 'which is another room of the same floor'],
    ['checks importing the chart', 'lib/checks/tokens', 'charts/metrics-pipeline', 'which is on a higher floor'],
    ['the chart importing the configuration', 'charts/metrics-pipeline', 'lib/config/schema', 'which is on a higher floor'],
    ['anybody importing the program', 'lib/cli/diff', 'main', 'which is another room of the same floor'],
    ['anybody importing the public API', 'charts/metrics-pipeline', 'lib', 'which is in no room'],
    ['a room importing from outside the house', 'lib/cli/diff', '../test/floors.test', 'which is in no room'],
    ['common importing generated types', 'lib/common/labels', 'imports/operator', 'which stands above common'],
    ['a component reading files', 'lib/grafana', 'node:fs', 'which only the top floor may'],
    ['a component reading files without the prefix', 'lib/grafana', 'fs/promises', 'which only the top floor may'],
    ['a check starting programs', 'lib/checks/tokens', 'node:child_process', 'which only the top floor may'],
    ['the configuration using the network', 'lib/config/read', 'node:https', 'which only the top floor may'],
    ['outputs reading the environment', 'lib/outputs/helm', 'node:process', 'which only the top floor may'],
  ])('catches %s', (_, path, specifier, reason) => {
    expect(violations([{ path, imports: [specifier] }])).toEqual([`${path}: imports ${specifier}, ${reason}`]);
  });

  test('catches the environment, the clock and chance below the top floor', () => {
    const uses = ['process.env', 'new Date()'];
    expect(violations([{ path: 'charts/metrics-pipeline', imports: [], uses }])).toEqual([
      'charts/metrics-pipeline: uses process.env, which only the top floor may',
      'charts/metrics-pipeline: uses new Date(), which only the top floor may',
    ]);
    expect(violations([{ path: 'main', imports: [], uses }])).toEqual([]);
  });

  test('catches a source outside all rooms', () => {
    expect(
      violations([
        { path: 'charts', imports: [] },
        { path: 'tools/x', imports: [] },
      ]),
    ).toEqual(['tools/x: lies in no room']);
  });

  test('lets imports pass that lead down, stay in the room or leave the house as packages', () => {
    const files = [
      { path: 'main', imports: ['lib/config/read', 'charts/metrics-pipeline', 'lib/outputs/folders', 'node:fs', 'node:path', 'cdk8s'] },
      { path: 'lib/cli/diff', imports: ['lib/cli/print', 'lib/outputs/folders', 'node:child_process'] },
      { path: 'lib/outputs/folders', imports: ['lib/config/schema', 'node:fs', 'node:path'] },
      { path: 'lib/config/read', imports: ['charts/metrics-pipeline', 'node:fs', 'zod'] },
      {
        path: 'charts/metrics-pipeline',
        imports: ['lib/grafana', 'lib/vm-agent', 'lib/dashboards/jobs', 'lib/checks/tokens', 'lib/common/labels'],
      },
      { path: 'lib/checks/tokens', imports: ['lib/alerts/nodes', 'lib/promql/parse', 'imports/operator.victoriametrics.com'] },
      { path: 'lib/vm-agent', imports: ['lib/vm-agent/rules', 'lib/scrape/target', 'node:crypto'] },
      { path: 'lib/vm-agent/rules', imports: ['lib/vm-agent', 'lib/metrics/dcgm'] },
      { path: 'lib/scrape/target', imports: ['lib/scrape/rules', 'lib/common/errors', 'imports/operator.victoriametrics.com'] },
      { path: 'lib', imports: ['charts/metrics-pipeline', 'lib/grafana'] },
    ];
    expect(violations(files)).toEqual([]);
  });

  test('sees every way to import, types included, and resolves it', () => {
    const source = `
      import type { A } from './a';
      import b = require('../metrics/b');
      export * from '../index';
      export type { C } from '../vm-agent/index';
      const d = import('../../main'), e = require('../../imports/e.js'), f = import(A.path);
      type F = import('node:fs').Stats;`;
    expect(read('lib/scrape/target.ts', source).imports).toEqual([
      'lib/scrape/a',
      'lib/metrics/b',
      'lib',
      'lib/vm-agent',
      'main',
      'imports/e',
      '../a computed path',
      'node:fs',
    ]);
  });

  test('sees every way to use the environment, the clock and chance, and no namesake', () => {
    const impure = `
      process.env.HOME; globalThis.process['argv']; const { cwd } = process;
      Date.now(); new Date(); new Date; Math.random(); performance.now(); crypto.randomUUID(); fetch('http://localhost');`;
    expect(read('lib/grafana.ts', impure).uses).toEqual([
      'process.env',
      'process.argv',
      'process.cwd',
      'Date.now',
      'new Date()',
      'Math.random',
      'performance.now',
      'crypto.randomUUID',
      'fetch()',
    ]);
    const pure = `
      // process.env, Date.now()
      const process = { name: 'process.env' }; process.name; new Date(0); Date.parse('2024-01-01'); Math.max(1); x.env; 'new Date()';`;
    expect(read('lib/grafana.ts', pure).uses).toEqual([]);
  });

  test('sees what is more than a re-export', () => {
    const { tree } = read(
      'lib/index.ts',
      `export * from './a'; export { b, type C } from './b'; export * as d from './d'; export const e = 1; import './f'; export { g };`,
    );
    expect(statements(tree)).toEqual(['ExportDeclaration', 'ImportDeclaration', 'ExportNamedDeclaration']);
  });
});
