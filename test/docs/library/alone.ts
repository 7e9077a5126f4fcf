import { App, Chart } from 'cdk8s';
import { Mode, NodeExporter, RemoteWrite, reportChecks, VMAgent } from 'soperator-metrics';

const app = new App();
const chart = new Chart(app, 'hosts');
const hosts = new NodeExporter(chart, 'NodeExporter', { namespace: 'hosts' });
const agent = new VMAgent(chart, 'VMAgent', { cluster: 'prod', namespace: 'hosts', mode: Mode.STANDALONE });
agent.scrape(hosts);
agent.writeTo(RemoteWrite.toUrl('https://metrics.example.com/api/v1/write'));
reportChecks(chart, { strict: true });
app.synth();
