import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { metadata, podSelector, podTemplate, serviceAccount } from './common/deployment';
import { reject } from './common/errors';
import { imageOf } from './common/image-source';
import { IMAGES, imageParts } from './common/images';
import { type Identity, type Labels, selectorLabels } from './common/labels';
import { dnsName } from './common/names';
import { grant, grantCluster, NODES_HAVE_NO_NAMESPACE } from './common/rbac';
import { reaches } from './common/reaches';
import { prometheusDuration, roomyResources } from './common/units';
import { httpProbe, kubeResources, placement, restrictedContainer, restrictedPod, SYSTEM_NODES } from './common/workload';
import { SLURM_EXPORTER_CATALOG, SLURM_EXPORTER_MONITORING_CATALOG } from './metrics/slurm-exporter';
import { RelabelRule } from './scrape/relabel-rule';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from './scrape/scrape-target';
import { endpointsOf, type SourceProps, scrapeTiming } from './scrape/source-props';

/** Where the exporter reads jobs from. */
export enum SlurmJobSource {
  /** slurmctld: what runs and waits now. */
  CONTROLLER = 'controller',
  /** The accounting database: also what ended lately. Needs slurmdbd. */
  ACCOUNTING = 'accounting',
}

/** Options of {@link SlurmExporter}. */
export interface SlurmExporterProps extends SourceProps {
  /** Name of the SLURM cluster, as its SlurmCluster resource has it. @default 'soperator' */
  readonly slurmCluster?: string;
  /** URL of slurmrestd. @default - the Service of the SLURM cluster: `http://<slurmCluster>-rest-svc.<namespace>.svc:6820` */
  readonly slurmApiServer?: string;
  /** Where jobs are read from. @default SlurmJobSource.CONTROLLER */
  readonly jobSource?: SlurmJobSource;
  /** How far back ended jobs are read, with the accounting source; 1 s or longer. @default Duration.hours(1) */
  readonly accountingJobsLookback?: Duration;
}

const DEFAULT_NAME = 'slurm-exporter';
const DEFAULT_NAMESPACE = 'soperator';
/** The exporter's own user. */
const EXPORTER_UID = 1001;
/** Time that one scrape of a large cluster may take: the exporter serves a finished snapshot. */
const SCRAPE_TIMEOUT = Duration.seconds(20);

/** What it is, its CPUs, memory and duration, and its node. */
const SERIES_OF_JOB = 5;

/**
 * Exports the state of SLURM: nodes, jobs and the controller's RPC diagnostics.
 *
 * Runs once, and the former pod ends before the next one starts: the series carry no label of the pod, so two exporters would
 * write the same ones.
 *
 * With `deploy: false` it is scraped where Soperator deployed it, found by the labels that Soperator gives its pod.
 */
export class SlurmExporter extends Construct implements IMetricsSource {
  /** The Deployment, where it is rendered. */
  readonly workload?: k8s.KubeDeployment;
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port of the SLURM metrics. */
  readonly port = 8080;
  /** Port of the exporter's metrics of itself. */
  readonly monitoringPort = 8081;
  /** Value of the label `job`. */
  readonly job = 'slurm-exporter';

