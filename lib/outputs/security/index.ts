import type { IConstruct } from 'constructs';
import { Tree, titleOf } from '../../checks/tree';
import { accountsIn, unboundIn } from './accounts';
import { namespacesIn } from './pods';
import { reasonBook } from './reasons';
import type { SecurityReport } from './report';

export type { AccountReport, FieldReport, NamespaceReport, RoleReport, RuleReport, SecurityReport, WorkloadReport } from './report';
export { type SecuritySection, securitySections } from './sections';

/**
 * What the manifests of an app allow whom and why, and what their pods are: made of the rendered objects, whoever added them. Reasons come
 * from where the rules and fields are written; what has none was added or changed by somebody else.
 *
 * @param root the app, or a construct of it
 */
export function securityReport(root: IConstruct): SecurityReport {
  const tree = Tree.of(root);
  const book = reasonBook(root);
  return {
    accounts: accountsIn(tree, book),
    unbound: unboundIn(tree, book),
    namespaces: namespacesIn(tree, book),
    networkPolicies: tree.ofKind('NetworkPolicy').map(titleOf),
  };
}
