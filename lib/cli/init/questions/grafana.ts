import { carries, some, titleOf } from '../objects';
import type { Question } from '../question';

/** Whether there is a Grafana that could show the dashboards. */
export const grafana: Question = {
  about: 'a Grafana that is there',
  option: 'grafana.enabled',
  needs: ['services'],
  ask(facts) {
    const all = facts.of('services').filter(({ metadata }) => carries(metadata.labels, { 'app.kubernetes.io/name': 'grafana' }));
    if (all.length === 0) return {};
    const text = `is a second Grafana wanted? Service ${some(all.map(titleOf))} is there; false leaves ours out, and the dashboards can be imported there`;
    return { doubts: [{ option: 'grafana.enabled', text }] };
  },
};
