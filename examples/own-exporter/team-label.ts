import { type Check, type Complaint, Severity } from 'soperator-metrics';

const WORKLOADS = ['Deployment', 'DaemonSet', 'StatefulSet'];
const TEAMS = ['hpc-platform', 'ml-research'];

/** Our pager asks the label `team` whom to call. */
export const teamLabel: Check = {
  name: 'team-label',
  proves: 'every workload of our own says which team is called when it fails',
  *run({ tree }): Iterable<Complaint> {
    for (const on of tree.ofKind(...WORKLOADS)) {
      // the library's own parts are the platform team's
      if (on.labels['app.kubernetes.io/part-of'] === 'soperator-metrics') continue;
      const { team } = on.labels;
      if (team === undefined) {
        yield { on, message: `metadata.labels.team: got nothing, expected one of ${TEAMS.join(', ')}; write team: ${TEAMS[0]}` };
      } else if (!TEAMS.includes(team)) {
        const message = `metadata.labels.team: got "${team}", expected one of ${TEAMS.join(', ')}; tell the pager of it first`;
        yield { on, message, severity: Severity.WARNING };
      }
    }
  },
};
