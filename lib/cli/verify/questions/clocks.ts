import { answerTo, kubectl } from '../facts';
import { counted, type Finding, few, Severity } from '../finding';
import type { Question } from '../question';

/** Answers take their time; more than this is a clock that is wrong, in seconds. */
const MOST_S = 15;
/** Kernels tell their time when they are scraped. */
const MOST_OF_NODE_S = 5;

const nodes = (cluster: string) =>
  `node_time_seconds{cluster="${cluster}"} - timestamp(node_time_seconds{cluster="${cluster}"}) > ${MOST_OF_NODE_S} or ` +
  `timestamp(node_time_seconds{cluster="${cluster}"}) - node_time_seconds{cluster="${cluster}"} > ${MOST_OF_NODE_S}`;
const future = (cluster: string) => `max(timestamp(up{cluster="${cluster}"})) - time() > ${MOST_OF_NODE_S}`;
const unsynchronised = (cluster: string) => `node_timex_sync_status{cluster="${cluster}"} == 0`;

/** Clocks of nodes, of the store and here that do not agree. */
export const clocks: Question = {
  name: 'clocks',
  proves: 'the clocks of store, agent and nodes agree',
  queries: ({ cluster }) => [nodes(cluster), future(cluster), unsynchronised(cluster)],
  judge(facts) {
    const { cluster } = facts.expected;
    const findings: Finding[] = [];
    const ahead = facts.store?.ahead ?? 0;
    if (Math.abs(ahead) > MOST_S) {
      findings.push({
        severity: Severity.WARNING,
        what: `the clock of the store is ${Math.abs(ahead).toFixed(0)} s ${ahead > 0 ? 'ahead of' : 'behind'} the clock here`,
        cause: "one of the two is not synchronised; with the store's, panels end too early or show the future",
        next: 'date -u, here and on the node of the store',
        subjects: ['store'],
      });
    }
    const [early] = answerTo(facts, future(cluster));
    if (early) {
      findings.push({
        severity: Severity.ERROR,
        what: `samples come ${early.value.toFixed(0)} s from the future`,
        cause: "the clock of the agent's node is ahead of that of the store",
        next: kubectl(facts, `get pods -n ${facts.expected.namespace} -o wide`),
        subjects: ['agent'],
      });
    }
    const wrong = answerTo(facts, nodes(cluster)).map(({ labels }) => labels.instance ?? '');
    if (wrong.length > 0) {
      findings.push({
        severity: Severity.WARNING,
        what: `the clocks of ${counted(wrong.length, 'node')} are off by more than ${MOST_OF_NODE_S} s: ${few(wrong)}`,
        cause: 'they are not synchronised; logs and SLURM suffer, too',
        next: 'chronyc tracking, or timedatectl, on those nodes',
        subjects: wrong,
      });
    }
    const loose = answerTo(facts, unsynchronised(cluster)).map(({ labels }) => labels.instance ?? '');
    return {
      findings,
      ...(loose.length > 0 && {
        notes: [
          {
            what: `${counted(loose.length, 'node')} with a clock that nobody synchronises: ${few(loose)}`,
            because: 'the kernel says so; it is right at present',
          },
        ],
      }),
    };
  },
};
