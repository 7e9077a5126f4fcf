// Writes docs/sizing.md from what the functions make of some clusters. `npm run docs`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Size } from 'cdk8s';
import { MetricsPipeline } from '../charts/metrics-pipeline';
import { resolveScale } from '../lib/common/scale';
import { SeriesProfile } from '../lib/common/series-profile';
import { type ComputeResources, quantity, resourceRequirements } from '../lib/common/units';
import { loadOf, scrapeSizeOf, seriesOf, shareOf } from '../lib/scrape/load';
import type { ScrapeTarget } from '../lib/scrape/scrape-target';
import {
  AGENT_CPU,
  AGENT_PAGE_BYTES,
  AGENT_SERIES_BYTES,
  AGENT_TARGET_BYTES,
  INDEX_BYTES,
  LARGE_BLOCKS_FROM,
  MAX_SENDERS,
  OVERHANG_DAYS,
  QUEUED_BYTES,
  QUEUED_BYTES_LARGE,
  queuesFor,
  SAMPLE_BYTES,
  SENDER_SAMPLES,
  SERIES_A_DAY,
  SHARD_SAMPLES,
  SHARD_SERIES,
  SHARD_TARGETS,
  STORAGE_FILL,
  STORE_CPU,
  STORE_SERIES_BYTES,
  shardsFor,
  typicalLoad,
} from '../lib/scrape/sizing';

const NODES = [3, 10, 100, 500, 1_000, 2_000];
const MEBIBYTE = 1024 ** 2;

const number = (amount: number) => Math.round(amount).toLocaleString('en-US');
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function sized(nodes: number) {
  const scale = resolveScale('sizing', { nodes });
  const { collector, vmAgent, vmSingle } = new MetricsPipeline(new App(), 'pipeline', { cluster: 'sizing', scale });
  if (!vmAgent || !vmSingle) throw new Error('a pipeline of defaults has an agent and a store');
  const targets = collector.scrapedTargets;
  return { nodes, scale, targets, load: loadOf(targets, scale), vmAgent, vmSingle };
}

function text(resources: ComputeResources): string {
  const { requests, limits } = resourceRequirements(resources);
  return `${requests?.cpu}, ${requests?.memory} to ${limits?.memory}`;
}

/** The largest limit of a scrape that the scale asks for, where the agent's own is too small. */
function largestScrape(targets: readonly ScrapeTarget[], scale: ReturnType<typeof resolveScale>): string {
  const needed = Math.max(...targets.filter(({ maxScrapeSize }) => !maxScrapeSize).map((target) => scrapeSizeOf(target, scale)));
  return quantity(Size.mebibytes(Math.max(32, needed / MEBIBYTE)));
}

/** The least number of nodes at which another agent comes. */
function border(agents: number): number {
  for (let nodes = 1; ; nodes++)
    if (shardsFor(typicalLoad(resolveScale('sizing', { nodes }), SeriesProfile.STANDARD)) >= agents) return nodes;
}

const clusters = NODES.map(sized);
const sizes = table(
  [
    'nodes',
    'series',
    'samples a second',
    'agents',
    'each agent: CPU, memory',
    'its senders',
    'its queue',
    'largest scrape',
    'store: CPU, memory',
    'store: volume',
  ],
  clusters.map(({ nodes, scale, targets, load, vmAgent, vmSingle }) => [
    number(nodes),
    number(load.series),
    number(load.samplesPerSecond),
    String(vmAgent.shards),
    text(vmAgent.resources),
    String(queuesFor(shareOf(load, vmAgent.shards))),
    quantity(vmAgent.queueSize),
    largestScrape(targets, scale),
    text(vmSingle.resources),
    quantity(vmSingle.storageSize),
  ]),
);

/** What one thing more adds to each source: the difference of two scales. */
function sources(): string {
  const base = { nodes: 1, gpusPerNode: 1, cpusPerNode: 1, pods: 1 };
  const usual = sized(10).targets.map(({ name }) => name);
  const targets = new MetricsPipeline(new App(), 'sources', {
    cluster: 'sizing',
    scale: { nodes: 10 },
    apiServer: { enabled: true },
    coreDns: { enabled: true },
  }).collector.scrapedTargets;
  const more = (target: ScrapeTarget, scale: Partial<typeof base>) => seriesOf(target, { ...base, ...scale }) - seriesOf(target, base);
  const rows = targets.map((target) => {
    const { fixed = 0, perNode = 0 } = target.series ?? { fixed: seriesOf(target, base) };
    const amounts = [fixed, perNode, more(target, { gpusPerNode: 2 }), more(target, { cpusPerNode: 2 }), target.series?.perPod ?? 0];
    return [
      `\`${target.name}\`${usual.includes(target.name) ? '' : ', an option'}`,
      `${target.scrapeInterval.toSeconds()} s`,
      ...amounts.map((amount) => (amount === 0 ? '' : amount.toLocaleString('en-US'))),
    ];
  });
  return table(['scrape', 'every', 'always', 'a node', 'a GPU', 'a CPU', 'a pod'], rows);
}

