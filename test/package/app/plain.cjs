// Without types, by require: prints what there is
const { App } = require('cdk8s');
const metrics = require('soperator-metrics');

const app = new App();
new metrics.MetricsPipeline(app, 'soperator', { cluster: 'soperator' });
console.log(JSON.stringify({ names: Object.keys(metrics).sort(), files: metrics.renderManifests(app).map(({ name }) => name) }));
