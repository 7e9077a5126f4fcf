import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import type { KubectlRun as Run } from '../../../../lib/cli/run-kubectl';
import { type VerifyOptions, verify } from '../../../../lib/cli/verify';
import { Kubectl, kubectlAt } from '../../../../lib/cli/verify/gather/kubectl';
import { knownJobs } from '../../../../lib/cli/verify/required';
import { CLUSTER_FILE, expectedFor, writes } from './support';

jest.setTimeout(30_000);
const expected = expectedFor();
let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  file = join(folder, 'cluster.yaml');
  writeFileSync(file, CLUSTER_FILE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Labelled {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Readonly<Record<string, string>> };
}

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2024-01-01T00:00:00Z' }] };
const fine = (text: unknown): Run => ({ code: 0, stdout: typeof text === 'string' ? text : JSON.stringify(text), stderr: '' });
const failed = (stderr: string): Run => ({ code: 1, stdout: '', stderr });

/**
 * A cluster in which everything runs that was rendered, one pod each, on one node; as kubectl shows it. The pods of agent and store are the
 * operator's.
 */
class FakeCluster {
  readonly ran: string[] = [];
  /** Answers that are other than usual, by a part of the command. */
  readonly instead = new Map<string, Run>();
  readonly pods: Labelled[] = [];
  readonly services: Labelled[] = [];
  readonly slices: Labelled[] = [];
  readonly workloads: Labelled[] = [];
  readonly resources: Labelled[];

  constructor() {
    for (const { kind, name, namespace, labels, json } of expected.tree.ofKind('Deployment', 'DaemonSet', 'StatefulSet')) {
      const { template } = json.spec as unknown as { template: { metadata: { labels: Record<string, string> }; spec: { containers: [] } } };
      const status = { desiredNumberScheduled: 1, numberReady: 1, readyReplicas: 1 };
      this.workloads.push({ kind, metadata: { name, namespace, labels }, spec: { replicas: 1, template }, status } as Labelled);
      this.addPod(`${name}-0`, namespace, template.metadata.labels, template.spec.containers);
    }
    this.resources = expected.tree
      .ofKind('VMAgent', 'VMSingle')
      .map(
        ({ kind, name, namespace, labels }) =>
          ({ kind, metadata: { name, namespace, labels }, status: { updateStatus: 'operational' } }) as Labelled,
      );
    for (const { target } of expected.pages) {
      const { namespaces, matchLabels, role } = target.discovery;
      const [namespace = ''] = namespaces;
      if (role === 'nodes' || this.findPods(namespace, matchLabels).length > 0) continue;
      const ports = target.endpoints.map(({ port }, index) => ({ name: port, containerPort: 8429 + index }));
      this.addPod(target.name === 'vmagent' ? 'vmagent-metrics-0' : `${target.name}-0`, namespace, matchLabels, [{ ports }]);
    }
    for (const { target } of expected.pages) {
      const { namespaces, matchLabels, role } = target.discovery;
      const [namespace = ''] = namespaces;
      if (role !== 'services' || this.services.some(({ metadata }) => metadata.name === target.name)) continue;
      this.services.push({
        kind: 'Service',
        metadata: { name: target.name, namespace, labels: matchLabels },
        spec: { selector: matchLabels },
      } as Labelled);
      const labels = { 'kubernetes.io/service-name': target.name };
      const addresses = [addressOf(namespace, target.name)];
      const [pod] = this.findPods(namespace, matchLabels);
      const endpoints = [
        { addresses, conditions: { ready: true }, nodeName: 'node-0', targetRef: { kind: 'Pod', name: pod?.metadata.name } },
      ];
      const ports = target.endpoints.map(({ port }, index) => ({ name: port, port: 9000 + index }));
      this.slices.push({ kind: 'EndpointSlice', metadata: { name: target.name, namespace, labels }, endpoints, ports } as Labelled);
    }
  }

