// Builds the documentation as a static site: `npm run site -- [--base /path/] [--output site]`. No network is used, neither here nor by the pages.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './site/repository';
import { sources, writeSources } from './site/stage';

const USAGE = 'usage: npm run site -- [--base /PATH/] [--output FOLDER]; the base is the path below which a web server has the site';
/** In the repository, so that the generator finds its packages. */
const FOLDER = join(ROOT, '.cache', 'site');

function build(): void {
  const { values } = parseArgs({ options: { base: { type: 'string', default: '/' }, output: { type: 'string', default: 'site' } } });
  const { base, output } = values;
  if (!/^\/([\w.~-]+\/)*$/.test(base))
    throw new Error(`--base: got "${base}", expected a path with a slash at both ends; write /soperator-metrics/\n${USAGE}`);
  const made = sources();
  writeSources(made, FOLDER);
  console.log(`${made.pages.size} pages`);
  const vitepress = join(ROOT, 'node_modules', 'vitepress', 'bin', 'vitepress.js');
  const { status } = spawnSync(process.execPath, [vitepress, 'build', FOLDER, '--base', base, '--outDir', resolve(output)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = status ?? 1;
}

try {
  build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
