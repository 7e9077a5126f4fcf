import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { reject } from './common/errors';
import type { Labels } from './common/labels';
import type { MetricCatalog } from './common/metric-family';
import { dnsName } from './common/names';
import { KUBELET_CADVISOR_CATALOG, KUBELET_CATALOG, KUBELET_PROBES_CATALOG, KUBELET_RESOURCE_CATALOG } from './metrics/kubelet';
import { RelabelRule } from './scrape/relabel-rule';
import {
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  type KeyReference,
  Provenance,
  type ScrapeTarget,
  type SeriesEstimate,
  TargetLabel,
} from './scrape/scrape-target';
import { type ScrapeProps, scrapeTiming } from './scrape/source-props';

/** One of the kubelet's pages of metrics. */
export enum KubeletEndpoint {
  /** The kubelet itself: pods, volumes, its own health. */
  METRICS = 'metrics',
  /** Containers and cgroups. */
  CADVISOR = 'cadvisor',
  /** Results of liveness, readiness and startup probes. */
  PROBES = 'probes',
  /** CPU and memory of node and pods, as the scheduler's side sees them. */
  RESOURCE = 'resource',
}

/** Options of {@link KubeletScrapes}. */
export interface KubeletScrapesProps extends ScrapeProps {
  /** What the names of the scrapes begin with; another one where nodes are scraped in several ways. @default 'kubelet' */
  readonly name?: string;
  /** Pages to scrape. @default - all four */
  readonly endpoints?: readonly KubeletEndpoint[];
  /** Labels that a node must carry to be scraped. @default - every node */
  readonly nodeSelector?: Labels;
  /**
   * The certificate authority of the kubelets' serving certificates, in a ConfigMap of the agent's namespace. With it certificates
   * are verified, for which they must carry the node's address: certificates signed by the cluster do (`serverTLSBootstrap`).
   *
   * @default - none: certificates are not verified, because a kubelet signs its own unless told otherwise
   */
  readonly caConfigMap?: KeyReference;
}

const SCRAPE_TIMEOUT = Duration.seconds(10);
/** A node with some hundred pods answers more than the agent's usual limit on `/metrics/cadvisor`. */
const MAX_SCRAPE_SIZE = Size.mebibytes(64);

/** Containers' families that `/metrics/cadvisor` exposes under the same name: a sum over both counts everything twice. */
const ALSO_IN_CADVISOR = ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes', 'container_start_time_seconds'];

interface KubeletPage {
  readonly path: string;
  readonly catalog: MetricCatalog;
  readonly rules: readonly RelabelRule[];
  /** What arrives where all pages are scraped. */
  readonly series: SeriesEstimate;
  /** The same where only what is read is taken. */
  readonly readSeries: SeriesEstimate;
  /** What another page has, too: dropped while that one is scraped as well. */
  readonly alsoOn?: { readonly page: KubeletEndpoint; readonly rule: RelabelRule };
}

const PAGES: { readonly [endpoint in KubeletEndpoint]: KubeletPage } = {
  // `name` stays: it is what tells the volume and runtime operations apart
  [KubeletEndpoint.METRICS]: {
    path: '/metrics',
    catalog: KUBELET_CATALOG,
    rules: [],
    // histograms of its operations and switches of its features, whatever it runs; the size of each container's log
    series: { perNode: 1_900, perPod: 1.5 },
    readSeries: { perNode: 400, perPod: 0.5 },
  },
  [KubeletEndpoint.CADVISOR]: {
    path: '/metrics/cadvisor',
    catalog: KUBELET_CADVISOR_CATALOG,
    rules: [
      RelabelRule.dropSeries('groups of the host beside its root and its pods; they would merge without `id`', { pod: '', id: '/.+' }),
      RelabelRule.dropLabels('both change with every restart of a container; `pod`, `container` and `image` stay distinct', 'id', 'name'),
    ],
    // the root's group and the node's file systems; 96 of a pod with its sandbox and network, and 45 of each of its one or two containers
    series: { perNode: 200, perPod: 165 },
    readSeries: { perNode: 50, perPod: 40 },
  },
  [KubeletEndpoint.PROBES]: {
    path: '/metrics/probes',
    catalog: KUBELET_PROBES_CATALOG,
    rules: [RelabelRule.dropLabels('changes with every pod of a StatefulSet', 'pod_uid')],
    // 15 of each probe; a pod has one or two, or none
    series: { perPod: 20 },
    readSeries: { perPod: 2 },
    alsoOn: {
      page: KubeletEndpoint.METRICS,
      rule: RelabelRule.dropMetrics('the same as on /metrics', 'process_start_time_seconds'),
    },
  },
  [KubeletEndpoint.RESOURCE]: {
    path: '/metrics/resource',
    catalog: KUBELET_RESOURCE_CATALOG,
    rules: [],
    // CPU, memory and swap of a pod; swap of its containers
    series: { perNode: 4, perPod: 6 },
    readSeries: { perNode: 1 },
    alsoOn: {
      page: KubeletEndpoint.CADVISOR,
      rule: RelabelRule.dropMetrics('also in /metrics/cadvisor, where they have more labels', ...ALSO_IN_CADVISOR),
    },
  },
};

/**
 * Scrapes the kubelet of every node directly, so that a node is seen while its pods' network is not.
 *
 * Deploys nothing. The agent's own token opens the pages, for which it gets `get` on `nodes/metrics`.
 */
export class KubeletScrapes extends Construct implements IMetricsSource {
  /** What there is to scrape: one target a page. */
  readonly targets: readonly ScrapeTarget[];
  /** Value of the label `job`. */
  readonly job = 'kubelet';

  /**
   * @param props see the interface
   * @throws InvalidOptionError when no page is left, or a duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: KubeletScrapesProps = {}) {
    super(scope, id);
    const endpoints = props.endpoints ?? Object.values(KubeletEndpoint);
    if (endpoints.length === 0) {
      reject(this, {
        option: 'endpoints',
        got: endpoints,
        expected: `at least one of ${Object.values(KubeletEndpoint).join(', ')}`,
        instead: 'leave the part out to scrape no kubelet at all',
      });
    }
    const name = dnsName(this, 'name', props.name ?? 'kubelet', 54);
    this.targets = [...new Set(endpoints)].map((endpoint) => ({
      ...scrapeTiming(this, props, { scrapeTimeout: SCRAPE_TIMEOUT, metricRelabelConfigs: rulesOf(endpoint, endpoints) }),
      maxScrapeSize: props.maxScrapeSize ?? MAX_SCRAPE_SIZE,
      name: `${name}-${endpoint}`,
      job: this.job,
      discovery: { role: DiscoveryRole.NODES, namespaces: [], matchLabels: props.nodeSelector ?? {} },
      endpoints: [{ path: PAGES[endpoint].path, catalog: PAGES[endpoint].catalog }],
      provenance: Provenance.EXTERNAL,
      instance: InstanceLabel.NODE,
      targetLabels: [TargetLabel.METRICS_PATH],
      tls: props.caConfigMap ? { caConfigMap: props.caConfigMap } : { insecureSkipVerify: true },
      serviceAccountToken: true,
      rights: [{ resources: ['nodes/metrics'], verbs: ['get'] }],
      series: PAGES[endpoint].series,
      readSeries: PAGES[endpoint].readSeries,
    }));
  }
}

function rulesOf(endpoint: KubeletEndpoint, scraped: readonly KubeletEndpoint[]): RelabelRule[] {
  const { rules, alsoOn } = PAGES[endpoint];
  return [...(alsoOn && scraped.includes(alsoOn.page) ? [alsoOn.rule] : []), ...rules];
}