  readonly run = async (all: readonly string[]): Promise<Run> => {
    const args = all.filter((arg) => !/^--(context|kubeconfig)=/.test(arg));
    const command = args.join(' ');
    this.ran.push(all.join(' '));
    const other = [...this.instead].find(([part]) => command.includes(part));
    return other?.[1] ?? this.answer(args, command);
  };

  private answer(args: readonly string[], command: string): Run {
    const [, , path = ''] = args;
    if (command.startsWith('get --raw') && path.includes('/pods/vmagent-metrics-0:8429/proxy'))
      return this.agent(path.split('/proxy')[1] ?? '');
    if (command.startsWith('get --raw') && path.includes('/services/vmsingle-')) return store(path.split('/proxy')[1] ?? '');
    if (command.startsWith('auth can-i')) return fine('yes\n');
    if (command.startsWith('get secret')) return fine('secret/x\n');
    const [, kind = '', flag, namespace] = args;
    const inside = (all: readonly Labelled[]) =>
      fine({ items: all.filter(({ metadata }) => flag !== '-n' || metadata.namespace === namespace) });
    if (kind === 'nodes') return fine({ items: [NODE] });
    if (kind === 'pods') return inside(this.pods);
    if (kind === 'services') return inside(this.services);
    if (kind.startsWith('endpointslices')) return inside(this.slices);
    if (kind.startsWith('deployments')) return inside(this.workloads);
    if (kind.startsWith('vmagents')) return inside(this.resources);
    return failed(`error: unexpected ${command}`);
  }

  /** What the agent scrapes: what it can find. */
  private agent(path: string): Run {
    if (path === '/config') return fine(`scrape_configs:\n${expected.pages.map(({ pools }) => `- job_name: ${pools[0]}\n`).join('')}`);
    if (path === '/metrics') return fine(writes(Math.floor(this.ran.length), Math.floor(this.ran.length)));
    const activeTargets = expected.pages.flatMap(({ target, endpoint, pools }) => {
      const scheme = target.tls ? 'https' : 'http';
      const at = (address: string) => ({
        labels: { job: target.job, instance: 'x' },
        scrapeUrl: `${scheme}://${address}${endpoint.path ?? '/metrics'}`,
        scrapePool: pools[0],
        health: 'up',
        lastError: '',
      });
      const { role, namespaces, matchLabels } = target.discovery;
      const [namespace = ''] = namespaces;
      if (role === 'nodes') return [at('10.0.0.1:10250')];
      if (role === 'services') {
        const index = target.endpoints.indexOf(endpoint);
        return this.slices.some(({ metadata }) => metadata.name === target.name)
          ? [at(`${addressOf(namespace, target.name)}:${9000 + index}`)]
          : [];
      }
      return this.findPods(namespace, matchLabels).map((pod) => at(`${ipOf(pod)}:${portOf(pod, endpoint.port)}`));
    });
    return fine({ status: 'success', data: { activeTargets } });
  }

  private findPods(namespace: string, wanted: Readonly<Record<string, string>>): Labelled[] {
    return this.pods.filter(
      ({ metadata }) => metadata.namespace === namespace && Object.entries(wanted).every(([key, value]) => metadata.labels[key] === value),
    );
  }

  private addPod(name: string, namespace: string, labels: Readonly<Record<string, string>>, containers: readonly object[]): void {
    const status = { ...READY, podIP: `10.1.0.${this.pods.length + 1}` };
    this.pods.push({ kind: 'Pod', metadata: { name, namespace, labels }, spec: { nodeName: 'node-0', containers }, status } as Labelled);
  }
}

const NODE = {
  kind: 'Node',
  metadata: { name: 'node-0', labels: {} },
  status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } },
};

const addressOf = (namespace: string, service: string) =>
  `10.2.${namespace.length}.${[...service].reduce((sum, letter) => (sum * 7 + letter.charCodeAt(0)) % 251, 0)}`;
const ipOf = (pod: Labelled) => (pod as unknown as { status: { podIP: string } }).status.podIP;
function portOf(pod: Labelled, name: string | undefined): number | undefined {
  const { containers } = (pod as unknown as { spec: { containers: { ports?: { name: string; containerPort: number }[] }[] } }).spec;
  return containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;
}

