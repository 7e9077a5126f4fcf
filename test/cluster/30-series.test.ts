import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { carries, type Node, type Pod, type Strings } from './support/objects';
import { GPU_NODES, requirePipeline, SLURM } from './support/pipeline';
import { query, type Sample } from './support/store';
import { tableOfJobs } from './support/targets';

const cluster = useCluster();
beforeAll(() => requirePipeline(cluster));

/** Series that the agent makes itself of every scrape; rules over samples never see them. */
const AUTOMATIC = 'up|scrape_.*';
/** Labels that tell the scrapes of one job apart. */
const SCRAPE = ['job', 'instance', 'endpoint', 'metrics_path'];

/** Labels of a sample as one line, the same for the same labels. */
function line(labels: Strings): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([name, value]) => `${name}=${value}`).join(' ');
}

/** What an expression finds, one line for each set of the given labels; for expressions that should find nothing. */
async function found(expression: string, ...by: string[]): Promise<string[]> {
  return (await query(cluster, `count by (${by.join(', ')}) (${expression})`)).map(({ labels, value }) => `${line(labels)}: ${value}`);
}

/** Values of some labels in what an expression finds. */
async function values(expression: string, ...names: string[]): Promise<string[]> {
  const samples = await query(cluster, expression);
  return [...new Set(samples.map(({ labels }) => names.map((name) => labels[name] ?? 'none').join(' ')))].sort();
}

