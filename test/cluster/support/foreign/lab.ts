// An app of somebody else for the cluster of the tests: node lab.js FOLDER writes the pipeline, the pipeline with an own source and its
// dashboard, and one part alone.
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  CRDS,
  DiscoveryRole,
  families,
  type IMetricsSource,
  InstanceLabel,
  type MetricCatalog,
  MetricsPipeline,
  type MetricsPipelineProps,
  MetricUnit,
  Mode,
  needsCrds,
  Provenance,
  panels,
  renderManifests,
  reportChecks,
  type ScrapeTarget,
  scrapeTiming,
  TargetLabel,
  VMSingle,
  writeFolder,
} from 'soperator-metrics';

const [, , folder = 'out'] = process.argv;

const CATALOG: MetricCatalog = {
  name: 'config-reloader',
  families: [
    families.gauge('configreloader_last_reload_successful', MetricUnit.COUNT, families.NONE, 'Whether the last reload went well'),
    families.gauge('configreloader_last_reload_success_timestamp_seconds', MetricUnit.TIMESTAMP, families.NONE, 'When one last did'),
  ],
  others: /^(configreloader|go|process|vm)_.+$/,
};

/** What reloads the configuration of the agent, in its pod. */
class ConfigReloader implements IMetricsSource {
  readonly targets: readonly ScrapeTarget[] = [
    {
      ...scrapeTiming('ConfigReloader', {}),
      name: 'config-reloader',
      job: 'config-reloader',
      discovery: { role: DiscoveryRole.PODS, namespaces: ['monitoring-system'], matchLabels: { 'app.kubernetes.io/name': 'vmagent' } },
      endpoints: [{ port: 'reloader-http', catalog: CATALOG }],
      provenance: Provenance.EXTERNAL,
      instance: InstanceLabel.POD,
      targetLabels: [TargetLabel.NAMESPACE],
      series: { fixed: 60 },
    },
  ];
}

const reloader = panels.select.job('config-reloader');
const RELOADS = panels.dashboard({
  uid: 'own-reloads',
  name: 'reloads',
  title: 'Reloads',
  description: 'Whether the agent has the configuration that it was given.',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        panels.sized(
          24,
          5,
          panels.stat({
            title: 'Reloaded',
            description: 'Whether the last reload went well. Red: look at the log of the container config-reloader.',
            unit: MetricUnit.COUNT,
            queries: [{ expr: `min(${reloader('configreloader_last_reload_successful')})` }],
          }),
        ),
      ],
    },
  ],
});

function pipeline(name: string, props: Partial<MetricsPipelineProps> = {}): void {
  const app = new App();
  new MetricsPipeline(app, 'soperator', { cluster: 'soperator', strict: true, ...props });
  writeFolder(join(folder, name), [{ cluster: 'soperator', files: renderManifests(app), crds: needsCrds(app) ? CRDS : undefined }]);
}

pipeline('whole');
pipeline('own', { sources: [new ConfigReloader()], dashboards: [RELOADS] });

const app = new App({ outdir: join(folder, 'alone') });
const chart = new Chart(app, 'store', { disableResourceNameHashes: true });
new VMSingle(chart, 'VMSingle', { mode: Mode.STANDALONE, namespace: 'store-alone' });
reportChecks(chart, {});
app.synth();
