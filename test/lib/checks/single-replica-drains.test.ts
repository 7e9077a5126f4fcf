import { singleReplicaDrains } from '../../../lib/checks/single-replica-drains';
import type { JsonObject } from '../../../lib/checks/tree';
import { findings, kube, workload } from './support';

const budget = (spec: JsonObject, name = 'web') =>
  kube('PodDisruptionBudget', name, { spec: { selector: { matchLabels: { app: 'web' } }, ...spec } });
const web = (replicas?: number, kind = 'StatefulSet') => workload(kind, 'web', {}, replicas === undefined ? {} : { replicas });
const remedy = 'or a drain of their node waits for ever; write maxUnavailable: 1 instead';
const single = `${remedy}, or leave the budget out, because it cannot protect a single pod`;

test('passes when a pod may go', () => {
  for (const [spec, replicas] of [
    [{ maxUnavailable: 1 }, 1],
    [{ maxUnavailable: '1%' }, 3],
    [{ minAvailable: 2 }, 3],
    [{ minAvailable: '50%' }, 2],
    [{ minAvailable: 0 }, 1],
    [{}, 1],
    [{ minAvailable: 1 }, 0],
  ] as const) {
    expect(findings(singleReplicaDrains, { objects: [web(replicas), budget(spec)] })).toEqual([]);
  }
});

test('passes for pods that are elsewhere, are not drained, or that nobody here knows', () => {
  const never = budget({ maxUnavailable: 0 });
  const elsewhere = workload('Deployment', 'web', {}, {}, { namespace: 'other' });
  expect(findings(singleReplicaDrains, { objects: [never, elsewhere, web(1, 'DaemonSet'), web(1, 'Job')] })).toEqual([]);
  const nothing = kube('PodDisruptionBudget', 'nothing', { spec: { maxUnavailable: 0 } });
  expect(findings(singleReplicaDrains, { objects: [nothing, web()] })).toEqual([]);
});

test.each<[string, JsonObject, number | undefined, string]>([
  [
    'as many as there are',
    { minAvailable: 1 },
    undefined,
    `spec.minAvailable: got 1, expected less than the one pod of StatefulSet apps/web, ${single}`,
  ],
  [
    'more than there are',
    { minAvailable: 3 },
    2,
    `spec.minAvailable: got 3, expected less than the 2 pods of StatefulSet apps/web, ${remedy}`,
  ],
  [
    'all of them',
    { minAvailable: '100%' },
    2,
    `spec.minAvailable: got "100%", expected less than the 2 pods of StatefulSet apps/web, ${remedy}`,
  ],
  [
    'a part that is rounded up to all',
    { minAvailable: '51%' },
    2,
    `spec.minAvailable: got "51%", expected less than the 2 pods of StatefulSet apps/web, ${remedy}`,
  ],
])('fails when it keeps %s', (_, spec, replicas, message) => {
  expect(findings(singleReplicaDrains, { objects: [web(replicas), budget(spec)] })).toEqual([`[PodDisruptionBudget/web] ${message}`]);
});

test.each([0, '0%'])('fails when it lets %s go', (maxUnavailable) => {
  expect(findings(singleReplicaDrains, { objects: [web(2, 'Deployment'), budget({ maxUnavailable })] })).toEqual([
    `[PodDisruptionBudget/web] spec.maxUnavailable: got ${JSON.stringify(maxUnavailable)}, expected 1 or more of the 2 pods of Deployment apps/web, ${remedy}`,
  ]);
});

test('counts the pods of all workloads that it selects, and what a scaler leaves of them', () => {
  const shards = ['a', 'b'].map((name) => workload('StatefulSet', name));
  const all = budget({ selector: {}, minAvailable: 1 });
  expect(findings(singleReplicaDrains, { objects: [...shards, all] })).toEqual([]);
  expect(findings(singleReplicaDrains, { objects: [...shards, budget({ selector: {}, minAvailable: 2 })] })).toEqual([
    `[PodDisruptionBudget/web] spec.minAvailable: got 2, expected less than the 2 pods of StatefulSet apps/a and StatefulSet apps/b, ${remedy}`,
  ]);
  const scaler = kube('HorizontalPodAutoscaler', 'web', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2 },
  });
  expect(findings(singleReplicaDrains, { objects: [web(undefined, 'Deployment'), scaler, budget({ minAvailable: 1 })] })).toEqual([]);
});

test('looks at pods that the operator makes, and at the budgets that it makes', () => {
  const agent = (spec: JsonObject) => kube('VMAgent', 'main', { spec });
  const selector = { matchLabels: { 'app.kubernetes.io/name': 'vmagent', 'app.kubernetes.io/instance': 'main' } };
  const guarding = budget({ selector, minAvailable: 1 });
  expect(findings(singleReplicaDrains, { objects: [agent({ shardCount: 2 }), guarding] })).toEqual([]);
  expect(findings(singleReplicaDrains, { objects: [agent({}), guarding] })).toEqual([
    `[PodDisruptionBudget/web] spec.minAvailable: got 1, expected less than the one pod of VMAgent apps/main, ${single}`,
  ]);
  const podDisruptionBudget = { minAvailable: 1 };
  expect(findings(singleReplicaDrains, { objects: [agent({ podDisruptionBudget, replicaCount: 2 })] })).toEqual([]);
  expect(findings(singleReplicaDrains, { objects: [agent({ podDisruptionBudget, daemonSetMode: true })] })).toEqual([]);
  expect(findings(singleReplicaDrains, { objects: [agent({ podDisruptionBudget, shardCount: 2 })] })).toEqual([
    `[VMAgent/main] spec.podDisruptionBudget.minAvailable: got 1, expected less than the one pod of VMAgent apps/main, ${single}`,
  ]);
});
