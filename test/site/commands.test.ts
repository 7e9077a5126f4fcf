import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { shellBlock } from '../cluster/support/readme';
import { ROOT, type Run, run } from './support';

jest.setTimeout(300_000);

const PAGE = 'docs/command.md';
let parent: string;
let folder: string;

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'commands-'));
  // the command as an installed package gives it, of the sources
  const program = join(parent, 'bin', 'soperator-metrics');
  mkdirSync(dirname(program));
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/scripts/run.mjs" "${ROOT}/lib/cli/bin.ts" "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'work-'));
  cpSync(join(ROOT, 'pipeline.yaml'), join(folder, 'pipeline.yaml'));
});

/** Runs commands in the folder, to the first one that fails. */
function shell(commands: string): Promise<Run> {
  return run('bash', ['-euo', 'pipefail', '-c', commands], folder, {
    PATH: `${join(parent, 'bin')}${delimiter}${process.env.PATH}`,
    GIT_CONFIG_GLOBAL: '/dev/null',
  });
}

async function succeeds(commands: string): Promise<string> {
  const { status, output } = await shell(commands);
  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  return output;
}

const text = (file: string) => readFileSync(join(folder, file), 'utf8');
const words = (given: string) => given.split(/\s+/).filter(Boolean).join(' ');

describe('the page about the command', () => {
  test('a first round checks, renders, exports and explains', async () => {
    const output = await succeeds(shellBlock('command-round', PAGE));
    expect(output).toContain('Share of time in which a kernel ran');
    expect(existsSync(join(folder, 'manifests/soperator/30-pipeline.yaml'))).toBe(true);
    expect(text('exported/SHA256SUMS')).toContain('soperator/30-pipeline.yaml');
  });

  test('the schema is written', async () => {
    await succeeds(shellBlock('command-schema', PAGE));
    expect(text('pipeline.schema.json')).toBe(readFileSync(join(ROOT, 'pipeline.schema.json'), 'utf8'));
  });

  test.each(['explain-dropped', 'explain-not-scraped'])('%s prints what the page shows', async (name) => {
    const [, command = '', shown = ''] = /^\$ (.+)\n([\s\S]*)$/.exec(shellBlock(name, PAGE)) ?? [];
    const { status, output } = await shell(command);
    expect(words(output)).toBe(words(shown));
    // a metric that does not arrive is something that was found
    expect(status).toBe(1);
  });

  test('two states are compared: files, a revision of git, rendered manifests', async () => {
    await prepareStates();
    const output = await succeeds(shellBlock('command-diff', PAGE));
    // each line of the block tells of the one cluster
    expect(output.match(/^eu$/gm)?.length).toBe(shellBlock('command-diff', PAGE).trim().split('\n').length);
  });

  test('a comment for a pull request is written', async () => {
    await prepareStates();
    await succeeds(`git update-ref refs/remotes/origin/main main\n${shellBlock('command-diff-comment', PAGE)}`);
    expect(text('comment.md')).toMatch(/eu/);
  });
});

/** A repository of one cluster whose buffer has become smaller since its last commit, and shall become smaller still; with two renderings. */
async function prepareStates(): Promise<void> {
  const buffer = (size: string) => `cluster: eu\nvmAgent:\n  buffer: ${size}\n`;
  mkdirSync(join(folder, 'clusters'));
  writeFileSync(join(folder, 'clusters/eu.yaml'), 'cluster: eu\n');
  writeFileSync(join(folder, 'eu-new.yaml'), buffer('4Gi'));
  await succeeds(`
    git init -q -b main . && git add clusters && git -c user.name=a -c user.email=a@example.com commit -q -m one
    soperator-metrics synth clusters/ --output dist
    soperator-metrics synth eu-new.yaml --output dist-new`);
  writeFileSync(join(folder, 'clusters/eu.yaml'), buffer('6Gi'));
}

describe('the README', () => {
  /** What a fresh checkout does not have. */
  const MADE = new Set(['node_modules', '.git', '.cache', 'dist', 'build', 'site', 'site-screenshots', 'coverage']);

  test('its two commands render the default cluster in a fresh copy of the repository', async () => {
    cpSync(ROOT, folder, { recursive: true, filter: (from) => !MADE.has(relative(ROOT, from)) });
    const { status, output } = await run('bash', ['-euo', 'pipefail', '-c', shellBlock('synth', 'README.md')], folder, {
      npm_config_prefer_offline: 'true',
    });
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
    expect(existsSync(join(folder, 'dist/soperator/30-pipeline.yaml'))).toBe(true);
  });
});