/** A store with everything that always arrives. */
function store(path: string): Run {
  if (path === '/metrics') return fine('vm_storage_is_read_only{path="/d"} 0\n');
  const query = new URL(path, 'http://x').searchParams.get('query') ?? '';
  const jobs = knownJobs(expected);
  const of = (result: readonly (readonly [object, number])[]) =>
    fine({
      status: 'success',
      data: { resultType: 'vector', result: result.map(([metric, value]) => ({ metric, value: [0, String(value)] })) },
    });
  if (query === 'time()') return of([[{}, Date.now() / 1000]]);
  if (query.startsWith('count by (cluster)')) return of([[{ cluster: 'lab' }, 1]]);
  if (query.startsWith('count by (job) (up{')) return of(jobs.map(({ job }) => [{ job }, 1]));
  const job = /^count by \(__name__\) \(\{cluster="lab", job="([^"]+)"\}\)$/.exec(query)?.[1];
  const metrics = [...(jobs.find((one) => one.job === job)?.metrics.values() ?? [])];
  return of(metrics.filter(({ when }) => when === undefined).map(({ name }) => [{ __name__: name }, 1]));
}

async function verified(cluster: FakeCluster, options: VerifyOptions = {}) {
  const report = await verify(file, options, { progress: () => undefined }, { kubectl: cluster.run, betweenMs: 0, againMs: 5 });
  return { code: report.exitCode, text: report.text(createColors(false)), json: report.json };
}

test('finds agent, store and what they should scrape by itself', async () => {
  const cluster = new FakeCluster();
  const { code, text, json } = await verified(cluster);
  expect(text).toMatch(/^ok lab: \d+ of \d+ targets up at 1 agent; \d+ metrics in the store$/);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    answered: { agents: ['vmagent-metrics-0'], store: 'vmsingle-metrics-victoria-metrics-k8s-stack', kubernetes: true },
  });
});

test('only reads: nothing is applied, forwarded, run in a pod or taken out of a Secret', async () => {
  const cluster = new FakeCluster();
  await verified(cluster);
  expect(cluster.ran.filter((command) => !/^(get|auth can-i) /.test(command))).toEqual([]);
  expect(cluster.ran.filter((command) => command.startsWith('get secret'))).toEqual([
    'get secret -n monitoring-system lake-writer -o name',
  ]);
});

test('asks for each right as somebody would', async () => {
  const cluster = new FakeCluster();
  const as = '--as=system:serviceaccount:monitoring-system:metrics-agent';
  cluster.instead.set(`can-i list endpointslices.discovery.k8s.io ${as} -n soperator-system`, { code: 1, stdout: 'no\n', stderr: '' });
  const { code, text } = await verified(cluster);
  expect(cluster.ran).toContain(`auth can-i get /metrics ${as}`);
  expect(cluster.ran).toContain(`auth can-i get nodes --subresource=metrics ${as}`);
  expect(code).toBe(1);
  expect(text).toContain('metrics-agent lacks 1 right in soperator-system: list endpointslices.discovery.k8s.io');
});

test('goes without rights where one may not ask for others', async () => {
  const cluster = new FakeCluster();
  cluster.instead.set('auth can-i', failed('Error from server (Forbidden): serviceaccounts "x" is forbidden: cannot impersonate'));
  const { code, json } = await verified(cluster);
  expect(code).toBe(0);
  expect(json).toMatchObject({ notes: expect.arrayContaining([expect.objectContaining({ question: 'rights' })]) });
});

test('names the Service whose pod is not ready, and why', async () => {
  const cluster = new FakeCluster();
  cluster.slices.splice(0, cluster.slices.length, ...cluster.slices.filter(({ metadata }) => metadata.name !== 'grafana'));
  const at = cluster.pods.findIndex(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === 'grafana');
  const status = { phase: 'Pending', conditions: [], containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }] };
  cluster.pods[at] = { ...cluster.pods[at], status } as unknown as Labelled;
  const { text } = await verified(cluster);
  expect(text).toMatch(
    /^error {3}grafana: no target discovered, expected at least one: pod metrics-grafana-0 is ImagePullBackOff; next: kubectl describe pod/m,
  );
});

