// node scripts/run.mjs ENTRY.ts [ARGS...]: runs a TypeScript program fast, and never from stale compiled code.
//
// ENTRY and all it imports become one file in .cache/run/, with V8's compiled code beside it: one file to read instead of hundreds, and
// nothing to compile. The next run uses that file only while each of its inputs is what it was:
//
// - own files, package.json, the lock file and this script are compared by content, so no time stamp can mislead;
// - installed packages are compared by size and times (nobody can set the change time), and by npm's list of what it installed;
// - the names in each folder above an own file are compared, because a new foo.ts takes the place of foo/index.ts in `import './foo'`;
// - a bundle during whose making an input changed is run but not kept; a failed build keeps nothing, so a later file that would make it
//   succeed needs no thought.
//
// Types are not checked here; `npm run types` does. A syntax or resolve error is printed with file:line:column, exit code 1.
//
// The program runs in this process, with `process.argv` as if ENTRY had been started. In every module `__dirname` and `__filename` are
// those of its source, as without a bundle: a program finds its data files with `join(__dirname, 'crds')`, whatever folder it is run from.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, SourceMap } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const SELF = fileURLToPath(import.meta.url);
const ROOT = dirname(dirname(SELF));
const CACHE = join(ROOT, '.cache', 'run');

if (process.argv.length < 3) {
  console.error('usage: node scripts/run.mjs ENTRY.ts [ARGS...]');
  process.exit(2);
}
const entry = resolve(process.argv[2]);
const slug = relative(ROOT, entry).replace(/[^\w.]+/g, '-');
const record = join(CACHE, `${slug}.json`);
const bundleOf = (key) => join(CACHE, `${slug}-${key}.cjs`);

/** What `read` returns, or `otherwise` when the disk says no: a missing file is a difference like any other. */
function attempt(read, otherwise) {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The names that can decide where an import leads: sources, files without an extension, links, packages. Folders come after files. */
function names(folder) {
  const found = [];
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    if (item.isSymbolicLink()) found.push(`${item.name} -> ${readlinkSync(join(folder, item.name))}`);
    else if (item.name === 'node_modules' || (item.isFile() && /^[^.]+$|\.([cm]?[jt]sx?|json|css)$/.test(item.name))) found.push(item.name);
  }
  return found.sort().join(' ');
}

/** One hash over all that decides the bundle of these inputs. */
function keyOf({ own, installed, folders }) {
  const key = createHash('sha256').update(`${process.version} ${process.arch} ${entry}\n`);
  const add = (path, state) => key.update(`${path} ${attempt(() => state(path), 'missing')}\n`);
  // one digest for all and not one for each: the length says where the next one begins
  const addContent = (file) => {
    const content = attempt(() => readFileSync(file));
    key.update(`${file} ${content?.length ?? 'missing'}\n`);
    if (content) key.update(content);
  };
  const tools = ['package-lock.json', 'node_modules/.package-lock.json', 'node_modules/esbuild/package.json'].map((file) =>
    join(ROOT, file),
  );
  for (const file of [SELF, ...tools, ...own]) addContent(file);
  for (const folder of folders) {
    add(folder, names);
    addContent(join(folder, 'package.json'));
  }
  for (const file of installed) {
    add(file, () => {
      const { size, mtimeMs, ctimeMs } = statSync(file);
      return `${size} ${mtimeMs} ${ctimeMs}`;
    });
  }
  return key.digest('hex').slice(0, 24);
}

/** The file appears whole or not at all, for whoever runs at the same time. */
function save(file, data) {
  const part = `${file}.${process.pid}`;
  writeFileSync(part, data);
  renameSync(part, file);
}

/** The kept bundle, if it is what a new one would be. */
function kept() {
  const { key, inputs } = JSON.parse(readFileSync(record, 'utf8'));
  return keyOf(inputs) === key ? { file: bundleOf(key), code: readFileSync(bundleOf(key), 'utf8'), keep: true } : undefined;
}

