import { Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { metadata, type ObjectOwner } from './deployment';

/** The service account that gets the rights. */
export interface RightsSubject {
  /** Name of the service account. */
  readonly name: string;
  /** Its namespace. */
  readonly namespace: string;
}

/** Rules as a list, or worked out when the tree is rendered. */
export type Rules = readonly k8s.PolicyRule[] | (() => readonly k8s.PolicyRule[]);

/** A Role and its binding in the owner's namespace. */
export function grant(scope: Construct, id: string, owner: ObjectOwner, subject: RightsSubject, rules: Rules): void {
  new k8s.KubeRole(scope, `${id}Role`, { metadata: metadata(owner), rules: resolved(rules) });
  new k8s.KubeRoleBinding(scope, `${id}RoleBinding`, {
    metadata: metadata(owner),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: owner.name },
    subjects: [{ kind: 'ServiceAccount', ...subject }],
  });
}

/** A ClusterRole and its binding. The owner names no namespace. */
export function grantCluster(scope: Construct, id: string, owner: ObjectOwner, subject: RightsSubject, rules: Rules): void {
  const cluster = { ...owner, namespace: undefined };
  new k8s.KubeClusterRole(scope, `${id}ClusterRole`, { metadata: metadata(cluster), rules: resolved(rules) });
  new k8s.KubeClusterRoleBinding(scope, `${id}ClusterRoleBinding`, {
    metadata: metadata(cluster),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: owner.name },
    subjects: [{ kind: 'ServiceAccount', ...subject }],
  });
}

function resolved(rules: Rules): k8s.PolicyRule[] {
  return typeof rules === 'function' ? Lazy.any({ produce: () => [...rules()] }) : [...rules];
}
