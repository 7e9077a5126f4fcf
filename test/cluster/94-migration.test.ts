import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { initialised } from './support/init';
import { Manifests } from './support/manifests';
import type { KubeObject, Pod } from './support/objects';
import { blocksOf } from './support/pages';
import { MONITORING, requireNone } from './support/pipeline';
import { SoperatorStack, STACK } from './support/soperator-stack';
import { StandIns } from './support/stand-ins';

const PAGE = 'docs/migration.md';
const ROOT = join(__dirname, '..', '..');
/** Where the page puts the new pipeline. */
const NEW = 'metrics-system';
const STORES = { old: { namespace: MONITORING, port: 8428 }, new: { namespace: NEW, port: 8429 } };
/** What `verify` says in a cluster whose Grafana is a stand-in and serves a part of its page. */
const OF_A_STAND_IN = /grafana|Grafana|DCGM_FI_DEV_VGPU_LICENSE_STATUS/;
const LONG_MS = 420_000;
/** What is looked for in the past, and the labels that the dashboards ask for it by. */
const HISTORY: ReadonlyMap<string, string> = new Map([
  ['DCGM_FI_DEV_GPU_UTIL', 'job="dcgm-exporter",instance="gpu-0"'],
  ['slurm_node_info', 'job="slurm-exporter"'],
  ['node_load1', 'job="node-exporter",instance="gpu-0"'],
  ['kubelet_running_pods', 'job="kubelet",metrics_path="/metrics",instance="gpu-0"'],
  ['container_memory_working_set_bytes', 'job="kubelet",metrics_path="/metrics/cadvisor",instance="gpu-0"'],
  ['kube_pod_info', 'job="kube-state-metrics"'],
]);

const cluster = useCluster();
const standIns = new StandIns(cluster, Manifests.of(cluster).definitions);
const stack = new SoperatorStack(cluster);
let folder: string;
let isOurs = false;
/** A moment at which only the old agent scraped, in seconds. */
let before = 0;

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function ask(store: keyof typeof STORES, query: string, time?: number): Promise<readonly Sample[]> {
  const { namespace, port } = STORES[store];
  const at = time === undefined ? 'latency_offset=1ms' : `time=${time}`;
  const path = `/api/v1/query?${at}&nocache=1&query=${encodeURIComponent(query)}`;
  return JSON.parse(await cluster.fetch(namespace, `svc/vmsingle-${STACK}`, port, path)).data.result;
}

async function count(store: keyof typeof STORES, query: string, time?: number): Promise<number> {
  return Number((await ask(store, `count(${query})`, time))[0]?.value[1] ?? 0);
}

interface Target {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
}

async function targets(which: 'old' | 'new'): Promise<readonly Target[]> {
  const [namespace, service] = which === 'old' ? [MONITORING, `svc/vmagent-${STACK}`] : [NEW, 'svc/vmagent-metrics'];
  return JSON.parse(await cluster.fetch(namespace, service, 8429, '/api/v1/targets')).data.activeTargets;
}

const named = (all: readonly Target[]) => all.map(({ scrapePool, scrapeUrl }) => `${scrapePool} ${scrapeUrl}`).sort();
const down = (all: readonly Target[]) => all.filter(({ health }) => health !== 'up').map((one) => `${one.scrapeUrl}: ${one.lastError}`);

const done = new Set<string>();

/** A block of the page. */
function block(name: string): string {
  done.add(name);
  const text = blocksOf(PAGE).find((one) => one.name === name)?.text;
  if (text === undefined) throw new Error(`${PAGE} has no block ${name}`);
  return text;
}

const run = (name: string) => cluster.shell(block(name), folder);

/** Pods of others, by identity and restarts. */
async function theirPods(): Promise<string[]> {
  const pods = await cluster.list<Pod>('pods', '--all-namespaces');
  return pods
    .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] !== 'soperator-metrics')
    .map(({ metadata, status }) => `${metadata.name} ${metadata.uid} ${status.containerStatuses?.map((one) => one.restartCount).join()}`)
    .sort();
}

