import { complaint, InvalidOptionError } from '../common/errors';
import type { ICollector } from '../scrape/collector';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget } from '../scrape/scrape-target';
import type { Check, CheckContext, Complaint } from './check';
import { operatorMade } from './operator-made';
import { type PodTemplate, podTemplates } from './pods';
import { labelsOf, type Replica } from './series';
import { at, matches, strings, type Tree, titleOf } from './tree';

const ONE: Replica = { pod: 'pod-1', node: 'node-1' };
const BESIDE_IT: Replica = { pod: 'pod-2', node: 'node-1' };
const ELSEWHERE: Replica = { pod: 'pod-2', node: 'node-2' };

/** Samples of two replicas under the same labels become one series that jumps between both: rates explode, gauges lie. */
export const identityKept: Check = {
  name: 'identity-kept',
  proves: 'no relabel rule takes away what tells apart the replicas of a source, or its old and its new pod during a roll',
  *run({ tree, collectors }: CheckContext): Iterable<Complaint> {
    for (const on of collectors) {
      for (const target of on.scrapedTargets) yield* keepsApart(tree, on, target);
    }
  },
};

function* keepsApart(tree: Tree, on: ICollector, target: ScrapeTarget): Iterable<Complaint> {
  const place = `scrape of ${target.name}`;
  const merged = (second: Replica) =>
    target.endpoints.some((endpoint) => labelsOf(target, endpoint, ONE).sample === labelsOf(target, endpoint, second).sample);
  const onEachNode =
    target.discovery.role === DiscoveryRole.NODES || (target.instance === InstanceLabel.NODE && target.provenance !== Provenance.RENDERED);
  const replicas = target.replicas ?? 1;
  try {
    if (onEachNode && merged(ELSEWHERE)) yield lost(on, place, 'one on each node');
    if (!onEachNode && replicas > 1 && merged(BESIDE_IT)) yield lost(on, place, `${replicas} replicas`);
    for (const { title, count } of operatorReplicas(tree, target)) {
      if (count > 1 && replicas <= 1 && merged(BESIDE_IT)) yield lost(on, place, `${count} replicas of ${title}`);
    }
    const found = workloads(tree, target);
    const each = found.every((template) => template.replicas === 1);
    if (each && found.length > 1 && replicas <= 1 && merged(BESIDE_IT)) {
      yield lost(on, place, `the pods of ${found.map(({ owner }) => titleOf(owner)).join(' and ')}`);
    }
    for (const template of found) {
      const title = titleOf(template.owner);
      if (template.replicas === undefined) {
        if (merged(ELSEWHERE)) yield lost(on, place, `one pod of ${title} on each node`);
      } else if (template.replicas > 1) {
        if (replicas <= 1 && merged(BESIDE_IT)) yield lost(on, place, `${template.replicas} replicas of ${title}`);
      } else if (overlaps(template) && merged(BESIDE_IT)) {
        yield {
          on: template.owner,
          message:
            `spec.strategy: got a rolling update, expected Recreate, because ${place} gives the old and the new pod the same labels, ` +
            'and both would write the same series during a roll; write strategy: { type: Recreate }',
        };
      }
    }
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    yield { on, message: `${place}: ${complaint(error.parts)}` };
  }
}

function lost(on: ICollector, place: string, sources: string): Complaint {
  return {
    on,
    message: `${place}: got rules that give the same labels to ${sources}, expected labels that differ, or their samples become one series; keep instance, or another label of the pod or node, or run only one`,
  };
}

/** The rendered workloads whose pods a target reads. */
function workloads(tree: Tree, { discovery, provenance }: ScrapeTarget): PodTemplate[] {
  if (provenance !== Provenance.RENDERED) return [];
  const { role, namespaces, matchLabels } = discovery;
  const selectors =
    role === DiscoveryRole.PODS
      ? [matchLabels]
      : tree
          .ofKind('Service')
          .flatMap((service) =>
            namespaces.includes(service.namespace) && matches(service.labels, matchLabels)
              ? [strings(at(service.json, 'spec', 'selector'))]
              : [],
          );
  return podTemplates(tree).filter(
    (pod) => namespaces.includes(pod.namespace) && selectors.some((selector) => matches(pod.labels, selector)),
  );
}

function operatorReplicas(tree: Tree, { discovery, provenance }: ScrapeTarget): { readonly title: string; readonly count: number }[] {
  if (provenance !== Provenance.OPERATOR) return [];
  return operatorMade(tree)
    .filter(({ resource, labels }) => discovery.namespaces.includes(resource.namespace) && matches(labels, discovery.matchLabels))
    .map(({ resource, replicas = 2 }) => ({ title: titleOf(resource), count: replicas }));
}

/** Whether a Deployment starts the new pod before the old one has ended. */
function overlaps({ owner }: PodTemplate): boolean {
  const strategy = at(owner.json, 'spec', 'strategy');
  const surge = at(strategy, 'rollingUpdate', 'maxSurge') ?? '25%';
  return owner.kind === 'Deployment' && at(strategy, 'type') !== 'Recreate' && surge !== 0 && surge !== '0' && surge !== '0%';
}
