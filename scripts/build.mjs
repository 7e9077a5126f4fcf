// npm run build: writes build/, the code and the types of the package.
//
// - `library.js` is all own sources as CommonJS: those of lib/index.ts, and what the command does. Installed packages stay outside, so that an
//   app and this package have the same cdk8s.
// - `index.js` exports of it what lib/index.ts does. `index.mjs` exports the same by name for `import`; it takes everything from index.js, so that
//   there is one of each class however an app loads it.
// - `terraform.js` and `terraform.mjs` are the entry point `soperator-metrics/terraform`. Nothing else needs cdktf, which is loaded with it.
// - `bin.js` is the command; what its verbs do is loaded from library.js when one runs, so that help does not wait for it.
// - `index.d.ts` has all public types, `terraform.d.ts` those of that entry point; `.d.mts` is the same for `import`. `node10.d.ts` is for TypeScript 5 where it resolves modules in the
//   oldest way, as in apps that `cdk8s init` makes: it does not look into `exports`, neither in this package nor in Grafana's.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { ENTRIES, extractApi, ROOT } from './declarations.mjs';

const OUT = join(ROOT, 'build');

/** Gives each module that looks for files the `__dirname` of its source, seen from the bundle: the package has its data where the repository has it. */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!/\b__dirname\b/.test(source)) return undefined;
      const way = JSON.stringify(relative(OUT, dirname(path)));
      return { contents: source.replace(/\b__dirname\b/g, `require('node:path').join(__dirname, ${way})`), loader: 'ts' };
    });
  },
};

/** Lets the command load what its verbs do from the file beside it. */
const verbs = {
  name: 'verbs',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/verbs$/ }, () => ({ path: './verbs.js', external: true }));
  },
};

/** Has an entry point throw the error class of the library, and not a second one of the same name. */
const errors = {
  name: 'errors',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/common\/errors$/ }, () => ({ path: 'errors', namespace: 'library' }));
    onResolve({ filter: /^\.\/library\.js$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'library' }, () => ({ contents: "module.exports = require('./library.js').errors;" }));
  },
};

/** Makes one file of a source and of all own ones that it imports. */
async function bundle(stdin, file, { banner = '', plugins = [] } = {}) {
  await build({
    stdin: { contents: stdin, resolveDir: ROOT, sourcefile: file, loader: 'ts' },
    outfile: join(OUT, file),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    supported: { 'dynamic-import': false },
    legalComments: 'none',
    // `use strict` as in the sources, which are modules
    tsconfigRaw: { compilerOptions: { alwaysStrict: true, target: 'ES2022' } },
    banner: { js: banner },
    plugins: [places, ...plugins],
    logLevel: 'warning',
  });
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
const parts = { api: './lib/index', verbs: './lib/cli/verbs', errors: './lib/common/errors' };
const all = Object.entries(parts).map(([name, source]) => `export * as ${name} from '${source}';\n`);
await bundle(all.join(''), 'library.js');
writeFileSync(join(OUT, 'index.js'), "'use strict';\nmodule.exports = require('./library.js').api;\n");
writeFileSync(join(OUT, 'verbs.js'), "'use strict';\nmodule.exports = require('./library.js').verbs;\n");
await bundle("import './lib/cli/bin';\n", 'bin.js', { banner: '#!/usr/bin/env node', plugins: [verbs] });
chmodSync(join(OUT, 'bin.js'), 0o755);
await bundle(`export * from './${ENTRIES.terraform}';\n`, 'terraform.js', { plugins: [errors] });

for (const [entry, source] of [
  ['index', ENTRIES.library],
  ['terraform', ENTRIES.terraform],
]) {
  const names = Object.keys(createRequire(import.meta.url)(join(OUT, `${entry}.js`))).sort();
  const list = names.map((name) => `  ${name},\n`).join('');
  writeFileSync(join(OUT, `${entry}.mjs`), `import api from './${entry}.js';\n\nexport const {\n${list}} = api;\n`);
  extractApi(source, { rollup: join(OUT, `${entry}.d.ts`) });
  writeFileSync(join(OUT, `${entry}.d.mts`), `export * from './${entry}.js';\n`);
}
const types = readFileSync(join(OUT, 'index.d.ts'), 'utf8');
writeFileSync(join(OUT, 'node10.d.ts'), types.replaceAll("'@grafana/grafana-foundation-sdk/", '$&dist/'));
