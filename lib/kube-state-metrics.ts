import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { metadata, podSelector, podTemplate, service, serviceAccount } from './common/deployment';
import { reject } from './common/errors';
import { imageOf } from './common/image-source';
import { IMAGES, imageParts } from './common/images';
import { selectorLabels } from './common/labels';
import type { MetricCatalog } from './common/metric-family';
import { dnsName, serviceName } from './common/names';
import { grantCluster } from './common/rbac';
import { roomyResources } from './common/units';
import { httpProbe, kubeResources, placement, restrictedContainer, restrictedPod, SYSTEM_NODES } from './common/workload';
import { KUBE_STATE_METRICS_CATALOG, KUBE_STATE_METRICS_SELF_CATALOG, kubeStateMetricsCatalog } from './metrics/kube-state-metrics';
import { type AllowedFamilies, NODE_FAMILIES, NODE_LABELS, POD_FAMILIES } from './metrics/kube-state-metrics-allow-list';
import { objectionToRegex, RelabelRegex } from './scrape/relabel-regex';
import { RelabelRule } from './scrape/relabel-rule';
import { namesBeyond } from './scrape/schema/samples';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from './scrape/scrape-target';
import { endpointsOf, type SourceProps, scrapeTiming } from './scrape/source-props';

/** Time that one scrape may take: it is everything about all pods on one page. */
const SCRAPE_TIMEOUT = Duration.seconds(20);

/** Options of {@link KubeStateMetrics}. */
export interface KubeStateMetricsProps extends SourceProps {
  /** Also exposes nodes: conditions, capacity and the labels of `nodeLabels`. @default false */
  readonly nodeMetrics?: boolean;
  /** Label keys of nodes shown in `kube_node_labels`; with `nodeMetrics`. @default - Soperator's and the platform's */
  readonly nodeLabels?: readonly string[];
  /** Families kept besides the pipeline's own: names, or regular expressions over whole names. @default - none */
  readonly extraMetrics?: readonly string[];
}

const DEFAULT_NAME = 'metrics-kube-state-metrics';
const DEFAULT_NAMESPACE = 'monitoring-system';

/**
 * Exports the state of Kubernetes objects: pods and, as an option, nodes. Only families of the allow-list leave it.
 *
 * With `deploy: false` it is scraped where somebody else deployed it, found by the Service label `app.kubernetes.io/name` and the
 * Service ports `http` and `metrics`, as in the usual Helm chart.
 */
export class KubeStateMetrics extends Construct implements IMetricsSource {
  /** The Deployment, where it is rendered. */
  readonly workload?: k8s.KubeDeployment;
  /** The Service, where it is rendered. */
  readonly service?: k8s.KubeService;
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port of the objects' metrics. */
  readonly port = 8080;
  /** Port of the exporter's metrics of itself. */
  readonly telemetryPort = 8081;
  /** Value of the label `job`. */
  readonly job = 'kube-state-metrics';

