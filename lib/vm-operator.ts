import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { metadata, podSelector, podTemplate, service, serviceAccount } from './common/deployment';
import { reject } from './common/errors';
import { ImageSource, imageOf } from './common/image-source';
import { IMAGES, imageParts, OPERATOR_VERSION } from './common/images';
import { type Identity, type Labels, selectorLabels } from './common/labels';
import { dnsName } from './common/names';
import { type ClusterRule, grant, grantCluster, type Rule } from './common/rbac';
import { roomyResources } from './common/units';
import { httpProbe, kubeResources, placement, restrictedContainer, restrictedPod, SYSTEM_NODES } from './common/workload';
import { withOptions } from './metrics/catalog';
import { VM_OPERATOR_CATALOG } from './metrics/vm-operator';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from './scrape/scrape-target';
import { endpointsOf, type SourceProps, scrapeTiming } from './scrape/source-props';

/** Options of {@link VMOperator}. */
export interface VMOperatorProps extends SourceProps {
  /**
   * Version of the operator that reads what is rendered: `0.74.1`. Fields that it does not know are an error.
   *
   * @default - that of the image where the operator is rendered, else the newest that this package knows
   */
  readonly version?: string;
  /** Namespaces of the VMAgents and VMSingles that it reconciles. @default - only the operator's own */
  readonly workloadNamespaces?: readonly string[];
  /** Namespaces whose Secrets and ConfigMaps scrapes may name, besides the operator's own. @default - none */
  readonly scrapeNamespaces?: readonly string[];
}

const DEFAULT_NAME = 'vm-operator';
const DEFAULT_NAMESPACE = 'monitoring-system';
/** The user of the operator's image. */
const OPERATOR_UID = 65532;
const GROUP = 'operator.victoriametrics.com';

/** Kinds that the pipeline makes or picks up; the controllers of all others stay off. */
const SCRAPE_KINDS = ['vmservicescrapes', 'vmpodscrapes', 'vmnodescrapes', 'vmstaticscrapes', 'vmscrapeconfigs'];
const WORKLOAD_KINDS = ['vmagents', 'vmsingles'];
/** Kinds that the operator watches whatever is switched off; without them it never gets ready. */
const WATCHED_KINDS = ['vmalerts', 'vmrules', 'vmprobes', 'vmusers', 'vmalertmanagerconfigs', 'vmanomalyconfigs'];
/** The converter's kinds are among them: a ServiceMonitor that becomes a second scrape of a target doubles its series. */
const DISABLED_CONTROLLERS = [
  'AlertmanagerConfig',
  'PodMonitor',
  'Probe',
  'PrometheusRule',
  'ScrapeConfig',
  'ServiceMonitor',
  'VLAgent',
  'VLCluster',
  'VLDistributed',
  'VLSingle',
  'VLogs',
  'VMAlert',
  'VMAlertmanager',
  'VMAlertmanagerConfig',
  'VMAnomaly',
  'VMAnomalyConfig',
  'VMAuth',
  'VMCluster',
  'VMDistributed',
  'VMProbe',
  'VMRule',
  'VMUser',
  'VTCluster',
  'VTSingle',
];

const WATCH = ['list', 'watch'];

/** What the operator does where it makes workloads. Data is out of its reach: it deletes no claim of a volume. */
const WORKLOAD_RULES: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: ['secrets', 'configmaps'],
    verbs: ['get', 'list', 'create', 'update', 'delete'],
    why: "writes the agent's configuration into a Secret, rules into ConfigMaps, and reads Secrets that scrapes name, or the agent scrapes nothing; names follow from resources of users, so no names are given here",
  },
  {
    apiGroups: [''],
    resources: ['services'],
    verbs: ['create', 'update', 'patch', 'delete'],
    why: 'makes the Services of agent and store and takes them away, or neither can be reached',
  },
  {
    apiGroups: [''],
    resources: ['persistentvolumeclaims'],
    verbs: ['create', 'update', 'patch'],
    why: "makes the claims of the agent's queue and of the store, and grows them; it may not delete any, so data outlives it",
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets'],
    verbs: ['create', 'update', 'patch', 'delete'],
    why: 'runs the store as a Deployment and the agent as a StatefulSet, or neither runs',
  },
  {
    apiGroups: ['apps'],
    resources: ['statefulsets/status'],
    verbs: ['update'],
    why: 'notes which revision runs once it has rolled the agent, or the change ends in an error',
  },
  {
    apiGroups: [''],
    resources: ['pods/eviction'],
    verbs: ['create'],
    why: 'rolls the agent pod by pod, or a change never reaches pods that run',
  },
  {
    apiGroups: ['', 'events.k8s.io'],
    resources: ['events'],
    verbs: ['create', 'patch'],
    why: 'says on the object why it could not be reconciled, or that is only in its log',
  },
];

