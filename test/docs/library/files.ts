import { App } from 'cdk8s';
import { MetricsPipeline, renderManifests, writeFolder } from 'soperator-metrics';

const app = new App();
new MetricsPipeline(app, 'prod', { cluster: 'prod' });
writeFolder('manifests', [{ cluster: 'prod', files: renderManifests(app) }]);
