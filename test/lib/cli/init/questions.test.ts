import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Facts } from '../../../../lib/cli/init/facts';
import { clusterFile } from '../../../../lib/cli/init/file';
import { plan } from '../../../../lib/cli/init/plan';
import { prove } from '../../../../lib/cli/init/prove';
import { QUESTIONS } from '../../../../lib/cli/init/questions';
import { facts, gpuNode, namespace, node, resource, SOPERATOR, service, workload } from './facts';

const TEMPLATE = readFileSync(join(__dirname, '..', '..', '..', '..', 'pipeline.yaml'), 'utf8');
const SLURM = {
  services: [SOPERATOR.rest, SOPERATOR.manager],
  namespaces: ['soperator', 'soperator-system'].map((name) => namespace(name)),
};

/** What is in force in the file of a cluster, what is open, and its text. */
interface Fitted {
  readonly chosen: { readonly [option: string]: unknown };
  readonly open: readonly string[];
  readonly text: string;
}

function fileFor(seen: Facts): Fitted {
  const made = plan(seen, {}, QUESTIONS);
  const text = clusterFile(TEMPLATE, seen, made);
  return { chosen: parse(text), open: made.doubts.map((doubt) => `${doubt.option}: ${doubt.text}`), text };
}

/** The same, of a file that is rendered and passes all checks. */
function proven(seen: Facts): Fitted {
  const fitted = fileFor(seen);
  expect(prove('made.yaml', fitted.text)).toBeGreaterThan(20);
  return fitted;
}

/** What is in force in every file of a cluster like that of `facts()`. */
const USUAL = {
  cluster: 'prod',
  slurmCluster: 'soperator',
  platform: 'none',
  mode: 'operator',
  scale: { nodes: 2, gpusPerNode: 8, cpusPerNode: 16 },
  namespaces: { slurm: 'soperator', soperatorSystem: 'soperator-system' },
};

test('a cluster with SLURM and nothing of a pipeline has everything deployed, and says at each choice what was seen', () => {
  const { chosen, open, text } = proven(facts(SLURM));
  expect(chosen).toEqual(USUAL);
  expect(open).toEqual([]);
  expect(text).toContain('  # seen: 1 node with nvidia.com/gpu: 8\n  gpusPerNode: 8 # 0 where there are none');
  expect(text).toContain('# seen: Service soperator/soperator-rest-svc of slurmrestd\nslurmCluster: soperator\n');
  expect(text).toContain('  # seen: no GPU exporter of anybody else\n  #deploy: false #');
  expect(text).toContain('  # seen: the default class is standard of example.com/disk, whose volumes can grow\n  #storageClassName:');
});

test('a cluster with nothing in it gets a file that synthesises, and asks where SLURM will be', () => {
  const { chosen, open } = proven(facts({ nodes: [], 'storageclasses.storage.k8s.io': [] }, { groups: [], pods: 0 }));
  expect(chosen).toEqual({
    cluster: 'prod',
    platform: 'none',
    mode: 'operator',
    scale: { nodes: 1, gpusPerNode: 0 },
  });
  expect(open).toEqual([
    'slurmCluster: where will SLURM be? None was seen, so soperator/soperator is expected, and the namespace must exist before the manifests are applied',
    "namespaces.soperatorSystem: where will Soperator's manager be? No Service with app.kubernetes.io/name=helm-soperator-metrics was seen; soperator-system is expected, and must exist before the manifests are applied",
    'vmSingle.storageClassName: where do volumes come from? There is no storage class, so the volumes of store and agent wait until somebody makes them',
  ]);
});