/**
 * The VictoriaMetrics operator, which makes workloads of VMAgent and VMSingle resources.
 *
 * With `deploy: false` the cluster has one already: nothing is rendered, it is scraped, and `version` says what it understands.
 */
export class VMOperator extends Construct implements IMetricsSource {
  /** The Deployment, where it is rendered. */
  readonly workload?: k8s.KubeDeployment;
  /** The Service, where it is rendered. */
  readonly service?: k8s.KubeService;
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port of the metrics. */
  readonly port = 8080;
  /** Value of the label `job`. */
  readonly job = 'vm-operator';
  /** Version of the operator that reads what is rendered: `0.74.1`. */
  readonly version: string;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when the version is none, or a name, image or limit cannot work
   */
  constructor(scope: Construct, id: string, props: VMOperatorProps = {}) {
    super(scope, id);
    const deploy = props.deploy ?? true;
    const namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME);
    const image = imageOf(this, props.image, IMAGES.vmOperator);
    const { version: tag } = imageParts(image, this.node.path);
    this.version = this.checkedVersion(props.version ?? tag.replace(/^v/, ''), deploy && props.version === undefined);
    const identity = { name: 'vm-operator', instance: name, component: 'operator', version: tag };
    const owner = { name, namespace, identity };

    if (deploy) {
      const account = serviceAccount(this, 'ServiceAccount', owner);
      this.grantRights(owner, props.workloadNamespaces ?? [namespace], props.scrapeNamespaces ?? []);
      this.workload = new k8s.KubeDeployment(this, 'Deployment', {
        metadata: metadata(owner),
        spec: {
          replicas: 1,
          revisionHistoryLimit: 2,
          strategy: { type: 'Recreate' },
          selector: podSelector(owner),
          template: podTemplate(owner, {
            ...placement(this, props, { nodeSelector: SYSTEM_NODES }),
            serviceAccountName: account.name,
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            securityContext: restrictedPod(OPERATOR_UID),
            containers: [
              {
                name: 'operator',
                image,
                imagePullPolicy: 'IfNotPresent',
                args: [
                  '-leader-elect',
                  `-metrics-bind-address=:${this.port}`,
                  '-health-probe-bind-address=:8081',
                  '-pprof-addr=',
                  `-controller.disableReconcileFor=${DISABLED_CONTROLLERS.join(',')}`,
                ],
                env: [
                  // Endpoints objects are deprecated, and cut off above 1,000 addresses; this counts for scrapes of users, too
                  { name: 'VM_VMSERVICESCRAPEDEFAULT_ENFORCEENDPOINTSLICES', value: 'true' },
                  ...this.imageDefaults(),
                ],
                ports: [
                  { name: 'http', containerPort: this.port },
                  { name: 'health', containerPort: 8081 },
                ],
                livenessProbe: httpProbe('/health', 'health', { initialDelaySeconds: 15, periodSeconds: 20, failureThreshold: 6 }),
                readinessProbe: httpProbe('/ready', 'health', { periodSeconds: 5 }),
                // its cache holds every pod of the cluster
                resources: kubeResources(props.resources ?? roomyResources()),
                securityContext: restrictedContainer(),
              },
            ],
          }),
        },
      });
      this.service = service(this, 'Service', owner, [{ name: 'http', port: this.port }]);
    }

