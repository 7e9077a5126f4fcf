import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, highIsBad, type Row, sized, stat, table, timeseries, vmsingle } from '../vocabulary';
import { NO_STORE } from './overview';

const WEEK = 7 * 24 * 3600;

const rate = (metric: string, ...matchers: string[]): string => `rate(${vmsingle(metric, ...matchers)}[$__rate_interval])`;
const FREE = vmsingle('vm_free_disk_space_bytes');
const SAMPLES = 'type=~"storage/.*"';

/** What the store takes, keeps and answers. */
export const store = (): Row[] => [
  {
    title: 'Store: space and series',
    panels: [
      sized(
        8,
        8,
        timeseries({
          title: 'Free space and forecast',
          description:
            'Space left on the volume, what will be left in a week by the course of the last day, and the limit below which nothing more is taken. A forecast below the limit: grow the volume, or shorten the retention.',
          unit: MetricUnit.BYTES,
          min: 0,
          queries: [
            { expr: `min(${FREE})`, legend: 'free' },
            { expr: `min(clamp_min(predict_linear(${FREE}[1d], ${WEEK}), 0))`, legend: 'free in a week' },
            { expr: `max(${vmsingle('vm_free_disk_space_limit_bytes')})`, legend: 'limit' },
          ],
          // each point of the forecast reads a day
          minInterval: '5m',
          noValue: NO_STORE,
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Data by kind',
          description:
            'Size of samples and of the index on the disk. An index that is as large as the samples comes from series that live short.',
          unit: MetricUnit.BYTES,
          min: 0,
          queries: [{ expr: `sum by (type) (${vmsingle('vm_data_size_bytes')})`, legend: '{{type}}' }],
          stacked: true,
          noValue: NO_STORE,
        }),
      ),
      sized(
        4,
        8,
        stat({
          title: 'Bytes of a sample',
          description: 'Mean size of a stored sample, without the index. Below one is usual; a lot more means values that compress badly.',
          unit: MetricUnit.BYTES,
          decimals: 2,
          queries: [{ expr: `sum(${vmsingle('vm_data_size_bytes', SAMPLES)}) / sum(${vmsingle('vm_rows', SAMPLES)})` }],
          // sizes of volumes are worked out with about that
          thresholds: highIsBad(1.5, 4),
          noValue: NO_STORE,
        }),
      ),
      sized(
        4,
        8,
        table({
          title: 'Settings of the store',
          description:
            'Flags that decide what is kept and what queries may take: given ones and defaults. Change them in the pipeline’s options.',
          unit: MetricUnit.COUNT,
          queries: [
            {
              expr: vmsingle(
                'flag',
                'name=~"retentionPeriod|dedup.minScrapeInterval|maxLabelsPerTimeseries|search.maxUniqueTimeseries|search.maxQueryDuration|storage.minFreeDiskSpaceBytes"',
              ),
            },
          ],
          columns: [
            { title: 'Setting', label: 'name' },
            { title: 'Is', label: 'value' },
          ],
          sortBy: 'Setting',
          descending: false,
          noValue: NO_STORE,
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Samples stored',
          description: 'Samples a second that came to the storage and that it took. Apart: some were left out; the next panel says why.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [
            { expr: `sum(${rate('vm_rows_received_by_storage_total')})`, legend: 'came' },
            { expr: `sum(${rate('vm_rows_added_to_storage_total')})`, legend: 'stored' },
          ],
          noValue: NO_STORE,
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Samples left out',
          description:
            'Samples a second that the store did not take, by reason. Too many labels: raise -maxLabelsPerTimeseries, or drop labels.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [{ expr: `sum by (reason) (${rate('vm_rows_ignored_total')})`, legend: '{{reason}}' }],
          noValue: NO_STORE,
        }),
      ),
      sized(
        4,
        8,
        timeseries({
          title: 'Active series',
          description: 'Series that got a sample in the last hour. A step up is a new source, or labels that change too often.',
          unit: MetricUnit.COUNT,
          min: 0,
          queries: [{ expr: `sum(${vmsingle('vm_cache_entries', 'type="storage/hour_metric_ids"')})`, legend: 'series' }],
          noValue: NO_STORE,
        }),
      ),
      sized(
        4,
        8,
        timeseries({
          title: 'New series',
          description: 'Series a second that began. Jobs and pods that come make some; a steady high rate fills index and memory.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [{ expr: `sum(${rate('vm_new_timeseries_created_total')})`, legend: 'new' }],
          noValue: NO_STORE,
        }),
      ),
    ],
  },
  {
    title: 'Store: memory and queries',
    panels: [
      sized(
        6,
        8,
        timeseries({
          title: 'Slow inserts',
          description:
            'Share of samples whose series was not in the cache. High for hours: the store needs more memory, or fewer series that live short. High after a restart is usual.',
          unit: MetricUnit.RATIO,
          min: 0,
          queries: [
            {
              expr: `sum(${rate('vm_slow_row_inserts_total')}) / sum(${rate('vm_rows_added_to_storage_total')})`,
              legend: 'slow',
            },
          ],
          // its makers advise less than a twentieth
          thresholds: highIsBad(0.05, 0.2),
          showThresholds: true,
          noValue: NO_STORE,
        }),
      ),
      sized(
        6,
        8,
        timeseries({
          title: 'Cache misses',
          description: 'Share of lookups that a cache could not answer. High where the cache is full as well: give the store more memory.',
          unit: MetricUnit.RATIO,
          min: 0,
          max: 1,
          queries: [
            {
              expr: `sum by (type) (${rate('vm_cache_misses_total')}) / (sum by (type) (${rate('vm_cache_requests_total')}) > 0)`,
              legend: '{{type}}',
            },
          ],
          noValue: NO_STORE,
        }),
      ),
      sized(
        6,
        8,
        timeseries({
          title: 'Caches in use',
          description: 'Share of its memory that each cache takes. Full ones push out what is still needed; see whether they miss.',
          unit: MetricUnit.RATIO,
          min: 0,
          queries: [
            {
              expr: `sum by (type) (${vmsingle('vm_cache_size_bytes')}) / (sum by (type) (${vmsingle('vm_cache_size_max_bytes')}) > 0)`,
              legend: '{{type}}',
            },
          ],
          noValue: NO_STORE,
        }),
      ),
      sized(
        6,
        8,
        timeseries({
          title: 'Merges',
          description:
            'Merges of parts that run, and writes a second that had to wait for them. Waits: the disk is too slow, or the store is short of CPU.',
          unit: MetricUnit.COUNT,
          min: 0,
          queries: [
            { expr: `sum(${vmsingle('vm_active_merges')})`, legend: 'running' },
            { expr: `sum(${rate('vm_assisted_merges_total')})`, legend: 'waits a second' },
          ],
          noValue: NO_STORE,
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Query time',
          description:
            'How long the slowest of a hundred queries takes, by path. High: look at the dashboards that ask for months or for every GPU.',
          unit: MetricUnit.SECONDS,
          min: 0,
          queries: [{ expr: `max by (path) (${vmsingle('vm_request_duration_seconds', 'quantile="0.99"')})`, legend: '{{path}}' }],
          // panels appear one after another from here on, and the log has those of more than five
          thresholds: highIsBad(2, 5),
          showThresholds: true,
          noValue: 'nobody has asked anything yet',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Queries running',
          description: 'Queries that run, and how many may at once. At the limit others wait: give the store more CPU, or ask for less.',
          unit: MetricUnit.COUNT,
          min: 0,
          queries: [
            { expr: `sum(${vmsingle('vm_concurrent_select_current')})`, legend: 'running' },
            { expr: `sum(${vmsingle('vm_concurrent_select_capacity')})`, legend: 'at most' },
          ],
          noValue: NO_STORE,
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Queries turned away',
          description:
            'Queries a second that waited for others, gave up waiting, needed too much memory, or took longer than five seconds. All but the first are errors or near errors: ask for shorter ranges or fewer series.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: (
            [
              ['vm_concurrent_select_limit_reached_total', 'waited'],
              ['vm_concurrent_select_limit_timeout_total', 'gave up waiting'],
              ['vm_memory_intensive_queries_total', 'too much memory'],
              ['vm_slow_queries_total', 'slow'],
            ] as const
          ).map(([metric, legend]) => ({ expr: `sum(${rate(metric)})`, legend })),
          noValue: NO_STORE,
        }),
      ),
    ],
  },
];
