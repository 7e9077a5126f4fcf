import { kubectl, labelArgument } from '../facts';
import { type Finding, Severity } from '../finding';
import type { Question } from '../question';
import { size, writings } from '../writing';

/** What is on its way at any moment is less than this, in bytes. */
const ON_ITS_WAY = 4 * 1024 ** 2;
/** Part of a queue above which it is nearly full. */
const NEARLY = 0.8;

/** Queues that grow, and those that lose what finds no place in them. */
export const queue: Question = {
  name: 'queue',
  proves: "the agent's queues are short, and nothing falls out of them",
  judge(facts) {
    const { namespace, agentPods } = facts.expected;
    const next = kubectl(facts, `logs -n ${namespace} -l ${labelArgument(agentPods?.labels ?? {})} --tail=50`);
    const findings = writings(facts).flatMap(({ agent, destination, pending, limit, noPlace, isStuck }): Finding[] => {
      const title = `${agent.name}: queue of ${destination.name}`;
      const share = limit === undefined ? undefined : pending.after / limit;
      const filled = share === undefined ? '' : ` (${Math.round(share * 100)}% of its ${size(limit ?? 0)})`;
      const subjects = [destination.name];
      const slow = isStuck ? 'its destination takes nothing' : 'its destination takes less than is scraped';
      if (noPlace > 0 || (share !== undefined && share >= 1)) {
        return [{ severity: Severity.ERROR, what: `${title} is full${filled} and loses the oldest samples`, cause: slow, next, subjects }];
      }
      if (share !== undefined && share >= NEARLY) {
        return [
          { severity: Severity.ERROR, what: `${title} is nearly full: ${size(pending.after)} wait${filled}`, cause: slow, next, subjects },
        ];
      }
      // of one that takes nothing, `destinations` tells how much waits
      if (isStuck || pending.after <= ON_ITS_WAY) return [];
      if (pending.after > pending.before) {
        return [{ severity: Severity.WARNING, what: `${title} grows: ${size(pending.after)} wait${filled}`, cause: slow, next, subjects }];
      }
      const cause = 'its destination was away, and is catching up';
      return [{ severity: Severity.WARNING, what: `${title} is long: ${size(pending.after)} wait${filled}`, cause, next, subjects }];
    });
    return { findings };
  },
};
