import { App } from 'cdk8s';
import { MetricsPipeline } from 'soperator-metrics';

const app = new App();
new MetricsPipeline(app, 'prod', { cluster: 'prod', scale: { nodes: 64, gpusPerNode: 8 } });
app.synth();
