// npm run bench [-- --json] [-- --rounds N]: how long synth takes and how much memory, beside a bare cdk8s app, on this machine.
//
// Times differ from machine to machine and from minute to minute, so the bars are on ratios of medians that are measured side by side: each
// round runs every case once, every other round in reverse order, and a first round that bundles and warms the disk's cache is not counted.
// Exits with 1 when a bar is exceeded.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * The most that a ratio may be. The first run after a change of the sources draws every dashboard and judges every query; runs after it, of
 * any cluster file, take over what it found out. Its bar only keeps it from growing.
 */
const BARS = { command: 1.3, plain: 3, program: 4, first: 7, growth: 1.2 };
/** Clusters in one run: enough to make the code hot, then twice the same number more. */
const WARM = 10;
const HALF = 30;
const MANY = 50;

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BARE = join(ROOT, 'bench', 'bare');
const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '9' } } });
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds: got "${options.rounds}", expected a whole number from 1; write --rounds 9`);
  process.exit(2);
}

const work = mkdtempSync(join(tmpdir(), 'bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** A folder with so many of the smallest cluster files. */
function clusters(count) {
  const folder = join(work, `clusters-${count}`);
  mkdirSync(folder);
  for (let i = 1; i <= count; i++) writeFileSync(join(folder, `cluster-${i}.yaml`), `cluster: cluster-${i}\n`);
  return folder;
}

/** Hides what former runs found out, which `main.ts` keeps beside its bundle; gives what brings it back. */
function forgetKept() {
  const folder = join(ROOT, '.cache', 'run');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^main\.ts-.*\.kept$/.test(file)) : [];
  const kept = files.map((file) => [join(folder, file), readFileSync(join(folder, file))]);
  for (const [file] of kept) rmSync(file);
  return () => {
    for (const [file, content] of kept) writeFileSync(file, content);
  };
}

const output = join(work, 'output');
const run = join(ROOT, 'scripts', 'run.mjs');
const cdk8s = [join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s'), 'synth', '--check-upgrade=false', '--output', output];
const ours = (...args) => ({ cwd: ROOT, args: [run, 'main.ts', ...args, '--output', output] });
/** The default cluster with some lines written otherwise. */
function variant(name, ...lines) {
  let text = readFileSync(join(ROOT, 'pipeline.yaml'), 'utf8');
  for (const [pattern, line] of lines) {
    if (!pattern.test(text))
      throw new Error(`pipeline.yaml: got no line like ${pattern}, expected one to write ${line.trim()} in its place`);
    text = text.replace(pattern, line);
  }
  const file = join(work, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}
const STANDALONE = [/^mode: .*$/m, 'mode: standalone'];
/** Without dashboards nothing has to be proven of queries, and no keep-list follows from them. */
const PLAIN = [
  [/^ {2}#dashboards: .*$/m, '  dashboards: []'],
  [/^ {2}profile: .*$/m, '  profile: full'],
];
const standalone = variant('standalone', STANDALONE);
const cases = {
  'command, ours': { cwd: ROOT, args: cdk8s },
  'command, standalone': { cwd: ROOT, args: [...cdk8s, '--app', `node ${run} main.ts ${standalone}`] },
  'command, bare': { cwd: BARE, args: cdk8s },
  'program, ours': ours(),
  'program, standalone': ours(standalone),
  'program, no dashboards': ours(variant('plain', ...PLAIN)),
  'program, no dashboards, standalone': ours(variant('plain-standalone', STANDALONE, ...PLAIN)),
  'program, nothing kept': { ...ours(), before: forgetKept },
  'program, bare': { cwd: BARE, args: [run, 'main.ts'] },
  [`${WARM} clusters`]: ours(clusters(WARM)),
  [`${HALF} clusters`]: ours(clusters(HALF)),
  [`${MANY} clusters`]: ours(clusters(MANY)),
};

// each Node process of a case leaves its own peak in a file; a shell between them is too small to matter
const peaks = join(work, 'peaks');
const hook = join(work, 'peak.cjs');
mkdirSync(peaks);
writeFileSync(
  hook,
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(`${peaks}/`)} + process.pid, String(process.resourceUsage().maxRSS)));`,
);