describe("Soperator's own exporters and operator", () => {
  const theirs = {
    ...SLURM,
    namespaces: [...SLURM.namespaces, namespace('monitoring-system')],
    'slurmclusters.slurm.nebius.ai': [resource('soperator/soperator')],
    'deployments.apps': [SOPERATOR.exporter, SOPERATOR.vmOperator],
    'daemonsets.apps': [SOPERATOR.gpuExporter],
  };

  test('are the platform, and nothing else is said of them', () => {
    const { chosen, open } = proven(facts(theirs));
    const { namespaces } = USUAL;
    expect(chosen).toEqual({ ...USUAL, platform: 'soperator', namespaces: { ...namespaces, monitoringPodSecurity: 'unmanaged' } });
    expect(open).toEqual([]);
  });

  test('are deployed, or looked for elsewhere, where they are not as the platform has them', () => {
    const operator = workload(
      'vm/operator',
      { 'app.kubernetes.io/name': 'victoria-metrics-operator' },
      { image: 'registry.example.com/victoriametrics/operator:v0.74.1', ports: [['http', 8080]] },
    );
    const { chosen } = fileFor(facts({ ...theirs, 'deployments.apps': [SOPERATOR.exporter, operator], 'daemonsets.apps': [] }));
    expect(chosen).toMatchObject({
      platform: 'soperator',
      dcgmExporter: { deploy: true },
      vmOperator: { namespace: 'vm', version: '0.74.1' },
    });
  });

  test('are of a cluster and in a namespace of other names', () => {
    const labels = {
      'app.kubernetes.io/name': 'slurm-cluster',
      'app.kubernetes.io/component': 'exporter',
      'app.kubernetes.io/instance': 'batch',
    };
    const seen = facts({
      ...theirs,
      'slurmclusters.slurm.nebius.ai': [resource('jobs/batch')],
      'deployments.apps': [workload('jobs/batch-slurm-exporter', labels), SOPERATOR.vmOperator],
      'daemonsets.apps': [workload('jobs/exporter', { app: 'nvidia-dcgm-exporter' }, { nodes: 1, ports: [['metrics', 9400]] })],
    });
    const { chosen } = fileFor(seen);
    expect(chosen).toMatchObject({ slurmCluster: 'batch', platform: 'soperator', namespaces: { slurm: 'jobs' } });
    expect(chosen).not.toHaveProperty('dcgmExporter');
    expect(chosen).not.toHaveProperty('slurmExporter');
  });

  test('beside their own monitoring stack, ours goes where no name is taken and scrapes what is there', () => {
    const stack = 'monitoring-system';
    const seen = facts({
      ...theirs,
      services: [
        ...SLURM.services,
        service(`${stack}/metrics-grafana`, { 'app.kubernetes.io/name': 'grafana' }, [['http-web', 80]]),
        service(`${stack}/metrics-kube-state-metrics`, { 'app.kubernetes.io/name': 'kube-state-metrics' }, [['http', 8080]]),
      ],
      'vmsingles.operator.victoriametrics.com': [resource(`${stack}/metrics-victoria-metrics-k8s-stack`)],
      'daemonsets.apps': [
        SOPERATOR.gpuExporter,
        workload(
          `${stack}/metrics-prometheus-node-exporter`,
          { 'app.kubernetes.io/name': 'prometheus-node-exporter' },
          { nodes: 2, hostNetwork: true, ports: [['http-metrics', 9100]] },
        ),
      ],
    });
    const { chosen, open } = proven(seen);
    expect(chosen).toMatchObject({
      platform: 'soperator',
      namespaces: { monitoring: 'metrics-system' },
      nodeExporter: { deploy: false, namespace: stack, portNames: ['http-metrics'] },
      kubeStateMetrics: { deploy: false, namespace: stack, portNames: ['http'] },
    });
    expect(open).toEqual([
      'grafana.enabled: is a second Grafana wanted? Service monitoring-system/metrics-grafana is there; false leaves ours out, and the dashboards can be imported there',
    ]);
  });
});

describe('the GPU operator', () => {
  const exporter = (title: string) =>
    workload(title, { app: 'nvidia-dcgm-exporter' }, { nodes: 1, owner: 'ClusterPolicy', ports: [['metrics', 9400]] });

  test('is a platform, whose exporter is scraped', () => {
    const { chosen, open } = proven(facts({ ...SLURM, 'daemonsets.apps': [exporter('gpu-operator/nvidia-dcgm-exporter')] }));
    expect(chosen).toEqual({ ...USUAL, platform: 'gpu-operator' });
    expect(open).toEqual([]);
  });

  test('in a namespace of another name is looked for there', () => {
    const { chosen } = fileFor(facts({ ...SLURM, 'daemonsets.apps': [exporter('nvidia/nvidia-dcgm-exporter')] }));
    expect(chosen).toEqual({ ...USUAL, platform: 'gpu-operator', dcgmExporter: { namespace: 'nvidia' } });
  });

  test('beside Soperator is a platform, too, and somebody is asked which exporter is meant', () => {
    const seen = facts({
      ...SLURM,
      'deployments.apps': [SOPERATOR.exporter],
      'daemonsets.apps': [SOPERATOR.gpuExporter, exporter('gpu-operator/nvidia-dcgm-exporter')],
    });
    const { chosen, open } = fileFor(seen);
    expect(chosen.platform).toEqual(['soperator', 'gpu-operator']);
    expect(open).toEqual([expect.stringMatching(/^dcgmExporter\.namespace: which GPU exporter is meant\?/)]);
  });
});

