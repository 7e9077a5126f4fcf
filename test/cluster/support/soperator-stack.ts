import { KubeStateMetrics, NodeExporter } from '../../../lib';
import type { Cluster } from './cluster';
import { eventually } from './eventually';
import type { VmResource } from './objects';
import { MONITORING } from './pipeline';
import { asTheirs } from './stand-ins';

/** Name of agent and store in Soperator's release `metrics`, and what the names of its scrapes begin with. */
export const STACK = 'metrics-victoria-metrics-k8s-stack';
const OPERATOR = 'operator.victoriametrics.com/v1beta1';
const SYSTEM_NODES = { 'slurm.nebius.ai/nodeset': 'system' };
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const ACCOUNT = `vmagent-${STACK}`;
const STATES = { 'app.kubernetes.io/name': 'kube-state-metrics', 'app.kubernetes.io/instance': 'metrics' };
const NODES = { 'app.kubernetes.io/name': 'prometheus-node-exporter', 'app.kubernetes.io/instance': 'metrics' };
const VIEW = { 'app.kubernetes.io/name': 'grafana', 'app.kubernetes.io/instance': 'metrics' };

const theirs = (name: string, namespace: string | undefined = MONITORING) => ({
  name,
  ...(namespace && { namespace }),
  labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': 'metrics' },
});

/** One of the four scrapes of kubelets. */
function kubelet(name: string, path?: string): object {
  return {
    apiVersion: OPERATOR,
    kind: 'VMNodeScrape',
    metadata: theirs(`${STACK}-${name}`),
    spec: {
      scheme: 'https',
      ...(path && { path }),
      interval: '30s',
      scrapeTimeout: '5s',
      honorLabels: true,
      honorTimestamps: false,
      bearerTokenFile: TOKEN,
      tlsConfig: { insecureSkipVerify: true },
      selector: {},
      relabelConfigs: [
        { sourceLabels: ['__meta_kubernetes_node_name'], targetLabel: 'instance' },
        ...(path ? [{ sourceLabels: ['__metrics_path__'], targetLabel: 'metrics_path' }] : []),
        { targetLabel: 'job', replacement: 'kubelet' },
      ],
      metricRelabelConfigs: [{ action: 'labeldrop', regex: 'uid' }],
    },
  };
}

function serviceScrape(name: string, namespace: string, matchLabels: object, jobLabel: string, endpoints: object[]): object {
  const spec = { jobLabel, selector: { matchLabels }, namespaceSelector: { matchNames: [namespace] }, endpoints };
  return { apiVersion: OPERATOR, kind: 'VMServiceScrape', metadata: theirs(name), spec };
}

function service(name: string, selector: object, ports: { name: string; port: number; targetPort?: number }[]): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { ...theirs(name), labels: selector }, spec: { selector, ports } };
}

