import type { Check, CheckContext, Complaint } from './check';
import { operatorMade } from './operator-made';
import { podTemplates } from './pods';
import { at, type Json, type KubeObject, selects, type Tree, text, titleOf } from './tree';

/** Pods that a budget counts together. */
interface Guarded {
  readonly titles: readonly string[];
  readonly count: number;
}

/** Kinds whose pods are drained one by one. Those of a DaemonSet stay on their node, and those of a Job end by themselves. */
const DRAINED = ['Deployment', 'StatefulSet', 'ReplicaSet', 'Pod'];

/** A budget that lets no pod go holds the drain of its node for ever: nodes are not updated, and nobody is told why. */
export const singleReplicaDrains: Check = {
  name: 'single-replica-drains',
  proves: 'every PodDisruptionBudget lets at least one of the pods go that it selects, so that their nodes can be drained',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    for (const on of tree.ofKind('PodDisruptionBudget')) {
      const guarded = selected(tree, on);
      if (guarded.count > 0) yield* lettingGo(on, 'spec', on.json.spec, guarded);
    }
    for (const on of tree.ofKind('VMAgent')) {
      if (at(on.json, 'spec', 'daemonSetMode') === true) continue;
      // the operator makes budgets of it, one for each shard
      const count = Number(at(on.json, 'spec', 'replicaCount') ?? 1);
      yield* lettingGo(on, 'spec.podDisruptionBudget', at(on.json, 'spec', 'podDisruptionBudget'), { titles: [titleOf(on)], count });
    }
  },
};

function* lettingGo(on: KubeObject, place: string, budget: Json, { titles, count }: Guarded): Iterable<Complaint> {
  const [least, most] = [at(budget, 'minAvailable'), at(budget, 'maxUnavailable')];
  const blocking =
    least !== undefined && amount(least, count) >= count
      ? { field: 'minAvailable', got: least, expected: `less than the ${pods(count)} of ${titles.join(' and ')}` }
      : most !== undefined && amount(most, count) === 0
        ? { field: 'maxUnavailable', got: most, expected: `1 or more of the ${pods(count)} of ${titles.join(' and ')}` }
        : undefined;
  if (!blocking) return;
  yield {
    on,
    message:
      `${place}.${blocking.field}: got ${JSON.stringify(blocking.got)}, expected ${blocking.expected}, or a drain of their node waits for ever; ` +
      `write maxUnavailable: 1 instead${count === 1 ? ', or leave the budget out, because it cannot protect a single pod' : ''}`,
  };
}

/** A number of pods, or a part of them, which is rounded up. */
function amount(given: Json, count: number): number {
  const [, percent] = /^(\d+)%$/.exec(text(given)) ?? [];
  return percent === undefined ? Number(given) : Math.ceil((Number(percent) * count) / 100);
}

function pods(count: number): string {
  return count === 1 ? 'one pod' : `${count} pods`;
}

/** The pods of the tree that a budget selects. An empty selector selects all of its namespace, and none at all selects nothing. */
function selected(tree: Tree, { namespace, json }: KubeObject): Guarded {
  const selector = at(json, 'spec', 'selector');
  const found = [
    ...podTemplates(tree)
      .filter(({ owner }) => DRAINED.includes(owner.kind))
      .map((template) => ({
        ...template,
        replicas: scaled(tree, template.owner) ?? template.replicas ?? 0,
        title: titleOf(template.owner),
      })),
    ...operatorMade(tree).map(({ resource, labels, replicas = 0 }) => ({
      namespace: resource.namespace,
      labels,
      replicas,
      title: titleOf(resource),
    })),
  ].filter((pod) => selector !== undefined && pod.namespace === namespace && pod.replicas > 0 && selects(selector, pod.labels));
  return { titles: found.map(({ title }) => title), count: found.reduce((sum, { replicas }) => sum + replicas, 0) };
}

/** The least number of pods that a HorizontalPodAutoscaler leaves to a workload. */
function scaled(tree: Tree, { kind, name, namespace }: KubeObject): number | undefined {
  const scaler = tree.ofKind('HorizontalPodAutoscaler').find(({ namespace: where, json }) => {
    const target = at(json, 'spec', 'scaleTargetRef');
    return where === namespace && at(target, 'kind') === kind && at(target, 'name') === name;
  });
  return scaler && Number(at(scaler.json, 'spec', 'minReplicas') ?? 1);
}
