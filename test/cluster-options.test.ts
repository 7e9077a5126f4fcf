import { join } from 'node:path';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../charts/metrics-pipeline';
import { loadClusters } from '../lib/config';
import { renderManifests } from '../lib/outputs';

// the API server is asked about them in the cluster tests; that they still render is told here, without a cluster
test('every set of options that the cluster tests apply renders', () => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  for (const { cluster, props } of loadClusters(join(__dirname, 'cluster', 'support', 'options'))) {
    const app = new App();
    new MetricsPipeline(app, cluster, props);
    expect(renderManifests(app)).not.toEqual([]);
  }
  jest.restoreAllMocks();
});
