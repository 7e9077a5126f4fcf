import { Duration, Size } from 'cdk8s';
import { Cpu, Deployment, type Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  DiscoveryRole,
  families,
  type IMetricsSource,
  InstanceLabel,
  type MetricCatalog,
  MetricUnit,
  Provenance,
  type ScrapeTarget,
  scrapeTiming,
} from 'soperator-metrics';

const { counter, gauge, labels, NONE } = families;

/** Everything that the exporter exposes: what queries are checked against. */
export const SCRATCH_CATALOG: MetricCatalog = {
  name: 'scratch-exporter',
  families: [
    gauge('scratch_quota_bytes', MetricUnit.BYTES, labels('project'), 'How much a project may keep on the scratch filesystem'),
    gauge('scratch_used_bytes', MetricUnit.BYTES, labels('project'), 'How much it keeps there'),
    counter('scratch_purged_bytes_total', MetricUnit.BYTES, labels('project'), 'How much of it was deleted because it was old'),
    gauge('scratch_last_scan_timestamp_seconds', MetricUnit.TIMESTAMP, NONE, 'When the filesystem was last looked through'),
  ],
};

export interface ScratchExporterProps {
  readonly namespace: string;
  readonly team: string;
}

/** Who fills the scratch filesystem: a program of our own, its Service, and how it is scraped. */
export class ScratchExporter extends Construct implements IMetricsSource {
  readonly deployment: Deployment;
  readonly service: Service;
  readonly targets: readonly ScrapeTarget[];

  constructor(scope: Construct, id: string, { namespace, team }: ScratchExporterProps) {
    super(scope, id);
    const metadata = { name: 'scratch-exporter', namespace, labels: { 'app.kubernetes.io/name': 'scratch-exporter', team } };
    this.deployment = new Deployment(this, 'Deployment', {
      metadata,
      replicas: 1,
      containers: [
        {
          name: 'scratch-exporter',
          image: 'registry.example.com/hpc/scratch-exporter:1.4.0',
          ports: [{ name: 'metrics', number: 9750 }],
          resources: {
            cpu: { request: Cpu.millis(50) },
            memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) },
          },
          securityContext: { user: 65534, group: 65534 },
        },
      ],
    });
    this.service = this.deployment.exposeViaService({ name: 'scratch-exporter', ports: [{ name: 'metrics', port: 9750 }] });
    for (const [label, value] of Object.entries(metadata.labels)) this.service.metadata.addLabel(label, value);
    this.targets = [
      {
        // looking at every directory takes the exporter minutes: more often would read the same numbers
        ...scrapeTiming(this, {}, { scrapeInterval: Duration.minutes(1) }),
        name: 'scratch-exporter',
        job: 'scratch-exporter',
        discovery: { role: DiscoveryRole.SERVICES, namespaces: [namespace], matchLabels: { 'app.kubernetes.io/name': 'scratch-exporter' } },
        endpoints: [{ port: 'metrics', catalog: SCRATCH_CATALOG }],
        provenance: Provenance.RENDERED,
        instance: InstanceLabel.POD,
        targetLabels: [],
        series: { fixed: 200 },
      },
    ];
  }
}
