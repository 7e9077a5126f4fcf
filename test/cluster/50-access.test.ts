import { useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { type Connection, connect } from './support/forward';
import { requirePipeline } from './support/pipeline';
import { forwardBlocks } from './support/readme';
import { tableOfJobs } from './support/targets';

const cluster = useCluster();
beforeAll(() => requirePipeline(cluster));

const STORE_SERVICE = 'svc/vmsingle-metrics-victoria-metrics-k8s-stack';

/** Checks that an answer is a page of metrics with these among them. */
function metrics(...names: string[]): (answer: string) => Promise<void> {
  return async (answer) => {
    const missing = names.filter((name) => !new RegExp(`^${name}(\\{| )`, 'm').test(answer));
    expect({ missing, in: missing.length > 0 ? answer.slice(0, 500) : '' }).toEqual({ missing: [], in: '' });
  };
}

/** Checks that every target of the table is up in the answer to the query `up`. */
async function everyTargetUp(answer: string): Promise<void> {
  const { status, data }: { status: string; data: { result: { metric: { job: string }; value: [number, string] }[] } } = JSON.parse(answer);
  const jobs = (await tableOfJobs(cluster)).map(({ job }) => job).sort();
  expect({ status, down: data.result.filter(({ value }) => value[1] !== '1') }).toEqual({ status: 'success', down: [] });
  expect(data.result.map(({ metric }) => metric.job).sort()).toEqual(jobs);
}

async function everyTargetListed(answer: string): Promise<void> {
  const { data }: { data: { activeTargets: { labels: { job: string } }[] } } = JSON.parse(answer);
  const jobs = (await tableOfJobs(cluster)).map(({ job }) => job).sort();
  expect(data.activeTargets.map(({ labels }) => labels.job).sort()).toEqual(jobs);
}

async function healthy(answer: string): Promise<void> {
  expect(JSON.parse(answer)).toMatchObject({ database: 'ok' });
}

/** What the commands of each block must bring. */
const ANSWERS: { readonly [block: string]: (answer: string) => Promise<void> } = {
  'slurm-exporter': metrics('slurm_node_info', 'slurm_job_info', 'slurm_node_job'),
  'dcgm-exporter': metrics('DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_GPU_TEMP'),
  'kube-state-metrics': metrics('kube_pod_info', 'kube_pod_status_phase'),
  'soperator-controller': metrics('controller_runtime_reconcile_total', 'controller_runtime_active_workers'),
  vmsingle: everyTargetUp,
  vmagent: everyTargetListed,
  grafana: healthy,
};

/**
 * The connection commands of the contract, as it has them. Two are not here, for they never worked and the README has others in their
 * place: a DaemonSet cannot be reached as `deployment/nvidia-dcgm-exporter`, and the controller has had no plain port 8080 since it
 * checks callers itself.
 */
const CONTRACT: { readonly [part: string]: Connection & { readonly answers: (answer: string) => Promise<void> } } = {
  'Soperator Exporter': {
    forward: 'kubectl port-forward -n soperator deployment/slurm-exporter 8080:8080',
    ask: 'curl http://localhost:8080/metrics',
    answers: metrics('slurm_node_info'),
  },
  'Kube-state-metrics': {
    forward: 'kubectl port-forward -n monitoring-system svc/metrics-kube-state-metrics 8080:8080',
    ask: 'curl http://localhost:8080/metrics',
    answers: metrics('kube_pod_info'),
  },
  'VictoriaMetrics Single': {
    forward: 'kubectl port-forward -n monitoring-system svc/vmsingle-metrics-victoria-metrics-k8s-stack 8429:8429',
    ask: 'curl "http://localhost:8429/api/v1/query?query=up"',
    answers: everyTargetUp,
  },
  // the contract opens a browser on this address
  Grafana: {
    forward: 'kubectl port-forward -n monitoring-system svc/metrics-grafana 3000:80',
    ask: 'curl http://localhost:3000/api/health',
    answers: healthy,
  },
};

/** Does what a reader does; a fresh part needs a moment until its first answer is full. */
async function answers(connection: Connection, check: (answer: string) => Promise<void>): Promise<void> {
  await eventually(`${connection.forward} answers`, 60, async () => {
    const { code, stdout, stderr } = await connect(cluster, connection);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await check(stdout);
  });
}

describe('what the README says to type', () => {
  test('is known here block by block', () => {
    expect([...forwardBlocks().keys()].sort()).toEqual(Object.keys(ANSWERS).sort());
  });

  test.each([...forwardBlocks()])('%s answers', async (name, connection) => {
    await answers(connection, ANSWERS[name] ?? fail);
  });
});

describe('what the contract says to type', () => {
  test.each(Object.entries(CONTRACT))('%s answers', async (_, { answers: check, ...connection }) => {
    await answers(connection, check);
  });
});

test('the store answers on 8428, too, for those who know VictoriaMetrics by that port', async () => {
  const connection = {
    forward: `kubectl port-forward -n monitoring-system ${STORE_SERVICE} 8428:8428`,
    ask: 'curl "http://localhost:8428/api/v1/query?query=up"',
  };
  await answers(connection, everyTargetUp);
});

async function fail(): Promise<void> {
  throw new Error('this block has no answer to be compared with');
}
