// the whole pipeline
export { MetricsPipeline } from '../charts/metrics-pipeline';
export { NamespacesChart, type NamespacesChartProps, type PipelineNamespace } from '../charts/namespaces';
export {
  type ApiServerScrapesPart,
  type CoreDnsScrapesPart,
  type DcgmExporterPart,
  type GrafanaPart,
  type KubeletScrapesPart,
  type KubeStateMetricsPart,
  type MetricsPipelineProps,
  type NodeExporterPart,
  type OptionalPartSwitch,
  type PartSwitch,
  type PipelineNamespaces,
  Platform,
  type SlurmExporterPart,
  type SoperatorControllerPart,
  type VMAgentPart,
  type VMOperatorPart,
  type VMSinglePart,
} from '../charts/options';
// components; more of them below, for exports are in the order of their files
export { ApiServerScrapes, type ApiServerScrapesProps } from './api-server-scrapes';
// checks
export {
  CHECKS,
  type Check,
  type CheckContext,
  type CheckOptions,
  type Complaint,
  type Finding,
  findingText,
  type Json,
  type JsonObject,
  type KubeObject,
  kubeObject,
  reportChecks,
  runChecks,
  Severity,
  Tree,
  withOwnChecks,
} from './checks';
// words that all components share
export type { Dashboard } from './common/dashboard';
export { type ComplaintParts, InvalidOptionError } from './common/errors';
export { type ImageOptions, useImages } from './common/image-source';
export { IMAGES } from './common/images';
export { AGENT_LABEL, CLUSTER_LABEL, INVENTORY_LABEL, type Labels } from './common/labels';
export {
  type FamilyCondition,
  type FamilyLabel,
  type MetricCatalog,
  type MetricFamily,
  MetricType,
  MetricUnit,
} from './common/metric-family';
export { Mode } from './common/mode';
export { PodSecurityLevel } from './common/namespaces';
export { type ResolvedScale, resolveScale, type Scale } from './common/scale';
export { SeriesProfile } from './common/series-profile';
export type { ComputeResources } from './common/units';
export type { PlacementProps, Toleration, WorkloadProps } from './common/workload';
// the YAML file of a cluster
export {
  ConfigError,
  type ConfigProblem,
  describeFailure,
  type LoadedCluster,
  type LoadOptions,
  loadClusters,
  parseCluster,
} from './config';
export { CoreDnsScrapes, type CoreDnsScrapesProps } from './core-dns-scrapes';
export { DashboardConfigMaps, type DashboardConfigMapsProps } from './dashboard-config-maps';
// dashboards
export {
  chosenDashboards,
  DASHBOARDS,
  type DashboardDefinition,
  type DashboardJson,
  type DashboardOptions,
  type DataLink,
  type FieldConfigJson,
  JobAttribution,
  type OverrideJson,
  type PanelJson,
  type PlacedPanelJson,
  type QueryJson,
  type RowJson,
  renderDashboard,
} from './dashboards';
// dashboards of your own: the vocabulary in which those above are written
export * as panels from './dashboards/own';
// components
export { DcgmExporter, type DcgmExporterProps } from './dcgm-exporter';
export { Economy, type SeriesOptions } from './economy';
export { Grafana, type GrafanaProps, GrafanaRole, type VictoriaLogsDatasource } from './grafana';
export { KubeStateMetrics, type KubeStateMetricsProps } from './kube-state-metrics';
export { KubeletEndpoint, KubeletScrapes, type KubeletScrapesProps } from './kubelet-scrapes';
// catalogs
export { DCGM_FIELDS, type DcgmField, DEFAULT_DCGM_FIELDS } from './metrics/dcgm-fields';
// catalogs of your own: a line for each family
export * as families from './metrics/own';
export { NodeExporter, type NodeExporterProps } from './node-exporter';
// manifests
export {
  CheckFailure,
  type ClusterOutput,
  CRDS,
  isStored,
  MANIFEST_FILES,
  type ManifestFile,
  type MetricFate,
  type MetricReport,
  needsCrds,
  renderManifests,
  seriesReport,
  writeFolder,
} from './outputs';
// changes of rendered objects
export {
  type MergedFields,
  mergeIntoObjects,
  type ObjectPatch,
  type ObjectSelector,
  PatchOp,
  type PatchOperation,
  patchObjects,
} from './patches';
export {
  type NebiusCloudOptions,
  type OAuth2Options,
  RemoteWrite,
  RemoteWriteCredential,
  type RemoteWriteOptions,
  type TokenFileOptions,
} from './remote-write';
// the scrape model
export { type CounterSum, type StreamAggregation, type StreamAggregationRule, streamAggregation } from './scrape/aggregation';
export { type ICollector, isCollector, markCollector } from './scrape/collector';
export {
  type Credential,
  CredentialKind,
  type Destination,
  type DestinationTls,
  type IDestination,
  type IQueryable,
  type IStore,
} from './scrape/destination';
export { type Load, loadOf, seriesOf } from './scrape/load';
export { QueueBudget } from './scrape/queue-budget';
export { evaluateRelabeling, finalizeSeriesLabels, finalizeTargetLabels, type LabelSet } from './scrape/relabel-evaluate';
export { RelabelAction, type RelabelReplaceOptions, RelabelRule, type RelabelRuleOptions } from './scrape/relabel-rule';
export { type AgentRights, type RightsRule, rightsOf } from './scrape/rights';
export {
  type Arrival,
  type Labels as SeriesLabels,
  type Sample,
  SeriesSchema,
  type SeriesSchemaOptions,
  type StoredMetric,
} from './scrape/schema';
export { renderScrapeConfig, type ScrapeConfigOptions } from './scrape/scrape-config';
export {
  type AgentRight,
  type Discovery,
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  type KeyReference,
  Provenance,
  type ScrapeEndpoint,
  type ScrapeTarget,
  type ScrapeTls,
  type SeriesEstimate,
  TargetLabel,
} from './scrape/scrape-target';
export { type ScrapeDefaults, type ScrapeProps, type ScrapeTiming, type SourceProps, scrapeTiming } from './scrape/source-props';
export { renderVmScrape, type VmScrapeOptions } from './scrape/vm-operator';
export { SlurmExporter, type SlurmExporterProps, SlurmJobSource } from './slurm-exporter';
export { SoperatorController, type SoperatorControllerProps } from './soperator-controller';
export { type UserScrapes, VMAgent, type VMAgentOptions, type VMAgentProps } from './vm-agent';
export { VMOperator, type VMOperatorProps } from './vm-operator';
export { VMSingle, type VMSingleProps } from './vm-single';
