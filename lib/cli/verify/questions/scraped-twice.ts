import { type ActiveTarget, kubectl, targetsOf } from '../facts';
import { counted, few, grouped, Severity } from '../finding';
import type { Question } from '../question';

/** One page that is scraped by two scrapes, or by two agents. */
export const scrapedTwice: Question = {
  name: 'scraped-twice',
  proves: 'no target is scraped twice',
  judge(facts) {
    const isOurs = ({ pool }: ActiveTarget) => facts.expected.pages.some(({ pools }) => pools.includes(pool));
    const twice = [...grouped(targetsOf(facts), ({ url }) => url).values()].filter((all) => all.length > 1 && all.some(isOurs));
    const ways = grouped(twice, (all) => [...new Set(all.map(({ pool }) => pool))].sort().join(' and '));
    return {
      findings: [...ways].map(([pools, groups]) => {
        const urls = groups.map(([first]) => first?.url ?? '');
        const agents = [...new Set(groups.flat().map(({ agent }) => agent))];
        const foreign = groups.flat().find((target) => !isOurs(target));
        return {
          severity: Severity.ERROR,
          what: `${counted(urls.length, 'target')} scraped twice, by ${pools}: ${few(urls)}`,
          cause: foreign
            ? `the scrape ${foreign.pool} is not of the cluster file and finds the same`
            : agents.length > 1
              ? `${few(agents)} both scrape it: a former agent still runs, or they do not know of each other`
              : 'two Services or scrapes lead to it',
          next: foreign
            ? removal(foreign.pool, (command) => kubectl(facts, command))
            : kubectl(facts, 'get pods -A -l app.kubernetes.io/name=vmagent'),
          subjects: urls,
        };
      }),
    };
  },
};

/** The command that shows the object of a scrape: `podScrape/soperator/mine/0`. */
function removal(pool: string, command: (text: string) => string): string {
  const [, kind, namespace, name] = /^(\w+)Scrape\/([^/]+)\/([^/]+)/.exec(pool) ?? [];
  return kind === undefined ? `remove the scrape ${pool}` : command(`delete vm${kind.toLowerCase()}scrape -n ${namespace} ${name}`);
}