test('expects nothing of addresses that are not ready', async () => {
  const cluster = new FakeCluster();
  const at = cluster.slices.findIndex(({ metadata }) => metadata.name === 'grafana');
  const slice = cluster.slices[at] as unknown as { endpoints: object[] };
  cluster.slices[at] = {
    ...slice,
    endpoints: [...slice.endpoints, { addresses: ['10.9.0.1'], conditions: { ready: false } }],
  } as unknown as Labelled;
  expect((await verified(cluster)).text).toMatch(/^ok /);
  cluster.slices[at] = {
    ...slice,
    endpoints: [...slice.endpoints, { addresses: ['10.9.0.1'], conditions: { ready: true } }],
  } as unknown as Labelled;
  expect((await verified(cluster)).text).toContain('grafana: 1 of 2 targets not discovered (endpoint 10.9.0.1:9000)');
});

test('passes context and configuration on, into the commands that it proposes, too', async () => {
  const cluster = new FakeCluster();
  cluster.instead.set('get secret', failed('Error from server (NotFound): secrets "lake-writer" not found'));
  const { text } = await verified(cluster, { context: 'lab', kubeconfig: '/k' });
  expect(cluster.ran.every((command) => command.startsWith('--context=lab --kubeconfig=/k '))).toBe(true);
  expect(text).toContain('kubectl --context=lab --kubeconfig=/k create secret generic -n monitoring-system lake-writer');
});

test('looks for agent and store where it is told to', async () => {
  const cluster = new FakeCluster();
  await verified(cluster, { namespace: 'elsewhere' });
  expect(cluster.ran).toContainEqual(expect.stringContaining('get pods -n elsewhere'));
  expect(cluster.ran).toContainEqual(expect.stringContaining('/namespaces/elsewhere/services/vmsingle-'));
});

test('ends with 3 when not even the API server answers', async () => {
  const cluster = new FakeCluster();
  cluster.instead.set('', failed('The connection to the server localhost:8080 was refused - did you specify the right host or port?'));
  const { code, text } = await verified(cluster);
  expect(code).toBe(3);
  expect(text).toContain('error   the API server does not answer: The connection to the server localhost:8080 was refused');
});

describe('an answer through the API server', () => {
  const source = (run: Run) => new Kubectl(async () => run).service({ namespace: 'n', name: 's', port: 1 });

  test.each([
    ['Error from server: the server responded with the status code 422 but did not return more information', 422],
    ['The request is invalid: : unknown', 422],
    ['Error from server (ServiceUnavailable): the server is currently unable to handle the request', 503],
    ['Error from server (InternalError): an error on the server ("unknown") has prevented the request from succeeding', 500],
    ['Error from server (BadRequest): the server rejected our request for an unknown reason', 400],
    ['Error from server (NotFound): the server could not find the requested resource', 404],
  ])('%s has a status', async (stderr, status) => {
    expect(await source(failed(stderr)).get('/x')).toEqual({ status, text: stderr });
  });

  test.each([
    'Error from server (ServiceUnavailable): no endpoints available for service "s"',
    'Error from server (ServiceUnavailable): error trying to reach service: dial tcp 10.0.0.1:8429: connect: connection refused',
    'Error from server (NotFound): services "s" not found',
    'error: You must be logged in to the server (Unauthorized)',
  ])('%s is none', async (stderr) => {
    await expect(source(failed(stderr)).get('/x')).rejects.toThrow(stderr);
  });
});

test('says that kubectl is missing where it is needed', async () => {
  await expect(kubectlAt(join(folder, 'kubectl'))([])).rejects.toThrow(/^kubectl: not found in PATH, .*; install it, or give URLs$/);
});
