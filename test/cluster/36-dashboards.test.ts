import { Mode } from '../../lib';
import { DASHBOARDS, JobAttribution } from '../../lib/dashboards';
import type { VariableSource } from '../../scripts/dashboard-queries';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { applied } from './support/modes';
import { type Blank, type Choice, Page, RANGE_S } from './support/page';
import { MONITORING, requirePipeline, SLURM } from './support/pipeline';
import { query } from './support/store';
import { WHOLE } from './support/whole';

const cluster = useCluster();
const STORE = 'svc/vmsingle-metrics-victoria-metrics-k8s-stack';

const NO_INFINIBAND = 'no node has InfiniBand';
const NO_NODE_CAME_BACK = 'no node came back or finished to drain since the exporter started';
const NO_WAIT = 'no container waits or has ended';
const NO_PODS_START = 'a pod that starts counts while it is in the window, and none does';
const GRAFANA = 'what stands in for Grafana serves a page that never changes, and means are of what changed';
const XID_OF_NOBODY = 'the only GPU with an error is held by no pod, and so belongs to no worker';

/** Panels that show nothing in a test cluster, and why: by dashboard and title. */
const BLANK: { readonly [dashboard: string]: { readonly [panel: string]: string } } = {
  'Cluster health': {
    'SLURM controller up for': 'no slurmctld runs: answers of a slurmrestd stand for it',
    'Release in use since': 'it looks once an hour, and the store may be younger',
    'Mean time unavailable, 1 d': NO_NODE_CAME_BACK,
    'Mean time draining, 1 d': NO_NODE_CAME_BACK,
    'Time unavailable': NO_NODE_CAME_BACK,
    'Time draining': NO_NODE_CAME_BACK,
    'Nodes of a job': 'every job that runs has one node',
    'Jobs that hardly use their GPUs': 'the GPUs of the jobs are busy',
  },
  'Jobs overview': {
    'Ended well in this range': 'jobs ended before the pipeline was there',
    'InfiniBand traffic': NO_INFINIBAND,
    'GPUs by their last XID': XID_OF_NOBODY,
    'XID errors by worker': XID_OF_NOBODY,
  },
  'Workers overview': {
    'InfiniBand traffic': NO_INFINIBAND,
    'InfiniBand traffic by worker': NO_INFINIBAND,
    'InfiniBand link errors by worker': NO_INFINIBAND,
    'InfiniBand link errors by kind': NO_INFINIBAND,
    'Other InfiniBand errors by kind': NO_INFINIBAND,
  },
  'Workers stats': {
    'InfiniBand ports lost': NO_INFINIBAND,
    'InfiniBand traffic': NO_INFINIBAND,
    'InfiniBand errors': NO_INFINIBAND,
    'Turns of tasks on CPUs': 'the kernel gives no /proc/schedstat',
  },
  'Node Exporter': {
    'InfiniBand ports down': NO_INFINIBAND,
    'InfiniBand traffic': NO_INFINIBAND,
    'InfiniBand errors': NO_INFINIBAND,
    'InfiniBand ports that are not active': NO_INFINIBAND,
    'InfiniBand ports with errors': NO_INFINIBAND,
    'InfiniBand of the node': NO_INFINIBAND,
    'InfiniBand errors of the node': NO_INFINIBAND,
    'Memory errors': 'a virtual machine tells nothing of its memory modules',
    Temperatures: 'a virtual machine has no sensors',
  },
  Kubelet: {
    'Certificates expire in': 'kubelets have certificates that nobody renews',
    'Slow pod starts': NO_PODS_START,
    'Time to start a pod': NO_PODS_START,
    'Time to pull an image': 'images are on the nodes before they are asked for',
    'Failed starts by reason': 'no container failed to start',
    'Evictions and refusals': 'no pod was evicted or refused',
    'Kubelets that do not answer': 'every kubelet answers',
  },
  'Kubernetes system': {
    'Pods that are not ready': 'every pod is ready',
    'Why containers wait': NO_WAIT,
    'Containers that wait': NO_WAIT,
    'Why containers ended': NO_WAIT,
    'Containers that restart most': 'no container was restarted',
    'Most held back by the CPU limit': 'cAdvisor counts no periods of the CPU limit',
  },
  'VictoriaMetrics health': {
    'Targets that are down': 'every target is up',
    'Objects that are not in order': 'the operator has all its objects in order',
  },
  Grafana: {
    'Slow requests': GRAFANA,
    'Time of requests': GRAFANA,
    'Slowest handlers': GRAFANA,
    'Handlers that fail': GRAFANA,
    'Time of data sources': GRAFANA,
  },
};

/** More of them where one value of each variable is chosen. */
const BLANK_WITH_ONE: typeof BLANK = {
  'Cluster health': {
    'Nodes with problems': 'the worker that is chosen is well',
    'Problems of nodes over time': 'the worker that is chosen is well',
  },
  'Jobs overview': { 'Waiting jobs by reason': 'the job that is chosen runs' },
  'Workers overview': { 'GPUs by their last XID': XID_OF_NOBODY, 'XID errors by worker': XID_OF_NOBODY },
};

