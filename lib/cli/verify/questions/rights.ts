import { counted, few, grouped, Severity } from '../finding';
import type { Question } from '../question';

/** What the agent's account needs and may not. */
export const rights: Question = {
  name: 'rights',
  proves: "the agent's account has every right that its scrapes need",
  judge({ kube, kubectl, expected: { collector } }) {
    if (kube === undefined) return { findings: [] };
    if (kube.rights === undefined) {
      return {
        findings: [],
        notes: [{ what: "rights of the agent's account", because: 'you may not ask for them: that takes the right to impersonate it' }],
      };
    }
    const account = `system:serviceaccount:${collector.namespace}:${collector.serviceAccountName}`;
    const refused = grouped(
      kube.rights.filter(({ isAllowed }) => !isAllowed),
      ({ namespace = '' }) => namespace,
    );
    return {
      findings: [...refused].map(([namespace, missing]) => {
        const whats = missing.map(({ what }) => what);
        const where = namespace === '' ? 'in the whole cluster' : `in ${namespace}`;
        return {
          severity: Severity.ERROR,
          what: `${collector.serviceAccountName} lacks ${counted(missing.length, 'right')} ${where}: ${few(whats, 6)}`,
          cause:
            namespace === ''
              ? 'its ClusterRole or the binding of it was changed or removed'
              : 'its Role or the RoleBinding there was changed or removed',
          next: `${kubectl} auth can-i ${whats[0]} --as=${account}${namespace === '' ? '' : ` -n ${namespace}`}; then apply 30-pipeline.yaml again`,
          subjects: whats,
        };
      }),
    };
  },
};
