import { type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, gauge, labels, NONE, oneOf, sometimes, under, vmHistogram } from './family';
import { cacheFamilies, connectionFamilies, relabelConfigFamilies, VM_SHARED_FAMILIES } from './victoriametrics';

const { COUNT, SECONDS, TIMESTAMP, BYTES, BYTES_PER_SECOND } = MetricUnit;

const URL = labels('url');
const QUEUE_OF_URL = labels('path', 'url');
const QUEUE_FILE = labels('path', 'name');
const DISCOVERY = labels('type');
const ROLE = labels('role');

/** Targets and their scrapes. */
const SCRAPES: readonly MetricFamily[] = under({ option: 'flag -promscrape.config' }, [
  gauge('vm_promscrape_active_scrapers', COUNT, DISCOVERY, 'Targets being scraped, by the discovery that found them'),
  counter('vm_promscrape_scrapers_started_total', COUNT, DISCOVERY, 'Targets that were taken up'),
  counter('vm_promscrape_scrapers_stopped_total', COUNT, DISCOVERY, 'Targets that were given up'),
  gauge('vm_promscrape_targets', COUNT, { type: any, status: oneOf('up', 'down') }, 'Targets, by discovery and state'),
  gauge('vm_promscrape_scrape_pool_targets', COUNT, { scrape_job: any, status: oneOf('up', 'down') }, 'Targets, by scrape job and state', {
    event: 'a target was found',
  }),
  counter('vm_promscrape_config_changes_total', COUNT, DISCOVERY, 'Changes of the part of the configuration that concerns this discovery'),
  gauge('vm_promscrape_config_last_reload_success_timestamp_seconds', TIMESTAMP, NONE, 'When the configuration in use was read'),
  gauge('vm_promscrape_config_last_reload_successful', COUNT, NONE, 'Whether the last configuration could be read'),
  counter('vm_promscrape_config_reloads_errors_total', COUNT, NONE, 'Changed configurations that could not be read'),
  counter('vm_promscrape_config_reloads_total', COUNT, NONE, 'Changed configurations that were read'),
  vmHistogram('vm_promscrape_service_discovery_duration_seconds', SECONDS, DISCOVERY, 'How long looking for targets took', {
    event: 'targets were looked for',
  }),
  vmHistogram('vm_promscrape_target_relabel_duration_seconds', SECONDS, DISCOVERY, 'How long the relabel rules of targets took', {
    event: 'targets were found',
  }),
  ...under({ event: 'a target was scraped' }, [
    vmHistogram('vm_promscrape_push_data_duration_seconds', SECONDS, NONE, 'How long it took to hand a block of samples on'),
    vmHistogram('vm_promscrape_scrape_duration_seconds', SECONDS, NONE, 'How long scrapes took'),
    vmHistogram('vm_promscrape_scrape_response_size_bytes', BYTES, NONE, 'Sizes of pages, unpacked'),
    vmHistogram('vm_promscrape_scraped_samples', COUNT, NONE, 'Samples on a page'),
  ]),
  ...connectionFamilies('vm_promscrape', 'targets'),
]);

/** Kubernetes as a place to find targets in. */
const KUBERNETES: readonly MetricFamily[] = under({ option: 'kubernetes_sd_configs' }, [
  gauge('vm_promscrape_discovery_kubernetes_objects', COUNT, ROLE, 'Objects that are known'),
  counter('vm_promscrape_discovery_kubernetes_objects_added_total', COUNT, ROLE, 'Objects that appeared'),
  counter('vm_promscrape_discovery_kubernetes_objects_removed_total', COUNT, ROLE, 'Objects that went away'),
  counter('vm_promscrape_discovery_kubernetes_objects_updated_total', COUNT, ROLE, 'Objects that changed'),
  gauge('vm_promscrape_discovery_kubernetes_scrape_works', COUNT, ROLE, 'Targets made of objects'),
  counter(
    'vm_promscrape_discovery_kubernetes_stale_resource_versions_total',
    COUNT,
    ROLE,
    'Watches that had to begin anew as too far behind',
  ),
  gauge(
    'vm_promscrape_discovery_kubernetes_subscribers',
    COUNT,
    { role: any, status: oneOf('pending', 'working') },
    'Scrape jobs that follow objects',
  ),
  gauge('vm_promscrape_discovery_kubernetes_url_watchers', COUNT, ROLE, 'Watches that are open'),
  ...connectionFamilies('vm_promscrape_discovery_kubernetes', 'the API server'),
]);

