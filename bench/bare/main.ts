// The least that an app with cdk8s and cdk8s-plus can do: what bench/synth.mjs compares this project with.
import { App, Chart } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-28';

const app = new App();
new ConfigMap(new Chart(app, 'Bare'), 'ConfigMap', { data: { key: 'value' } });
app.synth();
