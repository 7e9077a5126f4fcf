import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { SeriesProfile } from '../../../lib/common/series-profile';
import { type MetricReport, seriesReport } from '../../../lib/outputs';
import { RemoteWrite } from '../../../lib/remote-write';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';

const app = new App();
const cloud = RemoteWrite.toUrl('https://metrics.example/write', {
  name: 'cloud',
  relabelConfigs: [RelabelRule.keepMetrics('the cloud is paid by sample', 'slurm_.+')],
});
const pipeline = new MetricsPipeline(app, 'p', { cluster: 'prod', destinations: [cloud], series: { profile: SeriesProfile.STANDARD } });
const own = JSON.stringify({
  title: 'Ours',
  panels: [
    { title: 'Load', targets: [{ expr: 'node_load1{job="node-exporter"}' }] },
    { title: 'Goroutines of agents', targets: [{ expr: 'go_goroutines{job="vmagent"}' }] },
    { title: 'Any', targets: [{ expr: '{__name__=~"node_load1.+"}' }] },
    { title: 'Broken', targets: [{ expr: 'sum(' }] },
  ],
});
new k8s.KubeConfigMap(new Chart(app, 'own'), 'Own', {
  metadata: { name: 'ours', namespace: 'monitoring-system', labels: { grafana_dashboard: '1' } },
  data: { 'ours.json': own },
});
const report = seriesReport(app);

function only(name: string, scrape: string): MetricReport {
  const [found, ...others] = report.filter((metric) => metric.name === name && metric.scrape === scrape);
  if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} of ${name} of ${scrape}`);
  return found;
}

describe('the report of a metric', () => {
  test('says what it is and with which labels it arrives', () => {
    expect(only('node_load1', 'node-exporter')).toMatchObject({
      job: 'node-exporter',
      type: 'gauge',
      unit: 'count',
      help: expect.stringContaining('Tasks'),
      labels: ['cluster', 'instance', 'job'],
      summedOver: [],
    });
    expect(only('node_infiniband_state_id', 'node-exporter').when).toBe('InfiniBand or RoCE adapter');
  });

  test('says by which rule it is dropped on the way to which destination', () => {
    const kept = 'only what dashboards read, and what series.profile and series.keep add';
    expect(only('node_load1', 'node-exporter').fates).toEqual([
      { destination: pipeline.store?.destination.name },
      { destination: 'cloud', droppedBy: 'the cloud is paid by sample' },
    ]);
    expect(only('slurm_node_info', 'slurm-exporter').fates).toEqual([{ destination: 'store' }, { destination: 'cloud' }]);
    expect(only('go_gc_gogc_percent', 'node-exporter').fates.map(({ droppedBy }) => droppedBy)).toEqual([kept, kept]);
  });

  test('says what is summed over', () => {
    expect(only('instance:node_cpu_seconds_total:sum', 'node-exporter')).toMatchObject({
      summedOver: ['cpu'],
      labels: ['cluster', 'instance', 'job', 'mode'],
    });
  });

  test('names the panels that read it, dashboards of users among them, and no other source of the same name', () => {
    expect(only('node_load1', 'node-exporter').readBy).toEqual(expect.arrayContaining(['Ours: Load', 'Node Exporter: Load']));
    expect(only('node_load15', 'node-exporter').readBy).toContain('Ours: Any');
    expect(only('go_goroutines', 'vmagent').readBy).toEqual(['Ours: Goroutines of agents']);
    expect(only('go_goroutines', 'node-exporter').readBy).toEqual([]);
  });

  test('is there for every page that has a metric of that name', () => {
    const machine = report.filter(({ name }) => name === 'container_oom_events_total');
    expect(machine.map(({ scrape }) => scrape)).toEqual(['kubelet-cadvisor']);
    expect(
      report
        .filter(({ name, scrape }) => name === 'up' && scrape.startsWith('kubelet'))
        .map(({ scrape }) => scrape)
        .sort(),
    ).toEqual(['kubelet-cadvisor', 'kubelet-metrics', 'kubelet-probes', 'kubelet-resource']);
  });

  test('agrees with the page of the docs about what is stored of each source', () => {
    const stored = report.filter(({ scrape, help, fates }) => scrape === 'node-exporter' && help && fates[0]?.droppedBy === undefined);
    expect(stored.length).toBeGreaterThan(150);
    expect(stored.length).toBeLessThan(300);
  });
});

test('a metric that one destination has under another name is told for each', () => {
  const renaming = new App();
  const rule = RelabelRule.replace('their name for it', {
    sourceLabels: ['__name__'],
    regex: 'node_load1',
    targetLabel: '__name__',
    replacement: 'load1',
  });
  const destinations = [RemoteWrite.toUrl('https://metrics.example/write', { name: 'cloud', relabelConfigs: [rule] })];
  new MetricsPipeline(renaming, 'p', { cluster: 'prod', destinations });
  const fates = (name: string) => seriesReport(renaming).find((metric) => metric.name === name)?.fates;
  expect(fates('node_load1')).toEqual([{ destination: 'store' }, { destination: 'cloud', droppedBy: 'it has another name there' }]);
  expect(fates('load1')).toEqual([{ destination: 'store', droppedBy: 'it has another name there' }, { destination: 'cloud' }]);
});
