import { Duration, Size } from 'cdk8s';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Mode, Provenance, QueueBudget, type ScrapeTarget } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import type { KubeObject } from './support/objects';

/** An outage as long as the budget takes minutes, so the usual run leaves it out. */
const full = process.env.DRILLS === 'full' ? describe : describe.skip;

const NAMESPACE = 'queue-budget';
const SERIES = 20_000;
const PODS = 6;
/** The least volume that holds a queue: one file that is written and one that is read. */
const VOLUME = Size.gibibytes(2);
/** As long as one file of the queue lasts at this load, by the sizes that synth derives. */
const OUTAGE = Duration.seconds(270);

/** Pods that answer the same many series each time, with values that cannot be packed. */
const GENERATOR = `set -eu
/bin/busybox mkdir -p /tmp/www
/bin/busybox awk 'BEGIN {
  srand()
  for (i = 0; i < ${SERIES}; i++)
    printf "load_of_something_seconds_total{device=\\"dev%d\\",mode=\\"mode%d\\",path=\\"/a/path/%d\\"} %.6f\\n", i % 997, i % 7, i, rand() * 1e9
}' >/tmp/www/metrics
exec /bin/busybox httpd -f -p 8080 -h /tmp/www`;

const LABELS = { app: 'load' };

function generators(): object[] {
  return Array.from({ length: PODS }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `load-${index}`, namespace: NAMESPACE, labels: LABELS },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'load',
          image: 'docker.io/library/busybox:1.37',
          imagePullPolicy: 'IfNotPresent',
          command: ['/bin/sh', '-c', GENERATOR],
          ports: [{ name: 'http', containerPort: 8080 }],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }));
}

const TARGET: ScrapeTarget = {
  name: 'load',
  job: 'load',
  discovery: { role: DiscoveryRole.PODS, namespaces: [NAMESPACE], matchLabels: LABELS },
  endpoints: [{ port: 'http' }],
  provenance: Provenance.EXTERNAL,
  scrapeInterval: Duration.seconds(1),
  scrapeTimeout: Duration.seconds(1),
  instance: InstanceLabel.POD,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
  replicas: PODS,
  series: { fixed: SERIES * PODS },
};
const SOURCE: IMetricsSource = { targets: [TARGET] };

