import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { metadata, type ObjectOwner } from '../common/deployment';
import type { Labels } from '../common/labels';

/** The labels of all pods of an agent, whatever makes them. */
export function podsOfAgent({ identity }: ObjectOwner): Labels {
  return { 'app.kubernetes.io/name': identity.name, 'app.kubernetes.io/instance': identity.instance };
}

/** Shards on different nodes where there are several: a node that dies then takes one part of the targets along, not all. */
export function spreadShards(owner: ObjectOwner): k8s.TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...podsOfAgent(owner) } },
  };
}

/**
 * Lets a drain take one shard at a time. An agent of one pod gets no budget: the only one that would protect it would block every drain
 * of its node, and its queue outlives the move anyway.
 */
export function shardBudget(scope: Construct, owner: ObjectOwner): k8s.KubePodDisruptionBudget {
  return new k8s.KubePodDisruptionBudget(scope, 'PodDisruptionBudget', {
    metadata: metadata(owner),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      // a pod that is broken anyway must not keep a node from being drained
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { ...podsOfAgent(owner) } },
    },
  });
}
