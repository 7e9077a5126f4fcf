import { App, JsonPatch } from 'cdk8s';
import { MetricsPipeline, PatchOp, patchObjects } from 'soperator-metrics';

const app = new App();
const pipeline = new MetricsPipeline(app, 'prod', {
  cluster: 'prod',
  // as `patches` in the cluster file
  patches: [{ kind: 'Service', name: 'metrics-grafana', patch: [{ op: PatchOp.ADD, path: '/spec/sessionAffinity', value: 'ClientIP' }] }],
});
pipeline.patch(
  { kind: 'Deployment', name: 'slurm-exporter' },
  JsonPatch.test('/spec/template/spec/containers/0/name', 'exporter'),
  JsonPatch.add('/spec/template/spec/containers/0/args/-', '--log-level=debug'),
);
pipeline.mergeInto({ kind: 'VMAgent', name: 'metrics' }, { spec: { terminationGracePeriodSeconds: 60 } });
// every object of a kind, below any construct
patchObjects(app, { kind: 'Namespace' }, JsonPatch.add('/metadata/annotations', { 'example.com/owner': 'hpc' }));
app.synth();