test('a GPU exporter of a chart of its own is scraped by its labels, as often as it reads', () => {
  const labels = { 'app.kubernetes.io/name': 'dcgm-exporter' };
  const image = 'nvcr.io/nvidia/k8s/dcgm-exporter:4.2.0';
  const seen = facts({ ...SLURM, 'daemonsets.apps': [workload('gpus/dcgm', labels, { image, nodes: 1, ports: [['web', 9400]] })] });
  expect(fileFor(seen).chosen.dcgmExporter).toEqual({
    deploy: false,
    namespace: 'gpus',
    scrapeInterval: '30s',
    selector: labels,
    portNames: ['web'],
  });
});

test('a Prometheus operator beside it is left alone: its exporters are scraped where they answer plainly, and run twice where not', () => {
  const labels = { 'app.kubernetes.io/name': 'node-exporter' };
  const parts = { image: 'quay.io/prometheus/node-exporter:v1.9.1', hostNetwork: true, nodes: 2 };
  const prometheus = {
    ...SLURM,
    services: [
      ...SLURM.services,
      service('monitoring/kube-state-metrics', { 'app.kubernetes.io/name': 'kube-state-metrics' }, [
        ['https-main', 8443],
        ['https-self', 9443],
      ]),
    ],
    'deployments.apps': [workload('monitoring/prometheus-operator', { 'app.kubernetes.io/name': 'prometheus-operator' })],
    'daemonsets.apps': [
      workload('monitoring/node-exporter', labels, { ...parts, args: ['--web.listen-address=127.0.0.1:9100'], ports: [['https', 9100]] }),
    ],
  };
  const { chosen, open, text } = proven(facts(prometheus, { groups: ['apps', 'storage.k8s.io', 'monitoring.coreos.com'] }));
  expect(chosen).toEqual({ ...USUAL, nodeExporter: { port: 9101 } });
  expect(open).toEqual([expect.stringContaining('nodeExporter.deploy: is a second node exporter wanted?')]);
  expect(text).toContain(
    "# seen: Prometheus operator monitoring/prometheus-operator: it and the pipeline leave each other's scrapes alone\n",
  );
});

test('an exporter of Kubernetes objects that does not show pods is not the one that dashboards read', () => {
  const title = 'monitoring/kube-state-metrics';
  const labels = { 'app.kubernetes.io/name': 'kube-state-metrics' };
  const seen = (args: readonly string[]) =>
    facts({
      ...SLURM,
      services: [
        ...SLURM.services,
        service(
          title,
          labels,
          [
            ['http', 8080],
            ['metrics', 8081],
          ],
          labels,
        ),
      ],
      'deployments.apps': [workload(title, labels, { args })],
    });
  expect(fileFor(seen(['--resources=nodes,deployments'])).chosen).not.toHaveProperty('kubeStateMetrics');
  expect(fileFor(seen(['--metric-allowlist=kube_node_.+'])).chosen).not.toHaveProperty('kubeStateMetrics');
  expect(fileFor(seen(['--resources=pods,nodes'])).chosen.kubeStateMetrics).toEqual({ deploy: false, namespace: 'monitoring' });
});

