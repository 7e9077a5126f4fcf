import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { DcgmExporter, SlurmExporter, VMOperator } from '../../../lib';
import type { Cluster } from './cluster';
import type { Metadata, Strings, Workload } from './objects';
import { MONITORING, SLURM } from './pipeline';

/** Who applies the stand-ins, so that the API server tells their fields from the pipeline's. */
const MANAGER = 'helm';

/** The pod labels of what Soperator deploys. */
export const STAND_IN_LABELS = {
  operator: { 'app.kubernetes.io/name': 'victoria-metrics-operator', 'app.kubernetes.io/instance': 'metrics' },
  slurmExporter: {
    'app.kubernetes.io/name': 'slurm-cluster',
    'app.kubernetes.io/instance': 'soperator',
    'app.kubernetes.io/component': 'exporter',
  },
  dcgmExporter: { app: 'nvidia-dcgm-exporter', 'app.kubernetes.io/instance': 'soperator-dcgm-exporter' },
};

interface Rendered {
  readonly kind: string;
  readonly metadata: Metadata;
}

interface RenderedWorkload extends Workload {
  readonly spec: Workload['spec'] & { readonly selector: { readonly matchLabels: Strings } };
}

/** Renders one of our parts as somebody else would have deployed it: with labels of theirs, and without a Service of ours. */
export function asTheirs(labels: Strings, make: (chart: Chart) => Construct): object[] {
  const chart = new Chart(new App(), 'theirs', { disableResourceNameHashes: true });
  make(chart);
  const objects: Rendered[] = chart.toJson();
  return objects
    .filter(({ kind }) => kind !== 'Service')
    .map((object) => {
      const theirs = { ...object, metadata: { ...object.metadata, labels: { 'app.kubernetes.io/managed-by': 'Helm', ...labels } } };
      if (!isWorkload(object)) return theirs;
      const { spec } = object;
      const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
      return { ...theirs, spec: { ...spec, selector: { matchLabels: labels }, template } };
    });
}

function isWorkload(object: Rendered): object is RenderedWorkload {
  return object.kind === 'Deployment' || object.kind === 'DaemonSet';
}

/** An object with other words in it; for what the parts have no option for. */
function reworded(object: object, words: Strings): object {
  return JSON.parse(Object.entries(words).reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(object)));
}

/** A scrape as the operator's converter makes it of a monitor that Soperator brings, right where the agent looks. */
function converted(kind: 'VMPodScrape' | 'VMServiceScrape', name: string, endpoints: object, matchLabels: Strings): object {
  return {
    apiVersion: 'operator.victoriametrics.com/v1beta1',
    kind,
    metadata: { name, namespace: MONITORING, labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
    spec: { selector: { matchLabels }, namespaceSelector: { matchNames: [SLURM] }, ...endpoints },
  };
}

/** Stand-ins for what Soperator's charts deploy: operator, SLURM exporter and DCGM exporter, with monitors of the latter two. */
export class StandIns {
  /** Everything but the definitions. */
  readonly objects: readonly object[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: MONITORING, labels: { 'app.kubernetes.io/managed-by': 'Helm' } } },
    ...asTheirs(STAND_IN_LABELS.operator, (chart) => new VMOperator(chart, 'Operator', { name: 'metrics-victoria-metrics-operator' }))
      // its chart leaves the discovery of scrapes at the operator's default
      .map((object) => reworded(object, { VM_VMSERVICESCRAPEDEFAULT_ENFORCEENDPOINTSLICES: 'UNUSED' })),
    ...asTheirs(STAND_IN_LABELS.slurmExporter, (chart) => new SlurmExporter(chart, 'Exporter', { name: 'soperator-slurm-exporter' })),
    ...asTheirs(STAND_IN_LABELS.dcgmExporter, (chart) => new DcgmExporter(chart, 'Gpu', { name: 'helm-soperator-dcgm-exporter-ds' }))
      // its port has another name than ours
      .map((object) => reworded(object, { 'gpu-metrics': 'metrics' })),
    converted(
      'VMPodScrape',
      'soperator',
      { podMetricsEndpoints: [{ port: 'metrics' }, { port: 'monitoring' }] },
      STAND_IN_LABELS.slurmExporter,
    ),
    converted('VMPodScrape', 'soperator-dcgm-exporter', { podMetricsEndpoints: [{ port: 'metrics' }] }, STAND_IN_LABELS.dcgmExporter),
  ];

  /** @param definitions path of the operator's custom resource definitions, which come with the operator */
  constructor(
    private readonly cluster: Cluster,
    private readonly definitions: string,
  ) {}

  /** Deploys them and waits until they run. */
  async start(): Promise<void> {
    const apply = ['apply', '--server-side', `--field-manager=${MANAGER}`, '-f'];
    await this.cluster.kubectl(...apply, this.definitions);
    await this.cluster.kubectl('wait', '--for=condition=Established', '--timeout=60s', '-f', this.definitions);
    await this.cluster.kubectlWith(this.list, ...apply, '-');
    const workloads = [
      ['-n', MONITORING, 'deployment/metrics-victoria-metrics-operator'],
      ['-n', SLURM, 'deployment/soperator-slurm-exporter'],
      ['-n', SLURM, 'daemonset/helm-soperator-dcgm-exporter-ds'],
    ];
    for (const workload of workloads) await this.cluster.kubectl('rollout', 'status', '--timeout=90s', ...workload);
  }

  /** The stand-ins as they are in the cluster, without what their controllers note. */
  async state(): Promise<object[]> {
    const answer: { items: { metadata: Metadata & { managedFields?: unknown }; status?: unknown }[] } = JSON.parse(
      await this.cluster.kubectlWith(this.list, 'get', '-f', '-', '-o', 'json'),
    );
    return answer.items.map(({ status, metadata: { resourceVersion, managedFields, ...metadata }, ...object }) => ({
      ...object,
      metadata,
    }));
  }

  /** Takes everything away, the volumes of whoever used the namespace included. */
  async stop(): Promise<void> {
    await this.cluster.kubectlWith(this.list, 'delete', '--ignore-not-found', '--wait=true', '-f', '-');
    await this.cluster.kubectl('delete', '--ignore-not-found', '--wait=true', '-f', this.definitions);
  }

  private get list(): object {
    return { apiVersion: 'v1', kind: 'List', items: this.objects };
  }
}