/** Runs one case once: milliseconds, and the peak memory of its largest process in MB. */
function measure(name) {
  const { cwd, args, before } = cases[name];
  const after = before?.();
  rmSync(output, { recursive: true, force: true });
  for (const file of readdirSync(peaks)) rmSync(join(peaks, file));
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --require=${hook}`;
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { ...process.env, NODE_OPTIONS, PATH, CDK8S_OUTDIR: output },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const ms = performance.now() - began;
  after?.();
  if (status !== 0) {
    console.error(`${name}: failed\n${stderr}`);
    process.exit(1);
  }
  return { ms, mb: Math.max(...readdirSync(peaks).map((file) => Number(readFileSync(join(peaks, file), 'utf8')))) / 1024 };
}

const names = Object.keys(cases);
const results = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const name of round % 2 ? names : [...names].reverse()) {
    const result = measure(name);
    if (round > 0) results[name].push(result);
  }
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const medians = Object.fromEntries(
  names.map((name) => [name, { ms: median(results[name].map(({ ms }) => ms)), mb: median(results[name].map(({ mb }) => mb)) }]),
);
const ms = (name) => medians[name].ms;

// What one more cluster costs, after ten and after thirty. Both are differences of whole runs, so the start of Node and of the program is in
// neither, and the first ten, which pay for code that is not hot yet, are in neither: were the cost of a run linear, they would be equal.
// Work that grows with the clusters before, which the bar is for, raises the ratio; a cost that grew with the square would double it.
const first = (ms(`${HALF} clusters`) - ms(`${WARM} clusters`)) / (HALF - WARM);
const later = (ms(`${MANY} clusters`) - ms(`${HALF} clusters`)) / (MANY - HALF);

const ratios = [
  { name: 'through the cdk8s command', key: 'command', ratio: ms('command, ours') / ms('command, bare') },
  { name: 'the same, standalone', key: 'command', ratio: ms('command, standalone') / ms('command, bare') },
  { name: 'the program alone', key: 'program', ratio: ms('program, ours') / ms('program, bare') },
  { name: 'the same, standalone', key: 'program', ratio: ms('program, standalone') / ms('program, bare') },
  { name: 'the same, no dashboards', key: 'plain', ratio: ms('program, no dashboards') / ms('program, bare') },
  { name: 'the same, no dashboards, standalone', key: 'plain', ratio: ms('program, no dashboards, standalone') / ms('program, bare') },
  { name: 'the same, nothing kept', key: 'first', ratio: ms('program, nothing kept') / ms('program, bare') },
  { name: `a cluster more, after ${HALF} against after ${WARM}`, key: 'growth', ratio: later / first },
].map(({ name, key, ratio }) => ({ name, ratio, bar: BARS[key], ok: ratio <= BARS[key] }));
const exceeded = ratios.filter(({ ok }) => !ok);

if (options.json) {
  const round = (value) => Math.round(value * 100) / 100;
  console.log(
    JSON.stringify(
      { node: process.version, rounds, medians, msPerCluster: { first, later }, ratios, ok: exceeded.length === 0 },
      (_, value) => (typeof value === 'number' ? round(value) : value),
      2,
    ),
  );
} else {
  const print = (rows) => {
    const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
    for (const row of rows) console.log(row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('   '));
  };
  console.log(`medians of ${rounds} rounds, Node ${process.version}\n`);
  print([['', 'time, ms', 'peak memory, MB'], ...names.map((name) => [name, ms(name).toFixed(0), medians[name].mb.toFixed(0)])]);
  console.log();
  print([['', 'ratio', 'bar', ''], ...ratios.map(({ name, ratio, bar, ok }) => [name, ratio.toFixed(2), `${bar}`, ok ? '' : 'exceeded'])]);
  console.log(`\na cluster more: ${first.toFixed(1)} ms after ${WARM}, ${later.toFixed(1)} ms after ${HALF}`);
}
if (exceeded.length > 0) {
  for (const { name, ratio, bar } of exceeded) console.error(`exceeded: ${name}: ${ratio.toFixed(2)}, the bar is ${bar}`);
  process.exitCode = 1;
}
