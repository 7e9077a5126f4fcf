import { answerTo, kubectl } from '../facts';
import { counted, type Finding, few, grouped, Severity } from '../finding';
import type { Question } from '../question';

const labels = 'job, instance, endpoint, metrics_path';
const samples = (cluster: string) =>
  `count by (${labels}) (scrape_samples_scraped{cluster="${cluster}"} > scrape_samples_limit{cluster="${cluster}"} > 0)`;
const series = (cluster: string) => `sum by (${labels}) (increase(scrape_series_limit_samples_dropped{cluster="${cluster}"}[5m])) > 0`;

/** Counters that only grow when a limit is exceeded, and the option that is the limit. */
const COUNTERS: readonly (readonly [name: string, what: string, option: string])[] = [
  ['vm_promscrape_max_scrape_size_exceeded_errors_total', 'scrapes larger than maxScrapeSize', 'maxScrapeSize of the source'],
  ['vm_promscrape_scrapes_skipped_by_sample_limit_total', 'scrapes with more samples than sampleLimit', 'sampleLimit of the source'],
  ['vm_promscrape_scrapes_skipped_by_label_limit_total', 'scrapes with more labels than allowed', 'the labels of the source'],
  ['vmagent_hourly_series_limit_rows_dropped_total', 'samples over -remoteWrite.maxHourlySeries', 'extraArgs of vmAgent'],
  ['vmagent_daily_series_limit_rows_dropped_total', 'samples over -remoteWrite.maxDailySeries', 'extraArgs of vmAgent'],
  ['vm_hourly_series_limit_rows_dropped_total', 'samples over -storage.maxHourlySeries', 'extraArgs of vmSingle'],
  ['vm_daily_series_limit_rows_dropped_total', 'samples over -storage.maxDailySeries', 'extraArgs of vmSingle'],
];

/** Limits of scrapes, of series and of the store that cut something off. */
export const limits: Question = {
  name: 'limits',
  proves: 'no limit of scrapes or series cuts anything off',
  queries: ({ cluster }) => [samples(cluster), series(cluster)],
  judge(facts) {
    const { cluster } = facts.expected;
    const programs = [...facts.agents, ...(facts.store ? [facts.store] : [])];
    const exceeded = programs.flatMap(({ name, looks }): Finding[] =>
      COUNTERS.flatMap(([counter, what, option]) => {
        const ever = looks?.after.sum(counter) ?? 0;
        if (looks === undefined || ever <= 0) return [];
        const now = ever - looks.before.sum(counter);
        return [
          {
            severity: now > 0 ? Severity.ERROR : Severity.WARNING,
            what: `${name}: ${ever.toLocaleString('en')} ${what} since it started${now > 0 ? ', and more come' : ''}`,
            cause: `there is more than the limit allows: raise ${option}, or find what has grown`,
            next: targetsCommand((text) => kubectl(facts, text), facts.expected.namespace, name),
            subjects: [counter],
          },
        ];
      }),
    );
    const ofTargets = (query: string, option: string) =>
      [...grouped(answerTo(facts, query), ({ labels: { job = '' } }) => job)].map(([job, group]): Finding => {
        const targets = group.map(({ labels: { instance, endpoint, metrics_path } }) =>
          [instance, endpoint, metrics_path].filter(Boolean).join(' '),
        );
        return {
          severity: Severity.ERROR,
          what: `${job}: ${counted(group.length, 'target')} over its ${option} (${few(targets)})`,
          cause: `what it exposes has grown: what is beyond ${option} is not stored`,
          next: `raise ${option} of this source, then soperator-metrics synth and apply`,
          subjects: targets,
        };
      });
    return { findings: [...exceeded, ...ofTargets(samples(cluster), 'sampleLimit'), ...ofTargets(series(cluster), 'seriesLimit')] };
  },
};

function targetsCommand(command: (text: string) => string, namespace: string, pod: string): string {
  return command(`logs -n ${namespace} ${pod} --tail=100`);
}
