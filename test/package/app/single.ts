// Parts of the pipeline in a chart of an own app, without the pipeline: node single.js FOLDER
import { App, Chart, Duration, Size } from 'cdk8s';
import { Mode, NodeExporter, RelabelRule, reportChecks, VMAgent, VMSingle } from 'soperator-metrics';

class Monitoring extends Chart {
  readonly exporter: NodeExporter;
  readonly store: VMSingle;

  constructor(app: App) {
    super(app, 'monitoring', { disableResourceNameHashes: true });
    this.exporter = new NodeExporter(this, 'NodeExporter', {
      namespace: 'monitoring',
      scrapeInterval: Duration.seconds(60),
      metricRelabelConfigs: [RelabelRule.dropMetrics('nobody looks at them', 'node_scrape_collector_.+')],
    });
    this.store = new VMSingle(this, 'VMSingle', {
      mode: Mode.STANDALONE,
      namespace: 'monitoring',
      retentionPeriod: Duration.days(7),
      storageSize: Size.gibibytes(50),
    });
    const agent = new VMAgent(this, 'VMAgent', { cluster: 'lab', mode: Mode.STANDALONE, namespace: 'monitoring' });
    agent.scrape(this.exporter);
    agent.writeTo(this.store);
    reportChecks(this, { strict: true });
  }
}

const app = new App({ outdir: process.argv[2] ?? 'out' });
new Monitoring(app);
app.synth();

// one part and nothing else
const alone = new App();
new VMSingle(new Chart(alone, 'alone'), 'VMSingle', { mode: Mode.STANDALONE });
console.log(alone.synthYaml());
