import { Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { metadata, type ObjectOwner } from './deployment';
import { explained, ruleKey } from './reasons';

/** The service account that gets the rights. */
export interface RightsSubject {
  /** Name of the service account. */
  readonly name: string;
  /** Its namespace. */
  readonly namespace: string;
}

/** A rule, and what it is for: no right is granted without saying so. */
export type Rule = k8s.PolicyRule & {
  /** What the account does with it, and what breaks without it. Told by the security report, not written into the manifest. */
  readonly why: string;
};

/** A rule for the whole cluster. */
export type ClusterRule = Rule & {
  /** Why a namespace would not do. */
  readonly everywhere: string;
};

/** Rules as a list, or worked out when the tree is rendered. */
export type Rules<T extends Rule = Rule> = readonly T[] | (() => readonly T[]);

/** What holds for everything of nodes. */
export const NODES_HAVE_NO_NAMESPACE = 'nodes belong to no namespace';

/** A Role and its binding in the owner's namespace. */
export function grant(scope: Construct, id: string, owner: ObjectOwner, subject: RightsSubject, rules: Rules): void {
  explained(new k8s.KubeRole(scope, `${id}Role`, { metadata: metadata(owner), rules: resolved(rules) }), () => reasons(rules));
  new k8s.KubeRoleBinding(scope, `${id}RoleBinding`, {
    metadata: metadata(owner),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: owner.name },
    subjects: [{ kind: 'ServiceAccount', ...subject }],
  });
}

/** A ClusterRole and its binding. The owner names no namespace. */
export function grantCluster(scope: Construct, id: string, owner: ObjectOwner, subject: RightsSubject, rules: Rules<ClusterRule>): void {
  const cluster = { ...owner, namespace: undefined };
  explained(new k8s.KubeClusterRole(scope, `${id}ClusterRole`, { metadata: metadata(cluster), rules: resolved(rules) }), () =>
    reasons(rules),
  );
  new k8s.KubeClusterRoleBinding(scope, `${id}ClusterRoleBinding`, {
    metadata: metadata(cluster),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: owner.name },
    subjects: [{ kind: 'ServiceAccount', ...subject }],
  });
}

function listed<T extends Rule>(rules: Rules<T>): readonly T[] {
  return typeof rules === 'function' ? rules() : rules;
}

function resolved(rules: Rules): k8s.PolicyRule[] {
  const bare = () =>
    listed(rules).map(({ apiGroups, resources, resourceNames, nonResourceUrLs, verbs }) => ({
      ...(apiGroups ? { apiGroups } : {}),
      ...(resources ? { resources } : {}),
      ...(resourceNames ? { resourceNames } : {}),
      ...(nonResourceUrLs ? { nonResourceUrLs } : {}),
      verbs,
    }));
  return typeof rules === 'function' ? Lazy.any({ produce: bare }) : bare();
}

function reasons(rules: Rules<Rule | ClusterRule>) {
  return listed(rules).map(({ why, ...rule }) => ({
    of: ruleKey({ ...rule, nonResourceUrls: rule.nonResourceUrLs }),
    why,
    ...('everywhere' in rule ? { everywhere: rule.everywhere } : {}),
  }));
}
