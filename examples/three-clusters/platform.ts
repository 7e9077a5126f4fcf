import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  MetricsPipeline,
  type MetricsPipelineProps,
  QueueBudget,
  RelabelRule,
  RemoteWrite,
  RemoteWriteCredential,
} from 'soperator-metrics';

/** What differs from cluster to cluster. */
export interface PlatformCluster extends Pick<MetricsPipelineProps, 'cluster' | 'platforms' | 'mode' | 'patches'> {
  readonly nodes: number;
  /** How long samples are kept in the cluster. @default - two weeks */
  readonly retention?: Duration;
  /** Nobody is called at night because of it: warnings of checks do not stop its rendering. @default false */
  readonly isExperimental?: boolean;
}

/** What the company's pool keeps of all clusters; the rest stays where it is. */
const POOLED = ['up', 'slurm_.+', 'DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_XID_ERRORS'];

/** The pipeline as the platform team runs it: the same on every cluster but for what {@link PlatformCluster} says. */
export class PlatformPipeline extends MetricsPipeline {
  constructor(scope: Construct, { cluster, nodes, retention, isExperimental = false, ...own }: PlatformCluster) {
    super(scope, cluster, {
      cluster,
      ...own,
      scale: { nodes, gpusPerNode: 8 },
      strict: !isExperimental,
      namespaces: { alsoMonitored: ['ml-research'] },
      vmSingle: { retentionPeriod: retention ?? Duration.days(14), storageClassName: 'compute-csi-default-sc' },
      vmAgent: { buffer: QueueBudget.outage(Duration.hours(12)) },
      destinations: [
        RemoteWrite.toUrl('https://pool.metrics.example.com/api/v1/write', {
          name: 'pool',
          credential: RemoteWriteCredential.tokenSecret({ name: 'pool-writer', key: 'token' }),
          relabelConfigs: [RelabelRule.keepMetrics('the pool is for comparisons between clusters', ...POOLED)],
        }),
      ],
      // dashboards are large; one of each cluster is enough in this repository
      grafana: { dashboards: ['grafana'] },
    });
  }
}
