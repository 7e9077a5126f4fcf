import { MetricUnit } from '../../common/metric-family';
import { anySource, Colour, DisplayUnit, highIsBad, type Row, sized, table, timeseries, vmagent } from '../vocabulary';

const UP = anySource('up');
/** Of each target: both series carry all its labels. */
const TIME_SHARE = `max by (job) (${anySource('scrape_duration_seconds')} / ${anySource('scrape_timeout_seconds')})`;
const KEPT = anySource('scrape_samples_post_metric_relabeling');
const LARGEST = `max by (job) (${KEPT})`;
const LARGEST_PAGE = `max by (job) (${anySource('scrape_response_size_bytes')})`;

// a scrape that takes longer than its limit brings nothing: half of it leaves room for a busy node
const OF_TIME = highIsBad(0.5, 0.9);

/** What is scraped, and how well. */
export const targets = (): Row => ({
  title: 'Targets',
  panels: [
    sized(
      14,
      9,
      table({
        title: 'Targets that are down',
        description:
          'Each target that did not answer, and the share of the last hour in which it did not; a hundred at most. 100 %: gone or never there; less: it comes and goes. Look at its pod, then at the agent’s page of targets for the error.',
        unit: MetricUnit.RATIO,
        // the hundred longest away: when more are down it is the network or the agent, and a list helps no more
        queries: [{ expr: `topk(100, (1 - avg_over_time(${UP}[1h])) and ${UP} == 0)` }],
        columns: [
          { title: 'Source', label: 'job' },
          { title: 'Target', label: 'instance' },
          { title: 'Namespace', label: 'namespace' },
          { title: 'Port', label: 'endpoint' },
          { title: 'Path', label: 'metrics_path' },
          { title: 'Down, last hour', unit: MetricUnit.RATIO, thresholds: highIsBad(0, 1) },
        ],
        sortBy: 'Down, last hour',
        noValue: 'every target answers',
      }),
    ),
    sized(
      10,
      9,
      timeseries({
        title: 'Targets down by source',
        description: 'Targets of each source that did not answer. A step up beside an upgrade or a change of nodes names its cause.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (job) (1 - ${UP})`, legend: '{{job}}' }],
      }),
    ),
    sized(
      24,
      9,
      table({
        title: 'Sources',
        description:
          'Each source: targets that answer and that do not, the longest scrape and its share of the time it may take, samples before and after the rules, and the largest of its targets, in samples and in bytes: compare these with the limits that it has. Red: raise the timeout before scrapes fail.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: `sum by (job) (${UP})` },
          { expr: `sum by (job) (1 - ${UP})` },
          { expr: `max by (job) (${anySource('scrape_duration_seconds')})` },
          { expr: TIME_SHARE },
          { expr: `sum by (job) (${anySource('scrape_samples_scraped')})` },
          { expr: `sum by (job) (${KEPT})` },
          { expr: LARGEST },
          { expr: LARGEST_PAGE },
        ],
        columns: [
          { title: 'Source', label: 'job' },
          { title: 'Up', query: 0 },
          { title: 'Down', query: 1, thresholds: { below: Colour.GOOD, steps: [{ from: 1, colour: Colour.BAD }] } },
          { title: 'Longest scrape', query: 2, unit: MetricUnit.SECONDS },
          { title: 'Of its time', query: 3, unit: MetricUnit.RATIO, thresholds: OF_TIME },
          { title: 'Samples', query: 4 },
          { title: 'Samples kept', query: 5 },
          { title: 'Largest target', query: 6 },
          { title: 'Largest page', query: 7, unit: MetricUnit.BYTES },
        ],
        sortBy: 'Samples kept',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Scrape time against its limit',
        description:
          'The longest scrape of each source as a share of the time that it may take. At 100 % it is given up: raise the timeout, or look for an exporter that is short of CPU.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [{ expr: TIME_SHARE, legend: '{{job}}' }],
        thresholds: OF_TIME,
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Samples by source',
        description:
          'Samples of one round of scrapes that are kept, by source. What grows here fills the disk: drop metrics that no panel reads.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (job) (${KEPT})`, legend: '{{job}}' }],
        stacked: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Largest target of each source',
        description:
          'Samples of the largest target of each source, after the rules. A sample limit acts on these: set it well above, and raise it where a line comes near.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: LARGEST, legend: '{{job}}' }],
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'Failed scrapes by reason',
        description:
          'Scrapes a second that brought nothing, of all agents. Too slow: raise the timeout. Too large, too many samples or labels: raise that limit, or drop something at the exporter.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: (
          [
            ['vm_promscrape_scrapes_failed_total', 'all'],
            ['vm_promscrape_scrapes_timed_out_total', 'too slow'],
            ['vm_promscrape_max_scrape_size_exceeded_errors_total', 'page too large'],
            ['vm_promscrape_scrapes_skipped_by_sample_limit_total', 'too many samples'],
            ['vm_promscrape_scrapes_skipped_by_label_limit_total', 'too many labels'],
          ] as const
        ).map(([metric, legend]) => ({ expr: `sum(rate(${vmagent(metric)}[$__rate_interval]))`, legend })),
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'Targets of each agent',
        description:
          'Targets that each agent scrapes. Shards share them by a hash and should have about the same number; one that has none is not in the configuration.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (instance, status) (${vmagent('vm_promscrape_targets')})`, legend: '{{instance}} {{status}}' }],
      }),
    ),
  ],
});
