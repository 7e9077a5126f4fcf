// A source with its catalog and a dashboard of somebody else, under the checks of the pipeline: node own.js METRIC
import { App, Chart, Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  CheckFailure,
  type Dashboard,
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  InvalidOptionError,
  type MetricCatalog,
  MetricsPipeline,
  MetricType,
  MetricUnit,
  Provenance,
  RelabelRule,
  renderManifests,
  type ScrapeTarget,
  seriesReport,
  TargetLabel,
  VMSingle,
} from 'soperator-metrics';

const CATALOG: MetricCatalog = {
  name: 'license-exporter',
  families: [
    {
      name: 'license_seats',
      type: MetricType.GAUGE,
      unit: MetricUnit.COUNT,
      labels: { product: {}, state: { values: ['free', 'taken'] } },
      help: 'Seats of a product.',
    },
  ],
};

/** Somebody's licenses, counted by an exporter that runs already. */
class LicenseExporter extends Chart implements IMetricsSource {
  readonly targets: readonly ScrapeTarget[];

  constructor(scope: Construct) {
    super(scope, 'licenses');
    this.targets = [
      {
        name: 'license-exporter',
        job: 'license-exporter',
        discovery: { role: DiscoveryRole.PODS, namespaces: ['monitoring-system'], matchLabels: { app: 'license-exporter' } },
        endpoints: [{ port: 'metrics', catalog: CATALOG }],
        provenance: Provenance.EXTERNAL,
        scrapeInterval: Duration.seconds(60),
        scrapeTimeout: Duration.seconds(10),
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        relabelConfigs: [],
        metricRelabelConfigs: [RelabelRule.dropLabels('never asked for', 'vendor')],
        series: { fixed: 40 },
      },
    ];
  }
}

function licenses(metric: string): Dashboard {
  const panel = {
    id: 1,
    type: 'timeseries',
    title: 'Free seats',
    datasource: { type: 'prometheus', uid: '$datasource' },
    gridPos: { x: 0, y: 0, w: 24, h: 8 },
    fieldConfig: { defaults: { unit: 'short' }, overrides: [] },
    targets: [{ refId: 'A', expr: `sum by (product) (${metric}{cluster="$cluster", state="free"})`, legendFormat: '{{product}}' }],
  };
  const templating = {
    list: [
      { name: 'datasource', type: 'datasource', query: 'prometheus' },
      { name: 'cluster', type: 'query', query: 'label_values(up, cluster)', datasource: { type: 'prometheus', uid: '$datasource' } },
    ],
  };
  const json = JSON.stringify({ uid: 'licenses', title: 'Licenses', schemaVersion: 39, templating, panels: [panel] });
  return { uid: 'licenses', name: 'licenses', title: 'Licenses', json };
}

const metric = process.argv[2] ?? 'license_seats';
const app = new App();
const pipeline = new MetricsPipeline(app, 'soperator', { cluster: 'soperator', sources: [new LicenseExporter(app)], strict: true });
pipeline.grafana?.show(licenses(metric));
try {
  const files = renderManifests(app);
  console.log(files.map(({ content }) => content).join('---\n'));
  console.log(JSON.stringify(seriesReport(app).filter(({ job }) => job === 'license-exporter')));
} catch (error) {
  console.log(error instanceof CheckFailure, error instanceof Error ? error.message : error);
}
try {
  app.synthYaml();
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
try {
  new VMSingle(new Chart(app, 'other'), 'VMSingle', { retentionPeriod: Duration.minutes(90) });
} catch (error) {
  console.log(error instanceof InvalidOptionError, error instanceof Error ? error.message : error);
}