  /**
   * @param props see the interface
   * @throws InvalidOptionError when a name, image, duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: KubeStateMetricsProps = {}) {
    super(scope, id);
    const deploy = props.deploy ?? true;
    const namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    const name = serviceName(this, 'name', props.name ?? DEFAULT_NAME);
    const image = imageOf(this, props.image, IMAGES.kubeStateMetrics);
    const identity = {
      name: 'kube-state-metrics',
      instance: name,
      component: 'kubernetes-exporter',
      version: imageParts(image, this.node.path).version,
    };
    const owner = { name, namespace, identity };
    for (const [index, family] of (props.extraMetrics ?? []).entries()) this.checkFamily(`extraMetrics[${index}]`, family);
    if (props.nodeLabels && !props.nodeMetrics) {
      reject(this, {
        option: 'nodeLabels',
        got: props.nodeLabels,
        expected: 'nodeMetrics beside it',
        instead: 'set nodeMetrics to true, or leave the labels out',
      });
    }

    if (deploy) {
      const subjects = ['pods', ...(props.nodeMetrics ? ['nodes'] : [])].sort();
      const account = serviceAccount(this, 'ServiceAccount', owner);
      grantCluster(this, 'Objects', { ...owner, name: `${namespace}-${name}` }, { name: account.name, namespace }, [
        {
          apiGroups: [''],
          resources: subjects,
          verbs: ['list', 'watch'],
          why: `makes its metrics of ${subjects.join(' and ')}, or there are none, and dashboards find no pod's state and no worker's host`,
          everywhere: "pods of every namespace are its subject: workers of jobs, the pipeline's parts, the system's",
        },
      ]);
      this.workload = new k8s.KubeDeployment(this, 'Deployment', {
        metadata: metadata(owner),
        spec: {
          replicas: 1,
          revisionHistoryLimit: 2,
          // a second one beside the first would write every series twice
          strategy: { type: 'Recreate' },
          selector: podSelector(owner),
          template: podTemplate(owner, {
            ...placement(this, props, { nodeSelector: SYSTEM_NODES }),
            serviceAccountName: account.name,
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            securityContext: restrictedPod(),
            containers: [
              {
                name: 'kube-state-metrics',
                image,
                imagePullPolicy: 'IfNotPresent',
                args: [
                  `--port=${this.port}`,
                  `--telemetry-port=${this.telemetryPort}`,
                  `--resources=${subjects.join(',')}`,
                  `--metric-allowlist=${allowList(props)
                    .map((family) => `^(${family})$`)
                    .join(',')}`,
                  ...(props.nodeMetrics ? [`--metric-labels-allowlist=nodes=[${(props.nodeLabels ?? NODE_LABELS).join(',')}]`] : []),
                ],
                ports: [
                  { name: 'http', containerPort: this.port },
                  { name: 'telemetry', containerPort: this.telemetryPort },
                ],
                livenessProbe: httpProbe('/livez', 'http', { initialDelaySeconds: 5, timeoutSeconds: 5, failureThreshold: 6 }),
                readinessProbe: httpProbe('/readyz', 'telemetry', { periodSeconds: 5, timeoutSeconds: 5 }),
                // it holds every pod of the cluster in memory
                resources: kubeResources(props.resources ?? roomyResources()),
                securityContext: restrictedContainer(),
              },
            ],
          }),
        },
      });
      this.service = service(this, 'Service', owner, [
        { name: 'http', port: this.port },
        { name: 'telemetry', port: this.telemetryPort },
      ]);
    }

    // names or expressions of somebody: as if each were a family with one series of each container
    const extra = 1.5 * (props.extraMetrics?.length ?? 0);
    this.targets = [
      {
        ...scrapeTiming(this, props, {
          scrapeTimeout: SCRAPE_TIMEOUT,
          metricRelabelConfigs: [
            RelabelRule.dropLabels('change with every pod and container; names stay distinct', 'uid', 'container_id', 'image_id'),
          ],
        }),
        name,
        job: this.job,
        discovery: {
          role: DiscoveryRole.SERVICES,
          namespaces: [namespace],
          matchLabels: deploy ? selectorLabels(identity) : (props.selector ?? { 'app.kubernetes.io/name': 'kube-state-metrics' }),
        },
        endpoints: endpointsOf(this, props, [
          { port: 'http', catalog: deploy ? shownBy(props) : { ...KUBE_STATE_METRICS_CATALOG, others: /^kube_/ } },
          { port: deploy ? 'telemetry' : 'metrics', catalog: KUBE_STATE_METRICS_SELF_CATALOG },
        ]),
        wanted: deploy ? namesBeyond(shownBy(props), shownBy({})) : [],
        provenance: deploy ? Provenance.RENDERED : Provenance.EXTERNAL,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.ENDPOINT],
        // the labels are those of the objects that are described, not of the exporter
        honorLabels: true,
        replicas: 1,
        series: {
          // the exporter itself
          fixed: 70,
          // phase and readiness are 8, where and since when 3; 4 and as many requests and limits as it has of each container
          perPod: 25 + extra,
          // conditions are 15, labels, capacity and what can be had of it the rest
          perNode: props.nodeMetrics ? 40 : 0,
        },
      },
    ];
  }

  /** A bad expression stops the exporter, and commas separate the list. */
  private checkFamily(option: string, family: string): void {
    if (!/^[^\s,]+$/.test(family) || objectionToRegex(family)) {
      reject(this, {
        option,
        got: family,
        expected: 'the name of a family, or a regular expression over names, without commas and blanks',
        instead: "write names as kube-state-metrics has them: 'kube_pod_owner'",
      });
    }
  }
}

/** The catalog of what the allow-list leaves. */
function shownBy(props: KubeStateMetricsProps): MetricCatalog {
  const { nodeMetrics = false, nodeLabels = NODE_LABELS } = props;
  const resources = nodeMetrics ? ['pods', 'nodes'] : ['pods'];
  const names = new Set(allowList(props));
  const patterns = [...names].filter((name) => /\W/.test(name)).map((pattern) => RelabelRegex.of(pattern));
  const isAllowed = (name: string) => names.has(name) || patterns.some((pattern) => pattern.matches(name));
  return kubeStateMetricsCatalog({ resources, isAllowed, nodeLabels });
}

function allowList(props: KubeStateMetricsProps): string[] {
  const names = (groups: readonly AllowedFamilies[]) => groups.flatMap(({ families }) => families);
  return [...new Set([...names(POD_FAMILIES), ...(props.nodeMetrics ? names(NODE_FAMILIES) : []), ...(props.extraMetrics ?? [])])];
}
