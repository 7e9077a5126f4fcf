// Writes the dashboards as files for import by hand: `npm run dashboards -- [FOLDER] [--job-attribution join|label|none] [--api-server] [--core-dns]`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DASHBOARDS, JobAttribution, renderDashboard } from '../lib/dashboards';

const USAGE = `usage: npm run dashboards -- [FOLDER] [--job-attribution ${Object.values(JobAttribution).join('|')}] [--api-server] [--core-dns]`;

function write(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      'job-attribution': { type: 'string', default: JobAttribution.JOIN },
      'api-server': { type: 'boolean', default: false },
      'core-dns': { type: 'boolean', default: false },
    },
  });
  const [folder = 'dashboards', ...more] = positionals;
  const jobAttribution = Object.values(JobAttribution).find((way) => way === values['job-attribution']);
  if (jobAttribution === undefined || more.length > 0) throw new Error(USAGE);
  mkdirSync(folder, { recursive: true });
  for (const definition of DASHBOARDS) {
    const options = { jobAttribution, apiServer: values['api-server'], coreDns: values['core-dns'] };
    const { name, title, json } = renderDashboard(definition, options);
    const file = join(folder, `${name}.json`);
    writeFileSync(file, json);
    console.log(`${file}: ${title}, ${Buffer.byteLength(json)} bytes`);
  }
}

try {
  write();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
