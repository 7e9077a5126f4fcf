// Without types, by import: prints what there is, and whether what `require` gives is the same
import { createRequire } from 'node:module';
import { App } from 'cdk8s';
import * as imported from 'soperator-metrics';

// as an object, for every name is looked at
const metrics = { ...imported };
const app = new App();
new metrics.MetricsPipeline(app, 'soperator', { cluster: 'soperator' });
const required = createRequire(import.meta.url)('soperator-metrics');
const names = Object.keys(metrics).sort();
console.log(
  JSON.stringify({
    names,
    files: metrics.renderManifests(app).map(({ name }) => name),
    others: names.filter((name) => metrics[name] !== required[name]),
  }),
);