const page = `# Sizing

Say what the cluster grows to, and the sizes of agent and store follow:

\`\`\`yaml
scale:
  nodes: 100
  gpusPerNode: 8
  cpusPerNode: 128
  pods: 3000
\`\`\`

Left out, a cluster has 10 nodes of 8 GPUs and 128 CPUs, and 30 pods for each node: a worker of SLURM, some twenty of DaemonSets, and the node's share of the system's.
These numbers decide sizes alone: what is scraped is found in the cluster, however many there are. The estimates are generous, so give the numbers that you expect in a year, and no margin on top.

\`soperator-metrics init\` counts them. By hand:

<!-- shell: sizing-count -->
\`\`\`bash
kubectl get nodes --no-headers | wc -l
kubectl get nodes -o custom-columns='GPUS:.status.capacity.nvidia\\.com/gpu,CPUS:.status.capacity.cpu' | sort | uniq -c
kubectl get pods --all-namespaces --no-headers | wc -l
\`\`\`

Nothing else has to be worked out: \`soperator-metrics synth\` writes the sizes into the manifests, \`soperator-metrics diff\` shows what another \`scale\` would change, and a size of your own that cannot hold what
it must is an error. The rest of this page is for those who want to know why, or have to ask for the machines.

## What follows

For nodes of 8 GPUs and 128 CPUs with 30 pods each, default intervals, a retention of 30 days, the store as the only destination and a buffer of 6 hours. Memory is the
request and the limit; nothing has a limit of CPU. A series is one metric with one set of labels, such as the temperature of one GPU; each scrape adds a sample to it. What is new and not in the table, such as a second
destination or another retention, \`soperator-metrics synth\` counts in.

${sizes}

Sizes come in coarse steps, so that a few nodes more usually change no pod and no claim, and otherwise only make them larger. The number of agents is the exception: with nodes
like these the second comes at ${number(border(2))} nodes and the third at ${number(border(3))}, and another number has other pods and other claims. Write the present number as
\`vmAgent.shards\` before the scale crosses such a border, and change it while nothing waits in the queues.
Volumes are never smaller than 10Gi for queues and 30Gi for the store.

Look at what is really there after a day, with queries to the store:

- series: \`vm_cache_entries{type="storage/hour_metric_ids"}\`
- samples a second: \`sum(rate(vm_rows_inserted_total[5m]))\`
- bytes a sample: \`sum(vm_data_size_bytes{type=~"storage/.*"}) / sum(vm_rows{type=~"storage/.*"})\`
- new series a day: \`increase(vm_new_timeseries_created_total[1d])\`

## What series come from

What arrives in the store, after the rules that drop some. The agent adds about 10 of its own for each address.

${sources()}

- **A GPU** has one series for each field of \`dcgmExporter.counters\`, an InfiniBand device, and one job of SLURM.
- **A CPU** has its modes of time, its packet queues and the scheduler's counters.
- **A pod** has its containers and their cgroups in cAdvisor, which is by far the most; its probes; its state.
- **Always** is what the programs say of themselves. For SLURM it has room for 500 jobs that wait, and for 2,000 with the accounting database.
- **The API server and CoreDNS** are there where \`apiServer\` and \`coreDns\` are switched on; three servers and two pods are counted with.
- A source of your own counts as 1,000 series for each object that it finds, unless its targets say otherwise in \`series\`.

## How sizes follow from series

### Agent

| what | constant | measured | otherwise |
| --- | --- | --- | --- |
| CPU | 100m and ${AGENT_CPU} CPU seconds a million samples | 2.8 to 4.8 | \`vmAgent.resources\` |
| memory, request | 128Mi, ${AGENT_SERIES_BYTES} bytes a series, ${AGENT_TARGET_BYTES / 1024}Ki an address and ${number(AGENT_PAGE_BYTES)} bytes a series of the largest page; 256Mi at least | 60 to 150 bytes; 115 to 275 MiB for 3,000 addresses, which are found within 25 to 45 s and shared by three agents without any twice; 2,500 bytes a series of a page with 100,000 series | \`vmAgent.resources\` |
| memory, limit | twice the request | | \`vmAgent.resources\` |
| agents | one for ${number(SHARD_SAMPLES)} samples a second, ${number(SHARD_SERIES)} series or ${number(SHARD_TARGETS)} addresses | | \`vmAgent.shards\` |
| senders to each destination | one for ${number(SENDER_SAMPLES / 2)} samples a second, 2 to ${MAX_SENDERS} | one moves ${number(SENDER_SAMPLES)} | \`vmAgent.extraArgs\`: \`remoteWrite.queues\` |
| queue | ${QUEUED_BYTES} bytes a sample; with VictoriaMetrics' own protocol ${QUEUED_BYTES_LARGE} for what is above ${number(LARGE_BLOCKS_FROM)} samples a second | 24; 20 at 700 samples a second, 9.5 at 28,000, 13.9 to 14.6 at 120,000 of values that cannot be packed | \`vmAgent.buffer\`, \`vmAgent.queueSize\`, \`buffer\` of a destination |
| size of one scrape | 500 bytes a series of one object, as a power of two; 32Mi at least | 120 to 290 bytes a line, before rules drop any | \`maxScrapeSize\` of the agent or of a source |

- **No limit of CPU.** A throttled agent scrapes late, and a late scrape is a gap. What it does not use others do.
- **Memory may double** while a queue drains after an outage, and while a rollout of everything brings all series anew. A kill loses what is not yet on disk.
- **Agents** are as few as can carry it: each discovers everything, and each is one more volume. The ${MAX_SENDERS} senders of one move ${number(MAX_SENDERS * SENDER_SAMPLES)} samples a
  second, so at ${number(SHARD_SAMPLES)} a queue is drained within twice the time of the outage; with much more it would hardly drain at all, and more than they move is an
  error. Ask for more agents where the loss of a node is to take only a part of the targets along. Another number gives them other names and other queues, and what waits in the former queues is not sent any more: change it while
  nothing waits.
- **Senders** are twice what the load needs, so that a queue drains as fast as it grew, up to ${number((MAX_SENDERS / 2) * SENDER_SAMPLES)} samples a second. vmagent would start two for each CPU of whichever node it is on, and a kill loses
  the block that each of them holds.
- **Queues** are per agent and destination. Another destination adds its own part to the volume; one that speaks Prometheus' remote write adds the larger part.
- **The size of a scrape** only ever raises a limit: kube-state-metrics answers with everything about all pods on one page.
  That page takes much of the agent's memory on a large cluster, and each agent has room for it, because any of them may be the one that scrapes it.

### Store

| what | constant | measured | otherwise |
| --- | --- | --- | --- |
| CPU | 225m and ${STORE_CPU} CPU seconds a million samples | 10 on a small store; the vendor says 3.3 | \`vmSingle.resources\` |
| memory, request | 512Mi and ${number(STORE_SERIES_BYTES)} bytes a series; 1Gi at least | 0.9 to 1.05 KiB | \`vmSingle.resources\` |
| memory, limit | twice the request | | \`vmSingle.resources\` |
| samples on disk | ${SAMPLE_BYTES} byte | 0.9 after merges; production mostly 0.4 to 1.1 | \`vmSingle.storageSize\` |
| index on disk | ${INDEX_BYTES} bytes a series and day, ${SERIES_A_DAY} series a day for each that is alive | 94 | \`vmSingle.storageSize\` |
| time on disk | the retention and ${OVERHANG_DAYS} days | | \`vmSingle.retentionPeriod\` |
| part of the volume that is used | ${STORAGE_FILL * 100} % | | \`vmSingle.storageSize\` |

- **CPU** of ingest is small on a large store; the rest is for queries, which take what is free. For heavy dashboards give more.
- **Memory may double** for queries and for series that are new. The store's caches take at most 60 % of the limit.
- **A month on top of the retention**: the store keeps samples by the month and drops a part of a month only when all of it has expired, so at worst it holds the retention and a
  whole month more. A volume for the retention alone may run full in its second month.
- **The index** has entries of its own for every day, so it grows with time and not only with new series. Series of pods, half of all, turn over about once a day where jobs and
  deployments do; series of nodes do not. With \`dcgmExporter.jobMappingDirectory\` every job adds a series of each field for each of its GPUs: a hundred short jobs a day on every GPU
  are worth a larger volume.
- **A fifth stays free** because a merge writes its result before it drops what it read. Below 100 MB the store takes no samples at all, and the agent's queue is what is left.
- \`storageSize\` below the need is an error that shows this arithmetic.

## When it gets too large

Claims never shrink: before you do anything of this on a running cluster, write \`vmSingle.storageSize\` and \`vmAgent.queueSize\` as they are in the rendered manifests, or the
smaller claim is refused. The same goes for a smaller \`scale\`, and for a class whose volumes cannot grow, for a larger one.

In the order of what they save for what they lose:

1. **Longer intervals**: \`kubelet.scrapeInterval: 60s\` halves the samples of the largest source. Memory stays.
2. **Fewer series**: \`series.profile: lean\` stores what the dashboards read and nothing else, and fewer dashboards in \`grafana.dashboards\` read less. Estimates count with \`standard\` then, too, so look at what is
   really there after a day, and set the sizes yourself.
3. **Shorter retention**: \`vmSingle.retentionPeriod\`, with the long run in another destination.
4. **Another store**: one VMSingle is one volume on one node. Where a volume of terabytes or tens of gigabytes of memory are not to be had, write to a VictoriaMetrics cluster by
   \`remoteWrite\`, and set \`vmSingle.enabled: false\`.
`;
writeFileSync(process.argv[2] ?? join(__dirname, '..', 'docs', 'sizing.md'), page);