/** Objects of the agent: it takes scrapes of every namespace, and no label says which cluster its series are of. */
const AGENT: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: theirs(ACCOUNT) },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: theirs(ACCOUNT, ''),
    rules: [
      { apiGroups: [''], resources: ['nodes', 'services', 'endpoints', 'pods', 'secrets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: theirs(ACCOUNT, ''),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ACCOUNT },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: MONITORING }],
  },
  {
    apiVersion: OPERATOR,
    kind: 'VMAgent',
    metadata: theirs(STACK),
    spec: {
      image: { repository: 'docker.io/victoriametrics/vmagent', tag: 'v1.150.0' },
      configReloaderImage: 'docker.io/victoriametrics/operator:config-reloader-v0.74.1',
      serviceAccountName: ACCOUNT,
      port: '8429',
      // the operator's stand-in may not make scrapes
      disableSelfServiceScrape: true,
      scrapeInterval: '20s',
      selectAllByDefault: true,
      nodeSelector: SYSTEM_NODES,
      remoteWrite: [{ url: `http://vmsingle-${STACK}.${MONITORING}.svc.cluster.local.:8428/api/v1/write` }],
      extraArgs: { 'promscrape.maxScrapeSize': '33554432', 'promscrape.streamParse': 'true' },
      // what the chart asks for is for a real machine
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    },
  },
];

/** A stand-in for the release `metrics` of Soperator, beside the operator: agent, store, view, exporters and scrapes with its names and values. */
export class SoperatorStack {
  private readonly objects: readonly object[] = [
    {
      apiVersion: OPERATOR,
      kind: 'VMSingle',
      metadata: theirs(STACK),
      spec: {
        image: { repository: 'docker.io/victoriametrics/victoria-metrics', tag: 'v1.150.0' },
        port: '8428',
        disableSelfServiceScrape: true,
        retentionPeriod: '30d',
        storage: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '30Gi' } } },
        nodeSelector: SYSTEM_NODES,
        serviceAccountName: 'default',
        extraArgs: { 'dedup.minScrapeInterval': '30s', maxLabelsPerTimeseries: '40', 'search.maxUniqueTimeseries': '500000' },
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '2Gi' } },
      },
    },
    ...AGENT,
    kubelet('kubelet'),
    kubelet('cadvisor', '/metrics/cadvisor'),
    kubelet('probes', '/metrics/probes'),
    kubelet('resources', '/metrics/resource'),
    ...asTheirs(STATES, (chart) => new KubeStateMetrics(chart, 'States', { name: 'metrics-kube-state-metrics', namespace: MONITORING })),
    service('metrics-kube-state-metrics', STATES, [
      { name: 'http', port: 8080 },
      { name: 'metrics', port: 8081 },
    ]),
    serviceScrape('metrics-kube-state-metrics', MONITORING, STATES, 'app.kubernetes.io/name', [
      { port: 'http', honorLabels: true },
      { port: 'metrics', honorLabels: true },
    ]),
    ...asTheirs(NODES, (chart) => new NodeExporter(chart, 'Nodes', { name: 'metrics-prometheus-node-exporter', namespace: MONITORING })),
    service('metrics-prometheus-node-exporter', NODES, [{ name: 'metrics', port: 9100 }]),
    serviceScrape('metrics-prometheus-node-exporter', MONITORING, NODES, '', [
      { port: 'metrics', relabelConfigs: [{ targetLabel: 'job', replacement: 'node-exporter' }] },
    ]),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: theirs('metrics-grafana'),
      spec: {
        selector: { matchLabels: VIEW },
        template: {
          metadata: { labels: VIEW },
          spec: {
            nodeSelector: SYSTEM_NODES,
            containers: [
              {
                name: 'grafana',
                image: 'docker.io/grafana/grafana:13.2.0',
                imagePullPolicy: 'IfNotPresent',
                ports: [{ containerPort: 3000 }],
              },
            ],
          },
        },
      },
    },
    service('metrics-grafana', VIEW, [{ name: 'http', port: 80, targetPort: 3000 }]),
    serviceScrape(`${STACK}-apiserver`, 'default', { component: 'apiserver', provider: 'kubernetes' }, 'component', [
      { port: 'https', scheme: 'https', bearerTokenFile: TOKEN, tlsConfig: { insecureSkipVerify: true } },
    ]),
  ];

  constructor(private readonly cluster: Cluster) {}

  /** Applies everything, and waits until agent and store work. */
  async start(): Promise<void> {
    await this.apply(this.objects);
    await eventually('agent and store of the other stack are operational', 150, async () => {
      const resources = await this.cluster.list<VmResource>('-n', MONITORING, `vmagent/${STACK}`, `vmsingle/${STACK}`);
      for (const { status, metadata } of resources) {
        expect(status?.reason ?? '').toBe('');
        expect(status).toMatchObject({ updateStatus: 'operational', observedGeneration: metadata.generation });
      }
    });
  }

  /** What is left of the release once its values switch everything off but the store: the way back applies it again. */
  async removeAllButStore(): Promise<void> {
    await this.remove(this.objects.slice(1));
  }

  /** Takes away what is there; the operator must still run. */
  async stop(): Promise<void> {
    await this.remove(this.objects);
    await this.cluster.kubectl('delete', 'persistentvolumeclaim', '-n', MONITORING, `vmsingle-${STACK}`, '--ignore-not-found');
  }

  private async apply(items: readonly object[]): Promise<void> {
    await this.cluster.kubectlWith({ apiVersion: 'v1', kind: 'List', items }, 'apply', '--server-side', '--field-manager=helm', '-f', '-');
  }

  private async remove(items: readonly object[]): Promise<void> {
    await this.cluster.kubectlWith({ apiVersion: 'v1', kind: 'List', items }, 'delete', '--ignore-not-found', '--wait=true', '-f', '-');
  }
}
