import { Duration } from 'cdk8s';
import { Construct, RootConstruct } from 'constructs';
import { type Check, Severity } from '../../../lib/checks/check';
import { type JsonObject, type KubeObject, kubeObject, list, Tree } from '../../../lib/checks/tree';
import { type ICollector, markCollector } from '../../../lib/scrape/collector';
import type { Destination } from '../../../lib/scrape/destination';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget } from '../../../lib/scrape/scrape-target';

/** Namespace of everything that names no other. */
export const APPS = 'apps';

const GROUPS: { readonly [kind: string]: string } = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  CronJob: 'batch/v1',
  Job: 'batch/v1',
  Ingress: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  ServiceMonitor: 'monitoring.coreos.com/v1',
  PodMonitor: 'monitoring.coreos.com/v1',
};
const OF_CLUSTER = ['Namespace', 'ClusterRole', 'ClusterRoleBinding'];

/** How objects of a test differ from the usual. */
export interface ObjectOptions {
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  /** Path of the construct. @default - kind and name */
  readonly path?: string;
}

/** An object with the given fields beside kind and metadata. */
export function kube(
  kind: string,
  name: string,
  fields: JsonObject = {},
  { namespace = APPS, labels, path }: ObjectOptions = {},
): KubeObject {
  return kubeObject(path ?? `${kind}/${name}`, {
    apiVersion: GROUPS[kind] ?? (kind.startsWith('VM') ? 'operator.victoriametrics.com/v1beta1' : 'v1'),
    kind,
    metadata: { name, ...(OF_CLUSTER.includes(kind) ? {} : { namespace }), ...(labels ? { labels } : {}) },
    ...fields,
  });
}

/** A workload whose pods carry the label `app` and a port `metrics`. */
export function workload(kind: string, name: string, pod: JsonObject = {}, spec: JsonObject = {}, options: ObjectOptions = {}): KubeObject {
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'registry/main:v1', ports: [{ name: 'metrics', containerPort: 8080 }] }], ...pod },
  };
  return kube(kind, name, { spec: { ...spec, template } }, options);
}

/** Path of the scrape configuration of {@link agentWorkload}. */
export const SCRAPE_FILE = '/etc/scrape/scrape.yaml';

/** An agent without the operator: it writes to URLs and scrapes what the ConfigMap of its name says. */
export function agentWorkload(
  name: string,
  urls: readonly string[],
  args: readonly string[] = [],
  pod: JsonObject = {},
  spec: JsonObject = {},
  options: ObjectOptions = {},
): KubeObject {
  const { volumes = [], volumeMounts = [], env = [], ...rest } = pod;
  const container = {
    name: 'vmagent',
    image: 'registry/vmagent:v1',
    args: [...urls.map((url) => `-remoteWrite.url=${url}`), `-promscrape.config=${SCRAPE_FILE}`, ...args],
    ports: [{ name: 'http', containerPort: 8429 }],
    env,
    volumeMounts: [{ name: 'configuration', mountPath: '/etc/scrape' }, ...list(volumeMounts)],
  };
  return workload(
    'StatefulSet',
    name,
    {
      serviceAccountName: 'agent',
      containers: [container],
      volumes: [{ name: 'configuration', configMap: { name } }, ...list(volumes)],
      ...rest,
    },
    spec,
    options,
  );
}

/** The scrape configuration of {@link agentWorkload}; JSON is YAML. */
export function scrapeConfig(name: string, jobs: readonly JsonObject[], global: JsonObject = {}): KubeObject {
  return kube('ConfigMap', name, { data: { 'scrape.yaml': JSON.stringify({ global, scrape_configs: jobs }) } });
}

/** A job that finds the endpoints of Services with a label `app`, at their port `metrics`. */
export function jobOf(app: string, fields: JsonObject = {}): JsonObject {
  return {
    job_name: app,
    kubernetes_sd_configs: [{ role: 'endpointslice', namespaces: { names: [APPS] } }],
    relabel_configs: [
      { action: 'keep', source_labels: ['__meta_kubernetes_service_label_app'], regex: app },
      { action: 'keep', source_labels: ['__meta_kubernetes_endpointslice_port_name'], regex: 'metrics' },
    ],
    ...fields,
  };
}

