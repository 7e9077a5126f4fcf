import {
  DiscoveryRole,
  families,
  type IMetricsSource,
  InstanceLabel,
  type MetricCatalog,
  MetricUnit,
  Provenance,
  RelabelRule,
  type ScrapeTarget,
  scrapeTiming,
  TargetLabel,
} from 'soperator-metrics';

const { counter, gauge, labels } = families;

export const FABRIC_CATALOG: MetricCatalog = {
  name: 'fabric-manager',
  families: [
    gauge('fabric_link_up', MetricUnit.COUNT, labels('switch', 'port'), 'Whether a link of the fabric is up'),
    counter('fabric_link_flaps_total', MetricUnit.COUNT, labels('switch', 'port'), 'How often a link went down'),
    gauge('fabric_debug_queue_depth', MetricUnit.COUNT, labels('switch'), 'For its developers'),
  ],
};

/** The fabric manager, which somebody else deploys. */
export class FabricManager implements IMetricsSource {
  readonly targets: readonly ScrapeTarget[] = [
    {
      ...scrapeTiming('FabricManager', {}),
      name: 'fabric-manager',
      job: 'fabric-manager',
      discovery: { role: DiscoveryRole.PODS, namespaces: ['fabric'], matchLabels: { app: 'fabric-manager' } },
      endpoints: [{ port: 'metrics', catalog: FABRIC_CATALOG }],
      provenance: Provenance.EXTERNAL,
      instance: InstanceLabel.POD,
      targetLabels: [TargetLabel.NAMESPACE],
      metricRelabelConfigs: [RelabelRule.dropMetrics('for its developers', 'fabric_debug_.+')],
      series: { fixed: 100, perNode: 16 },
    },
  ];
}
