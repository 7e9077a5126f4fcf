// npm run build: writes build/, the code and the types of the package.
//
// - `index.js` is lib/index.ts with all own sources that it leads to, as CommonJS. Installed packages stay outside, so that an app and this package
//   have the same cdk8s.
// - `index.mjs` exports the same by name for `import`. It takes everything from index.js, so that there is one of each class however an app
//   loads it.
// - `index.d.ts` has all public types; `index.d.mts` is the same for `import`. `node10.d.ts` is for TypeScript 5 where it resolves modules in the
//   oldest way, as in apps that `cdk8s init` makes: it does not look into `exports`, neither in this package nor in Grafana's.
// - each command of `bin` in package.json: `build/NAME.js` is made from lib/cli/NAME.ts in the same way. A package that only some verb needs
//   is loaded when that verb runs, if its module is imported with `await import()`.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { extractApi, ROOT } from './declarations.mjs';

const OUT = join(ROOT, 'build');
const { bin = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

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

/** Makes one file of a source and of all own ones that it imports. */
async function bundle(source, file, banner = '') {
  await build({
    entryPoints: [join(ROOT, source)],
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
    plugins: [places],
    logLevel: 'warning',
  });
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
await bundle('lib/index.ts', 'index.js');
for (const file of Object.values(bin)) {
  const name = basename(file, '.js');
  const source = `lib/cli/${name}.ts`;
  if (join(OUT, `${name}.js`) !== join(ROOT, file) || !existsSync(join(ROOT, source))) {
    throw new Error(
      `package.json: bin: got ${file}, expected build/NAME.js for a source lib/cli/NAME.ts; write that file or mend the path`,
    );
  }
  await bundle(source, `${name}.js`, '#!/usr/bin/env node');
  chmodSync(join(OUT, `${name}.js`), 0o755);
}

const names = Object.keys(createRequire(import.meta.url)(join(OUT, 'index.js'))).sort();
const list = names.map((name) => `  ${name},\n`).join('');
writeFileSync(join(OUT, 'index.mjs'), `import api from './index.js';\n\nexport const {\n${list}} = api;\n`);

extractApi({ rollup: join(OUT, 'index.d.ts') });
const types = readFileSync(join(OUT, 'index.d.ts'), 'utf8');
writeFileSync(join(OUT, 'node10.d.ts'), types.replaceAll("'@grafana/grafana-foundation-sdk/", '$&dist/'));
writeFileSync(join(OUT, 'index.d.mts'), `export * from './index.js';\n`);
