import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Mode } from '../../lib';
import { contents, Foreign, STRICT, succeed } from '../package/support';
import { useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { applied, step } from './support/modes';
import type { KubeObject } from './support/objects';
import { requirePipeline } from './support/pipeline';
import { query } from './support/store';
import { activeTargets } from './support/targets';

const cluster = useCluster();
const ALONE = 'store-alone';

let foreign: Foreign;
/** What the app wrote. */
let out = '';

beforeAll(async () => {
  await requirePipeline(cluster);
  foreign = await Foreign.install();
  const app = foreign.app('lab', 'module', STRICT, { 'lab.ts': readFileSync(join(__dirname, 'support', 'foreign', 'lab.ts'), 'utf8') });
  expect(await foreign.compile(app)).toEqual({ status: 0, output: '', errors: '' });
  await succeed(app, process.execPath, join('out', 'lab.js'), 'manifests');
  out = join(app, 'manifests');
}, 300_000);
afterAll(() => {
  if (foreign) rmSync(foreign.folder, { recursive: true, force: true });
});

/** Files of a pipeline of the app, but the definitions. */
const files = (name: string) =>
  readdirSync(join(out, name, 'soperator'))
    .filter((file) => !file.startsWith('00-'))
    .map((file) => join(out, name, 'soperator', file));

/** Whether the cluster has what the files say, to the last field. */
async function isApplied(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const { code, stderr } = await cluster.run('kubectl', ['diff', '--server-side', '-f', path]);
    if (code > 1) throw new Error(stderr);
    if (code === 1) return false;
  }
  return true;
}

describe('an app of somebody else, with the package as it is installed', () => {
  test('renders the pipeline that runs here', async () => {
    const { 'soperator/00-crds.yaml': definitions } = contents(join(out, 'whole'));
    expect(definitions).toContain('kind: CustomResourceDefinition');
    expect(await isApplied(files('whole'))).toBe(true);
    expect(await isApplied(files('own'))).toBe(false);
  });

  test('adds a source of its own with a dashboard: it is scraped, and its panel has data', async () => {
    for (const path of files('own')) await cluster.kubectl('apply', '--server-side', '-f', path);
    await eventually('it is a target, and up', 150, async () => {
      const own = (await activeTargets(cluster)).filter(({ job }) => job === 'config-reloader');
      expect(own).toEqual([
        expect.objectContaining({ trouble: '', labels: { instance: 'vmagent-metrics-0', namespace: 'monitoring-system' } }),
      ]);
    });
    const { 'reloads.json': text = '{}' } = (
      await cluster.get<{ data: { [key: string]: string } } & KubeObject>(
        'configmap',
        '-n',
        'monitoring-system',
        'metrics-dashboard-reloads',
      )
    ).data;
    const [expr = ''] = [...text.matchAll(/"expr":("(?:[^"\\]|\\.)*")/g)].map(([, literal = '""']) => JSON.parse(literal) as string);
    expect(expr).toContain('configreloader_last_reload_successful');
    await eventually('its panel has data', 90, async () => {
      expect(await query(cluster, expr.replaceAll('$cluster', 'soperator'))).toEqual([{ labels: {}, value: 1 }]);
    });
  });

  test('takes it away again', async () => {
    const manifests = Manifests.of(cluster);
    await applied(cluster, manifests, Mode.OPERATOR);
    await step(cluster, manifests, Mode.OPERATOR, 'prune');
    expect(await isApplied(files('whole'))).toBe(true);
    await eventually('nobody scrapes it any more', 150, async () => {
      expect((await activeTargets(cluster)).filter(({ job }) => job === 'config-reloader')).toEqual([]);
    });
  });

  test('runs one part alone, without anything else of the pipeline', async () => {
    await cluster.create([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ALONE } }]);
    await cluster.kubectl('apply', '--server-side', '-f', join(out, 'alone', 'store.k8s.yaml'));
    await cluster.kubectl('rollout', 'status', '--timeout=90s', '-n', ALONE, 'deployment/vmsingle-metrics-victoria-metrics-k8s-stack');
    expect(await cluster.fetch(ALONE, 'svc/vmsingle-metrics-victoria-metrics-k8s-stack', 8429, '/health')).toBe('OK');
  });
});
