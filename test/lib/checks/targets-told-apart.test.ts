import { targetsToldApart } from '../../../lib/checks/targets-told-apart';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { InstanceLabel, TargetLabel } from '../../../lib/scrape/scrape-target';
import { collector, findings, NODES, PODS, target } from './support';

const TWO_PORTS = [{ port: 'metrics' }, { port: 'telemetry' }];
const kubelet = (path: string, targetLabels: readonly TargetLabel[] = [TargetLabel.METRICS_PATH]) =>
  target({ name: `kubelet${path}`, job: 'kubelet', discovery: NODES, endpoints: [{ path }], instance: InstanceLabel.NODE, targetLabels });
const remedy =
  'expected a label that differs, or series of the same name become one; ask for the target label endpoint or metrics_path, or give it another job';

test('passes when a label tells pages of one job apart', () => {
  const targets = [
    target({ endpoints: TWO_PORTS, targetLabels: [TargetLabel.ENDPOINT] }),
    kubelet('/metrics'),
    kubelet('/metrics/cadvisor'),
    target({ name: 'other', job: 'other', discovery: PODS }),
  ];
  expect(findings(targetsToldApart, { collectors: [collector(targets)] })).toEqual([]);
});

test('passes when two targets of a job find different pods', () => {
  const elsewhere = target({ name: 'elsewhere', discovery: { ...PODS, namespaces: ['other'] } });
  expect(findings(targetsToldApart, { collectors: [collector([target(), elsewhere])] })).toEqual([]);
});

test('fails when two ports of one target get the same labels', () => {
  expect(findings(targetsToldApart, { collectors: [collector([target({ endpoints: TWO_PORTS })])] })).toEqual([
    `[agent] scrape of web: got the same labels for port telemetry, path /metrics as for port metrics, path /metrics of scrape of web, ${remedy}`,
  ]);
});

test('fails when a rule over samples takes the label away', () => {
  const merged = target({
    endpoints: TWO_PORTS,
    targetLabels: [TargetLabel.ENDPOINT],
    metricRelabelConfigs: [RelabelRule.dropLabels('a test', 'endpoint')],
  });
  expect(findings(targetsToldApart, { collectors: [collector([merged])] })).toEqual([
    `[agent] scrape of web: got the same labels for port telemetry, path /metrics as for port metrics, path /metrics of scrape of web, ${remedy}`,
  ]);
});

test('fails when two targets of a job read two pages of one node', () => {
  expect(findings(targetsToldApart, { collectors: [collector([kubelet('/metrics', []), kubelet('/probes', [])])] })).toEqual([
    `[agent] scrape of kubelet/probes: got the same labels for path /probes as for path /metrics of scrape of kubelet/metrics, ${remedy}`,
  ]);
});

test('fails when targets of a job mean different things by instance', () => {
  const onNode = target({ name: 'on-node', instance: InstanceLabel.NODE });
  expect(findings(targetsToldApart, { collectors: [collector([target(), onNode])] })).toEqual([
    '[agent] scrape of on-node: got instance "node" under job "web", expected "pod" as of scrape of web, for one job means one kind of instance; give both the same, or another job',
  ]);
});
