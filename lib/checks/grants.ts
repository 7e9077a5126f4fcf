import type { RightsSubject } from '../common/rbac';
import { at, entries, type Json, type KubeObject, list, perTree, type Tree, text, texts } from './tree';

/** One rule of a Role or ClusterRole. */
export interface GrantedRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceUrls: readonly string[];
  readonly verbs: readonly string[];
}

/** What one binding grants to a service account. */
export interface Grant {
  /** The RoleBinding or ClusterRoleBinding. */
  readonly binding: KubeObject;
  /** The Role or ClusterRole; nothing when it is not in the tree. */
  readonly role?: KubeObject;
  /** Where it counts; empty for everywhere. */
  readonly namespace: string;
  /** What is granted; nothing when only the cluster knows. */
  readonly rules?: readonly GrantedRule[];
}

/** One thing that somebody wants to do. */
export interface Question {
  readonly verb: string;
  readonly apiGroup: string;
  /** A resource, or a subresource such as `nodes/metrics`. */
  readonly resource: string;
  /** Namespace to do it in. @default - everywhere */
  readonly namespace?: string;
  /** Name of the one object. @default - any */
  readonly name?: string;
}

const EVERYTHING: GrantedRule = { apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceUrls: ['*'], verbs: ['*'] };

/** Everything that binds a role. */
export const bindings = perTree((tree) => tree.ofKind('RoleBinding', 'ClusterRoleBinding'));

/** Everything that the bindings of a tree grant to a service account. */
export function grantsOf(tree: Tree, account: RightsSubject): Grant[] {
  return bindings(tree)
    .filter((binding) => list(at(binding.json, 'subjects')).some((subject) => isAccount(subject, account, binding.namespace)))
    .map((binding) => grantOf(tree, binding));
}

/** What one binding grants to whomever it names. */
export function grantOf(tree: Tree, binding: KubeObject): Grant {
  const kind = text(at(binding.json, 'roleRef', 'kind'));
  const name = text(at(binding.json, 'roleRef', 'name'));
  const role = tree.find(kind, name, kind === 'Role' ? binding.namespace : '');
  return { binding, role, namespace: binding.kind === 'ClusterRoleBinding' ? '' : binding.namespace, rules: rulesOf(role, name) };
}

/** Whether grants allow something. Grants that only the cluster knows count as allowing it: nothing proves the contrary. */
export function allows(grants: readonly Grant[], question: Question): boolean {
  return grants.some(
    ({ namespace, rules }) =>
      (namespace === '' || namespace === question.namespace) &&
      (rules === undefined ||
        rules.some(
          ({ apiGroups, resources, resourceNames, verbs }) =>
            has(verbs, question.verb) &&
            has(apiGroups, question.apiGroup) &&
            (has(resources, question.resource) || resources.includes(question.resource.replace(/^.*\//, '*/'))) &&
            (resourceNames.length === 0 || (question.name !== undefined && resourceNames.includes(question.name))),
        )),
  );
}

/** Whether grants allow something with a path that belongs to no resource. Only grants for the whole cluster can. */
export function allowsUrl(grants: readonly Grant[], verb: string, url: string): boolean {
  const covers = (granted: string) => granted === url || (granted.endsWith('*') && url.startsWith(granted.slice(0, -1)));
  return grants.some(
    ({ namespace, rules }) =>
      namespace === '' &&
      (rules === undefined || rules.some(({ nonResourceUrls, verbs }) => has(verbs, verb) && nonResourceUrls.some(covers))),
  );
}

function has(granted: readonly string[], wanted: string): boolean {
  return granted.includes(wanted) || granted.includes('*');
}

/** The rules of a role; nothing where only the cluster knows them. */
export function rulesOf(role: KubeObject | undefined, name: string): GrantedRule[] | undefined {
  if (!role) return name === 'cluster-admin' ? [EVERYTHING] : undefined;
  // the rules of an aggregated role are filled in by the cluster
  if (entries(at(role.json, 'aggregationRule')).length > 0) return undefined;
  return list(at(role.json, 'rules')).map((rule) => ({
    apiGroups: texts(at(rule, 'apiGroups')),
    resources: texts(at(rule, 'resources')),
    resourceNames: texts(at(rule, 'resourceNames')),
    nonResourceUrls: texts(at(rule, 'nonResourceURLs')),
    verbs: texts(at(rule, 'verbs')),
  }));
}

function isAccount(subject: Json, account: RightsSubject, bindingNamespace: string): boolean {
  const name = text(at(subject, 'name'));
  switch (text(at(subject, 'kind'))) {
    case 'ServiceAccount':
      return name === account.name && (text(at(subject, 'namespace')) || bindingNamespace) === account.namespace;
    case 'User':
      return name === `system:serviceaccount:${account.namespace}:${account.name}`;
    default:
      return ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${account.namespace}`].includes(name);
  }
}