/** Values that are chosen where one is, in place of the first that is offered: those with most to show. */
const PREFERRED: ReadonlyMap<string, string> = new Map([['namespace', MONITORING]]);

const answers: VariableSource = {
  query: (expression) => query(cluster, expression),
  async labelValues(selector, label) {
    const path = `/api/v1/label/${label}/values?match[]=${encodeURIComponent(selector)}&start=-${RANGE_S}s`;
    const { data }: { data: string[] } = JSON.parse(await cluster.fetch(MONITORING, STORE, 8429, path));
    return data;
  },
};

function reasonFor(dashboard: string, { what, choice }: Blank): string | undefined {
  return BLANK[dashboard]?.[what] ?? (choice === 'one' ? BLANK_WITH_ONE[dashboard]?.[what] : undefined);
}

/** A panel or variable that shows nothing, with everything that it asks. */
const line = ({ what, choice, queries }: Blank): string =>
  [`${what.startsWith('$') ? 'variable' : 'panel'} ${what}, ${choice} of each variable:`, ...queries].join('\n    ');

/** Waits until a rate can be had of everything that is scraped now. */
async function everythingTwice(): Promise<void> {
  await eventually('every target was scraped three times', 120, async () => {
    // of what is gone, the last value is found for minutes
    expect(await query(cluster, `count_over_time(up[${RANGE_S}s]) < 3 and last_over_time(up[45s]) == 1`)).toEqual([]);
    const [counted] = await query(cluster, 'count(up == 1)');
    expect(counted?.value).toBeGreaterThan(0);
  });
}

function everyDashboardShows(jobAttribution: JobAttribution): void {
  test.each(DASHBOARDS)('$title: every panel and every variable finds something, with all values and with one', async (definition) => {
    const { title } = definition;
    const page = new Page(definition, jobAttribution, answers, PREFERRED);
    const choices: readonly Choice[] = ['all', 'one'];
    const blanks = (await Promise.all(choices.map((choice) => page.blanks(choice)))).flat();
    const known = blanks.filter((blank) => reasonFor(title, blank));
    report(
      `${title}, ${jobAttribution}: ${page.asking.length} panels and variables, ${new Set(known.map(({ what }) => what)).size} without data for a reason`,
    );
    const needless = page.asking.filter((what) => BLANK[title]?.[what] && !blanks.some((blank) => blank.what === what));
    if (needless.length > 0) report(`${title}, ${jobAttribution}: shown nevertheless: ${needless.join('; ')}`);
    let unexplained = blanks.filter((blank) => !reasonFor(title, blank));
    // what comes with the next scrapes is not missing: some panels rank by minutes of the past
    await eventually(`${title}, job attribution ${jobAttribution}: nothing is blank without a reason`, 150, async () => {
      const again = await Promise.all(
        choices.map((choice) =>
          page.blanks(choice, new Set(unexplained.filter((blank) => blank.choice === choice).map(({ what }) => what))),
        ),
      );
      unexplained = again.flat();
      expect(unexplained.map(line)).toEqual([]);
    });
  });
}

beforeAll(() => requirePipeline(cluster));

/** Applies a pipeline, and waits for its GPU exporter, which differs most. */
async function roll(manifests: Manifests): Promise<void> {
  await applied(cluster, manifests, Mode.OPERATOR);
  const exporters = manifests.objects.filter(({ kind, metadata }) => kind === 'DaemonSet' && metadata.namespace === SLURM);
  expect(exporters).toHaveLength(1);
  for (const { metadata } of exporters) {
    await cluster.kubectl('rollout', 'status', '-n', SLURM, `daemonset/${metadata.name}`, '--timeout=2m');
  }
}

describe(`dashboards with job attribution ${JobAttribution.LABEL}, where the GPU exporter names jobs`, () => {
  beforeAll(async () => {
    await roll(Manifests.of(cluster, WHOLE));
    await eventually('GPUs name their jobs', 60, async () => {
      expect(await query(cluster, 'DCGM_FI_DEV_GPU_UTIL{hpc_job!=""}')).not.toEqual([]);
    });
    await everythingTwice();
  }, 330_000);

  everyDashboardShows(JobAttribution.LABEL);
});

describe('dashboards of the usual pipeline', () => {
  beforeAll(async () => {
    await roll(await Manifests.ofDefaults(cluster));
    await eventually('GPUs name no jobs any more', 120, async () => {
      expect(await query(cluster, 'DCGM_FI_DEV_GPU_UTIL{hpc_job!=""}')).toEqual([]);
    });
    await everythingTwice();
  }, 330_000);

  describe.each([JobAttribution.JOIN, JobAttribution.NONE])('with job attribution %s', (jobAttribution) => {
    everyDashboardShows(jobAttribution);
  });
});
