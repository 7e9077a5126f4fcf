import { Construct } from 'constructs';
import type { Labels } from './common/labels';
import { dnsName } from './common/names';
import { COREDNS_CATALOG } from './metrics/coredns';
import { RelabelRule } from './scrape/relabel-rule';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from './scrape/scrape-target';
import { type ScrapeProps, scrapeTiming } from './scrape/source-props';

/** Options of {@link CoreDnsScrapes}. */
export interface CoreDnsScrapesProps extends ScrapeProps {
  /** Name of the scrape. @default 'coredns' */
  readonly name?: string;
  /** Namespace of CoreDNS. @default 'kube-system' */
  readonly namespace?: string;
  /** Labels of a Service of CoreDNS. @default - those of the cluster's name server */
  readonly selector?: Labels;
  /** Name of the Service's port of metrics. @default 'metrics' */
  readonly portName?: string;
}

/** The usual number; larger clusters have more. */
const REPLICAS = 2;

/**
 * Scrapes CoreDNS, the name server of the cluster: questions, answers, its cache and the servers that it asks itself.
 *
 * Deploys nothing. Its configuration needs the plugin `prometheus`, and its Service a port for it, as in the usual installations.
 */
export class CoreDnsScrapes extends Construct implements IMetricsSource {
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port of the metrics. */
  readonly port = 9153;
  /** Value of the label `job`. */
  readonly job = 'coredns';

  /**
   * @param props see the interface
   * @throws InvalidOptionError when a name, duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: CoreDnsScrapesProps = {}) {
    super(scope, id);
    this.targets = [
      {
        ...scrapeTiming(this, props, {
          metricRelabelConfigs: [
            RelabelRule.dropMetrics(
              'a quarter of all, and nobody asks how large questions are or how long CoreDNS takes to ask itself',
              'coredns_dns_request_size_bytes_.+',
              'coredns_dns_response_size_bytes_.+',
              'coredns_health_request_duration_seconds_.+',
            ),
          ],
        }),
        name: dnsName(this, 'name', props.name ?? 'coredns'),
        job: this.job,
        discovery: {
          role: DiscoveryRole.SERVICES,
          namespaces: [dnsName(this, 'namespace', props.namespace ?? 'kube-system')],
          matchLabels: props.selector ?? { 'k8s-app': 'kube-dns' },
        },
        endpoints: [{ port: props.portName ?? 'metrics', catalog: COREDNS_CATALOG }],
        provenance: Provenance.EXTERNAL,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        replicas: REPLICAS,
        // 300 of one block with two upstream servers; room for more of both
        series: { fixed: 500 * REPLICAS },
      },
    ];
  }
}