/** Any other service as a place to find targets in. */
const OTHER_DISCOVERIES: readonly MetricFamily[] = [
  ...under(
    { option: 'another discovery than kubernetes_sd_configs' },
    connectionFamilies('vm_promscrape_discovery', 'services with targets'),
  ),
  counter(
    'promscrape_discovery_http_errors_total',
    COUNT,
    { type: oneOf('fetch', 'parse'), url: any },
    'Failures to get targets from a URL',
    {
      option: 'http_sd_configs',
    },
  ),
];

/** What is sent, for each destination. */
const REMOTE_WRITE: readonly MetricFamily[] = [
  ...under({ event: 'a block was made' }, [
    vmHistogram('vmagent_remotewrite_block_metadata_rows', COUNT, NONE, 'Types and helps of metrics in a block'),
    vmHistogram('vmagent_remotewrite_block_size_bytes', BYTES, NONE, 'Sizes of blocks, packed'),
    vmHistogram('vmagent_remotewrite_block_size_rows', COUNT, NONE, 'Samples in a block'),
  ]),
  counter('vmagent_remotewrite_blocks_sent_total', COUNT, URL, 'Blocks that the destination took'),
  counter('vmagent_remotewrite_bytes_sent_total', BYTES, URL, 'Bytes that the destination took'),
  vmHistogram('vmagent_remotewrite_duration_seconds', SECONDS, URL, 'How long the destination took to answer', {
    event: 'a block was sent',
  }),
  counter('vmagent_remotewrite_errors_total', COUNT, URL, 'Requests that got no answer'),
  counter('vmagent_remotewrite_packets_dropped_total', COUNT, URL, 'Blocks that the destination refused for good'),
  gauge('vmagent_remotewrite_queues', COUNT, URL, 'Requests that may be under way at once'),
  gauge('vmagent_remotewrite_rate_limit', BYTES_PER_SECOND, URL, 'Bytes that may be sent in a second; 0 for any number'),
  counter('vmagent_remotewrite_rate_limit_reached_total', COUNT, URL, 'Waits for the rate limit'),
  counter('vmagent_remotewrite_requests_total', COUNT, labels('url', 'status_code'), 'Requests that were answered, by HTTP status'),
  counter('vmagent_remotewrite_retries_count_total', COUNT, URL, 'Blocks that had to be sent again'),
  counter('vmagent_remotewrite_send_duration_seconds_total', SECONDS, URL, 'Time of sending, waits between attempts included'),
  ...connectionFamilies('vmagent_remotewrite', 'destinations'),

  counter('vmagent_remotewrite_global_relabel_metrics_dropped_total', COUNT, NONE, 'Samples that the rules for all destinations dropped'),
  counter('vmagent_remotewrite_global_rows_pushed_before_relabel_total', COUNT, NONE, 'Samples before the rules for all destinations'),
  counter('vmagent_remotewrite_relabel_metrics_dropped_total', COUNT, QUEUE_OF_URL, 'Samples that the rules of a destination dropped'),
  counter('vmagent_remotewrite_rows_pushed_after_relabel_total', COUNT, QUEUE_OF_URL, 'Samples after the rules of a destination'),
  counter('vmagent_remotewrite_metadata_dropped_total', COUNT, QUEUE_OF_URL, 'Types and helps that found no place in the queue'),
  counter('vmagent_remotewrite_samples_dropped_total', COUNT, QUEUE_OF_URL, 'Samples that found no place in the queue'),
  counter('vmagent_remotewrite_push_failures_total', COUNT, QUEUE_OF_URL, 'Blocks that found no place in the queue'),
  gauge('vmagent_remotewrite_pending_data_bytes', BYTES, QUEUE_OF_URL, 'Bytes that wait to be sent, on disk and in memory'),
  gauge('vmagent_remotewrite_pending_inmemory_blocks', COUNT, QUEUE_OF_URL, 'Blocks that wait in memory'),
  gauge('vmagent_remotewrite_queue_blocked', COUNT, QUEUE_OF_URL, 'Whether the queue takes nothing more'),
  ...relabelConfigFamilies('vmagent_relabel_config', '-remoteWrite.urlRelabelConfig'),
  ...under({ option: 'flag -remoteWrite.mdx.enable' }, [
    counter('vmagent_remotewrite_mdx_rows_preserved_total', COUNT, QUEUE_OF_URL, 'Samples of VictoriaMetrics that were let through'),
    gauge('vmagent_remotewrite_mdx_tracked_instances', COUNT, QUEUE_OF_URL, 'Programs of VictoriaMetrics that were recognised'),
  ]),
];