full('an outage as long as the budget, on the volume that holds it', () => {
  const cluster = useCluster();
  const NOT_THERE = { enabled: false };
  const AGENT = 'statefulset/vmagent-metrics';
  const STORE = 'deployment/vmsingle-metrics-victoria-metrics-k8s-stack';

  beforeAll(async () => {
    const manifests = Manifests.of(cluster, {
      mode: Mode.STANDALONE,
      namespaces: { monitoring: NAMESPACE },
      slurmExporter: NOT_THERE,
      dcgmExporter: NOT_THERE,
      nodeExporter: NOT_THERE,
      kubelet: NOT_THERE,
      kubeStateMetrics: NOT_THERE,
      soperatorController: NOT_THERE,
      grafana: NOT_THERE,
      sources: [SOURCE],
      vmAgent: { buffer: QueueBudget.outage(OUTAGE), queueSize: VOLUME },
      vmSingle: { retentionPeriod: Duration.days(1) },
    });
    const objects = manifests.objects.map(forTheTest);
    await cluster.create([...objects.filter(({ kind }) => kind === 'Namespace'), ...objects.filter(({ kind }) => kind !== 'Namespace')]);
    await cluster.create(generators());
    await cluster.kubectl('rollout', 'status', '-n', NAMESPACE, '--timeout=2m', AGENT, STORE);
  });

  /** A number of the agent's or the store's own page. */
  async function counter(of: string, port: number, ...names: readonly string[]): Promise<number> {
    const page = await cluster.fetch(NAMESPACE, of, port, '/metrics');
    const lines = page.split('\n').filter((line) => names.some((name) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }
  const agent = (...names: string[]) => counter('pod/vmagent-metrics-0', 8429, ...names);
  const store = (...names: string[]) => counter('svc/vmsingle-metrics-victoria-metrics-k8s-stack', 8429, ...names);

  test(
    'loses nothing, drops nothing, and stays within what synth derived',
    async () => {
      await eventually('the load arrives', 120, async () => {
        expect(await store('vm_rows_inserted_total')).toBeGreaterThan(SERIES * PODS * 5);
      });
      await cluster.kubectl('scale', '-n', NAMESPACE, STORE, '--replicas=0');
      await cluster.kubectl('wait', '-n', NAMESPACE, '--for=delete', '--timeout=2m', 'pod', '-l', 'app.kubernetes.io/name=vmsingle');
      const before = await agent('vmagent_remotewrite_global_rows_pushed_before_relabel_total');
      const began = Date.now();
      let most = 0;
      while (Date.now() - began < OUTAGE.toMilliseconds()) {
        await new Promise((resolve) => setTimeout(resolve, 5_000));
        most = Math.max(most, await agent('vmagent_remotewrite_pending_data_bytes'));
      }
      const rows = (await agent('vmagent_remotewrite_global_rows_pushed_before_relabel_total')) - before;
      await cluster.kubectl('scale', '-n', NAMESPACE, STORE, '--replicas=1');
      await cluster.kubectl('rollout', 'status', '-n', NAMESPACE, '--timeout=2m', STORE);
      await eventually('the queue is empty again', 300, async () => {
        expect(await agent('vmagent_remotewrite_pending_data_bytes')).toBeLessThan(5 * 1024 ** 2);
      });
      report(
        `outage of ${OUTAGE.toSeconds()} s: ${(rows / 1e6).toFixed(1)} million samples, ${Math.round(most / 1024 ** 2)} Mi of 512 Mi, ` +
          `${(most / rows).toFixed(1)} bytes a sample, drained in ${Math.round((Date.now() - began) / 1000 - OUTAGE.toSeconds())} s`,
      );
      // as many as the sizes were derived from
      expect(rows).toBeGreaterThan(0.9 * SERIES * PODS * OUTAGE.toSeconds());
      expect(await agent('vmagent_remotewrite_packets_dropped_total', 'vm_persistentqueue_bytes_dropped_total')).toBe(0);
      // all of one moment, for scraping goes on; some of it may still be on its way
      const at = Math.floor(Date.now() / 1000);
      const query = (expression: string) => valueAt(at, expression);
      await eventually('the store holds a sample of every scrape', 120, async () => {
        const scrapes = await query('sum(count_over_time(scrape_samples_scraped{job="load"}[15m]))');
        const kept = await query('sum(count_over_time(load_of_something_seconds_total{path="/a/path/7"}[15m]))');
        const failed = await query('sum(count_over_time((up{job="load"} == 0)[15m:1s]))');
        expect({ kept: kept + failed }).toEqual({ kept: scrapes });
      });
    },
    15 * 60_000,
  );

  async function valueAt(time: number, expression: string): Promise<number> {
    const path = `/api/v1/query?latency_offset=1ms&nocache=1&time=${time}&query=${encodeURIComponent(expression)}`;
    const answer: { data: { result: { value: [number, string] }[] } } = JSON.parse(
      // not by the Service: its forward would stay with the pod of before the outage
      await cluster.fetch(NAMESPACE, STORE, 8429, path),
    );
    return Number(answer.data.result[0]?.value[1] ?? 0);
  }
});

/**
 * The agent with its queue on a file system of exactly the volume's size, because classes of test clusters have no quota; and a claim of the
 * store that they can give, for minutes and not for a month.
 */
function forTheTest(object: KubeObject): KubeObject {
  if (object.kind === 'PersistentVolumeClaim') return JSON.parse(JSON.stringify(object).replace(/"storage":"\d+Gi"/, '"storage":"10Gi"'));
  if (object.kind !== 'StatefulSet') return object;
  const text = JSON.stringify(object).replace(
    /\{"name":"persistent-queue-data","persistentVolumeClaim":\{[^}]*\}\}/,
    JSON.stringify({ name: 'persistent-queue-data', emptyDir: { medium: 'Memory', sizeLimit: `${VOLUME.toGibibytes()}Gi` } }),
  );
  // the memory of the file system counts as the container's
  return JSON.parse(text.replace(/"limits":\{"memory":"[^"]*"\}/, '"limits":{"memory":"6Gi"}'));
}
