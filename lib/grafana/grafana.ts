import { Duration, Lazy, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { DASHBOARD_LABEL, type Dashboard, FOLDER_ANNOTATION, requireOther } from '../common/dashboard';
import { metadata, type ObjectOwner, podSelector, podTemplate, service, serviceAccount } from '../common/deployment';
import { digest } from '../common/digest';
import { reject } from '../common/errors';
import { ImageSource, imageOf } from '../common/image-source';
import { IMAGES, imageParts } from '../common/images';
import { selectorLabels } from '../common/labels';
import { dnsName } from '../common/names';
import { grant } from '../common/rbac';
import { reaches } from '../common/reaches';
import { quantity, steadyResources } from '../common/units';
import { placement, restrictedPod, SYSTEM_NODES, type WorkloadProps } from '../common/workload';
import { GRAFANA_CATALOG } from '../metrics/grafana';
import type { IQueryable } from '../scrape/destination';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../scrape/scrape-target';
import { type ScrapeProps, scrapeTiming } from '../scrape/source-props';
import {
  GRAFANA_UID,
  GrafanaRole,
  grafanaContainer,
  pluginContainer,
  sidecarContainer,
  type VictoriaLogsDatasource,
  volumes,
} from './containers';
import { dashboardProvider, datasources } from './provisioning';

/** Options of {@link Grafana}. */
export interface GrafanaProps extends WorkloadProps, ScrapeProps {
  /** What an anonymous visitor may do. Above Viewer it must not be reachable from outside the cluster. @default GrafanaRole.EDITOR */
  readonly anonymousRole?: GrafanaRole;
  /** Secret with the keys `admin-user` and `admin-password`, in Grafana's namespace. @default - none: there is no administrator, and no login */
  readonly adminSecret?: string;
  /** Type of the Service: `ClusterIP`, `NodePort` or `LoadBalancer`. @default 'ClusterIP' */
  readonly serviceType?: string;
  /** Host name under which an Ingress shows Grafana. @default - no Ingress */
  readonly ingressHost?: string;
  /** Class of the Ingress. @default - the cluster's default class */
  readonly ingressClassName?: string;
  /** Secret with the certificate of the Ingress. @default - none */
  readonly ingressTlsSecret?: string;
  /** Namespaces in which dashboards are looked for. @default - Grafana's own */
  readonly dashboardNamespaces?: readonly string[];
  /** Base URL of Loki, as a data source. @default - none */
  readonly lokiUrl?: string;
  /** VictoriaLogs, as a data source. @default - none */
  readonly victoriaLogs?: VictoriaLogsDatasource;
  /** Size of a volume for what people save in Grafana itself. @default - none: what they save ends with the pod */
  readonly storageSize?: Size;
  /** Storage class of that volume. @default - the cluster's default class */
  readonly storageClassName?: string;
  /** Image of the sidecar that collects dashboards from ConfigMaps. @default - the version that the pipeline was proven with */
  readonly sidecarImage?: string;
  /** Step below which graphs do not go: the usual scrape interval. @default Duration.seconds(30) */
  readonly minStep?: Duration;
}

const DEFAULT_NAME = 'metrics-grafana';
const DEFAULT_NAMESPACE = 'monitoring-system';
/** Folder of the dashboards that are shown. */
const FOLDER = 'Soperator';

/**
 * Shows dashboards. It finds them in ConfigMaps labelled `grafana_dashboard: "1"` in the namespaces it is told, and may read nothing
 * else there: no Secrets, and no other namespaces.
 *
 * Data sources are files, for reloading them needs an administrator.
 */
export class Grafana extends Construct implements IMetricsSource {
  /** The Deployment. */
  readonly workload: k8s.KubeDeployment;
  /** The Service. */
  readonly service: k8s.KubeService;
  /** The Ingress, where a host is given. */
  readonly ingress?: k8s.KubeIngress;
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port of the Service. */
  readonly port = 80;
  /** Value of the label `job`. */
  readonly job = 'grafana';
  /** Namespaces in which dashboards are looked for. */
  readonly dashboardNamespaces: readonly string[];

  private readonly stores: IQueryable[] = [];
  private readonly dashboards: Dashboard[] = [];
  private readonly owner: ObjectOwner;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when an anonymous visitor above Viewer would be reachable from outside, or a name, URL, image or limit cannot work
   */
  constructor(scope: Construct, id: string, props: GrafanaProps = {}) {
    super(scope, id);
    const namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME);
    const image = imageOf(this, props.image, IMAGES.grafana);
    const sidecarImage = imageOf(this, props.sidecarImage, IMAGES.grafanaSidecar);
    const { version } = imageParts(image, this.node.path);
    imageParts(sidecarImage, this.node.path, 'sidecarImage');
    if (props.victoriaLogs) imageParts(props.victoriaLogs.pluginImage, this.node.path, 'victoriaLogs.pluginImage');
    this.refuseExposure(props);
    this.checkUrls(props);
    reaches(this, props.lokiUrl);
    reaches(this, props.victoriaLogs?.url);
    this.refuseIdle(props);
    this.node.addValidation({ validate: () => this.missing() });
    this.dashboardNamespaces = [...new Set(props.dashboardNamespaces ?? [namespace])];
    const owner = { name, namespace, identity: { name: 'grafana', instance: name, component: 'view', version } };
    this.owner = owner;

    const account = serviceAccount(this, 'ServiceAccount', owner);
    for (const searched of this.dashboardNamespaces) {
      dnsName(this, 'dashboardNamespaces', searched);
      grant(
        this,
        `Dashboards-${searched}`,
        { ...owner, name: `${name}-dashboards`, namespace: searched },
        { name: account.name, namespace },
        [
          {
            apiGroups: [''],
            resources: ['configmaps'],
            verbs: ['get', 'list', 'watch'],
            why: 'the sidecar looks for ConfigMaps with dashboards, or Grafana shows none from here; Secrets are not among them',
          },
        ],
      );
    }
    const provisioning = new k8s.KubeConfigMap(this, 'Provisioning', {
      metadata: { ...metadata(owner), name: `${name}-provisioning` },
      data: {
        'dashboards.yaml': dashboardProvider(),
        'datasources.yaml': Lazy.any({ produce: () => this.datasources(props) }),
      },
    });
    const claim =
      props.storageSize &&
      new k8s.KubePersistentVolumeClaim(this, 'Volume', {
        metadata: metadata(owner),
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: props.storageClassName,
          resources: { requests: { storage: k8s.Quantity.fromString(quantity(props.storageSize)) } },
        },
      });

    this.workload = new k8s.KubeDeployment(this, 'Deployment', {
      metadata: metadata(owner),
      spec: {
        replicas: 1,
        revisionHistoryLimit: 2,
        strategy: { type: 'Recreate' },
        selector: podSelector(owner),
        template: podTemplate(
          owner,
          {
            ...placement(this, props, { nodeSelector: SYSTEM_NODES }),
            serviceAccountName: account.name,
            // the token is mounted into the sidecar alone: whoever edits dashboards does not get at it
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restrictedPod(GRAFANA_UID, true),
            initContainers: props.victoriaLogs
              ? [pluginContainer(props.victoriaLogs, ImageSource.of(this).pinned(props.victoriaLogs.pluginImage))]
              : undefined,
            containers: [
              grafanaContainer(
                image,
                props.resources ?? steadyResources(100, Size.mebibytes(512)),
                props.anonymousRole ?? GrafanaRole.EDITOR,
                props.adminSecret,
              ),
              sidecarContainer(sidecarImage, this.dashboardNamespaces),
            ],
            volumes: volumes(provisioning.name, claim?.name),
          },
          // data sources are read at the start only
          { 'soperator-metrics/datasources': Lazy.any({ produce: () => digest(this.datasources(props)) }) },
        ),
      },
    });
    this.service = service(this, 'Service', owner, [{ name: 'http', port: this.port, targetPort: 'http' }], props.serviceType);
    if (props.ingressHost) this.ingress = this.ingressTo(props, props.ingressHost, owner);

    this.targets = [
      {
        ...scrapeTiming(this, props),
        name: 'grafana',
        job: this.job,
        discovery: { role: DiscoveryRole.SERVICES, namespaces: [namespace], matchLabels: selectorLabels(owner.identity) },
        endpoints: [{ port: 'http', catalog: GRAFANA_CATALOG }],
        provenance: Provenance.RENDERED,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        replicas: 1,
      },
    ];
  }

  /** Everything that is shown, in the order it was added; a copy. */
  get shown(): readonly Dashboard[] {
    return [...this.dashboards];
  }

  /** Reads a store: the first one is the default data source. */
  read(store: IQueryable): void {
    this.stores.push(store);
    reaches(this, store.queryUrl);
  }

  /**
   * Shows dashboards, each as a ConfigMap of its own in Grafana's namespace; where it does not look for dashboards there, in the first
   * namespace in which it does.
   *
   * @throws InvalidOptionError when a dashboard's name is no DNS label, or another one has its name or uid
   */
  show(...dashboards: readonly Dashboard[]): void {
    const [first] = this.dashboardNamespaces;
    const own = this.owner.namespace;
    const namespace = own === undefined || this.dashboardNamespaces.includes(own) ? own : first;
    for (const dashboard of dashboards) {
      const { name, json } = dashboard;
      requireOther(this, 'show', dashboard, this.dashboards);
      this.dashboards.push(dashboard);
      const { labels, ...object } = metadata({ ...this.owner, name: `metrics-dashboard-${dnsName(this, 'show', name)}`, namespace });
      new k8s.KubeConfigMap(this, `Dashboard-${name}`, {
        metadata: { ...object, labels: { ...labels, [DASHBOARD_LABEL]: '1' }, annotations: { [FOLDER_ANNOTATION]: FOLDER } },
        data: { [`${name}.json`]: json },
      });
    }
  }

  private datasources(props: GrafanaProps): string {
    return datasources(this.stores, {
      minStep: props.minStep ?? Duration.seconds(30),
      lokiUrl: props.lokiUrl,
      victoriaLogsUrl: props.victoriaLogs?.url,
    });
  }

  private checkUrls(props: GrafanaProps): void {
    for (const [option, got] of [
      ['lokiUrl', props.lokiUrl],
      ['victoriaLogs.url', props.victoriaLogs?.url],
    ] as const) {
      const url = got !== undefined && URL.canParse(got) ? new URL(got) : undefined;
      if (got !== undefined && !(url && /^https?:$/.test(url.protocol) && !url.username && !url.password)) {
        // what is no URL, or holds a password, is not repeated
        reject(this, {
          option,
          got: url && !url.password && !url.username ? got : '…',
          expected: 'an http or https URL without user and password',
          instead: "write it in full: 'http://logs.logs-system.svc:9428'",
        });
      }
    }
  }

  /** Options that count only beside another one, which would otherwise change nothing without a word. */
  private refuseIdle(props: GrafanaProps): void {
    for (const [option, needed] of [
      ['storageClassName', 'storageSize'],
      ['ingressClassName', 'ingressHost'],
      ['ingressTlsSecret', 'ingressHost'],
    ] as const) {
      if (props[option] !== undefined && props[needed] === undefined) {
        reject(this, { option, got: props[option], expected: `${needed} beside it`, instead: `give ${needed}, or leave ${option} out` });
      }
    }
  }

  private missing(): string[] {
    return this.stores.length > 0
      ? []
      : ['read: got nothing, expected a store, for without one every panel is empty; use grafana.read(store), or leave Grafana out'];
  }

  private refuseExposure(props: GrafanaProps): void {
    const role = props.anonymousRole ?? GrafanaRole.EDITOR;
    const type = props.serviceType ?? 'ClusterIP';
    const types = ['ClusterIP', 'NodePort', 'LoadBalancer'];
    if (!types.includes(type)) {
      reject(this, { option: 'serviceType', got: type, expected: `one of ${types.join(', ')}`, instead: "leave it out for 'ClusterIP'" });
    }
    const exposing =
      props.ingressHost !== undefined ? `ingressHost ${props.ingressHost}` : type !== 'ClusterIP' ? `serviceType ${type}` : undefined;
    if (exposing && role !== GrafanaRole.VIEWER) {
      reject(this, {
        option: 'anonymousRole',
        got: role,
        expected: `'Viewer' while ${exposing} shows Grafana to the outside, where everybody would be ${role}`,
        instead: 'set anonymousRole to Viewer, or reach Grafana by kubectl port-forward',
      });
    }
  }

  private ingressTo(props: GrafanaProps, host: string, owner: ObjectOwner): k8s.KubeIngress {
    return new k8s.KubeIngress(this, 'Ingress', {
      metadata: metadata(owner),
      spec: {
        ingressClassName: props.ingressClassName,
        tls: props.ingressTlsSecret ? [{ hosts: [host], secretName: props.ingressTlsSecret }] : undefined,
        rules: [
          {
            host,
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: owner.name, port: { name: 'http' } } } }] },
          },
        ],
      },
    });
  }
}
