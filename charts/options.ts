import type { ApiServerScrapesProps } from '../lib/api-server-scrapes';
import type { Check } from '../lib/checks';
import type { Dashboard } from '../lib/common/dashboard';
import type { ImageOptions } from '../lib/common/image-source';
import type { Mode } from '../lib/common/mode';
import type { PodSecurityLevel } from '../lib/common/namespaces';
import type { Scale } from '../lib/common/scale';
import type { CoreDnsScrapesProps } from '../lib/core-dns-scrapes';
import type { JobAttribution } from '../lib/dashboards';
import type { DcgmExporterProps } from '../lib/dcgm-exporter';
import type { SeriesOptions } from '../lib/economy';
import type { GrafanaProps } from '../lib/grafana';
import type { KubeStateMetricsProps } from '../lib/kube-state-metrics';
import type { KubeletScrapesProps } from '../lib/kubelet-scrapes';
import type { NodeExporterProps } from '../lib/node-exporter';
import type { ObjectPatch } from '../lib/patches';
import type { NebiusCloudOptions } from '../lib/remote-write';
import type { ICollector } from '../lib/scrape/collector';
import type { IDestination, IStore } from '../lib/scrape/destination';
import type { IMetricsSource } from '../lib/scrape/scrape-target';
import type { SlurmExporterProps } from '../lib/slurm-exporter';
import type { SoperatorControllerProps } from '../lib/soperator-controller';
import type { VMAgentOptions } from '../lib/vm-agent';
import type { VMOperatorProps } from '../lib/vm-operator';
import type { VMSingleProps } from '../lib/vm-single';

/** What the cluster brings along, and is only scraped. */
export enum Platform {
  /** Nothing: everything is deployed. */
  NONE = 'none',
  /** Soperator's charts: its SLURM exporter, its VictoriaMetrics operator and its DCGM exporter. */
  SOPERATOR = 'soperator',
  /** NVIDIA's GPU operator: its DCGM exporter. */
  GPU_OPERATOR = 'gpu-operator',
}

/** The namespaces of the pipeline. Every part takes its namespace from here unless it is given one of its own, which then must exist. */
export interface PipelineNamespaces {
  /** Agent, store, view, operator and kube-state-metrics. @default 'monitoring-system' */
  readonly monitoring?: string;
  /** The SLURM cluster, with the exporters that belong to it. @default 'soperator' */
  readonly slurm?: string;
  /** Soperator's manager. @default 'soperator-system' */
  readonly soperatorSystem?: string;
  /** The node exporter, apart because it needs the host. @default 'node-exporter-system' */
  readonly nodeExporter?: string;
  /** More namespaces in which dashboards are looked for and scrapes of users may find targets. They must exist, as those of SLURM must. @default - none */
  readonly alsoMonitored?: readonly string[];
  /**
   * Pod Security level of the monitoring namespace.
   *
   * @default - restricted; privileged when a destination's token is a file of the node; unmanaged where the platform is Soperator
   */
  readonly monitoringPodSecurity?: PodSecurityLevel;
}

/** Whether a part is there at all. */
export interface PartSwitch {
  /** Leaves the part out when false. @default true */
  readonly enabled?: boolean;
}

/** Whether a part is there that not everybody wants. */
export interface OptionalPartSwitch {
  /** Brings the part in when true. @default false */
  readonly enabled?: boolean;
}

/** {@link SlurmExporterProps}, and whether it is there. */
export interface SlurmExporterPart extends SlurmExporterProps, PartSwitch {}
/** {@link DcgmExporterProps}, and whether it is there. */
export interface DcgmExporterPart extends DcgmExporterProps, PartSwitch {}
/** {@link NodeExporterProps}, and whether it is there. */
export interface NodeExporterPart extends NodeExporterProps, PartSwitch {}
/** {@link KubeletScrapesProps}, and whether they are there. */
export interface KubeletScrapesPart extends KubeletScrapesProps, PartSwitch {}
/** {@link KubeStateMetricsProps}, and whether it is there. */
export interface KubeStateMetricsPart extends KubeStateMetricsProps, PartSwitch {}
/** {@link SoperatorControllerProps}, and whether it is there. */
export interface SoperatorControllerPart extends SoperatorControllerProps, PartSwitch {}
/** {@link ApiServerScrapesProps}, and whether they are there. */
export interface ApiServerScrapesPart extends ApiServerScrapesProps, OptionalPartSwitch {}
/** {@link CoreDnsScrapesProps}, and whether they are there. */
export interface CoreDnsScrapesPart extends CoreDnsScrapesProps, OptionalPartSwitch {}
/** {@link VMSingleProps}, and whether it is there. */
export interface VMSinglePart extends VMSingleProps, PartSwitch {}
/** {@link GrafanaProps}, whether it is there, and what it shows. */
export interface GrafanaPart extends GrafanaProps, PartSwitch {
  /** Names of the dashboards that it shows; an empty list shows none. @default - all */
  readonly dashboards?: readonly string[];
  /** How dashboards find the job of a GPU. @default JobAttribution.JOIN */
  readonly jobAttribution?: JobAttribution;
}
/** {@link VMOperatorProps}, and whether it is there. */
export interface VMOperatorPart extends VMOperatorProps, PartSwitch {}

