import { type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { counter, gauge, labels, NONE, oneOf, summary, under, vmHistogram } from './family';
import { cacheFamilies, relabelConfigFamilies, VM_SHARED_FAMILIES } from './victoriametrics';

const { COUNT, SECONDS, TIMESTAMP, BYTES } = MetricUnit;

const DATA = labels('path');

/** Parts of samples and of the index: fresh ones in memory, later ones in files. */
const PARTS = ['storage/inmemory', 'storage/small', 'storage/big', 'indexdb/inmemory', 'indexdb/file'];
const OF_PARTS = { type: oneOf(...PARTS) };
const OF_SAMPLES = { type: oneOf('storage/inmemory', 'storage/small', 'storage/big') };

/** Caches that count their lookups and have a limit. */
const CACHES = [
  'promql/rollupResult',
  'storage/indexBlocks',
  'storage/tsid',
  'storage/metricIDs',
  'storage/metricName',
  'storage/regexps',
  'storage/regexpPrefixes',
  'indexdb/dataBlocks',
  'indexdb/dataBlocksSparse',
  'indexdb/indexBlocks',
  'indexdb/tagFiltersToMetricIDs',
  'indexdb/tagFiltersLoops',
];
/** Sets that are kept whole. */
const SETS = ['storage/hour_metric_ids', 'storage/next_day_metric_ids', 'indexdb/metricID', 'indexdb/date_metricID'];
const EXPRESSIONS = ['promql/parse', 'promql/regexp'];
/** Counts how often metrics are asked for, unless -storage.trackMetricNamesStats is off. */
const TRACKER = 'storage/metricNamesStatsTracker';
const INDEX_SETS = { type: oneOf('indexdb/metricID', 'indexdb/date_metricID') };

const CACHING: readonly MetricFamily[] = [
  ...cacheFamilies({ entries: [...CACHES, ...SETS, ...EXPRESSIONS], requests: [...CACHES, ...EXPRESSIONS] }),
  gauge('vm_cache_size_bytes', BYTES, { type: oneOf(...CACHES, ...SETS, TRACKER) }, 'Memory of a cache'),
  gauge('vm_cache_size_max_bytes', BYTES, { type: oneOf(...CACHES, TRACKER) }, 'Memory that a cache may have'),
  gauge('vm_cache_size', COUNT, { type: oneOf(TRACKER) }, 'Names of metrics whose use is counted', {
    option: 'flag -storage.trackMetricNamesStats',
  }),
  counter('vm_cache_collisions_total', COUNT, { type: oneOf('storage/tsid', 'storage/metricName') }, 'Entries that displaced another one'),
  counter('vm_cache_resets_total', COUNT, { type: oneOf('indexdb/tagFiltersToMetricIDs') }, 'How often a cache was emptied'),
  counter('vm_cache_rotations_total', COUNT, INDEX_SETS, 'How often old entries of a cache were dropped'),
  counter('vm_cache_syncs_total', COUNT, INDEX_SETS, 'How often new entries of a cache were brought to where all find them'),
];

/** What is on the disk. */
const STORAGE: readonly MetricFamily[] = [
  gauge('vm_free_disk_space_bytes', BYTES, DATA, 'Free space of the volume'),
  gauge('vm_free_disk_space_limit_bytes', BYTES, DATA, 'Free space below which nothing more is taken'),
  gauge('vm_total_disk_space_bytes', BYTES, DATA, 'Size of the volume'),
  gauge('vm_storage_is_read_only', COUNT, DATA, 'Whether nothing more is taken, as the volume is full'),
  gauge('vm_data_size_bytes', BYTES, { type: oneOf(...PARTS, 'storage/metaindex', 'indexdb/metaindex') }, 'Size of the data'),
  gauge('vm_rows', COUNT, OF_PARTS, 'Samples, and entries of the index'),
  gauge('vm_blocks', COUNT, OF_PARTS, 'Blocks of the data'),
  gauge('vm_parts', COUNT, OF_PARTS, 'Parts of the data'),
  gauge('vm_last_partition_parts', COUNT, OF_SAMPLES, 'Parts of the current month'),
  gauge('vm_part_references', COUNT, { type: oneOf('storage/inmemory', 'storage/small', 'storage/big', 'indexdb') }, 'Uses of parts'),
  gauge('vm_partition_references', COUNT, { type: oneOf('storage') }, 'Uses of months'),
  gauge('vm_object_references', COUNT, { type: oneOf('indexdb') }, 'Uses of indexes'),
  gauge('vm_pending_rows', COUNT, { type: oneOf('storage', 'indexdb') }, 'Samples, and entries of the index, not yet searched'),
  gauge('vm_next_retention_seconds', SECONDS, NONE, 'Time until data is deleted for its age again'),
  gauge('vm_snapshots', COUNT, NONE, 'Snapshots that exist'),
  gauge('vm_metrics_metadata_storage_items', COUNT, NONE, 'Metrics whose type and help are known'),
  gauge('vm_metrics_metadata_storage_size_bytes', BYTES, NONE, 'Memory of types and helps of metrics'),
  gauge('vm_metrics_metadata_storage_max_size_bytes', BYTES, NONE, 'Memory that types and helps of metrics may have'),

  // merges
  gauge('vm_active_force_merges', COUNT, NONE, 'Merges that somebody asked for and that run'),
  gauge('vm_active_merges', COUNT, OF_PARTS, 'Merges of parts that run'),
  counter('vm_merges_total', COUNT, OF_PARTS, 'Merges of parts that ended'),
  counter('vm_rows_merged_total', COUNT, OF_PARTS, 'Samples, and entries of the index, that were merged'),
  counter('vm_rows_deleted_total', COUNT, OF_SAMPLES, 'Samples that were left out of merges as deleted or too old'),
  counter('vm_assisted_merges_total', COUNT, { type: oneOf('indexdb/inmemory') }, 'How often writes had to wait for merges of the index'),
  counter('vm_deduplicated_samples_total', COUNT, { type: oneOf('select', 'merge') }, 'Samples left out as too close to another one'),
  counter('vm_timestamps_blocks_merged_total', COUNT, NONE, 'Blocks that share their times with another one'),
  counter('vm_timestamps_bytes_saved_total', BYTES, NONE, 'Bytes saved by blocks that share their times'),
  // both are 0 without an enterprise license
  gauge('vm_downsampling_partitions_scheduled', COUNT, NONE, 'Months that wait to be thinned out'),
  gauge('vm_downsampling_partitions_scheduled_size_bytes', BYTES, NONE, 'Size of the months that wait to be thinned out'),
];

/** What is written. */
const WRITES: readonly MetricFamily[] = [
  counter('vm_rows_received_by_storage_total', COUNT, NONE, 'Samples that came to the storage'),
  counter('vm_rows_added_to_storage_total', COUNT, NONE, 'Samples that the storage took'),
  counter('vm_rows_inserted_total', COUNT, labels('type'), 'Samples that were sent, by protocol'),
  counter('vm_metadata_rows_inserted_total', COUNT, labels('type'), 'Types and helps of metrics that were sent, by protocol'),
  vmHistogram('vm_rows_per_insert', COUNT, labels('type'), 'Samples in a write, by protocol', { event: 'samples were written' }),
  vmHistogram('vminsert_request_duration_seconds', SECONDS, NONE, 'How long writes took', { event: 'samples were written' }),
  counter('vm_relabel_metrics_dropped_total', COUNT, NONE, 'Samples that relabel rules dropped'),
  ...relabelConfigFamilies('vm_relabel_config', '-relabelConfig'),
  counter('vm_new_timeseries_created_total', COUNT, NONE, 'Series that began'),
  counter('vm_timeseries_precreated_total', COUNT, NONE, 'Series that were put into the index of the next day or month in advance'),
  counter('vm_timeseries_repopulated_total', COUNT, NONE, 'Series that were put into another index again'),
  counter('vm_slow_row_inserts_total', COUNT, NONE, 'Samples whose series was not in the cache'),
  counter('vm_slow_per_day_index_inserts_total', COUNT, NONE, 'Series that had to be put into the index of the day at once'),
  ...under({ option: 'flag -storage.maxHourlySeries' }, [
    gauge('vm_hourly_series_limit_current_series', COUNT, NONE, 'Series of the hour'),
    gauge('vm_hourly_series_limit_max_series', COUNT, NONE, 'Series that an hour may have'),
    counter('vm_hourly_series_limit_rows_dropped_total', COUNT, NONE, 'Samples dropped as the hour had too many series'),
  ]),
  ...under({ option: 'flag -storage.maxDailySeries' }, [
    gauge('vm_daily_series_limit_current_series', COUNT, NONE, 'Series of the day'),
    gauge('vm_daily_series_limit_max_series', COUNT, NONE, 'Series that a day may have'),
    counter('vm_daily_series_limit_rows_dropped_total', COUNT, NONE, 'Samples dropped as the day had too many series'),
  ]),
  counter('vm_max_ingestion_rate_limit_reached_total', COUNT, NONE, 'Waits for the limit of samples in a second', {
    option: 'flag -maxIngestionRate',
  }),
];

/** What is asked. */
const QUERIES: readonly MetricFamily[] = [
  gauge('vm_concurrent_select_capacity', COUNT, NONE, 'Queries that may run at once'),
  gauge('vm_concurrent_select_current', COUNT, NONE, 'Queries that run'),
  counter('vm_concurrent_select_limit_reached_total', COUNT, NONE, 'Queries that had to wait for others'),
  counter('vm_concurrent_select_limit_timeout_total', COUNT, NONE, 'Queries that waited for others in vain'),
  counter('vm_memory_intensive_queries_total', COUNT, NONE, 'Queries refused as needing too much memory'),
  counter('vm_slow_queries_total', COUNT, NONE, 'Queries that took longer than the limit of the log'),
  counter('vm_too_big_rollup_results_total', COUNT, NONE, 'Results too large for the cache'),
  counter('vm_metric_rows_skipped_total', COUNT, { name: oneOf('vmselect') }, 'Samples that queries passed over'),
  gauge('vm_search_max_unique_timeseries', COUNT, NONE, 'Series that a query may look at'),
  counter('vm_rollup_result_cache_full_hits_total', COUNT, NONE, 'Results that the cache had'),
  counter('vm_rollup_result_cache_miss_total', COUNT, NONE, 'Results that the cache did not have'),
  counter('vm_rollup_result_cache_partial_hits_total', COUNT, NONE, 'Results that the cache had a part of'),
  counter('vm_rollup_result_cache_requests_total', COUNT, NONE, 'Results that the cache was asked for'),
  counter('vm_rollup_result_cache_resets_total', COUNT, NONE, 'How often the cache of results was emptied'),
  counter('vm_tmp_blocks_files_created_total', COUNT, NONE, 'Files for results too large for memory'),
  gauge('vm_tmp_blocks_files_directory_free_bytes', BYTES, NONE, 'Free space for results too large for memory'),
  gauge('vm_tmp_blocks_max_inmemory_file_size_bytes', BYTES, NONE, 'Size up to which results stay in memory'),
  ...under({ event: 'something was asked' }, [
    summary('vm_request_duration_seconds', SECONDS, labels('path'), 'How long queries took, by path'),
    vmHistogram('vmselect_request_duration_seconds', SECONDS, NONE, 'How long requests of readers took'),
    vmHistogram('vm_rows_read_per_query', COUNT, NONE, 'Samples that a query read'),
    vmHistogram('vm_rows_read_per_series', COUNT, NONE, 'Samples that a query read of one series'),
    vmHistogram('vm_rows_scanned_per_query', COUNT, NONE, 'Samples that a query worked through, repeated ones included'),
    vmHistogram('vm_series_read_per_query', COUNT, NONE, 'Series that a query read'),
    summary('vm_tmp_blocks_inmemory_file_size_bytes', BYTES, NONE, 'Sizes of results that stayed in memory'),
  ]),
];

const INDEX: readonly MetricFamily[] = [
  counter('vm_indexdb_items_added_total', COUNT, NONE, 'Entries that the index took'),
  counter('vm_indexdb_items_added_size_bytes_total', BYTES, NONE, 'Bytes of entries that the index took'),
  counter('vm_indexdb_items_dropped_total', COUNT, { reason: oneOf('too_long_item') }, 'Entries that the index refused'),
  counter('vm_index_blocks_with_metric_ids_processed_total', COUNT, NONE, 'Blocks of the index that were put in order'),
  counter('vm_index_blocks_with_metric_ids_incorrect_order_total', COUNT, NONE, 'Blocks of the index that could not be put in order'),
  counter('vm_date_range_search_calls_total', COUNT, NONE, 'Searches in the index of single days'),
  counter('vm_date_range_hits_total', COUNT, NONE, 'Searches in the index of single days that found something'),
  counter('vm_global_search_calls_total', COUNT, NONE, 'Searches in the index of all days'),
  gauge('vm_composite_index_min_timestamp', TIMESTAMP, NONE, 'Since when metrics and labels are indexed together; 0 for always'),
  counter('vm_composite_filter_success_conversions_total', COUNT, NONE, 'Searches that could use metric and label together'),
  counter('vm_composite_filter_missing_conversions_total', COUNT, NONE, 'Searches that could not use metric and label together'),
  counter('vm_missing_metric_names_for_metric_id_total', COUNT, NONE, 'Series found in the index without a name'),
  counter('vm_missing_tsids_for_metric_id_total', COUNT, NONE, 'Series found in the index without a place in the data'),
  counter('vm_deleted_metrics_total', COUNT, { type: oneOf('indexdb') }, 'Series that somebody deleted'),
];

/**
 * The store.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/single-server-victoriametrics/#monitoring
 */
export const VMSINGLE_CATALOG: MetricCatalog = {
  name: 'vmsingle',
  families: [...STORAGE, ...WRITES, ...QUERIES, ...INDEX, ...CACHING, ...VM_SHARED_FAMILIES],
};
