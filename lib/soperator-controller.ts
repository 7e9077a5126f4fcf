import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { Labels } from './common/labels';
import { dnsName } from './common/names';
import { SOPERATOR_CONTROLLER_CATALOG } from './metrics/soperator-controller';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from './scrape/scrape-target';
import { type ScrapeProps, scrapeTiming } from './scrape/source-props';

/** Options of {@link SoperatorController}. */
export interface SoperatorControllerProps extends ScrapeProps {
  /** Name of the scrape. @default 'soperator-controller' */
  readonly name?: string;
  /** Namespace of Soperator's manager. @default 'soperator-system' */
  readonly namespace?: string;
  /** Labels of the manager's metrics Service. @default - those that Soperator's chart gives it */
  readonly selector?: Labels;
  /** Name of the Service's port. @default 'https-metrics' */
  readonly portName?: string;
}

const SCRAPE_TIMEOUT = Duration.seconds(20);

/**
 * Scrapes Soperator's own manager: reconciliations, work queues, the controller's health.
 *
 * Deploys nothing. The manager answers only callers that may GET `/metrics`, and says 401 to all others, so the agent shows its own
 * token and gets that one right.
 */
export class SoperatorController extends Construct implements IMetricsSource {
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port of the metrics. */
  readonly port = 8443;
  /** Value of the label `job`. */
  readonly job = 'soperator-controller';

  /**
   * @param props see the interface
   * @throws InvalidOptionError when a name, duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: SoperatorControllerProps = {}) {
    super(scope, id);
    const namespace = dnsName(this, 'namespace', props.namespace ?? 'soperator-system');
    this.targets = [
      {
        ...scrapeTiming(this, props, { scrapeTimeout: SCRAPE_TIMEOUT }),
        name: dnsName(this, 'name', props.name ?? 'soperator-controller'),
        job: this.job,
        discovery: {
          role: DiscoveryRole.SERVICES,
          namespaces: [namespace],
          matchLabels: props.selector ?? { 'app.kubernetes.io/name': 'helm-soperator-metrics' },
        },
        endpoints: [{ port: props.portName ?? 'https-metrics', catalog: SOPERATOR_CONTROLLER_CATALOG }],
        provenance: Provenance.EXTERNAL,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        // the manager signs its certificate itself at every start, so there is no authority to check it against
        tls: { insecureSkipVerify: true },
        serviceAccountToken: true,
        rights: [{ nonResourceUrls: ['/metrics'], verbs: ['get'] }],
        // the runtime's 200, and 80 of the work queue and reconciliations of each of some ten controllers
        series: { fixed: 1_000 },
        readSeries: { fixed: 100 },
      },
    ];
  }
}