  /**
   * @param props see the interface
   * @throws InvalidOptionError when a name, image, duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: SlurmExporterProps = {}) {
    super(scope, id);
    const deploy = props.deploy ?? true;
    const namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME);
    const slurmCluster = dnsName(this, 'slurmCluster', props.slurmCluster ?? 'soperator');
    const image = imageOf(this, props.image, IMAGES.slurmExporter);
    const timing = scrapeTiming(this, props, {
      scrapeTimeout: SCRAPE_TIMEOUT,
      metricRelabelConfigs: [
        RelabelRule.dropLabels('counters of SLURM go on when the exporter is replaced', 'pod', 'instance', 'container'),
      ],
    });
    if (props.accountingJobsLookback && props.jobSource !== SlurmJobSource.ACCOUNTING) {
      reject(this, {
        option: 'accountingJobsLookback',
        got: prometheusDuration(props.accountingJobsLookback),
        expected: "to be left out while jobSource is 'controller'",
        instead: 'set jobSource to accounting, or leave the lookback out',
      });
    }
    if (props.slurmApiServer !== undefined && !(URL.canParse(props.slurmApiServer) && /^https?:\/\/./.test(props.slurmApiServer))) {
      reject(this, {
        option: 'slurmApiServer',
        got: props.slurmApiServer,
        expected: 'the http or https URL of slurmrestd',
        instead: "write it in full: 'http://soperator-rest-svc.soperator.svc:6820'",
      });
    }
    if (props.accountingJobsLookback && props.accountingJobsLookback.toMilliseconds() < 1000) {
      reject(this, {
        option: 'accountingJobsLookback',
        got: prometheusDuration(props.accountingJobsLookback),
        expected: '1s or longer',
        instead: 'use Duration.hours(1)',
      });
    }
    reaches(this, props.slurmApiServer);
    const identity = {
      name: DEFAULT_NAME,
      instance: name,
      component: 'slurm-exporter',
      version: imageParts(image, this.node.path).version,
    };
    const owner = { name, namespace, identity };
    const selector: Labels = deploy ? selectorLabels(identity) : (props.selector ?? soperatorPodLabels(slurmCluster));

    if (deploy) {
      const account = serviceAccount(this, 'ServiceAccount', owner);
      this.grantRights(owner, slurmCluster);
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
            securityContext: restrictedPod(EXPORTER_UID),
            containers: [
              {
                name: 'exporter',
                image,
                imagePullPolicy: 'IfNotPresent',
                args: this.args(props, namespace, slurmCluster, prometheusDuration(timing.scrapeInterval)),
                ports: [
                  { name: 'metrics', containerPort: this.port },
                  { name: 'monitoring', containerPort: this.monitoringPort },
                ],
                readinessProbe: httpProbe('/health', 'metrics', { periodSeconds: 10 }),
                livenessProbe: httpProbe('/health', 'metrics', { initialDelaySeconds: 10, periodSeconds: 20, failureThreshold: 6 }),
                resources: kubeResources(props.resources ?? roomyResources()),
                securityContext: restrictedContainer(),
              },
            ],
          }),
        },
      });
    }

    this.targets = [
      {
        ...timing,
        name,
        job: this.job,
        discovery: { role: DiscoveryRole.PODS, namespaces: [namespace], matchLabels: selector },
        endpoints: endpointsOf(this, props, [
          { port: 'metrics', catalog: SLURM_EXPORTER_CATALOG },
          { port: 'monitoring', catalog: SLURM_EXPORTER_MONITORING_CATALOG },
        ]),
        provenance: deploy ? Provenance.RENDERED : Provenance.EXTERNAL,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE, TargetLabel.ENDPOINT],
        collectionInterval: deploy ? timing.scrapeInterval : undefined,
        replicas: 1,
        series: {
          // RPC diagnostics by type and by user, and the exporter's metrics of itself; jobs that wait, or have ended and are still read
          fixed: 200 + SERIES_OF_JOB * (props.jobSource === SlurmJobSource.ACCOUNTING ? 2_000 : 500),
          // state, partitions, NVLink group, CPUs, memory and GPU seconds
          perNode: 14,
          // where one job runs on each GPU: more are not to be had
          perGpu: SERIES_OF_JOB,
        },
      },
    ];
  }

  private args(props: SlurmExporterProps, namespace: string, slurmCluster: string, interval: string): string[] {
    return [
      `--cluster-name=${slurmCluster}`,
      `--cluster-namespace=${namespace}`,
      `--slurm-api-server=${props.slurmApiServer ?? `http://${slurmCluster}-rest-svc.${namespace}.svc:6820`}`,
      `--collection-interval=${interval}`,
      `--job-source=${props.jobSource ?? SlurmJobSource.CONTROLLER}`,
      ...(props.accountingJobsLookback ? [`--accounting-jobs-lookback=${prometheusDuration(props.accountingJobsLookback)}`] : []),
      '--log-level=info',
    ];
  }

  /** The exporter reads one key to sign its token with, and joins workers with the nodes they run on. */
  private grantRights(owner: { name: string; namespace: string; identity: Identity }, slurmCluster: string): void {
    const subject = { name: owner.name, namespace: owner.namespace };
    grant(this, 'Namespace', owner, subject, [
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: [`${slurmCluster}-rest-jwt-key`],
        verbs: ['get'],
        why: 'signs its token for slurmrestd with this key, or SLURM refuses it and there are no SLURM metrics',
      },
      {
        apiGroups: [''],
        resources: ['pods'],
        verbs: ['list', 'watch'],
        why: 'finds the node that each worker runs on, or series of nodes lack node set and NVLink group',
      },
    ]);
    grantCluster(this, 'Nodes', { ...owner, name: `${owner.namespace}-${owner.name}` }, subject, [
      {
        apiGroups: [''],
        resources: ['nodes'],
        verbs: ['list', 'watch'],
        why: 'reads node set and NVLink group from labels of nodes, or series of nodes lack both',
        everywhere: NODES_HAVE_NO_NAMESPACE,
      },
    ]);
  }
}

/** The labels of Soperator's exporter pod. The cluster's name is among them: a namespace may hold two. */
function soperatorPodLabels(slurmCluster: string): Labels {
  return {
    'app.kubernetes.io/name': 'slurm-cluster',
    'app.kubernetes.io/instance': slurmCluster,
    'app.kubernetes.io/component': 'exporter',
  };
}
