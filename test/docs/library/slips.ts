import { App, JsonPatch } from 'cdk8s';
import { MetricsPipeline, MetricUnit, panels } from 'soperator-metrics';
import { FabricManager } from './own-source';

const fabric = panels.select.job('fabric-manager');
const panel = panels.stat({
  title: 'Links down',
  description: 'Links that are down now.',
  unit: MetricUnit.COUNT,
  queries: [{ expr: `sum(${fabric('fabric_links_up')})` }, { expr: `max(${fabric('fabric_debug_queue_depth')})` }],
});
const dashboard = panels.dashboard({
  uid: 'net-fabric',
  name: 'fabric',
  title: 'Fabric',
  description: 'Whether links between nodes are up.',
  rows: [{ title: 'Is the fabric well?', panels: [panels.sized(24, 5, panel)] }],
});

const app = new App();
const pipeline = new MetricsPipeline(app, 'prod', { cluster: 'prod', sources: [new FabricManager()], dashboards: [dashboard] });
pipeline.patch({ kind: 'Deployment', name: 'slurm-exportr' }, JsonPatch.add('/spec/minReadySeconds', 10));
pipeline.patch({ kind: 'Deployment', name: 'slurm-exporter' }, JsonPatch.replace('/spec/revisionHistory', 5));
app.synth();