/** {@link VMAgentOptions}, the agent's props without the cluster, which the pipeline knows. */
export interface VMAgentPart extends VMAgentOptions {}

/** Options of {@link MetricsPipeline}. */
export interface MetricsPipelineProps {
  /** Value of the label `cluster` on every series: lower-case letters, digits, dots and dashes. */
  readonly cluster: string;
  /** Name of the SLURM cluster, as its SlurmCluster resource has it. @default 'soperator' */
  readonly slurmCluster?: string;
  /** What the cluster brings along. @default - nothing: everything is deployed */
  readonly platforms?: readonly Platform[];
  /** What makes agent and store: the VictoriaMetrics operator, or the manifests themselves. @default Mode.OPERATOR */
  readonly mode?: Mode;
  /** What the cluster grows to. Sizes agent, store, their volumes and limits of scrapes; whatever is given to a part itself wins. @default - see there */
  readonly scale?: Scale;
  /** The namespaces. @default - the contract's */
  readonly namespaces?: PipelineNamespaces;
  /** Where the images of all parts come from, and how they are pinned. @default - tags, each from where it is published */
  readonly images?: ImageOptions;
  /** Which series are taken of what is scraped. @default - what dashboards read, and what is asked by hand when something is wrong */
  readonly series?: SeriesOptions;
  /** Warnings of checks stop the synthesis, too. @default false */
  readonly strict?: boolean;

  /** The SLURM exporter. @default - with its defaults */
  readonly slurmExporter?: SlurmExporterPart;
  /** The GPU exporter. @default - with its defaults */
  readonly dcgmExporter?: DcgmExporterPart;
  /** The node exporter. @default - with its defaults */
  readonly nodeExporter?: NodeExporterPart;
  /** The scrapes of kubelets. @default - with their defaults */
  readonly kubelet?: KubeletScrapesPart;
  /** kube-state-metrics. @default - with its defaults */
  readonly kubeStateMetrics?: KubeStateMetricsPart;
  /** The scrape of Soperator's manager. @default - with its defaults */
  readonly soperatorController?: SoperatorControllerPart;
  /** The scrape of the API server, with its row on the dashboard Kubernetes system; takes `enabled: true`. @default - none */
  readonly apiServer?: ApiServerScrapesPart;
  /** The scrape of CoreDNS, with its row on the dashboard Kubernetes system; takes `enabled: true`. @default - none */
  readonly coreDns?: CoreDnsScrapesPart;
  /** Sources of your own, scraped like the others. @default - none */
  readonly sources?: readonly IMetricsSource[];
  /**
   * Dashboards of your own, shown beside the others; they bring the metrics of the pipeline's sources along that they read. With
   * `grafana.enabled: false` you show them yourself, such as with {@link DashboardConfigMaps}. @default - none
   */
  readonly dashboards?: readonly Dashboard[];
  /** Checks of your own, run after the others and told in the same way. @default - none */
  readonly checks?: readonly Check[];

  /** The agent. @default - with its defaults */
  readonly vmAgent?: VMAgentPart;
  /** An agent of your own in place of it. @default - none */
  readonly collector?: ICollector;

  /** The store. @default - with its defaults */
  readonly vmSingle?: VMSinglePart;
  /** A store of your own in place of it. @default - none */
  readonly store?: IStore;
  /** Writes to Nebius Cloud, too; takes `nebiusCloud`. @default false */
  readonly publicEndpointEnabled?: boolean;
  /** Region, project and credential in Nebius Cloud; with `publicEndpointEnabled`. @default - none */
  readonly nebiusCloud?: NebiusCloudOptions;
  /** More destinations. @default - none */
  readonly destinations?: readonly IDestination[];

  /** The view. @default - with its defaults */
  readonly grafana?: GrafanaPart;
  /** The operator. @default - with its defaults */
  readonly vmOperator?: VMOperatorPart;

  /** Changes of rendered objects, for what no option does; one that matches nothing is an error. @default - none */
  readonly patches?: readonly ObjectPatch[];
}
