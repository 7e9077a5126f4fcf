import { kubectl, labelArgument } from '../facts';
import { type Finding, Severity } from '../finding';
import type { Question } from '../question';

/** Who was asked and did not answer. */
export const answering: Question = {
  name: 'answering',
  proves: 'all agents and the store answer',
  judge(facts) {
    const { expected, agents, silent, kube } = facts;
    const findings = silent.map(({ what, name, error }): Finding => {
      const labels = labelArgument(expected.agentPods?.labels ?? {});
      const [namespace, selector] =
        what === 'store' && typeof expected.store === 'object'
          ? [expected.store.namespace, 'app.kubernetes.io/name=vmsingle']
          : [expected.namespace, labels];
      const pod = kube?.pods.find((one) => one.name === name && !one.ready);
      return {
        severity: Severity.ERROR,
        what: `${what === 'kubernetes' ? 'the API server' : `${what} ${name}`} does not answer: ${error}`,
        cause: pod
          ? `the pod is ${pod.trouble || pod.phase}`
          : what === 'kubernetes'
            ? 'kubectl has another context, no login or no way to it'
            : 'it is stopped, starting, or you may not reach it',
        next: what === 'kubernetes' ? kubectl(facts, 'cluster-info') : kubectl(facts, `get pods -n ${namespace} -l ${selector}`),
        subjects: [name],
      };
    });
    const known = agents.length + silent.filter(({ what }) => what === 'agent').length;
    // by URL, somebody may ask one of several on purpose
    if (known > 0 && known < expected.shards && kube) {
      findings.push({
        severity: Severity.ERROR,
        what: `${known} of ${expected.shards} agents there`,
        cause: 'the others have no pod: the targets that they would scrape are scraped by nobody',
        next: kubectl(facts, `get pods -n ${expected.namespace} -l ${labelArgument(expected.agentPods?.labels ?? {})}`),
        subjects: ['agents'],
      });
    }
    return { findings };
  },
};
