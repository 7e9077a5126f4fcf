import { App } from 'cdk8s';
import { MetricsPipeline, MetricUnit, panels } from 'soperator-metrics';
import { FabricManager } from './own-source';

const fabric = panels.select.job('fabric-manager');

export const FABRIC = panels.dashboard({
  uid: 'net-fabric',
  name: 'fabric',
  title: 'Fabric',
  description: 'Whether links between nodes are up.',
  rows: [
    {
      title: 'Is the fabric well?',
      panels: [
        panels.sized(
          8,
          5,
          panels.stat({
            title: 'Links down',
            description: 'Links that are down now. Red: jobs over these switches are slow; drain their nodes.',
            unit: MetricUnit.COUNT,
            queries: [{ expr: `count(${fabric('fabric_link_up')} == 0) or vector(0)` }],
            thresholds: panels.ANY_IS_BAD,
            filled: true,
          }),
        ),
        panels.sized(
          16,
          5,
          panels.timeseries({
            title: 'Flaps by switch',
            description: 'How often links of a switch went down in an hour.',
            unit: MetricUnit.COUNT,
            queries: [{ expr: `sum by (switch) (increase(${fabric('fabric_link_flaps_total')}[1h]))`, legend: '{{switch}}' }],
            bars: true,
          }),
        ),
        panels.sized(
          24,
          5,
          panels.timeseries({
            title: 'Entropy of hosts',
            description: 'Of node-exporter, and read by no other dashboard: it is stored because this one reads it.',
            unit: MetricUnit.COUNT,
            queries: [{ expr: `min(${panels.select.host('node_entropy_available_bits')})`, legend: 'least' }],
          }),
        ),
      ],
    },
  ],
});

const app = new App();
new MetricsPipeline(app, 'prod', { cluster: 'prod', sources: [new FabricManager()], dashboards: [FABRIC] });
app.synth();
