import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { type KubeObject, titleOf, titles } from './support/objects';
import { MONITORING, operational, requirePipeline, SLURM, split } from './support/pipeline';
import { shellBlock } from './support/readme';
import { query } from './support/store';
import { type ActiveTarget, activeTargets, tableOfJobs } from './support/targets';

const cluster = useCluster();
beforeAll(() => requirePipeline(cluster));

const WORKLOADS = 'deployments,daemonsets,statefulsets';

/** Targets that are none of the table. */
async function targetsOfUsers(): Promise<ActiveTarget[]> {
  const jobs = (await tableOfJobs(cluster)).map(({ job }) => job);
  return (await activeTargets(cluster)).filter(({ job }) => !jobs.includes(job));
}

/** What says of each object whether it was changed: its generation, or its version where it has none. */
async function states(manifests: Manifests): Promise<{ readonly [title: string]: string }> {
  const rendered = await cluster.list(...[manifests.definitions, ...manifests.paths].flatMap((path) => ['-f', path]));
  const made = await cluster.list(WORKLOADS, '--all-namespaces');
  const state = ({ metadata }: KubeObject) =>
    metadata.generation ? `generation ${metadata.generation}` : `version ${metadata.resourceVersion}`;
  return Object.fromEntries([...rendered, ...made].map((object) => [titleOf(object), state(object)]));
}

describe('the same manifests once more', () => {
  test('change nothing: no object gets a new generation', async () => {
    const manifests = await Manifests.ofDefaults(cluster);
    const before = await states(manifests);
    const { stderr } = await cluster.shell(shellBlock('apply'), manifests.folder);
    expect(stderr).toBe('');
    expect(await states(manifests)).toEqual(before);
    report(`${Object.keys(before).length} objects as they were after a second apply`);
  });

  test('show no difference to what is in the cluster', async () => {
    const { folder } = await Manifests.ofDefaults(cluster);
    const { stdout, stderr } = await cluster.shell(shellBlock('diff'), folder);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  });
});

describe('a scrape that a user adds', () => {
  const NAME = 'answers-of-a-user';
  const LABELS = { app: NAME };
  const metadata = { name: NAME, namespace: SLURM };
  const PORT = 8080;
  /** A program with one metric, as users have them: a pod and a Service. */
  const PROGRAM = [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, labels: LABELS },
      spec: {
        terminationGracePeriodSeconds: 1,
        tolerations: [{ operator: 'Exists' }],
        containers: [
          {
            name: 'program',
            image: 'docker.io/library/busybox:1.37',
            imagePullPolicy: 'IfNotPresent',
            command: [
              '/bin/sh',
              '-c',
              `/bin/busybox mkdir -p /tmp/www && echo 'answer_of_a_user{question="life"} 42' >/tmp/www/metrics && exec /bin/busybox httpd -f -p ${PORT} -h /tmp/www`,
            ],
            ports: [{ name: 'http', containerPort: PORT }],
            readinessProbe: { httpGet: { path: '/metrics', port: 'http' }, periodSeconds: 1 },
          },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, labels: LABELS },
      spec: { selector: LABELS, ports: [{ name: 'http', port: PORT, targetPort: 'http' }] },
    },
  ];
  const SCRAPE = {
    apiVersion: 'operator.victoriametrics.com/v1beta1',
    kind: 'VMServiceScrape',
    metadata: { name: NAME, namespace: MONITORING },
    spec: {
      selector: { matchLabels: LABELS },
      namespaceSelector: { matchNames: [SLURM] },
      endpoints: [{ port: 'http', interval: '5s' }],
    },
  };

  beforeAll(async () => {
    await requirePipeline(cluster);
    await cluster.create(PROGRAM);
  });
  // what is left of it is looked at when everything else has changed, too: the operator may take a minute to notice
  afterAll(() => cluster.removeCreated());

  test('is picked up from the monitoring namespace, finds its Service beside SLURM, and its samples get the cluster', async () => {
    const began = Date.now();
    await cluster.create([SCRAPE]);
    await eventually("the user's target is there, and up", 120, async () => {
      expect((await targetsOfUsers()).map(({ job, labels, interval, trouble }) => ({ job, ...labels, interval, trouble }))).toEqual([
        expect.objectContaining({ job: NAME, namespace: SLURM, pod: NAME, interval: '5s', trouble: '' }),
      ]);
    });
    report(`the user's target was up after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await eventually("the user's metric is in the store", 60, async () => {
      const samples = await query(cluster, 'answer_of_a_user');
      expect(samples.map(({ labels, value }) => ({ cluster: labels.cluster, question: labels.question, value }))).toEqual([
        { cluster: 'soperator', question: 'life', value: 42 },
      ]);
    });
  });
});

describe('a part that is switched off', () => {
  /** All objects of the part begin with its name, those of the cluster with its namespace in front. */
  const isPart = ({ metadata }: KubeObject) => /^(monitoring-system-)?metrics-kube-state-metrics/.test(metadata.name);
  const partsTargets = async () => (await activeTargets(cluster)).filter(({ job }) => job === 'kube-state-metrics');
  /** Objects of the pipeline, and what they own, without the operator's lock. */
  const ours = async () => split(await cluster.everything()).ours.filter(({ kind }) => kind !== 'Lease');

  test('stays until it is pruned, and then all of it is gone and nothing else', async () => {
    const manifests = Manifests.of(cluster, { kubeStateMetrics: { enabled: false } });
    const before = await ours();
    expect(before.filter(isPart)).not.toEqual([]);
    await cluster.shell(shellBlock('apply'), manifests.folder);
    expect(titles((await ours()).filter(isPart))).toEqual(titles(before.filter(isPart)));

    const began = Date.now();
    await cluster.shell(shellBlock('prune'), manifests.folder);
    report(`pruned in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const gone = titles(before.filter(isPart));
    await eventually('what the part made is gone, too', 60, async () => {
      const now = new Set((await ours()).map(({ metadata }) => metadata.uid));
      expect(titles(before.filter(({ metadata }) => !now.has(metadata.uid)))).toEqual(gone);
    });
    await eventually('nobody scrapes it any more', 90, async () => expect(await partsTargets()).toEqual([]));
  });

  test('comes back when it is switched on', async () => {
    const manifests = Manifests.of(cluster);
    await cluster.shell(shellBlock('apply'), manifests.folder);
    await operational(cluster);
    await cluster.shell(shellBlock('wait'), manifests.folder);
    const before = titles(await ours());
    await cluster.shell(shellBlock('prune'), manifests.folder);
    expect(titles(await ours())).toEqual(before);
    expect(before).toContain(`Deployment ${MONITORING}/metrics-kube-state-metrics`);
  });
});

test('a scrape that a user removed leaves no target behind', async () => {
  await eventually("the user's target is gone", 90, async () => expect(await targetsOfUsers()).toEqual([]));
});