/** The queue on disk, for each destination. */
const QUEUE: readonly MetricFamily[] = [
  counter('vm_persistentqueue_blocks_dropped_total', COUNT, QUEUE_FILE, 'Blocks dropped from a full queue'),
  counter('vm_persistentqueue_blocks_read_total', COUNT, QUEUE_FILE, 'Blocks read from the disk'),
  counter('vm_persistentqueue_blocks_written_total', COUNT, QUEUE_FILE, 'Blocks written to the disk'),
  counter('vm_persistentqueue_bytes_dropped_total', BYTES, QUEUE_FILE, 'Bytes dropped from a full queue'),
  gauge('vm_persistentqueue_bytes_pending', BYTES, QUEUE_FILE, 'Bytes that wait on the disk'),
  counter('vm_persistentqueue_bytes_read_total', BYTES, QUEUE_FILE, 'Bytes read from the disk'),
  counter('vm_persistentqueue_bytes_written_total', BYTES, QUEUE_FILE, 'Bytes written to the disk'),
  gauge('vm_persistentqueue_free_disk_space_bytes', BYTES, QUEUE_FILE, 'Bytes that the queue can still take'),
  counter('vm_persistentqueue_read_duration_seconds_total', SECONDS, NONE, 'Time of reading from the disk'),
  counter('vm_persistentqueue_write_duration_seconds_total', SECONDS, NONE, 'Time of writing to the disk'),
];

/** What others send to the agent. */
const PUSHED: readonly MetricFamily[] = [
  counter('vmagent_http_request_errors_total', COUNT, { path: any, protocol: sometimes() }, 'Requests to the agent that failed, by path'),
  counter('vmagent_http_requests_total', COUNT, { path: any, protocol: sometimes() }, 'Requests to the agent, by path'),
  counter('vmagent_metadata_inserted_total', COUNT, labels('type'), 'Types and helps of metrics that were sent to the agent, by protocol'),
  counter('vmagent_rows_inserted_total', COUNT, labels('type'), 'Samples that were sent to the agent, by protocol'),
  ...under({ event: 'somebody sent samples to the agent' }, [
    vmHistogram('vmagent_rows_per_insert', COUNT, labels('type'), 'Samples in a request, by protocol'),
    ...under({ option: 'flag -enableMultitenantHandlers' }, [
      counter('vmagent_tenant_inserted_metadata_total', COUNT, labels('type', 'accountID', 'projectID'), 'Types and helps sent, by tenant'),
      counter('vmagent_tenant_inserted_rows_total', COUNT, labels('type', 'accountID', 'projectID'), 'Samples sent, by tenant'),
    ]),
  ]),
];

const LIMITS: readonly MetricFamily[] = [
  counter('vmagent_daily_series_limit_rows_dropped_total', COUNT, NONE, 'Samples dropped as the day had too many series'),
  counter('vmagent_hourly_series_limit_rows_dropped_total', COUNT, NONE, 'Samples dropped as the hour had too many series'),
  ...under({ option: 'flag -remoteWrite.maxDailySeries' }, [
    gauge('vmagent_daily_series_limit_current_series', COUNT, NONE, 'Series of the day'),
    gauge('vmagent_daily_series_limit_max_series', COUNT, NONE, 'Series that a day may have'),
  ]),
  ...under({ option: 'flag -remoteWrite.maxHourlySeries' }, [
    gauge('vmagent_hourly_series_limit_current_series', COUNT, NONE, 'Series of the hour'),
    gauge('vmagent_hourly_series_limit_max_series', COUNT, NONE, 'Series that an hour may have'),
  ]),
  counter('vmagent_max_ingestion_rate_limit_reached_total', COUNT, NONE, 'Waits for the limit of samples in a second', {
    option: 'flag -maxIngestionRate',
  }),
];

/**
 * The agent.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/vmagent/#monitoring
 */
export const VMAGENT_CATALOG: MetricCatalog = {
  name: 'vmagent',
  families: [
    ...SCRAPES,
    ...KUBERNETES,
    ...OTHER_DISCOVERIES,
    ...REMOTE_WRITE,
    ...QUEUE,
    ...PUSHED,
    ...LIMITS,
    ...cacheFamilies({ entries: ['promql/regexp'], requests: ['promql/regexp'] }),
    ...VM_SHARED_FAMILIES,
  ],
};
