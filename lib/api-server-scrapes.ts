import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { reject } from './common/errors';
import type { Labels } from './common/labels';
import type { MetricCatalog } from './common/metric-family';
import { dnsName } from './common/names';
import { APISERVER_CATALOG } from './metrics/apiserver';
import { APISERVER_DROPPED_BUCKETS, APISERVER_FINE_HISTOGRAMS, APISERVER_KEPT } from './metrics/apiserver-keep-list';
import { objectionToRegex } from './scrape/relabel-regex';
import { RelabelRule } from './scrape/relabel-rule';
import {
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  type KeyReference,
  Provenance,
  type ScrapeTarget,
} from './scrape/scrape-target';
import { type ScrapeProps, scrapeTiming } from './scrape/source-props';

/** Options of {@link ApiServerScrapes}. */
export interface ApiServerScrapesProps extends ScrapeProps {
  /** Name of the scrape. @default 'apiserver' */
  readonly name?: string;
  /** Namespace of the API server's Service. @default 'default' */
  readonly namespace?: string;
  /** Labels of the API server's Service. @default - those that Kubernetes gives it */
  readonly selector?: Labels;
  /** Name of the Service's port. @default 'https' */
  readonly portName?: string;
  /**
   * The certificate authority of the API server's certificate, in a ConfigMap of the agent's namespace.
   *
   * @default - the cluster's own, which Kubernetes puts into every namespace as kube-root-ca.crt
   */
  readonly caConfigMap?: KeyReference;
  /** Name that the certificate must carry. @default 'kubernetes.default.svc' */
  readonly serverName?: string;
  /** Metrics that are kept besides the pipeline's own: names, or regular expressions over whole names. @default - none */
  readonly extraMetrics?: readonly string[];
}

const SCRAPE_TIMEOUT = Duration.seconds(20);
/** What is not kept is sent all the same: 4 MB with eighty kinds of objects, and more with every kind, verb and release. */
const MAX_SCRAPE_SIZE = Size.mebibytes(64);
/** Control planes have one API server, or three. */
const REPLICAS = 3;

/**
 * Scrapes the API server of Kubernetes: calls, their limits, etcd behind it and webhooks beside it. Of tens of thousands of series only
 * those stay that panels read.
 *
 * Deploys nothing. The agent's own token opens the page, for which it gets the right to GET `/metrics`.
 */
export class ApiServerScrapes extends Construct implements IMetricsSource {
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Value of the label `job`. */
  readonly job = 'apiserver';

  /**
   * @param props see the interface
   * @throws InvalidOptionError when a name, expression, duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: ApiServerScrapesProps = {}) {
    super(scope, id);
    const extra = props.extraMetrics ?? [];
    for (const [index, name] of extra.entries()) this.checkName(`extraMetrics[${index}]`, name);
    this.targets = [
      {
        ...scrapeTiming(this, props, { scrapeTimeout: SCRAPE_TIMEOUT, metricRelabelConfigs: rules(extra) }),
        maxScrapeSize: props.maxScrapeSize ?? MAX_SCRAPE_SIZE,
        name: dnsName(this, 'name', props.name ?? 'apiserver'),
        job: this.job,
        discovery: {
          role: DiscoveryRole.SERVICES,
          namespaces: [dnsName(this, 'namespace', props.namespace ?? 'default')],
          matchLabels: props.selector ?? { component: 'apiserver', provider: 'kubernetes' },
        },
        endpoints: [{ port: props.portName ?? 'https', catalog: catalogWith(extra) }],
        provenance: Provenance.EXTERNAL,
        // its endpoints are addresses: on most clouds no pod is behind them
        instance: InstanceLabel.ADDRESS,
        targetLabels: [],
        tls: {
          caConfigMap: props.caConfigMap ?? { name: 'kube-root-ca.crt', key: 'ca.crt' },
          serverName: props.serverName ?? 'kubernetes.default.svc',
        },
        serviceAccountToken: true,
        rights: [{ nonResourceUrls: ['/metrics'], verbs: ['get'] }],
        replicas: REPLICAS,
        // 3,400 with eighty kinds of objects, most of them seven buckets of each verb and kind; half as many again on each of three servers
        series: { fixed: 5_000 * REPLICAS + 500 * extra.length },
        exposedSeries: { fixed: 40_000 * REPLICAS },
      },
    ];
  }

  /** The same text is a rule of the agent and a pattern of the catalog, so it has only what means the same in both. */
  private checkName(option: string, name: string): void {
    if (!/^[\w:.*+|()-]+$/.test(name) || objectionToRegex(name)) {
      reject(this, {
        option,
        got: name,
        expected: 'the name of a metric, or a regular expression of letters, digits and _ : . * + | ( ) -',
        instead: "write names as the page has them: 'workqueue_depth'",
      });
    }
  }
}

function rules(extra: readonly string[]): RelabelRule[] {
  const kept = [...APISERVER_KEPT.flatMap(({ names }) => names), ...extra];
  const fine = APISERVER_FINE_HISTOGRAMS.join('|');
  return [
    RelabelRule.keepMetrics('nobody reads the other tens of thousands of series', ...kept),
    RelabelRule.dropSeries('a few buckets of each verb and resource tell slow from fast', {
      __name__: fine,
      le: APISERVER_DROPPED_BUCKETS.map((bucket) => bucket.replace('.', '\\.')).join('|'),
    }),
    RelabelRule.dropSeries('they stay open as long as somebody wants, which is not slow', {
      __name__: 'apiserver_request_duration_seconds_bucket',
      verb: 'WATCH|CONNECT',
    }),
  ];
}

function catalogWith(extra: readonly string[]): MetricCatalog {
  return extra.length === 0 ? APISERVER_CATALOG : { ...APISERVER_CATALOG, others: new RegExp(`^(?:${extra.join('|')})$`) };
}
