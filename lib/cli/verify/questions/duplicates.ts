import type { Expected } from '../expected';
import { answerTo, kubectl } from '../facts';
import { counted, few, Severity } from '../finding';
import type { Question } from '../question';

/** Time that is looked at, in seconds. */
const WINDOW_S = 300;
/** Scrapes are never exactly regular; twice as many are two scrapers. */
const TOO_MANY = 1.5;

/** Jobs by the time between two scrapes; what the store merges into one sample cannot be counted. */
function jobsByInterval({ pages, dedupSeconds = 0 }: Expected): ReadonlyMap<number, readonly string[]> {
  const shortest = new Map<string, number>();
  for (const { target } of pages) {
    const seconds = target.scrapeInterval.toMilliseconds() / 1000;
    shortest.set(target.job, Math.min(seconds, shortest.get(target.job) ?? seconds));
  }
  const jobs = new Map<number, string[]>();
  for (const [job, seconds] of shortest) if (seconds >= 2 * dedupSeconds) jobs.set(seconds, [...(jobs.get(seconds) ?? []), job]);
  return jobs;
}

function queriesOf(expected: Expected): readonly string[] {
  return [...jobsByInterval(expected)].map(([seconds, jobs]) => {
    const most = Math.ceil((TOO_MANY * WINDOW_S) / seconds);
    return `count by (job) (count_over_time(up{cluster="${expected.cluster}", job=~"${jobs.join('|')}"}[${WINDOW_S}s]) > ${most})`;
  });
}

/** Series that come more often than they are scraped. */
export const duplicates: Question = {
  name: 'duplicates',
  proves: 'samples come as often as they are scraped, and not from two agents',
  queries: queriesOf,
  judge(facts) {
    const found = queriesOf(facts.expected).flatMap((query) => answerTo(facts, query));
    if (found.length === 0) return { findings: [] };
    const jobs = found.map(({ labels }) => labels.job ?? '');
    const targets = found.reduce((sum, { value }) => sum + value, 0);
    return {
      findings: [
        {
          severity: Severity.ERROR,
          what: `${counted(targets, 'target')} stored more often than scraped: ${few(jobs)}`,
          cause:
            'a second agent writes the same series: an old one that still runs, or one of another cluster with the same value of cluster',
          next: kubectl(facts, 'get pods -A -l app.kubernetes.io/name=vmagent'),
          subjects: jobs,
        },
      ],
    };
  },
};