describe('a VictoriaMetrics operator that is there', () => {
  const operator = (version: string, parts: Parameters<typeof workload>[2] = {}) =>
    facts({
      ...SLURM,
      'deployments.apps': [
        workload(
          'vm/vm-operator',
          { app: 'vmo' },
          { image: `docker.io/victoriametrics/operator:v${version}`, ports: [['web', 8080]], ...parts },
        ),
      ],
    });

  test('makes agent and store, is told by its version, and scrapes of others are left to others', () => {
    expect(proven(operator('0.67.0')).chosen).toEqual({
      ...USUAL,
      vmAgent: { userScrapes: { requireLabel: true } },
      vmOperator: { deploy: false, namespace: 'vm', version: '0.67.0', selector: { app: 'vmo' }, portNames: ['web'] },
    });
  });

  test.each([
    ['is too old', operator('0.66.1'), 'is version 0.66.1, and 0.67.0 is the oldest that will do'],
    [
      'watches other namespaces',
      operator('0.74.1', { env: [{ name: 'WATCH_NAMESPACE', value: 'vm,apps' }] }),
      'watches only vm and apps, and not monitoring-system',
    ],
    ['watches its own', operator('0.74.1', { env: [{ name: 'WATCH_NAMESPACE' }] }), 'watches only vm, and not monitoring-system'],
    [
      'reconciles no agents',
      operator('0.74.1', { args: ['-controller.disableReconcileFor=VMAgent,VMAlert'] }),
      'does not reconcile VMAgent',
    ],
  ])('and %s is done without', (_, seen, reason) => {
    const { chosen, text } = fileFor(seen);
    expect(chosen.mode).toBe('standalone');
    expect(chosen).not.toHaveProperty('vmAgent');
    expect(text).toContain(`# seen: Deployment vm/vm-operator ${reason}\nmode: standalone`);
  });

  test('is done without where an agent of it takes scrapes of every namespace, for it would take ours', () => {
    const agent = { ...resource('vm/theirs'), spec: { selectAllByDefault: true } };
    const seen = operator('0.74.1');
    const beside = facts({ ...SLURM, 'deployments.apps': seen.of('deployments.apps'), 'vmagents.operator.victoriametrics.com': [agent] });
    const { chosen, text } = proven(beside);
    expect(chosen).toMatchObject({ mode: 'standalone', vmOperator: { deploy: false, namespace: 'vm' } });
    expect(text.replace(/\n# +/g, ' ')).toContain(
      'seen: Deployment vm/vm-operator has an agent, vm/theirs, that takes scrape objects of every namespace, and would scrape all targets a second time',
    );
  });

  test('and is done without gets a file that synthesises, too', () => {
    expect(proven(operator('0.50.0')).chosen.vmOperator).toMatchObject({ deploy: false, namespace: 'vm' });
  });

  test('of which nobody says the version is asked for it', () => {
    const image = 'docker.io/victoriametrics/operator@sha256:abc';
    const seen = facts({ ...SLURM, 'deployments.apps': [workload('vm/vm-operator', { app: 'vmo' }, { image })] });
    const { chosen, open } = fileFor(seen);
    expect(chosen.vmOperator).not.toHaveProperty('version');
    expect(open).toEqual([expect.stringContaining('vmOperator.version: which version is it?')]);
  });
});

test('definitions that nobody reads are asked about', () => {
  expect(fileFor(facts(SLURM, { groups: ['operator.victoriametrics.com'] })).open).toEqual([
    'mode: whose are the definitions of operator.victoriametrics.com? They are there, and nobody who reads them; 00-crds.yaml replaces them by those of our operator',
  ]);
});

describe('storage', () => {
  const classes = (...names: readonly string[]) =>
    facts({
      ...SLURM,
      'storageclasses.storage.k8s.io': names.map((name) => ({ metadata: { name }, provisioner: 'example.com/disk' })),
    });

  test('of the only class is named where it is not the default', () => {
    const { chosen, open } = fileFor(classes('disk'));
    expect(chosen).toEqual({ ...USUAL, vmSingle: { storageClassName: 'disk' }, vmAgent: { queueStorageClassName: 'disk' } });
    expect(open).toEqual([]);
  });

  test('of several classes without a default is asked for, and not guessed', () => {
    const { chosen, open, text } = fileFor(classes('fast', 'slow'));
    expect(chosen).toEqual(USUAL);
    expect(open).toEqual([
      'vmSingle.storageClassName: which class is meant? There is no default class, and fast and slow; name one here and as vmAgent.queueStorageClassName, or volumes wait for ever',
    ]);
    expect(text).toContain('  # open: which class is meant?');
  });

  test('of several defaults is the newest, as Kubernetes has it', () => {
    const marked = (name: string, creationTimestamp: string) => ({
      metadata: { name, creationTimestamp, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'example.com/disk',
    });
    const seen = facts({
      ...SLURM,
      'storageclasses.storage.k8s.io': [marked('new', '2025-02-01T00:00:00Z'), marked('old', '2024-01-01T00:00:00Z')],
    });
    expect(fileFor(seen).open).toEqual([expect.stringContaining('Kubernetes takes the newest, new')]);
  });
});

test('what may not be read is said, and its options follow the defaults', () => {
  const forbidden = (kind: string) => `Error from server (Forbidden): ${kind} is forbidden`;
  const unread = {
    nodes: forbidden('nodes'),
    'deployments.apps': forbidden('deployments.apps'),
    'daemonsets.apps': forbidden('daemonsets.apps'),
    services: forbidden('services'),
    namespaces: forbidden('namespaces'),
    'storageclasses.storage.k8s.io': forbidden('storageclasses.storage.k8s.io'),
    pods: forbidden('pods'),
  };
  const { chosen, open, text } = proven(facts({ nodes: [], 'storageclasses.storage.k8s.io': [] }, { unread, pods: undefined }));
  expect(chosen).toEqual({ cluster: 'prod' });
  expect(open).toContain(
    'scale.nodes: the number of nodes, GPUs, CPUs and pods: could not be asked, because nodes may not be read; the defaults count',
  );
  expect(open).toContain(
    'platform: what the cluster brings along: could not be asked, because deployments.apps and services may not be read; the defaults count',
  );
  for (const kind of Object.keys(unread))
    expect(text).toContain(`# open: may not be read: ${kind}. What depends on it follows the defaults.`);
});

test('of two SLURM clusters one is taken, and somebody is asked which is meant', () => {
  const seen = facts({ ...SLURM, 'slurmclusters.slurm.nebius.ai': [resource('zeta/batch'), resource('alpha/train')] });
  const { chosen, open } = fileFor(seen);
  expect(chosen).toMatchObject({ slurmCluster: 'train', namespaces: { slurm: 'alpha' } });
  expect(open[0]).toBe(
    'slurmCluster: which SLURM cluster is meant? There are alpha/train and zeta/batch, one file is for one, and this one is for alpha/train; for another, change slurmCluster and namespaces.slurm',
  );
});

test('what the SLURM exporter needs and is not there is told: slurmrestd and its key', () => {
  const seen = facts(
    { ...SLURM, services: [SOPERATOR.manager], 'slurmclusters.slurm.nebius.ai': [resource('soperator/soperator')] },
    { secrets: { 'soperator/soperator-rest-jwt-key': false } },
  );
  expect(fileFor(seen).open).toEqual([
    expect.stringContaining('slurmExporter.slurmApiServer: where is slurmrestd? There is no Service soperator/soperator-rest-svc'),
    expect.stringContaining('slurmExporter.slurmApiServer: where is its key? There is no Secret soperator/soperator-rest-jwt-key'),
  ]);
});

describe('nodes', () => {
  test('without GPUs size for none; the GPU exporter waits for one, and no panel is refused', () => {
    const { chosen, text } = proven(facts({ ...SLURM, nodes: [node('system-0'), node('worker-0', { labels: {} })] }));
    expect(chosen).toEqual({ ...USUAL, scale: { nodes: 2, gpusPerNode: 0, cpusPerNode: 16 } });
    expect(text).toContain('  # seen: no node with nvidia.com/gpu or a label of GPU nodes: it runs nowhere until there is one');
  });

  test('that are only labelled as having GPUs do not say how many, so somebody is asked', () => {
    const { chosen, open } = fileFor(facts({ ...SLURM, nodes: [node('system-0'), gpuNode('gpu-0')] }));
    expect(chosen.scale).toEqual({ nodes: 2, cpusPerNode: 16 });
    expect(open).toEqual([
      'scale.gpusPerNode: how many GPUs has a node? 1 node is labelled as having GPUs, and none says how many as nvidia.com/gpu, as it does once a device plugin runs; 8 are expected',
    ]);
  });

  test('with more pods than usual size for them', () => {
    expect(fileFor(facts(SLURM, { pods: 61 })).chosen.scale).toMatchObject({ pods: 61 });
    expect(fileFor(facts(SLURM, { pods: 60 })).chosen.scale).not.toHaveProperty('pods');
  });

  test("without the system's label let the parts run anywhere, but those that somebody else deploys", () => {
    const seen = facts({
      ...SLURM,
      'deployments.apps': [SOPERATOR.exporter],
      nodes: [node('a', { labels: {} }), node('b', { labels: {} })],
    });
    const { chosen, open } = proven(seen);
    for (const part of ['kubeStateMetrics', 'vmAgent', 'vmSingle', 'grafana']) expect(chosen[part]).toEqual({ nodeSelector: {} });
    expect(chosen).not.toHaveProperty('slurmExporter');
    expect(open).toContainEqual(expect.stringContaining("vmAgent.nodeSelector: which nodes are the system's?"));
  });

  test('that are all tainted have their taint tolerated; one that comes and goes is not', () => {
    const system = (...taints: readonly { key: string; value?: string; effect: string }[]) =>
      node('system-0', { labels: { 'slurm.nebius.ai/nodeset': 'system' }, taints });
    const dedicated = { key: 'dedicated', value: 'system', effect: 'NoSchedule' };
    const passing = { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' };
    const { chosen } = fileFor(facts({ ...SLURM, nodes: [system(dedicated, passing)] }));
    expect(chosen.vmSingle).toEqual({ tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'system', effect: 'NoSchedule' }] });
    expect(fileFor(facts({ ...SLURM, nodes: [system(passing)] })).chosen).not.toHaveProperty('vmSingle');
    expect(fileFor(facts({ ...SLURM, nodes: [system(dedicated), system()] })).chosen).not.toHaveProperty('vmSingle');
  });

  test('with GPUs are found by a label that all of them have', () => {
    const labelled = gpuNode('gpu-0', 8, { 'nebius.com/gpu': 'true' });
    expect(fileFor(facts({ ...SLURM, nodes: [node('system-0'), labelled] })).chosen.dcgmExporter).toEqual({
      nodeSelector: { 'nebius.com/gpu': 'true' },
    });
    const { chosen, open } = fileFor(facts({ ...SLURM, nodes: [node('system-0'), gpuNode('gpu-0', 8, {})] }));
    expect(chosen).not.toHaveProperty('dcgmExporter');
    expect(open).toEqual([expect.stringContaining('dcgmExporter.nodeSelector: which label have all nodes with GPUs? gpu-0 lacks')]);
  });
});

describe('namespaces', () => {
  test('that are somebody else are not rendered', () => {
    const { chosen } = fileFor(
      facts({ ...SLURM, namespaces: [namespace('monitoring-system', { 'pod-security.kubernetes.io/enforce': 'baseline' })] }),
    );
    expect(chosen.namespaces).toEqual({ ...USUAL.namespaces, monitoringPodSecurity: 'unmanaged' });
  });

  test('of SLURM that admit no files of the node have the GPU exporter beside the node exporter', () => {
    const level = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const { chosen } = proven(facts({ ...SLURM, namespaces: [namespace('soperator', level)] }));
    expect(chosen.dcgmExporter).toEqual({ namespace: 'node-exporter-system' });
  });
});

describe('a pipeline that is applied already', () => {
  const own = { 'app.kubernetes.io/part-of': 'soperator-metrics', 'soperator-metrics/cluster': 'eu' };
  const applied = {
    ...SLURM,
    namespaces: [...SLURM.namespaces, namespace('monitoring-system', own), namespace('node-exporter-system', own)],
    'vmsingles.operator.victoriametrics.com': [
      { metadata: { namespace: 'monitoring-system', name: 'metrics-victoria-metrics-k8s-stack', labels: own } },
    ],
    'deployments.apps': [workload('monitoring-system/vm-operator', {}, { image: 'docker.io/victoriametrics/operator:v0.74.1', own })],
    'daemonsets.apps': [
      workload(
        'node-exporter-system/node-exporter',
        { 'app.kubernetes.io/name': 'node-exporter' },
        { own, ports: [['metrics', 9100]], hostNetwork: true },
      ),
      workload('soperator/nvidia-dcgm-exporter', { app: 'nvidia-dcgm-exporter' }, { own }),
    ],
  };

  test('gives the file that it came from, and its name', () => {
    const { chosen, open } = fileFor(facts(applied, { groups: ['operator.victoriametrics.com'] }));
    expect(chosen).toEqual({ ...USUAL, cluster: 'eu' });
    expect(open).toEqual([]);
  });
});

test('the name of the cluster is made of that in the kubeconfig, and asked for where that cannot be a name', () => {
  const called = (cluster: string, name = 'ctx') => fileFor(facts(SLURM, { context: { name, cluster, server: '' } }));
  expect(called('eu-1').chosen.cluster).toBe('eu-1');
  expect(called('eu-1').open).toEqual([]);
  const { chosen, open } = called('arn:aws:eks:eu-west-1:12:cluster/Prod_EU');
  expect(chosen.cluster).toBe('prod-eu');
  expect(open).toEqual([expect.stringContaining('cluster: is prod-eu what people call it?')]);
  expect(called('…', 'lab').chosen.cluster).toBe('lab');
  expect(called('…', '…').open).toEqual([expect.stringContaining('cluster: what do people call this cluster?')]);
});
