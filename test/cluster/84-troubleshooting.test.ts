import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { blockOf, blocksOf } from './support/pages';
import { requirePipeline } from './support/pipeline';

const PAGE = 'docs/troubleshooting.md';
const ROOT = join(__dirname, '..', '..');
const cluster = useCluster();
let folder: string;

/** Blocks that are tested elsewhere, or that others build upon. */
const OTHERWISE = ['trouble-functions', 'trouble-verify'];
/** What must be seen where everything is well: a command that prints nothing proves nothing. */
const SHOWS: { readonly [name: string]: RegExp } = {
  'trouble-answering': /vmagent-metrics-0.*Running[\s\S]*vmsingle-.*Running/,
  'trouble-workloads': /deployment\.apps\/metrics-grafana/,
  'trouble-rights': /^yes\nyes\n/,
  'trouble-agent-config': /vm_promscrape_config_last_reload_successful 1/,
  'trouble-limits': /"job":"kubelet"/,
  'trouble-destinations': /vmagent_remotewrite_requests_total\{url="1:secret-url", status_code="2XX"\} [1-9]/,
  'trouble-series': /"job":"kubelet"[\s\S]*"cluster":"soperator"/,
  'trouble-clocks': /"job":"node-exporter"/,
  'trouble-discovery': /slurm-exporter[\s\S]*scrapePool/,
  'trouble-403': /^yes\nyes\n[\s\S]*vm_promscrape_targets/,
  'trouble-panel': /DCGM_/,
  'trouble-arrives': /DCGM_FI_DEV_GPU_UTIL/,
  'trouble-doubled': /monitoring-system\s+metrics/,
  'trouble-volume': /vm_storage_is_read_only[\s\S]*persistent-queue-data/,
  'trouble-queue': /vmagent_remotewrite_pending_data_bytes/,
  'trouble-crds': /vmagents\.operator\.victoriametrics\.com condition met/,
  'trouble-operator': /operational[\s\S]*operational/,
  'trouble-pod-security': /monitoring-system .*restricted/,
  'trouble-pending': /standard/,
  'trouble-oom': /vmsingle-/,
  'trouble-slow': /topByAvgDuration/,
  'trouble-dashboard': /metrics-dashboard-cluster-health[\s\S]*yes\n$/,
  'trouble-upgrade': /list container_tasks_state in series.keep/,
  'trouble-dry-run': /serverside-applied \(server dry run\)/,
  'trouble-finalizers': /apps\.victoriametrics\.com\/finalizer/,
};

describe('commands of the page about troubles, where there is none', () => {
  beforeAll(async () => {
    await requirePipeline(cluster);
    // they run in the top folder of the repository, beside a cluster file and what was rendered of it
    folder = Manifests.of(cluster).folder;
    for (const name of readdirSync(ROOT))
      if (!['dist', '.git', 'cluster.yaml'].includes(name)) symlinkSync(join(ROOT, name), join(folder, name));
    mkdirSync(join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'cluster.yaml'), 'cluster: soperator\n');
  });

  test.each(blocksOf(PAGE).filter(({ kind, name }) => kind === 'shell' && !OTHERWISE.includes(name)))(
    '$name works',
    async ({ name, text }) => {
      // right after it was applied, not everything has been scraped
      await eventually(`${name} shows what is well`, 90, async () => {
        const { stdout } = await cluster.shell(`${blockOf(PAGE, 'shell', 'trouble-functions')}\n${text}`, folder);
        expect(stdout).toMatch(SHOWS[name] ?? /^/);
      });
    },
  );

  test('the page about sizes counts nodes with their GPUs and CPUs, and pods', async () => {
    const text = blocksOf('docs/sizing.md').find(({ name }) => name === 'sizing-count')?.text ?? 'exit 1';
    const lines = (await cluster.shell(text, folder)).stdout.trim().split('\n');
    const nodes = (await cluster.list('nodes')).length;
    expect(lines[0]?.trim()).toBe(String(nodes));
    // the second command has a line for its titles
    expect(lines.slice(1, -1).join('\n')).toMatch(/GPUS +CPUS/);
    expect(Number(lines.at(-1))).toBeGreaterThan(nodes);
  });

  test('every expectation is of a block that is there', () => {
    const names = blocksOf(PAGE).map(({ name }) => name);
    expect(Object.keys(SHOWS).filter((name) => !names.includes(name))).toEqual([]);
  });
});
