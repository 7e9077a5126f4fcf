import { bindings, type GrantedRule, grantOf, rulesOf } from '../../checks/grants';
import { type Pods, podsIn } from '../../checks/pod-security-standards';
import { at, type Json, type KubeObject, list, type Tree, text, titleOf } from '../../checks/tree';
import { ruleKey } from '../../common/reasons';
import { accountOf, isOperators, tokenHolders } from './pods';
import type { ReasonBook } from './reasons';
import type { AccountReport, RoleReport, RuleReport } from './report';

/** Who is meant. */
interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Everybody to whom a tree grants something, and every account of it, ours first. */
export function accountsIn(tree: Tree, book: ReasonBook): AccountReport[] {
  const pods = podsIn(tree);
  const bound = bindings(tree).flatMap((binding) =>
    list(at(binding.json, 'subjects')).map((subject) => ({ binding, subject: subjectOf(subject, binding) })),
  );
  const subjects = unique([
    ...tree.ofKind('ServiceAccount').map(({ name, namespace }) => ({ kind: 'ServiceAccount', name, namespace })),
    ...pods.map((one) => ({ kind: 'ServiceAccount', name: accountOf(one), namespace: one.on.namespace })),
    ...bound.map(({ subject }) => subject),
  ]);
  return subjects
    .map((subject): AccountReport => {
      const { kind, name, namespace } = subject;
      const users = pods.filter((one) => kind === 'ServiceAccount' && accountOf(one) === name && one.on.namespace === namespace);
      return {
        kind,
        name,
        ...(namespace === '' ? {} : { namespace }),
        isOurs: kind === 'ServiceAccount' && isMade(tree, subject, users),
        usedBy: users.map(({ on }) => titleOf(on)),
        tokenIn: users.flatMap((one) => tokenHolders(tree, one).map((container) => `${container} of ${titleOf(one.on)}`)),
        rules: bound.filter((one) => keyOf(one.subject) === keyOf(subject)).flatMap(({ binding }) => rulesBoundBy(tree, binding, book)),
      };
    })
    .sort((a, b) => Number(b.isOurs) - Number(a.isOurs) || (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** Roles that no rendered object binds, for the cluster may have a binding. */
export function unboundIn(tree: Tree, book: ReasonBook): RoleReport[] {
  const used = new Set(bindings(tree).map((binding) => grantOf(tree, binding).role));
  return tree
    .ofKind('Role', 'ClusterRole')
    .filter((role) => !used.has(role))
    .map((role) => ({
      role: titleOf(role),
      rules: reported(rulesOf(role, role.name), role, book, { ...where(role.namespace), role: titleOf(role) }),
    }));
}

function rulesBoundBy(tree: Tree, binding: KubeObject, book: ReasonBook): RuleReport[] {
  const { role, namespace, rules } = grantOf(tree, binding);
  const kind = text(at(binding.json, 'roleRef', 'kind'));
  const name = text(at(binding.json, 'roleRef', 'name'));
  const title = titleOf({ kind, name, namespace: kind === 'Role' ? binding.namespace : '' });
  return reported(rules, role, book, { ...where(namespace), role: title, binding: titleOf(binding) });
}

type Placed = Pick<RuleReport, 'namespace' | 'role' | 'binding'>;

function reported(rules: readonly GrantedRule[] | undefined, role: KubeObject | undefined, book: ReasonBook, placed: Placed): RuleReport[] {
  if (rules === undefined) {
    return [{ ...placed, isKnown: false, apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [], verbs: [] }];
  }
  return rules.map(({ apiGroups, resources, resourceNames, nonResourceUrls, verbs }) => {
    const reason = book(role, ruleKey({ apiGroups, resources, resourceNames, nonResourceUrls, verbs }));
    return {
      ...placed,
      isKnown: true,
      apiGroups,
      resources,
      resourceNames,
      nonResourceURLs: nonResourceUrls,
      verbs,
      ...(reason ? { why: reason.why } : {}),
      ...(reason?.everywhere === undefined ? {} : { everywhere: reason.everywhere }),
    };
  });
}

/** The operator makes the account of a resource that names none. */
function isMade(tree: Tree, { name, namespace }: Subject, users: readonly Pods[]): boolean {
  const named = ({ on }: Pods) => at(on.json, 'spec', 'serviceAccountName') !== undefined;
  return tree.find('ServiceAccount', name, namespace) !== undefined || users.some((one) => isOperators(one.on) && !named(one));
}

/** A user of this form is a service account in other words. */
const USER_OF_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

function subjectOf(subject: Json, binding: KubeObject): Subject {
  const kind = text(at(subject, 'kind'));
  const name = text(at(subject, 'name'));
  const [, namespace, account] = (kind === 'User' && USER_OF_ACCOUNT.exec(name)) || [];
  if (namespace !== undefined && account !== undefined) return { kind: 'ServiceAccount', name: account, namespace };
  return { kind, name, namespace: kind === 'ServiceAccount' ? text(at(subject, 'namespace')) || binding.namespace : '' };
}

function where(namespace: string): Pick<RuleReport, 'namespace'> {
  return namespace === '' ? {} : { namespace };
}

function keyOf({ kind, name, namespace }: Subject): string {
  return [kind, namespace, name].join(' ');
}

function sortKey({ kind, name, namespace = '' }: AccountReport): string {
  return [kind === 'ServiceAccount' ? '' : kind, namespace, name].join(' ');
}

function unique(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map((subject) => [keyOf(subject), subject])).values()];
}
