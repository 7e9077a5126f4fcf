import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { parseCluster } from '../../lib/config';
import { renderManifests } from '../../lib/outputs';
import { BLOCKS_FOLDER, libraryBlocks } from '../../scripts/library-blocks';

const blocks = libraryBlocks();
const page = readFileSync(join(__dirname, '..', '..', 'docs', 'library.md'), 'utf8');

/** What the page says that a block prints. */
const says = new Map(
  [...page.matchAll(/^<!-- says: ([\w-]+) -->\n```text\n(.*?)^```$/gms)].map(([, name = '', text = '']) => [name, text]),
);

/** Runs a block in an empty folder, which is gone afterwards; gives the files that it wrote, or its message. */
function run(name: string): { readonly files: readonly string[]; readonly message?: string } {
  const [folder, before, environment] = [mkdtempSync(join(tmpdir(), 'library-')), process.cwd(), process.env.CDK8S_OUTDIR];
  const warnings = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    process.chdir(folder);
    process.env.CDK8S_OUTDIR = join(folder, 'dist');
    require(join(BLOCKS_FOLDER, `${name}.ts`));
    return { files: readdirSync(folder, { recursive: true, encoding: 'utf8' }) };
  } catch (error) {
    return { files: [], message: error instanceof Error ? error.message : String(error) };
  } finally {
    process.chdir(before);
    if (environment === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = environment;
    warnings.mockRestore();
    rmSync(folder, { recursive: true });
  }
}

test('the blocks lie as files where the compiler sees them; after a change, run npm run examples', () => {
  const files = readdirSync(BLOCKS_FOLDER).map((file) => [file, readFileSync(join(BLOCKS_FOLDER, file), 'utf8')]);
  expect(Object.fromEntries(files)).toEqual(Object.fromEntries(blocks.map(({ name, code }) => [`${name}.ts`, code])));
  expect(blocks.length).toBeGreaterThan(0);
});

test.each(blocks.filter(({ name }) => !says.has(name)))('$name renders', ({ name, code }) => {
  const { files, message } = run(name);
  expect(message).toBeUndefined();
  const isApp = /app\.synth\(\)|writeFolder\(/.test(code);
  expect(files.some((file) => file.endsWith('.yaml'))).toBe(isApp);
});

test.each([...says])('%s says what the page shows', (name, text) => {
  const lines = (run(name).message ?? '').split('\n').map((line) => line.trim());
  expect(lines.slice(1).join('\n')).toBe(text.trim());
});

test('the cluster file renders, and its patches are seen in the manifests', () => {
  const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];
  const { cluster, props } = parseCluster('library.md', text);
  const app = new App();
  new MetricsPipeline(app, cluster, props);
  const manifests = renderManifests(app)
    .map(({ content }) => content)
    .join();
  expect(manifests).toContain('- --log-level=debug');
  expect(manifests).toContain('terminationGracePeriodSeconds: 60');
});
