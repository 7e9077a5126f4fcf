import { Duration, Size } from 'cdk8s';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import { SoperatorController, type SoperatorControllerProps } from '../../lib/soperator-controller';
import { exposition, familiesOf, mergedSeries, render, storedSeries, targetLabels, targetOf } from '../support';

const controller = (props?: SoperatorControllerProps) =>
  render((chart) => new SoperatorController(chart, 'SoperatorController', props)).made;
const target = (props?: SoperatorControllerProps) => targetOf(controller(props), props?.name ?? 'soperator-controller');

/** What discovery knows of the manager, and the labels that the operator's rules make of it. */
const DISCOVERED = {
  __meta_kubernetes_pod_name: 'soperator-controller-manager-d9c8d544-8fv84',
  __meta_kubernetes_pod_node_name: 'system-0',
  pod: 'soperator-controller-manager-d9c8d544-8fv84',
  container: 'manager',
  namespace: 'soperator-system',
  service: 'soperator-controller-metrics',
  endpoint: 'https-metrics',
};

test('deploys nothing, for the manager belongs to Soperator', () => {
  expect(render((chart) => new SoperatorController(chart, 'SoperatorController')).all()).toEqual([]);
  expect(target().provenance).toBe(Provenance.EXTERNAL);
});

test('scrapes the manager on its protected port every 30 s', () => {
  expect(target()).toMatchObject({
    job: 'soperator-controller',
    discovery: {
      role: DiscoveryRole.SERVICES,
      namespaces: ['soperator-system'],
      matchLabels: { 'app.kubernetes.io/name': 'helm-soperator-metrics' },
    },
    endpoints: [{ port: 'https-metrics' }],
    scrapeInterval: Duration.seconds(30),
    scrapeTimeout: Duration.seconds(20),
  });
  expect(controller()).toMatchObject({ port: 8443, job: 'soperator-controller' });
});

test("shows the agent's own token over https, with the one right that the manager asks for", () => {
  expect(target()).toMatchObject({
    tls: { insecureSkipVerify: true },
    serviceAccountToken: true,
    rights: [{ nonResourceUrls: ['/metrics'], verbs: ['get'] }],
  });
});

test('names the pod as instance, because a new manager counts from zero', () => {
  expect(targetLabels(target(), DISCOVERED)).toEqual({
    job: 'soperator-controller',
    instance: 'soperator-controller-manager-d9c8d544-8fv84',
    namespace: 'soperator-system',
  });
});

test('keeps every series as it is', () => {
  const stored = storedSeries(target(), exposition('soperator-controller'), targetLabels(target(), DISCOVERED) ?? {});
  expect(mergedSeries(stored)).toEqual([]);
  for (const [before, after] of stored) expect(after).toMatchObject(before);
});

test('takes every option', () => {
  const props: Required<SoperatorControllerProps> = {
    name: 'manager',
    namespace: 'elsewhere',
    selector: { team: 'operations' },
    portName: 'metrics-tls',
    scrapeInterval: Duration.minutes(1),
    scrapeTimeout: Duration.seconds(25),
    relabelConfigs: [RelabelRule.setLabel('a rule of the user', 'pool', 'operations')],
    metricRelabelConfigs: [RelabelRule.dropMetrics('a rule of the user', 'workqueue_.+')],
    sampleLimit: 50_000,
    seriesLimit: 60_000,
    maxScrapeSize: Size.mebibytes(8),
  };
  expect(target(props)).toMatchObject({
    name: 'manager',
    discovery: { namespaces: ['elsewhere'], matchLabels: { team: 'operations' } },
    endpoints: [{ port: 'metrics-tls' }],
    scrapeInterval: Duration.minutes(1),
    scrapeTimeout: Duration.seconds(25),
    sampleLimit: 50_000,
    seriesLimit: 60_000,
    maxScrapeSize: Size.mebibytes(8),
  });
  expect(targetLabels(target(props), DISCOVERED)).toMatchObject({ pool: 'operations' });
  const stored = storedSeries(target(props), exposition('soperator-controller'), {});
  for (const [{ __name__ = '' }, after] of stored) expect(after === undefined).toBe(__name__.startsWith('workqueue_'));
});

test('fails when the namespace is none', () => {
  expect(() => controller({ namespace: 'Soperator' })).toThrow(
    Error(
      '[test/SoperatorController] namespace: got "Soperator", expected a lower-case DNS label of at most 63 characters; use letters, digits and \'-\', with a letter or digit at both ends',
    ),
  );
});

test('says what the manager exposes', () => {
  expect([...familiesOf(target()).keys()]).toEqual(expect.arrayContaining(['controller_runtime_reconcile_total', 'workqueue_depth']));
});