describe('the series in the store', () => {
  // the agent sends samples within seconds of a scrape
  beforeAll(async () => {
    const targets = await tableOfJobs(cluster);
    await eventually('samples of every target have arrived', 60, async () => {
      const [answered] = await query(cluster, 'count(scrape_samples_scraped > 0)');
      expect(answered?.value).toBeGreaterThanOrEqual(targets.length);
    });
  });

  test('carry the cluster, every one of them, and no label of another stack', async () => {
    expect(await found('{cluster!="soperator"}', '__name__', 'job')).toEqual([]);
    expect(await found('{prometheus!=""}', '__name__', 'job')).toEqual([]);
  });

  test('belong to the jobs of the table, every one of them', async () => {
    const samples = await query(cluster, 'count by (job, metrics_path) ({job!=""})');
    const lines = samples.map(({ labels, value }) => `${labels.job}${labels.metrics_path ?? ''} ${value}`).sort();
    const total = samples.reduce((sum, { value }) => sum + value, 0);
    report(`${total} series: ${lines.join(', ')}`);
    const jobs = (await tableOfJobs(cluster)).map(({ job }) => job);
    expect(await values('count by (job) ({__name__!=""})', 'job')).toEqual([...new Set(jobs)].sort());
  });

  test('are few: those that somebody reads', async () => {
    const [total] = await query(cluster, 'count({__name__!=""})');
    const ofNodes = await query(cluster, 'count by (instance) ({instance!="", job=~"node-exporter|kubelet|dcgm-exporter"})');
    const gpuNodes = (await cluster.list<Node>('nodes')).filter((node) => carries(node, GPU_NODES)).map(({ metadata }) => metadata.name);
    const ofGpuNodes = ofNodes.filter(({ labels }) => gpuNodes.includes(labels.instance ?? ''));
    report(`${total?.value} series; of GPU nodes ${ofGpuNodes.map(({ labels, value }) => `${labels.instance} ${value}`).join(', ')}`);
    expect(total?.value).toBeLessThanOrEqual(9_000);
    expect(ofGpuNodes).toHaveLength(gpuNodes.length);
    expect(ofGpuNodes.filter(({ value }) => value > 1_100)).toEqual([]);
  });

  test('of SLURM carry neither pod nor instance nor container, so that counters survive the exporter', async () => {
    expect(await values('{__name__=~"slurm_.*"}', 'job', 'namespace')).toEqual([`slurm-exporter ${SLURM}`]);
    expect(await found('{__name__=~"slurm_.*", pod!=""}', '__name__')).toEqual([]);
    expect(await found('{__name__=~"slurm_.*", instance!=""}', '__name__')).toEqual([]);
    expect(await found('{__name__=~"slurm_.*", container!=""}', '__name__')).toEqual([]);
  });

  test('of GPUs carry their node, and the worker pod that uses them as exported_pod', async () => {
    const workers = await cluster.list<Pod>('pods', '-n', SLURM, '-l', 'slurm.nebius.ai/worker=true');
    const expected = workers.map(({ metadata, spec }) => `${metadata.name} ${spec.nodeName}`).sort();
    expect(await values('DCGM_FI_DEV_GPU_UTIL{exported_pod!=""}', 'exported_pod', 'instance')).toEqual(expected);
    expect(await found('{job="dcgm-exporter", pod!=""}', '__name__')).toEqual([]);
    expect(await found('{job="dcgm-exporter", container!=""}', '__name__')).toEqual([]);
  });

  test('of kubelets carry the path and the name of the node, /metrics included', async () => {
    const nodes = (await cluster.list<Node>('nodes')).map(({ metadata }) => metadata.name).sort();
    for (const path of ['/metrics', '/metrics/cadvisor', '/metrics/probes', '/metrics/resource']) {
      expect(await values(`up{job="kubelet", metrics_path="${path}"}`, 'instance')).toEqual(nodes);
    }
    expect(await found('{job="kubelet", metrics_path=""}', '__name__')).toEqual([]);
    expect(await found('{job=~"kubelet|node-exporter", instance=~".*:.*"}', '__name__')).toEqual([]);
  });

  test('of Kubernetes objects carry namespace, pod and node of the objects, not of the exporter', async () => {
    await eventually('the pods in the store are those in the cluster', 60, async () => {
      const pods = await cluster.list<Pod>('pods', '--all-namespaces');
      const expected = pods.map(({ metadata, spec }) => `${metadata.namespace} ${metadata.name} ${spec.nodeName}`).sort();
      expect(await values('kube_pod_info', 'namespace', 'pod', 'node')).toEqual(expected);
    });
    expect(await found('{job="kube-state-metrics", exported_pod!=""}', '__name__')).toEqual([]);
    expect(await found('{job="kube-state-metrics", endpoint="telemetry", pod!=""}', '__name__')).toEqual([]);
  });

  test('of one name come from one page of the kubelet and one port of an exporter, so that no sum counts twice', async () => {
    const twice = (label: string) =>
      values(`count by (job, __name__) (count by (job, __name__, ${label}) ({__name__!~"${AUTOMATIC}"})) > 1`, 'job', '__name__');
    expect(await twice('metrics_path')).toEqual([]);
    expect(await twice('endpoint')).toEqual([]);
    expect(await values('container_memory_working_set_bytes', 'metrics_path')).toEqual(['/metrics/cadvisor']);
  });

  test('are as many as the samples of the scrapes, so that no rule made two series into one', async () => {
    // the labels of the SLURM exporter's pod are on the automatic series alone
    const by = (job: string, labels: string[]) => ({
      sent: `sum by (${labels.join(', ')}) (scrape_samples_post_metric_relabeling{${job}})`,
      kept: `count by (${labels.join(', ')}) ({${job}, __name__!~"${AUTOMATIC}"})`,
    });
    // of what is summed over CPUs there was one sample for each of them
    const summed = '{job="node-exporter", __name__=~"instance:.+:sum"}';
    const added = `count by (job, instance) (${summed}) * on (instance) group_left () max by (instance) (machine_cpu_cores - 1)`;
    await eventually('series and samples are equal in number', 60, async () => {
      for (const { sent, kept } of [by('job!="slurm-exporter"', SCRAPE), by('job="slurm-exporter"', ['job', 'endpoint'])]) {
        const [samples, series] = await Promise.all([
          query(cluster, sent),
          query(cluster, `${kept} + on (job, instance) group_left () (${added}) or ${kept}`),
        ]);
        expect(byScrape(series)).toEqual(byScrape(samples));
      }
    });
  });
});

function byScrape(samples: readonly Sample[]): string[] {
  return samples.map(({ labels, value }) => `${line(labels)}: ${value}`).sort();
}
