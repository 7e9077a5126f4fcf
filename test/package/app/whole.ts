// The whole pipeline, as an app of somebody else has it: node whole.js FOLDER
import { join } from 'node:path';
import { App } from 'cdk8s';
import { CRDS, loadClusters, MetricsPipeline, needsCrds, renderManifests, writeFolder } from 'soperator-metrics';

const [folder = 'out', clusterFile] = process.argv.slice(2);

const app = new App({ outdir: join(folder, 'synth') });
const pipeline = new MetricsPipeline(app, 'soperator', { cluster: 'soperator' });
writeFolder(join(folder, 'rendered'), [
  { cluster: pipeline.node.id, files: renderManifests(app), crds: needsCrds(app) ? CRDS : undefined },
]);
app.synth();

if (clusterFile !== undefined) {
  for (const { cluster, props } of loadClusters(clusterFile)) {
    const ofFile = new App();
    new MetricsPipeline(ofFile, cluster, props);
    writeFolder(join(folder, 'of-file'), [{ cluster, files: renderManifests(ofFile), crds: needsCrds(ofFile) ? CRDS : undefined }]);
  }
}
