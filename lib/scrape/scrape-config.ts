import type { Duration } from 'cdk8s';
import { flagBytes, prometheusDuration } from '../common/units';
import { identityRules, metaLabelKey } from './identity-rules';
import { RelabelRule } from './relabel-rule';
import {
  DiscoveryRole,
  type KeyReference,
  type ScrapeEndpoint,
  type ScrapeTarget,
  SERVICE_ACCOUNT_TOKEN,
  TargetLabel,
} from './scrape-target';

/** What all scrapes of a configuration share. */
export interface ScrapeConfigOptions {
  /** Value of the label `cluster` on every series. */
  readonly cluster: string;
  /** Path in the agent's container of a key of a ConfigMap in the agent's namespace. */
  readonly fileOf: (reference: KeyReference) => string;
}

/** Time between two scrapes where none says so; each does. */
const GLOBAL_INTERVAL = '30s';

/**
 * Renders targets as a scrape configuration file. It finds the same targets with the same labels as the resources of the operator that
 * the same targets are rendered to.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/sd_configs/
 */
export function renderScrapeConfig(targets: readonly ScrapeTarget[], options: ScrapeConfigOptions) {
  return {
    global: { scrape_interval: GLOBAL_INTERVAL, external_labels: { cluster: options.cluster } },
    scrape_configs: targets.flatMap((target) =>
      target.endpoints.map((endpoint, index) => ({
        job_name: jobName(target, endpoint, index),
        kubernetes_sd_configs: [discovery(target)],
        ...endpointFields(target, endpoint, options),
        relabel_configs: [...found(target, endpoint), ...identityRules(target), ...target.relabelConfigs].map((rule) => rule._toConfig()),
        ...(target.metricRelabelConfigs.length > 0
          ? { metric_relabel_configs: target.metricRelabelConfigs.map((rule) => rule._toConfig()) }
          : {}),
      })),
    ),
  };
}

/** Name of the scrape of one endpoint. vmagent reads nothing of a configuration in which two have one, as two paths of one port would. */
export function jobName({ name, endpoints }: ScrapeTarget, { port }: ScrapeEndpoint, index: number): string {
  if (endpoints.length === 1) return name;
  return endpoints.filter((other) => other.port === port).length === 1 && port !== undefined ? `${name}/${port}` : `${name}/${index}`;
}

/** How discovery calls the roles. Endpoints objects are deprecated, and cut off above 1,000 addresses. */
const ROLES: { readonly [role in DiscoveryRole]: string } = {
  [DiscoveryRole.SERVICES]: 'endpointslice',
  [DiscoveryRole.PODS]: 'pod',
  [DiscoveryRole.NODES]: 'node',
};

function discovery({ discovery: { role, namespaces }, nodeLabels }: ScrapeTarget) {
  return {
    role: ROLES[role],
    ...(role === DiscoveryRole.NODES ? {} : { namespaces: { names: [...namespaces] } }),
    ...(nodeLabels && role !== DiscoveryRole.NODES ? { attach_metadata: { node: true } } : {}),
  };
}

/** The rules that keep of everything discovered what the target looks for, in the order in which the operator writes them. */
function found({ discovery: { role, matchLabels }, targetLabels }: ScrapeTarget, { port }: ScrapeEndpoint): RelabelRule[] {
  const prefix = {
    [DiscoveryRole.SERVICES]: '__meta_kubernetes_service_label_',
    [DiscoveryRole.PODS]: '__meta_kubernetes_pod_label_',
    [DiscoveryRole.NODES]: '__meta_kubernetes_node_label_',
  }[role];
  const portName =
    role === DiscoveryRole.SERVICES ? '__meta_kubernetes_endpointslice_port_name' : '__meta_kubernetes_pod_container_port_name';
  return [
    ...(role === DiscoveryRole.PODS
      ? [RelabelRule.dropSeries('a pod that has ended answers nobody', { __meta_kubernetes_pod_phase: 'Failed|Succeeded' })]
      : []),
    ...Object.entries(matchLabels).map(([key, value]) =>
      RelabelRule.keepSeries('the labels say whose it is', { [prefix + metaLabelKey(key)]: quoted(value) }),
    ),
    ...(port === undefined || role === DiscoveryRole.NODES
      ? []
      : [RelabelRule.keepSeries('other ports have no metrics', { [portName]: quoted(port) })]),
    ...(targetLabels.includes(TargetLabel.NAMESPACE)
      ? [RelabelRule.copyLabel('the table of jobs has it', '__meta_kubernetes_namespace', TargetLabel.NAMESPACE)]
      : []),
    ...(targetLabels.includes(TargetLabel.ENDPOINT) && port !== undefined
      ? [RelabelRule.setLabel('the table of jobs has it', TargetLabel.ENDPOINT, port)]
      : []),
  ];
}

function endpointFields(target: ScrapeTarget, endpoint: ScrapeEndpoint, { fileOf }: ScrapeConfigOptions) {
  const { tls } = target;
  const seconds = (duration: Duration) => prometheusDuration(duration);
  return {
    honor_labels: target.honorLabels ?? false,
    // times of the source make irregular samples, and series that outlive their target
    honor_timestamps: false,
    scrape_interval: seconds(target.scrapeInterval),
    scrape_timeout: seconds(target.scrapeTimeout),
    metrics_path: endpoint.path ?? '/metrics',
    scheme: tls ? 'https' : 'http',
    ...(target.maxScrapeSize ? { max_scrape_size: flagBytes(target.maxScrapeSize) } : {}),
    ...(target.sampleLimit === undefined ? {} : { sample_limit: target.sampleLimit }),
    ...(target.seriesLimit === undefined ? {} : { series_limit: target.seriesLimit }),
    ...(tls
      ? {
          tls_config: {
            ...(tls.caConfigMap ? { ca_file: fileOf(tls.caConfigMap) } : {}),
            ...(tls.serverName === undefined ? {} : { server_name: tls.serverName }),
            ...(tls.insecureSkipVerify === undefined ? {} : { insecure_skip_verify: tls.insecureSkipVerify }),
          },
        }
      : {}),
    ...(target.serviceAccountToken ? { bearer_token_file: SERVICE_ACCOUNT_TOKEN } : {}),
  };
}

/** A text as a regular expression that matches it alone. */
function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
