import { carries, containersOf, podLabels, some, titleOf } from '../objects';
import type { Question } from '../question';

const GROUP = 'monitoring.coreos.com';

/** Whether a Prometheus operator runs beside the pipeline. */
export const prometheusOperator: Question = {
  about: 'a Prometheus operator beside it',
  option: 'mode',
  needs: ['deployments.apps'],
  ask(facts) {
    const all = facts
      .of('deployments.apps')
      .filter(
        (workload) =>
          carries(podLabels(workload), { 'app.kubernetes.io/name': 'prometheus-operator' }) ||
          containersOf(workload).some(({ image = '' }) => /(^|\/)prometheus-operator[:@]/.test(image)),
      );
    if (all.length > 0) {
      const text = `Prometheus operator ${some(all.map(titleOf))}: it and the pipeline leave each other's scrapes alone`;
      return { remarks: [{ option: 'mode', text }] };
    }
    return facts.has(GROUP) ? { remarks: [{ option: 'mode', text: `definitions of ${GROUP}, and no Prometheus operator` }] } : {};
  },
};
