import { Mode } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { type AllowedDifference, change, claims, type Shown, sameShapes, shown } from './support/modes';
import type { KubeObject, Pod } from './support/objects';
import { AGENT_POD, lookAtVolumes, MONITORING, pipelinePods, refusals, requirePipeline } from './support/pipeline';
import { query } from './support/store';
import { type ActiveTarget, activeTargets, type Target, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();

/** What may be there in one mode alone. Everything else is to be the same. */
const ALLOWED: readonly AllowedDifference[] = [
  { family: /^vm-operator /, because: 'standalone mode has no operator' },
  {
    family: /^(vmagent|vmsingle) (vm|vmagent|vmselect|vminsert|vmui)_/,
    because: 'VictoriaMetrics shows a figure from its first event on: a request, a query, a retry',
  },
  { family: /^kube-state-metrics http_request_/, because: 'its own server shows requests from the first on' },
  { family: /^slurm-exporter slurm_exporter_collector_errors_total$/, because: 'errors, from the first on' },
  {
    family: /^kubelet (kubelet|storage|volume|rest_client|workqueue|csi|plugin|node|go|prober)_/,
    because: 'the kubelet shows operations from the first on',
  },
];

let operator: { readonly targets: readonly Target[]; readonly shown: Shown; readonly claims: readonly string[] };
let standalone: { readonly targets: readonly Target[] };
/** A moment in the past, and how many series the store had then. */
let past: { readonly at: number; readonly series: number };

/** Targets with what names a pod taken out: pods of a Deployment are called anew each time. */
function alike(targets: readonly Target[]): readonly object[] {
  return targets
    .filter(({ job }) => job !== 'vm-operator')
    .map(({ job, labels, url, interval }) => ({
      job,
      interval,
      url: url.replace(/\/\/[^/:]+/, '//address'),
      labels: { ...labels, instance: labels.instance?.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, '') ?? '' },
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function seriesAt(at: number): Promise<number> {
  // the first question after the store was replaced may go to the former one
  return await eventually('the store answers', 30, async () => (await query(cluster, `count({__name__!=""} @ ${at})`))[0]?.value ?? 0);
}

/** Waits until every target of the table is there and up. */
async function upAsInTheTable(mode: Mode): Promise<readonly ActiveTarget[]> {
  return await eventually('the targets are those of the table, and up', 90, async () => {
    const active = await activeTargets(cluster);
    expect(withoutHealth(active)).toEqual(
      (await tableOfJobs(cluster)).filter(({ job }) => mode === Mode.OPERATOR || job !== 'vm-operator'),
    );
    expect(troubles(active)).toEqual([]);
    return active;
  });
}

beforeAll(async () => {
  await requirePipeline(cluster);
  const targets = withoutHealth(await upAsInTheTable(Mode.OPERATOR));
  await eventually('every target was scraped a few times', 170, async () => {
    // of what a stopped node took along, the last answer is shown for minutes: those that are asked now count
    const [fewest] = await query(cluster, 'min(count_over_time(up[5m]) and (up == 1) and time() - timestamp(up) < 60)');
    expect(fewest?.value).toBeGreaterThanOrEqual(5);
  });
  operator = { targets, shown: await shown(cluster), claims: await claims(cluster) };
  const at = Math.floor(Date.now() / 1000) - 60;
  past = { at, series: await seriesAt(at) };
}, 300_000);

describe('the pipeline of the operator, changed to standalone mode', () => {
  test('runs after the steps of the page about modes', async () => {
    const began = Date.now();
    await change(cluster, Manifests.of(cluster), Manifests.of(cluster, { mode: Mode.STANDALONE }), Mode.STANDALONE);
    report(`changed to standalone mode in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const pods = await pipelinePods(cluster);
    expect(pods.filter(({ metadata }) => metadata.labels?.['managed-by'] === 'vm-operator').map(({ metadata }) => metadata.name)).toEqual(
      [],
    );
    expect(pods.map(({ metadata }) => metadata.name)).toContain(AGENT_POD);
  });

  test('keeps its volumes, and what was stored before', async () => {
    expect(await claims(cluster)).toEqual(operator.claims);
    expect(await seriesAt(past.at)).toBe(past.series);
  });

  test('has the same targets with the same labels, all up, and was refused nothing', async () => {
    standalone = { targets: withoutHealth(await upAsInTheTable(Mode.STANDALONE)) };
    expect(alike(standalone.targets)).toEqual(alike(operator.targets));
    expect(await refusals(cluster, '')).toEqual([]);
  });

  test('brings the same series: names, jobs and labels', async () => {
    const now = await sameShapes(cluster, operator.shown, ALLOWED, 240);
    report(`${now.size} kinds of series in both modes`);
    const withoutCluster = await query(cluster, 'count({cluster="",__name__!="",job!=""}) by (job)');
    expect(withoutCluster.map(({ labels }) => labels.job)).toEqual([]);
  }, 300_000);
});

/** What a pod that runs once printed, and how it ended. */
async function once(name: string, spec: object): Promise<{ readonly code: number; readonly log: string }> {
  await cluster.create([{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: MONITORING }, spec }]);
  const code = await eventually(`${name} has ended`, 60, async () => {
    const { containerStatuses } = (await cluster.get<Pod>('pod', '-n', MONITORING, name)).status;
    const ended = containerStatuses?.[0]?.state?.terminated;
    if (!ended) throw new Error('it still runs');
    return ended.exitCode;
  });
  const log = await cluster.kubectl('logs', '-n', MONITORING, name);
  await cluster.kubectl('delete', 'pod', '-n', MONITORING, name, '--wait=false');
  return { code, log };
}

describe("vmagent's own judgement of the rendered configuration", () => {
  interface ConfigMap extends KubeObject {
    readonly data: { readonly [key: string]: string };
  }

  /** Lets vmagent read a configuration, and do nothing else. */
  async function dryRun(name: string, configuration: string) {
    const metadata = { name, namespace: MONITORING };
    await cluster.create([{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'scrape.yaml': configuration } }]);
    const agent = await cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD);
    return await once(name, {
      restartPolicy: 'Never',
      nodeName: agent.spec.nodeName,
      securityContext: agent.spec.securityContext,
      containers: [
        {
          name: 'vmagent',
          image: agent.spec.containers[0]?.image,
          imagePullPolicy: 'IfNotPresent',
          args: ['-dryRun', '-promscrape.config=/configuration/scrape.yaml', '-remoteWrite.url=http://localhost:1/', '-loggerLevel=WARN'],
          securityContext: agent.spec.containers[0]?.securityContext,
          volumeMounts: [{ name: 'configuration', mountPath: '/configuration' }],
        },
      ],
      volumes: [{ name: 'configuration', configMap: { name } }],
    });
  }

  const rendered = async () => (await cluster.get<ConfigMap>('configmap', '-n', MONITORING, 'vmagent-metrics')).data['scrape.yaml'] ?? '';

  test('takes it, and has nothing to say', async () => {
    const { code, log } = await dryRun('dry-run', await rendered());
    // a regex that does not compile ends with exit code 0, too, and with a line in the log
    expect({ code, complaints: log.split('\n').filter((line) => /\t(warn|error|fatal|panic)\t/i.test(line)) }).toEqual({
      code: 0,
      complaints: [],
    });
  });

  test('refuses one with a field that it does not know', async () => {
    const { code, log } = await dryRun('dry-run-of-a-slip', (await rendered()).replace('scrape_timeout', 'scrape_timeot'));
    expect(code).not.toBe(0);
    expect(log).toContain('scrape_timeot');
  });
});

describe('the running standalone agent', () => {
  test('reads a changed configuration without a restart, and the targets that stay miss no scrape', async () => {
    const before = await cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD);
    const began = Date.now();
    const changed = Manifests.of(cluster, { mode: Mode.STANDALONE, soperatorController: { enabled: false } });
    await changed.apply();
    await lookAtVolumes(cluster);
    await eventually('nobody scrapes the controller any more', 150, async () => {
      expect((await activeTargets(cluster)).filter(({ job }) => job === 'soperator-controller')).toEqual([]);
    });
    report(`a changed configuration counted after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const after = await cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD);
    expect({ uid: after.metadata.uid, restarts: after.status.containerStatuses?.[0]?.restartCount }).toEqual({
      uid: before.metadata.uid,
      restarts: 0,
    });
    const [longest] = await query(
      cluster,
      `max(max_over_time(lag(up{job="dcgm-exporter"}[30s])[${Math.ceil((Date.now() - began) / 1000)}s:1s]))`,
    );
    // scraped every 15 s; one that is missing would make it 30
    expect(longest?.value).toBeLessThan(25);
    await Manifests.of(cluster, { mode: Mode.STANDALONE }).apply();
  });
});