/** URL of {@link storeWorkload} and of the VMSingle `main`. */
export const URL_OF_STORE = 'http://vmsingle-main.apps.svc:8429/api/v1/write';

/** A store without the operator, and its Service. */
export function storeWorkload(...args: readonly string[]): KubeObject[] {
  const container = {
    name: 'vmsingle',
    image: 'registry/victoria-metrics:v1',
    args: ['-storageDataPath=/data', '-retentionPeriod=30d', ...args],
    ports: [{ name: 'http', containerPort: 8429 }],
  };
  const ports = [
    { name: 'http', port: 8429, targetPort: 'http' },
    { name: 'http-alias', port: 8428, targetPort: 'http' },
  ];
  return [workload('Deployment', 'vmsingle-main', { containers: [container] }), service('vmsingle-main', { ports })];
}

/** A Service in front of the pods of a workload of the same name. */
export function service(name: string, spec: JsonObject = {}, options: ObjectOptions = {}): KubeObject {
  return kube(
    'Service',
    name,
    { spec: { selector: { app: name }, ports: [{ name: 'metrics', port: 80, targetPort: 'metrics' }], ...spec } },
    { labels: { app: name }, ...options },
  );
}

/** Rights of a service account in one namespace, or everywhere without one. */
export function grant(account: string, rules: readonly JsonObject[], namespace?: string): KubeObject[] {
  const [role, binding] = namespace ? ['Role', 'RoleBinding'] : ['ClusterRole', 'ClusterRoleBinding'];
  return [
    kube(role, `${account}-role`, { rules }, { namespace }),
    kube(
      binding,
      `${account}-role`,
      { roleRef: { kind: role, name: `${account}-role` }, subjects: [{ kind: 'ServiceAccount', name: account, namespace: APPS }] },
      { namespace },
    ),
  ];
}

/** A target of Services labelled `app: web`. */
export function target(fields: Partial<ScrapeTarget> = {}): ScrapeTarget {
  return {
    name: 'web',
    job: 'web',
    discovery: { role: DiscoveryRole.SERVICES, namespaces: [APPS], matchLabels: { app: 'web' } },
    endpoints: [{ port: 'metrics' }],
    provenance: Provenance.RENDERED,
    scrapeInterval: Duration.seconds(30),
    scrapeTimeout: Duration.seconds(10),
    instance: InstanceLabel.POD,
    targetLabels: [],
    relabelConfigs: [],
    metricRelabelConfigs: [],
    ...fields,
  };
}

/** What a search in pods instead of Services looks like. */
export const PODS = { role: DiscoveryRole.PODS, namespaces: [APPS], matchLabels: { app: 'web' } };
/** What a search in nodes looks like. */
export const NODES = { role: DiscoveryRole.NODES, namespaces: [], matchLabels: {} };

class FakeCollector extends Construct implements ICollector {
  readonly serviceAccountName = 'agent';
  readonly namespace = APPS;

  constructor(
    readonly scrapedTargets: readonly ScrapeTarget[],
    readonly destinations: readonly Destination[],
  ) {
    super(new RootConstruct(), 'agent');
    markCollector(this);
  }

  scrape(): void {}
  writeTo(): void {}
}

/** A collector at the path `agent`, with the service account `agent`. */
export function collector(targets: readonly ScrapeTarget[], ...urls: readonly string[]): ICollector {
  return new FakeCollector(
    targets,
    urls.map((url) => ({ name: url, url, relabelConfigs: [] })),
  );
}

/** What a check looks at in a test. */
export interface Scene {
  readonly objects?: readonly KubeObject[];
  readonly collectors?: readonly ICollector[];
  readonly operatorVersion?: string;
}

/** What a check finds, as text; warnings say so. */
export function findings(check: Check, { objects = [], collectors = [], operatorVersion }: Scene): string[] {
  return [...check.run({ tree: new Tree(objects), collectors, operatorVersion })].map(
    ({ on, message, severity }) =>
      `${severity === Severity.WARNING ? 'warning: ' : ''}[${'node' in on ? on.node.path : on.path}] ${message}`,
  );
}
