import { App, JsonPatch } from 'cdk8s';
import { type ClusterOutput, MetricsPipeline, renderManifests } from 'soperator-metrics';
import { SCRATCH_SPACE } from './dashboard';
import { ScratchExporter } from './scratch-exporter';
import { teamLabel } from './team-label';

const app = new App();

const pipeline = new MetricsPipeline(app, 'train', {
  cluster: 'train',
  // the library's own dashboards take most of the room in a repository of manifests; one is enough here
  grafana: { dashboards: ['grafana'] },
  dashboards: [SCRATCH_SPACE],
  checks: [teamLabel],
});

// below the pipeline, so that its objects have the labels by which `kubectl delete` finds what is left over
const scratch = new ScratchExporter(pipeline, 'ScratchExporter', { namespace: 'monitoring-system', team: 'hpc-platform' });
pipeline.collector.scrape(scratch);

// the namespace has the Pod Security level `restricted`, and cdk8s-plus leaves two of its fields out
pipeline.patch(
  { kind: 'Deployment', name: 'scratch-exporter' },
  JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
  JsonPatch.add('/spec/template/spec/containers/0/securityContext/capabilities', { drop: ['ALL'] }),
);

export const outputs: readonly ClusterOutput[] = [{ cluster: 'train', files: renderManifests(app) }];
