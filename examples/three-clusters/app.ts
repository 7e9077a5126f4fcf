import { App, Duration } from 'cdk8s';
import { type ClusterOutput, Mode, PatchOp, Platform, renderManifests } from 'soperator-metrics';
import { type PlatformCluster, PlatformPipeline } from './platform';

const CLUSTERS: readonly PlatformCluster[] = [
  { cluster: 'train-eu', nodes: 256, retention: Duration.days(30) },
  // Soperator's charts brought exporters and the operator
  { cluster: 'infer-us', nodes: 32, platforms: [Platform.SOPERATOR] },
  {
    cluster: 'lab',
    nodes: 2,
    mode: Mode.STANDALONE,
    isExperimental: true,
    // the lab's DNS knows no names of the company
    patches: [
      {
        kind: 'StatefulSet',
        name: 'vmagent-metrics',
        patch: [
          {
            op: PatchOp.ADD,
            path: '/spec/template/spec/hostAliases',
            value: [{ ip: '10.20.0.7', hostnames: ['pool.metrics.example.com'] }],
          },
        ],
      },
    ],
  },
];

/** One app for each cluster: checks look at a whole app, and what meets there would meet in one cluster. */
export const outputs: readonly ClusterOutput[] = CLUSTERS.map((cluster) => {
  const app = new App();
  new PlatformPipeline(app, cluster);
  return { cluster: cluster.cluster, files: renderManifests(app) };
});
