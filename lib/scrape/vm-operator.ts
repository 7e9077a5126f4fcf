import { type ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import * as vm from '../../imports/operator.victoriametrics.com';
import { reject } from '../common/errors';
import type { Labels } from '../common/labels';
import { flagBytes, prometheusDuration } from '../common/units';
import { identityRules } from './identity-rules';
import { RelabelRule } from './relabel-rule';
import { DiscoveryRole, type ScrapeEndpoint, type ScrapeTarget, SERVICE_ACCOUNT_TOKEN } from './scrape-target';

/** The labels that the operator's generator adds on its own, by what is discovered. */
const GENERATED_LABELS: { readonly [role in DiscoveryRole]: readonly string[] } = {
  [DiscoveryRole.SERVICES]: ['node', 'pod', 'container', 'namespace', 'service', 'endpoint'],
  [DiscoveryRole.PODS]: ['pod', 'container', 'namespace', 'endpoint'],
  [DiscoveryRole.NODES]: ['node'],
};

/** Where a scrape is rendered. */
export interface VmScrapeOptions {
  /** Namespace of the object: the agent's, so that the agent's operator may read what it names. */
  readonly namespace: string;
  /** Labels of the object, among them the one that the agent selects by. */
  readonly labels: Labels;
}

/**
 * Renders a target as a resource of the VictoriaMetrics operator: VMServiceScrape, VMPodScrape or VMNodeScrape.
 *
 * @see https://docs.victoriametrics.com/operator/resources/vmservicescrape/
 */
export function renderVmScrape(scope: Construct, target: ScrapeTarget, options: VmScrapeOptions): ApiObject {
  const metadata = { name: target.name, namespace: options.namespace, labels: { ...options.labels } };
  const selector = { matchLabels: { ...target.discovery.matchLabels } };
  const namespaceSelector = { matchNames: [...target.discovery.namespaces] };
  const attachMetadata = target.nodeLabels ? { node: true } : undefined;
  switch (target.discovery.role) {
    case DiscoveryRole.SERVICES:
      return new vm.VmServiceScrape(scope, target.name, {
        metadata,
        spec: {
          // Endpoints objects are deprecated, and cut off above 1,000 addresses: the pods of one DaemonSet on a large cluster
          discoveryRole: vm.VmServiceScrapeSpecDiscoveryRole.ENDPOINTSLICE,
          selector,
          namespaceSelector,
          endpoints: target.endpoints.map((endpoint) => ({
            port: endpoint.port,
            attachMetadata,
            scheme: target.tls ? vm.VmServiceScrapeSpecEndpointsScheme.HTTPS : vm.VmServiceScrapeSpecEndpointsScheme.HTTP,
            ...endpointParams(target, endpoint),
          })),
        },
      });
    case DiscoveryRole.PODS:
      return new vm.VmPodScrape(scope, target.name, {
        metadata,
        spec: {
          selector,
          namespaceSelector,
          podMetricsEndpoints: target.endpoints.map((endpoint) => ({
            port: endpoint.port,
            attachMetadata,
            scheme: target.tls ? vm.VmPodScrapeSpecPodMetricsEndpointsScheme.HTTPS : vm.VmPodScrapeSpecPodMetricsEndpointsScheme.HTTP,
            ...endpointParams(target, endpoint),
          })),
        },
      });
    case DiscoveryRole.NODES: {
      // a VMNodeScrape has one path; a source with several declares several targets
      const endpoint = onlyPath(target);
      return new vm.VmNodeScrape(scope, target.name, {
        metadata,
        spec: {
          selector,
          scheme: target.tls ? vm.VmNodeScrapeSpecScheme.HTTPS : vm.VmNodeScrapeSpecScheme.HTTP,
          ...endpointParams(target, endpoint),
        },
      });
    }
  }
}

/** @throws InvalidOptionError when a target of nodes has several endpoints, or one with a port: the kubelet's is taken */
function onlyPath({ name, endpoints }: ScrapeTarget): ScrapeEndpoint {
  const [endpoint, ...others] = endpoints;
  if (!endpoint || others.length > 0 || endpoint.port !== undefined) {
    reject(name, {
      option: 'endpoints',
      got: endpoints,
      expected: 'one path and no port, because nodes are scraped',
      instead: 'declare a target for each path',
    });
  }
  return endpoint;
}

/** The fields that the three kinds share. */
function endpointParams(target: ScrapeTarget, endpoint: ScrapeEndpoint) {
  return {
    path: endpoint.path ?? '/metrics',
    interval: prometheusDuration(target.scrapeInterval),
    scrapeTimeout: prometheusDuration(target.scrapeTimeout),
    honorLabels: target.honorLabels ?? false,
    // times of the source make irregular samples, and series that outlive their target
    honorTimestamps: false,
    sampleLimit: target.sampleLimit,
    seriesLimit: target.seriesLimit,
    maxScrapeSize: target.maxScrapeSize && flagBytes(target.maxScrapeSize),
    tlsConfig: target.tls && {
      ca: target.tls.caConfigMap && { configMap: { ...target.tls.caConfigMap } },
      serverName: target.tls.serverName,
      insecureSkipVerify: target.tls.insecureSkipVerify,
    },
    bearerTokenFile: target.serviceAccountToken ? SERVICE_ACCOUNT_TOKEN : undefined,
    relabelConfigs: [...identityRules(target), ...dropGenerated(target), ...target.relabelConfigs].map((rule) => rule._toKube()),
    // what is read of a target may not be known before the tree is rendered
    metricRelabelConfigs: Lazy.any({ produce: () => target.metricRelabelConfigs.map((rule) => rule._toKube()) }),
  };
}

/** Takes away what the operator adds and the table of jobs does not have. Runs before the user's rules, which may add any label back. */
function dropGenerated(target: ScrapeTarget): RelabelRule[] {
  const wanted: readonly string[] = [...target.targetLabels, ...Object.keys(target.nodeLabels ?? {})];
  const dropped = GENERATED_LABELS[target.discovery.role].filter((label) => !wanted.includes(label));
  if (dropped.length === 0) return [];
  return [RelabelRule.dropLabels('the table of jobs says which labels a target has', ...dropped)];
}
