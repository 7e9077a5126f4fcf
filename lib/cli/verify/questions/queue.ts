import { kubectl, labelArgument } from '../facts';
import { type Finding, Severity } from '../finding';
import type { Question } from '../question';
import { writings } from '../writing';

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
      if (pending.before > 0 && pending.after > pending.before && (isStuck || pending.after > ON_ITS_WAY)) {
        return [{ severity: Severity.WARNING, what: `${title} grows: ${size(pending.after)} wait${filled}`, cause: slow, next, subjects }];
      }
      if (pending.after > ON_ITS_WAY) {
        const cause = 'its destination was away, and is catching up';
        return [{ severity: Severity.WARNING, what: `${title} is long: ${size(pending.after)} wait${filled}`, cause, next, subjects }];
      }
      return [];
    });
    return { findings };
  },
};

/** Bytes in a form to read. */
export function size(bytes: number): string {
  const units = ['B', 'Ki', 'Mi', 'Gi', 'Ti'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2))}${units[power]}`;
}
