// Writes the dashboards as files for import by hand: `npm run dashboards -- [FOLDER] [--job-attribution join|label|none] [--api-server] [--core-dns]`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DASHBOARDS, JobAttribution, renderDashboard } from '../lib/dashboards';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    'job-attribution': { type: 'string', default: JobAttribution.JOIN },
    'api-server': { type: 'boolean', default: false },
    'core-dns': { type: 'boolean', default: false },
  },
});
const [folder = 'dashboards'] = positionals;
const jobAttribution = Object.values(JobAttribution).find((way) => way === values['job-attribution']);

if (jobAttribution === undefined || positionals.length > 1) {
  console.error(
    `usage: npm run dashboards -- [FOLDER] [--job-attribution ${Object.values(JobAttribution).join('|')}] [--api-server] [--core-dns]`,
  );
  process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const definition of DASHBOARDS) {
    const { name, title, json } = renderDashboard(definition, {
      jobAttribution,
      apiServer: values['api-server'],
      coreDns: values['core-dns'],
    });
    const file = join(folder, `${name}.json`);
    writeFileSync(file, json);
    console.log(`${file}: ${title}, ${Buffer.byteLength(json)} bytes`);
  }
}
