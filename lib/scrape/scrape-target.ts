import type { Duration, Size } from 'cdk8s';
import type { Labels } from '../common/labels';
import type { MetricCatalog } from '../common/metric-family';
import type { CounterSum } from './aggregation';
import type { RelabelRule } from './relabel-rule';

/** File of the token that Kubernetes mounts into every pod with a service account. */
export const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** What a scrape looks for. */
export enum DiscoveryRole {
  /** The endpoints behind Services. */
  SERVICES = 'services',
  /** Pods, whether or not a Service selects them. */
  PODS = 'pods',
  /** Nodes: each one's kubelet. */
  NODES = 'nodes',
}

/** Where the objects come from that a scrape looks for. */
export enum Provenance {
  /** They are rendered beside the scrape; checks find them in the tree. */
  RENDERED = 'rendered',
  /** The VictoriaMetrics operator makes them from a resource that is rendered beside the scrape. */
  OPERATOR = 'operator',
  /** Somebody else deploys them; nothing in the tree can prove that they exist. */
  EXTERNAL = 'external',
}

/** What the label `instance` holds. */
export enum InstanceLabel {
  /** The name of the node: for what lives on a node, so that series survive a pod's replacement. */
  NODE = 'node',
  /** The name of the pod. */
  POD = 'pod',
  /** The address with its port: for what has no pod, such as an API server that a cloud runs. */
  ADDRESS = 'address',
}

/** The labels of a target beyond `job` and `instance`. What is not asked for is dropped. */
export enum TargetLabel {
  /** The namespace of the pod. */
  NAMESPACE = 'namespace',
  /** The name of the scraped port. */
  ENDPOINT = 'endpoint',
  /** The scraped path; tells the kubelet's four endpoints apart, which share names of metrics. */
  METRICS_PATH = 'metrics_path',
}

/** What a scrape looks for, and where. */
export interface Discovery {
  /** Kind of object. */
  readonly role: DiscoveryRole;
  /** Namespaces to look in. Empty for nodes, which have none. */
  readonly namespaces: readonly string[];
  /** Labels that the Services, pods or nodes carry. Empty selects all of them. */
  readonly matchLabels: Labels;
}

/** One port and path of every object that is found. */
export interface ScrapeEndpoint {
  /** Name of the port, of the Service or the container as the role has it. @default - the kubelet's port, for nodes */
  readonly port?: string;
  /** Path of the metrics. @default '/metrics' */
  readonly path?: string;
  /** Everything that it exposes. @default - not known: whatever it exposes is not checked */
  readonly catalog?: MetricCatalog;
}

/** A key of a Secret or ConfigMap in the namespace of the agent. */
export interface KeyReference {
  /** Name of the Secret or ConfigMap. */
  readonly name: string;
  /** Key inside it. */
  readonly key: string;
}

/** How an https target proves who it is. */
export interface ScrapeTls {
  /** The certificate authority of the targets' certificates, in a ConfigMap. @default - the system's authorities */
  readonly caConfigMap?: KeyReference;
  /** Name that the certificate must carry. @default - the address that is scraped */
  readonly serverName?: string;
  /** Accepts any certificate. @default false */
  readonly insecureSkipVerify?: boolean;
}

/** A right that the agent needs beyond discovery so that a target answers it. */
export interface AgentRight {
  /** Group of the resources; empty is the core group. @default '' */
  readonly apiGroup?: string;
  /** Resources of that group. @default - none */
  readonly resources?: readonly string[];
  /** Paths that belong to no resource. @default - none */
  readonly nonResourceUrls?: readonly string[];
  /** What may be done: `get`, `list`, `watch`. */
  readonly verbs: readonly string[];
}

/**
 * How many series a target brings, all objects that are found together, as they arrive in a store: after the rules over samples and
 * without those that the agent adds. An estimate that sizes something; the parts are added up.
 */
export interface SeriesEstimate {
  /** Series whatever the cluster's size. @default 0 */
  readonly fixed?: number;
  /** Series for each node. @default 0 */
  readonly perNode?: number;
  /** Series for each GPU. @default 0 */
  readonly perGpu?: number;
  /** Series for each CPU, as the kernel counts them. @default 0 */
  readonly perCpu?: number;
  /** Series for each pod. @default 0 */
  readonly perPod?: number;
}

/**
 * A source's declaration of what to scrape. Pure data that knows no backend: a renderer turns it into resources of the
 * VictoriaMetrics operator or into a scrape configuration.
 */
export interface ScrapeTarget {
  /** Name of the scrape, unique in the pipeline: a DNS label. */
  readonly name: string;
  /** Value of the label `job`. A contract with dashboards and rules. */
  readonly job: string;
  /** What is scraped, and where it is found. */
  readonly discovery: Discovery;
  /** Ports and paths of what is found. At least one. */
  readonly endpoints: readonly ScrapeEndpoint[];
  /** Who makes the objects that the discovery looks for. */
  readonly provenance: Provenance;
  /** Time between two scrapes. */
  readonly scrapeInterval: Duration;
  /** Time after which a scrape is given up; at most the interval. */
  readonly scrapeTimeout: Duration;
  /** What the label `instance` holds. */
  readonly instance: InstanceLabel;
  /** Labels of the target beyond `job` and `instance`. */
  readonly targetLabels: readonly TargetLabel[];
  /** Labels copied from the node that a pod runs on: our label name to the node's label key. @default - none */
  readonly nodeLabels?: Labels;
  /** Scrapes by https. @default - http */
  readonly tls?: ScrapeTls;
  /** Sends the agent's own service-account token. @default false */
  readonly serviceAccountToken?: boolean;
  /** What the agent must be allowed besides discovery. @default - nothing */
  readonly rights?: readonly AgentRight[];
  /** Lets the labels of the scraped series win over the target's. @default false */
  readonly honorLabels?: boolean;
  /** Rules over the target's labels, before it is scraped. */
  readonly relabelConfigs: readonly RelabelRule[];
  /** Rules over the labels of each scraped sample. Automatic series such as `up` never pass them. */
  readonly metricRelabelConfigs: readonly RelabelRule[];
  /** Sums that are made of counters before they are sent, after the rules over samples. @default - none */
  readonly sums?: readonly CounterSum[];
  /** Names of series that an option asks for by itself, such as a collector that is switched on: taken whoever reads them. @default - none */
  readonly wanted?: readonly string[];
  /** Samples that are taken of one scrape, 1 or more; the rest is dropped, and `scrape_samples_limit` tells. @default - no limit */
  readonly sampleLimit?: number;
  /** Series of one target above which new ones are refused; 1 or more. @default - no limit */
  readonly seriesLimit?: number;
  /** Size of one scrape above which it is refused. @default - the agent's */
  readonly maxScrapeSize?: Size;
  /** How often the exporter itself reads what it exposes, where the pipeline sets that. @default - not known */
  readonly collectionInterval?: Duration;
  /** How many pods expose the same thing. @default 1 for Services and pods, one a node for nodes */
  readonly replicas?: number;
  /** How many series arrive. @default - 1,000 for each object that is found: for each node of what lives on nodes, for each replica otherwise */
  readonly series?: SeriesEstimate;
  /** How many would, were nothing dropped that nobody reads: pages are as large as that whatever is taken of them. @default - as many as arrive */
  readonly exposedSeries?: SeriesEstimate;
  /** How many do, while only what the project's dashboards read is taken, and what is kept beside it by default. @default - as many as without that */
  readonly readSeries?: SeriesEstimate;
}

/** Something that exposes metrics. */
export interface IMetricsSource {
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
}
