import { identityKept } from '../../../lib/checks/identity-kept';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { InstanceLabel, Provenance, type ScrapeTarget } from '../../../lib/scrape/scrape-target';
import { collector, findings, kube, NODES, PODS, service, target, workload } from './support';

const metricRelabelConfigs = [RelabelRule.dropLabels('a test', 'pod', 'instance', 'container')];
const dropping = (fields: Partial<ScrapeTarget> = {}) => target({ metricRelabelConfigs, ...fields });
const recreate = { strategy: { type: 'Recreate' } };
const lost =
  'expected labels that differ, or their samples become one series; keep instance, or another label of the pod or node, or run only one';
const run = (scraped: ScrapeTarget, ...objects: Parameters<typeof findings>[1]['objects'] & object) =>
  findings(identityKept, { objects, collectors: [collector([scraped])] });

test('passes when labels tell replicas apart', () => {
  const kept = target({ metricRelabelConfigs: [RelabelRule.dropLabels('a test', 'pod')], replicas: 3 });
  expect(run(kept, service('web'), workload('Deployment', 'web', {}, { replicas: 3 }))).toEqual([]);
  expect(run(target({ discovery: NODES, instance: InstanceLabel.NODE }))).toEqual([]);
});

test('passes when there is one at a time', () => {
  expect(run(dropping(), service('web'), workload('Deployment', 'web', {}, recreate))).toEqual([]);
  expect(run(dropping({ discovery: PODS }), workload('StatefulSet', 'web'))).toEqual([]);
  const noSurge = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0 } } };
  expect(run(dropping({ discovery: PODS }), workload('Deployment', 'web', {}, noSurge))).toEqual([]);
});

test('looks past rules that drop whole targets and series', () => {
  const some = target({
    replicas: 2,
    provenance: Provenance.EXTERNAL,
    relabelConfigs: [RelabelRule.keepSeries('a test', { __meta_kubernetes_pod_phase: 'Running' })],
    metricRelabelConfigs: [RelabelRule.keepMetrics('a test', 'only_.+')],
  });
  expect(run(some)).toEqual([]);
});

test('fails when rules drop what tells the replicas of a source apart', () => {
  expect(run(dropping({ provenance: Provenance.EXTERNAL, replicas: 2 }))).toEqual([
    `[agent] scrape of web: got rules that give the same labels to 2 replicas, ${lost}`,
  ]);
});

test('fails when the rendered workload has more replicas than the source says', () => {
  expect(run(dropping(), service('web'), workload('StatefulSet', 'web', {}, { replicas: 2 }))).toEqual([
    `[agent] scrape of web: got rules that give the same labels to 2 replicas of StatefulSet apps/web, ${lost}`,
  ]);
});

test('fails for the pods of a DaemonSet', () => {
  expect(run(dropping({ discovery: PODS, instance: InstanceLabel.NODE }), workload('DaemonSet', 'web'))).toEqual([
    `[agent] scrape of web: got rules that give the same labels to one pod of DaemonSet apps/web on each node, ${lost}`,
  ]);
});

test('fails for nodes, and for what somebody else runs on each of them', () => {
  const message = `[agent] scrape of web: got rules that give the same labels to one on each node, ${lost}`;
  expect(run(dropping({ discovery: NODES, instance: InstanceLabel.NODE }))).toEqual([message]);
  expect(run(dropping({ discovery: PODS, instance: InstanceLabel.NODE, provenance: Provenance.EXTERNAL }))).toEqual([message]);
});

test('fails for replicas that the operator makes', () => {
  const discovery = { ...target().discovery, matchLabels: { 'app.kubernetes.io/name': 'vmagent', 'app.kubernetes.io/instance': 'main' } };
  const agent = kube('VMAgent', 'main', { spec: { replicaCount: 2 } });
  expect(run(dropping({ discovery, provenance: Provenance.OPERATOR }), agent)).toEqual([
    `[agent] scrape of web: got rules that give the same labels to 2 replicas of VMAgent apps/main, ${lost}`,
  ]);
});

test('fails when the old and the new pod of a roll write the same series', () => {
  expect(run(dropping(), service('web'), workload('Deployment', 'web'))).toEqual([
    '[Deployment/web] spec.strategy: got a rolling update, expected Recreate, because scrape of web gives the old and the new pod the same labels, ' +
      'and both would write the same series during a roll; write strategy: { type: Recreate }',
  ]);
});

test('fails when backends would not agree on what a rule makes', () => {
  const metricRelabelConfigs = [RelabelRule.mapLabels('a test', 'job|instance', 'who')];
  expect(run(target({ metricRelabelConfigs, provenance: Provenance.EXTERNAL, replicas: 2 }))).toEqual([
    '[agent] scrape of web: labels.instance: got "pod-1", expected the only value for the label who; narrow the regex "job|instance" of the rule "a test"',
  ]);
});

test('fails when several workloads of one pod each get the same labels', () => {
  const shard = (name: string) => workload('StatefulSet', name, {}, { template: {} });
  const shards = ['web-0', 'web-1'].map((name) => ({
    ...shard(name),
    json: { spec: { template: { metadata: { labels: { app: 'web' } }, spec: {} } } },
  }));
  expect(run(target(), service('web'), ...shards)).toEqual([]);
  expect(run(dropping(), service('web'), ...shards)).toEqual([
    `[agent] scrape of web: got rules that give the same labels to the pods of StatefulSet apps/web-0 and StatefulSet apps/web-1, ${lost}`,
  ]);
});