async function bundled() {
  attempt(() => mkdirSync(CACHE, { recursive: true }));
  const { build, formatMessages } = await import('esbuild');
  const print = async (kind, messages) => {
    for (const message of await formatMessages(messages, { kind, color: process.stderr.isTTY ?? false })) process.stderr.write(message);
  };
  // the disk's own clock: it may be another machine's
  const clock = `${record}.${process.pid}`;
  const began = attempt(() => {
    writeFileSync(clock, '');
    const { ctimeMs } = statSync(clock);
    rmSync(clock);
    return ctimeMs;
  }, 0);
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    outfile: join(CACHE, `${slug}.cjs`),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // a third less to read than with white space; identifiers stay, for stack traces
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    nodePaths: [],
    // examples import the library as somebody else's app does
    alias: { 'soperator-metrics': join(ROOT, 'lib', 'index.ts') },
    // stated here and not read from tsconfig.json, so that this script alone decides; strict mode, as the sources have it
    tsconfigRaw: { compilerOptions: { alwaysStrict: true, target: 'ES2022' } },
    // Node knows the bundle as a script, which cannot `import()`; this makes it `require`
    supported: { 'dynamic-import': false },
    logLevel: 'silent',
    plugins: [{ name: 'places', setup: places }],
  }).catch(async (error) => {
    if (!error.errors) throw error;
    await print('error', error.errors);
    process.exit(1);
  });
  await print('warning', result.warnings);

  const files = Object.keys(result.metafile.inputs).map((file) => resolve(ROOT, file));
  const isInstalled = (file) => /[\\/]node_modules[\\/]/.test(file);
  const own = files.filter((file) => !isInstalled(file));
  const folders = new Set();
  for (let folder of own.map((file) => dirname(file))) {
    for (; !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
      if (folder === ROOT) break;
    }
  }
  const inputs = { own, installed: files.filter(isInstalled), folders: [...folders] };
  const key = keyOf(inputs);
  const text = (end) => result.outputFiles.find(({ path }) => path.endsWith(end)).text;
  const made = { file: bundleOf(key), code: text('.cjs'), map: text('.map') };
  made.keep = [...files, ...folders].every((path) => attempt(() => statSync(path).ctimeMs, Infinity) < began);
  if (made.keep) {
    // without leave to write here each run bundles anew, which is slow but right
    attempt(() => {
      save(`${made.file}.map`, made.map);
      save(made.file, made.code);
      save(record, JSON.stringify({ key, inputs }));
      const old = readdirSync(CACHE).filter((file) => file.startsWith(`${slug}-`) && !file.startsWith(`${slug}-${key}`));
      for (const file of old) rmSync(join(CACHE, file), { force: true });
    });
  }
  return made;
}

/** Gives each module that uses them its own `__dirname` and `__filename`; the bundle's would be the same everywhere. */
function places({ onLoad }) {
  onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => {
    const source = readFileSync(path, 'utf8');
    if (!/\b__(dirname|filename)\b/.test(source) || /\b(const|let|var)\s+__(dirname|filename)\b/.test(source)) return undefined;
    const own = `const __dirname = ${JSON.stringify(dirname(path))}, __filename = ${JSON.stringify(path)};`;
    // on the first line, so that line numbers stay, but behind a directive, which must come first
    const contents = source.replace(/^(#!.*\n)?(\s*(['"])use strict\3;?)?/, (start) => start + own);
    return { contents, loader: /\.[cm]?ts$/.test(path) ? 'ts' : 'js' };
  });
}

/** Points stack traces at the sources. The map is read when the first trace is asked for, which in most runs is never. */
function traceSources({ file, map }) {
  let places;
  Error.prepareStackTrace = (error, frames) => {
    places ??= attempt(() => new SourceMap(JSON.parse(map ?? readFileSync(`${file}.map`, 'utf8'))), { findEntry: () => ({}) });
    const lines = frames.map((frame) => {
      if (frame.getFileName() !== file) return `${frame}`;
      const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
      const { originalSource, originalLine, originalColumn } = places.findEntry(line - 1, column - 1);
      if (originalSource === undefined) return `${frame}`;
      return `${frame}`.replace(`${file}:${line}:${column}`, `${resolve(CACHE, originalSource)}:${originalLine + 1}:${originalColumn + 1}`);
    });
    return [attempt(() => Error.prototype.toString.call(error), 'Error'), ...lines].join('\n    at ');
  };
  // Node itself would print the line of the bundle above the trace, and that line is most of the bundle
  process.on('uncaughtException', (error) => {
    console.error(error);
    process.exit(1);
  });
}

// V8 makes machine code of what it has run for a while. Of a run that is over within the second that is a third of all work, and hardly any of
// the code is used before the end: here it waits until something has run many times as long. Newer versions wait so long by themselves, and
// have no such flag; loops over many clusters get their machine code all the same.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');

const program = attempt(kept) ?? (await bundled());
process.argv.splice(1, 2, entry);
traceSources(program);

// V8 takes any source of the same length for the one it compiled: the names of the two files, which hold the key, bind them
const compiled = `${program.file}.v8`;
const cachedData = program.keep ? attempt(() => readFileSync(compiled)) : undefined;
const script = new Script(`(function (exports, require, module) {\n${program.code}\n})`, {
  filename: program.file,
  lineOffset: -1,
  cachedData,
});
if (program.keep && (!cachedData || script.cachedDataRejected)) {
  // at the end, when all functions that the program needs are compiled
  process.on('exit', () => attempt(() => statSync(program.file) && save(compiled, script.createCachedData())));
}
// where the program may keep what is true of this bundle alone; it goes with the bundle
if (program.keep) process.env.SOPERATOR_METRICS_CACHE = program.file;
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(program.file), module);