    this.targets = [
      {
        ...scrapeTiming(this, props),
        name: DEFAULT_NAME,
        job: this.job,
        discovery: {
          role: deploy ? DiscoveryRole.SERVICES : DiscoveryRole.PODS,
          namespaces: [namespace],
          matchLabels: deploy ? selectorLabels(identity) : (props.selector ?? CHART_POD_LABELS),
        },
        // one that is rendered leads, answers no webhooks and converts nothing
        endpoints: endpointsOf(this, props, [
          {
            port: 'http',
            catalog: deploy ? withOptions(VM_OPERATOR_CATALOG, (option) => option === 'leader election') : VM_OPERATOR_CATALOG,
          },
        ]),
        provenance: deploy ? Provenance.RENDERED : Provenance.EXTERNAL,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        // every replica counts its own reconciliations; one leads
        replicas: 1,
        // its options are 300, the runtime's 200; the rest is histograms of its controllers, of which ours has most switched off
        series: { fixed: deploy ? 1_500 : 2_500 },
        readSeries: { fixed: 300 },
      },
    ];
  }

  private checkedVersion(version: string, fromImage: boolean): string {
    if (!OPERATOR_VERSION.test(version)) {
      reject(this, {
        option: fromImage ? 'image' : 'version',
        got: version,
        expected: "a version of the operator: '0.74.1'",
        instead: fromImage ? 'give the version of this image as `version`' : 'read it from the tag of the image that runs in the cluster',
      });
    }
    return version;
  }

  /** What the operator fills in where a resource of anybody names no image: it must be in the registry, too. */
  private imageDefaults(): k8s.EnvVar[] {
    const registry = ImageSource.of(this).registryOfDockerHub;
    if (registry === undefined) return [];
    return [
      { name: 'VM_CONTAINERREGISTRY', value: registry },
      // its own default is another version than the one that the pipeline brings there
      { name: 'VM_METRICS_VERSION', value: imageParts(IMAGES.vmAgent, this.node.path).version },
    ];
  }

  /** The least that the operator reconciles with. It makes no RBAC, because agent and store bring service accounts of their own. */
  private grantRights(
    owner: { name: string; namespace: string; identity: Identity },
    workloadNamespaces: readonly string[],
    scrapeNamespaces: readonly string[],
  ): void {
    const subject = { name: owner.name, namespace: owner.namespace };
    grantCluster(this, 'Watch', { ...owner, name: `${owner.namespace}-${owner.name}` }, subject, watchRules(scrapeNamespaces.length > 0));
    for (const namespace of new Set([owner.namespace, ...workloadNamespaces])) {
      grant(this, namespace === owner.namespace ? 'Own' : `Workloads-${namespace}`, { ...owner, namespace }, subject, WORKLOAD_RULES);
    }
    grant(this, 'Lease', { ...owner, name: `${owner.name}-lease` }, subject, [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: ['get', 'create', 'update'],
        why: 'takes the lease of the leader, so that two never reconcile at once, or it does nothing at all',
      },
    ]);
    const known = [owner.namespace, ...workloadNamespaces];
    for (const namespace of new Set(scrapeNamespaces.filter((other) => !known.includes(other)))) {
      grant(this, `Scrapes-${namespace}`, { ...owner, name: `${owner.name}-scrapes`, namespace }, subject, [
        {
          apiGroups: [''],
          resources: ['secrets', 'configmaps'],
          verbs: ['get'],
          why: 'reads credentials that scrapes of users here name, or one such scrape stops every further change of the agent; which ones is known to the users alone',
        },
      ]);
    }
  }
}

/** What the operator watches, and what it writes on resources of its own kinds, in the whole cluster. */
function watchRules(selectsNamespaces: boolean): ClusterRule[] {
  const watched = (apiGroups: string[], resources: string[], why: string): ClusterRule => ({
    apiGroups,
    resources,
    verbs: WATCH,
    why,
    everywhere: 'it has one cache of each kind, over all namespaces',
  });
  const ownerOf = (made: string) => `watches ${made} for what it made itself; without it the operator never gets ready`;
  const ownKinds = 'resources of its kinds may stand in any namespace';
  return [
    {
      ...watched(
        [GROUP],
        [...WORKLOAD_KINDS, ...SCRAPE_KINDS],
        'reads agents, stores and scrapes, also those of users; without it the operator never gets ready',
      ),
      everywhere: ownKinds,
    },
    watched(
      [GROUP],
      WATCHED_KINDS,
      'does nothing with these kinds, and watches them whatever is switched off; without it the operator never gets ready',
    ),
    {
      apiGroups: [GROUP],
      resources: WORKLOAD_KINDS.flatMap((kind) => [kind, `${kind}/status`]),
      verbs: ['patch'],
      why: 'sets its finalizer and the status of agent and store, or neither is made nor said to be operational',
      everywhere: ownKinds,
    },
    {
      apiGroups: [GROUP],
      resources: SCRAPE_KINDS.map((kind) => `${kind}/status`),
      verbs: ['update'],
      why: 'says on each scrape whether it could be read, or a wrong one goes unnoticed',
      everywhere: ownKinds,
    },
    watched([''], ['persistentvolumeclaims', 'pods', 'services', 'serviceaccounts'], ownerOf('claims, pods, Services and accounts')),
    watched(['apps'], ['deployments', 'statefulsets', 'daemonsets'], ownerOf('workloads')),
    watched(['autoscaling'], ['horizontalpodautoscalers'], ownerOf('autoscalers')),
    watched(['networking.k8s.io'], ['networkpolicies'], ownerOf('NetworkPolicies')),
    watched(
      ['policy'],
      ['poddisruptionbudgets'],
      'looks for budgets that it made for a former state of the agent; without it the agent fails',
    ),
    watched(
      ['rbac.authorization.k8s.io'],
      ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'],
      'looks for rights that it made itself for a former state of agent and store; without it the agent fails. It may make none',
    ),
    {
      ...watched(['storage.k8s.io'], ['storageclasses'], 'asks whether a volume may grow, or a larger one is not made larger'),
      everywhere: 'classes belong to no namespace',
    },
    ...(selectsNamespaces
      ? [
          {
            apiGroups: [''],
            resources: ['namespaces'],
            verbs: ['get', ...WATCH],
            why: 'finds the namespaces whose scrapes the agent takes, or it takes none of them',
            everywhere: 'namespaces belong to no namespace',
          },
        ]
      : []),
  ];
}

/** Labels that the operator's own Helm chart gives its pod. */
const CHART_POD_LABELS: Labels = { 'app.kubernetes.io/name': 'victoria-metrics-operator' };