describe("from Soperator's own stack", () => {
  beforeAll(async () => {
    await requireNone(cluster);
    isOurs = true;
    // the commands of the page run in the top folder of the repository; what they write lands beside links to it
    folder = join(cluster.folder(), 'repository');
    mkdirSync(folder);
    for (const name of readdirSync(ROOT))
      if (!['dist', '.git', 'cluster.yaml'].includes(name)) symlinkSync(join(ROOT, name), join(folder, name));
    writeFileSync(join(folder, 'cluster.yaml'), block('cluster.yaml'));
    await standIns.start();
    await stack.start();
    await eventually('the old agent scrapes everything', 120, async () => {
      const all = await targets('old');
      expect(down(all)).toEqual([]);
      expect(all.length).toBeGreaterThan(15);
    });
    // a target counts as up at its first scrape, which the store may have a moment later
    const up = Date.now() / 1000;
    await eventually('the old store has samples of every source', 60, async () => {
      const at = Math.floor(Date.now() / 1000) - 1;
      expect(at).toBeGreaterThan(up);
      for (const metric of HISTORY.keys()) expect({ metric, is: (await count('old', metric, at)) > 0 }).toEqual({ metric, is: true });
      before = at;
    });
  }, LONG_MS);

  afterAll(async () => {
    if (!isOurs) return;
    const remove = block('migrate-back-before');
    await cluster.run('bash', ['-c', remove], { cwd: folder });
    await cluster.kubectl('delete', 'namespace', NEW, 'node-exporter-system', '--ignore-not-found');
    await stack.stop();
    await standIns.stop();
  }, LONG_MS);

  test('the page finds the old stack', async () => {
    const { stdout } = await run('migrate-look');
    for (const name of [
      `vmagent.*${STACK}`,
      `vmsingle.*${STACK}`,
      'metrics-kube-state-metrics',
      'metrics-prometheus-node-exporter',
      'metrics-grafana',
    ]) {
      expect(stdout).toMatch(new RegExp(name));
    }
  });

  test('init keeps out of its way: another namespace, and no objects that its agent would take', async () => {
    const { chosen } = await initialised(cluster);
    expect(chosen).toMatchObject({ platform: 'soperator', mode: 'standalone', namespaces: { monitoring: NEW } });
  });

  test(
    'the new pipeline runs beside it, and nothing of the old one notices',
    async () => {
      const [targetsBefore, podsBefore] = [named(await targets('old')), await theirPods()];
      const began = Date.now();
      await run('migrate-render');
      await run('migrate-apply');
      await run('migrate-wait');
      report(`the new pipeline ran beside the old one after ${((Date.now() - began) / 1000).toFixed(1)} s`);
      await eventually('all new targets are up', 120, async () => {
        const all = await targets('new');
        expect(down(all)).toEqual([]);
        expect(all.length).toBeGreaterThan(15);
      });
      expect(named(await targets('old'))).toEqual(targetsBefore);
      expect(await theirPods()).toEqual(podsBefore);
    },
    LONG_MS,
  );

  test(
    'verify is content with it',
    async () => {
      const text = block('migrate-verify').replace('--wait 5m', '--wait 60s');
      const { stdout, stderr } = await cluster.run('bash', ['-c', text], { cwd: folder });
      const findings = `${stdout}${stderr}`.split('\n').filter((line) => /^(error|warning) /.test(line));
      expect(findings.filter((line) => !OF_A_STAND_IN.test(line))).toEqual([]);
      expect(stdout).toMatch(/(\d+) of \1 targets up at 1 agent/);
    },
    LONG_MS,
  );

  test('both stores answer the questions of the page alike', async () => {
    await eventually('the answers are the same', 90, async () => {
      const { stdout } = await run('migrate-compare');
      const lines = stdout
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('old '));
      expect(lines.length).toBeGreaterThan(4);
      expect(lines.filter((line) => !/^old (\S+) new \1 /.test(line) || line.startsWith('old none'))).toEqual([]);
    });
    for (const store of ['old', 'new'] as const) {
      const jobs = await ask(store, 'sort_desc(count by (job) ({__name__!=""}))');
      const sum = jobs.reduce((all, { value }) => all + Number(value[1]), 0);
      report(
        `series in the ${store} store: ${sum}; ${jobs.map(({ metric, value }) => `${metric.job ?? 'no job'} ${value[1]}`).join(', ')}`,
      );
    }
  });

  test('an object of ours would be taken by the old agent, as the page says', async () => {
    const [{ scrapeUrl = '' } = {}] = await targets('new');
    const taken = {
      apiVersion: 'operator.victoriametrics.com/v1beta1',
      kind: 'VMStaticScrape',
      metadata: { name: 'taken', namespace: NEW },
      spec: { targetEndpoints: [{ targets: [new URL(scrapeUrl).host] }] },
    };
    await cluster.create([taken]);
    await eventually('the old agent scrapes what lies in the new namespace', 60, async () => {
      expect(named(await targets('old')).join('\n')).toContain(`staticScrape/${NEW}/taken`);
    });
    await cluster.removeCreated();
  });

  test(
    'history is copied with the labels that the dashboards ask for',
    async () => {
      const asked = [...HISTORY].map(([metric, labels]) => `${metric}{cluster="soperator",${labels}}`);
      for (const query of asked) expect({ query, before: await count('new', query, before) }).toEqual({ query, before: 0 });
      const began = Date.now();
      await run('migrate-history');
      report(`the history was copied in ${((Date.now() - began) / 1000).toFixed(1)} s`);
      await eventually('the new store knows what was before it', 90, async () => {
        const missing: string[] = [];
        for (const query of asked) if ((await count('new', query, before)) === 0) missing.push(query);
        expect(missing).toEqual([]);
      });
      const gpus = await Promise.all([count('old', 'DCGM_FI_DEV_GPU_UTIL', before), count('new', 'DCGM_FI_DEV_GPU_UTIL', before)]);
      expect(gpus[1]).toBe(gpus[0]);
    },
    LONG_MS,
  );

  test(
    'the old agent is stopped by one command, and started again by another',
    async () => {
      await run('migrate-stop');
      await eventually('the old agent is gone', 90, async () => {
        const pods = await cluster.list<Pod>('pods', '-n', MONITORING, '-l', `app.kubernetes.io/name=vmagent`);
        expect(pods.map(({ metadata }) => metadata.name)).toEqual([]);
      });
      const stopped = Date.now() / 1000;
      await run('migrate-start-again');
      await eventually('the old store gets samples again', 120, async () => {
        const [{ value = [0, '0'] } = {}] = await ask('old', 'max(timestamp(up))');
        expect(Number(value[1])).toBeGreaterThan(stopped);
      });
      await run('migrate-stop');
    },
    LONG_MS,
  );

  test(
    'without the rest of the old stack the old store still answers, and the new pipeline has all targets',
    async () => {
      const had = await count('old', 'DCGM_FI_DEV_GPU_UTIL', before);
      await stack.removeAllButStore();
      expect(await count('old', 'DCGM_FI_DEV_GPU_UTIL', before)).toBe(had);
      await eventually('everything that the new agent scrapes is up', 90, async () => {
        const all = await targets('new');
        expect(down(all)).toEqual([]);
        expect(all.map(({ scrapePool }) => scrapePool).join()).toMatch(/node-exporter.*slurm-exporter|slurm-exporter.*node-exporter/);
      });
      await eventually('the new store has fresh samples of GPUs', 60, async () => {
        const [{ value = [0, '0'] } = {}] = await ask('new', 'max(timestamp(DCGM_FI_DEV_GPU_UTIL))');
        expect(Date.now() / 1000 - Number(value[1])).toBeLessThan(60);
      });
    },
    LONG_MS,
  );

  test(
    'the old store goes last, with its volume, and the operator and the exporters of Soperator stay',
    async () => {
      await run('migrate-remove-store');
      await eventually('nothing of agent and store is left', 60, async () => {
        const left = await cluster.list<KubeObject>('deployments,statefulsets,persistentvolumeclaims', '-n', MONITORING);
        expect(left.map(({ metadata }) => metadata.name)).toEqual(['metrics-victoria-metrics-operator']);
      });
      expect(down(await targets('new'))).toEqual([]);
    },
    LONG_MS,
  );

  test('no block of the page was left out', () => {
    const before = 'migrate-back-before'; // runs at the very end
    const left = blocksOf(PAGE).filter(({ kind, name }) => kind !== 'not run' && name !== before && !done.has(name));
    expect(left.map(({ name }) => name)).toEqual([]);
  });
});
