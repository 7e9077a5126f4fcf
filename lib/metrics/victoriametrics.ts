import { type MetricFamily, MetricUnit } from '../common/metric-family';
import type { OptionState } from './catalog';
import { any, counter, gauge, histogram, info, labels, NONE, oneOf, sometimes, under, vmHistogram } from './family';
import { GO_FAMILIES, PROCESS_FAMILIES } from './go-runtime';

/*
 * Programs of VictoriaMetrics expose no types unless told to. Here a family has the type that it is read with, which is not always the
 * one in their source: some points in time are counters there, and what a process has read and written are gauges.
 */

const { COUNT, RATIO, SECONDS, TIMESTAMP, BYTES, CORES } = MetricUnit;

/** The application and its flags; the operator says as much of itself. */
export const VM_APP_FAMILIES: readonly MetricFamily[] = [
  info(
    'flag',
    { name: any, value: sometimes(), is_set: oneOf('true', 'false') },
    'Each flag with its value, the default where it was not given',
  ),
  gauge('vm_app_start_timestamp', TIMESTAMP, NONE, 'When the program was started'),
  gauge('vm_app_uptime_seconds', SECONDS, NONE, 'How long the program has been running'),
  info('vm_app_version', labels('version', 'short_version'), 'Version of the program'),
];

/** Go’s runtime: client_golang’s names as far as they go. @see https://github.com/VictoriaMetrics/metrics/blob/master/go_metrics.go */
const GO: readonly MetricFamily[] = [
  ...without(GO_FAMILIES, 'go_gc_gogc_percent', 'go_gc_gomemlimit_bytes', 'go_sched_gomaxprocs_threads'),
  info('go_info_ext', { ...labels('compiler', 'GOARCH', 'GOOS'), GOROOT: sometimes() }, 'How the program was built'),
  counter('go_cgo_calls_count', COUNT, NONE, 'Calls from Go into C and back'),
  gauge('go_cpu_count', CORES, NONE, 'CPUs of the machine'),
  counter('go_gc_cpu_seconds_total', SECONDS, NONE, 'CPU time of garbage collection'),
  counter('go_gc_forced_count', COUNT, NONE, 'Garbage collections that the program asked for'),
  counter(
    'go_gc_mark_assist_cpu_seconds_total',
    SECONDS,
    NONE,
    'CPU time in which the program’s own work had to help the garbage collector',
  ),
  { ...histogram('go_gc_pauses_seconds', SECONDS, NONE, 'How long the program stood still for garbage collection'), bucketsOnly: true },
  { ...histogram('go_sched_latencies_seconds', SECONDS, NONE, 'How long goroutines waited for a CPU'), bucketsOnly: true },
  gauge('go_gomaxprocs', COUNT, NONE, 'Threads that may run Go code at once'),
  gauge('go_memlimit_bytes', BYTES, NONE, 'Memory that the runtime tries to stay below'),
  gauge('go_memstats_gc_cpu_fraction', RATIO, NONE, 'Share of CPU time since the start that went into garbage collection'),
  counter('go_memstats_lookups_total', COUNT, NONE, 'Lookups of pointers by the runtime; always 0'),
  counter('go_mutex_wait_seconds_total', SECONDS, NONE, 'Time that goroutines waited for locks'),
  counter('go_scavenge_cpu_seconds_total', SECONDS, NONE, 'CPU time of giving memory back to the system'),
];

/** The process. @see https://github.com/VictoriaMetrics/metrics/blob/master/process_metrics_linux.go */
const PROCESS: readonly MetricFamily[] = [
  ...without(
    PROCESS_FAMILIES,
    'process_network_receive_bytes_total',
    'process_network_transmit_bytes_total',
    'process_virtual_memory_max_bytes',
  ),
  gauge('process_cpu_cores_available', CORES, NONE, 'CPUs that the container may use'),
  counter('process_cpu_seconds_system_total', SECONDS, NONE, 'CPU time that the kernel spent for the process'),
  counter('process_cpu_seconds_user_total', SECONDS, NONE, 'CPU time of the process’s own code'),
  counter('process_io_read_bytes_total', BYTES, NONE, 'Bytes read from files and sockets'),
  counter('process_io_read_syscalls_total', COUNT, NONE, 'Calls that read from files and sockets'),
  counter('process_io_storage_read_bytes_total', BYTES, NONE, 'Bytes read that had to come from a disk'),
  counter('process_io_storage_written_bytes_total', BYTES, NONE, 'Bytes written that went to a disk'),
  counter('process_io_write_syscalls_total', COUNT, NONE, 'Calls that wrote to files and sockets'),
  counter('process_io_written_bytes_total', BYTES, NONE, 'Bytes written to files and sockets'),
  counter('process_major_pagefaults_total', COUNT, NONE, 'Pages that had to be read from a disk'),
  counter('process_minor_pagefaults_total', COUNT, NONE, 'Pages that were found without a disk'),
  gauge('process_memory_limit_bytes', BYTES, NONE, 'Memory that the container may use'),
  gauge('process_num_threads', COUNT, NONE, 'Threads of the process'),
  gauge('process_resident_memory_anon_bytes', BYTES, NONE, 'Memory in RAM that belongs to no file'),
  gauge('process_resident_memory_file_bytes', BYTES, NONE, 'Memory in RAM that belongs to files and can be dropped'),
  gauge('process_resident_memory_peak_bytes', BYTES, NONE, 'Most memory in RAM so far'),
  gauge('process_resident_memory_shared_bytes', BYTES, NONE, 'Memory in RAM that is shared with other processes'),
  gauge('process_virtual_memory_peak_bytes', BYTES, NONE, 'Most address space so far'),
  ...under({ hardware: 'a kernel that measures pressure (PSI)' }, [
    counter('process_pressure_cpu_waiting_seconds_total', SECONDS, NONE, 'Time in which something in the container waited for CPU'),
    counter('process_pressure_cpu_stalled_seconds_total', SECONDS, NONE, 'Time in which everything in the container waited for CPU'),
    counter('process_pressure_io_waiting_seconds_total', SECONDS, NONE, 'Time in which something in the container waited for disks'),
    counter('process_pressure_io_stalled_seconds_total', SECONDS, NONE, 'Time in which everything in the container waited for disks'),
    counter('process_pressure_memory_waiting_seconds_total', SECONDS, NONE, 'Time in which something in the container waited for memory'),
    counter('process_pressure_memory_stalled_seconds_total', SECONDS, NONE, 'Time in which everything in the container waited for memory'),
  ]),
];

const PROGRAM: readonly MetricFamily[] = [
  ...VM_APP_FAMILIES,
  gauge('vm_allowed_memory_bytes', BYTES, NONE, 'Memory that caches and buffers may use'),
  gauge('vm_available_cpu_cores', CORES, NONE, 'CPUs that the program counts on'),
  gauge('vm_available_memory_bytes', BYTES, NONE, 'Memory that the program counts on'),
  gauge('vm_gogc', COUNT, NONE, 'Growth of the heap in percent that starts a garbage collection'),
  counter(
    'vm_log_messages_total',
    COUNT,
    { app_version: any, level: oneOf('info', 'warn', 'error', 'panic', 'fatal'), location: any, is_printed: oneOf('true', 'false') },
    'Lines of the log, by level and place in the source',
  ),
  info('vm_os_info', { os: any, release: sometimes() }, 'Operating system and release of the kernel'),
];

const HTTP = { name: any, addr: any };
const PROTOCOL = sometimes();

const SERVER: readonly MetricFamily[] = [
  counter('vm_http_conn_timeout_closed_conns_total', COUNT, NONE, 'Connections closed for their age'),
  vmHistogram('vm_http_request_duration_seconds', SECONDS, { path: oneOf('/metrics') }, 'How long it took to write the page of metrics', {
    event: 'the page of metrics has been read',
  }),
  counter(
    'vm_http_request_errors_total',
    COUNT,
    { path: any, protocol: PROTOCOL, reason: sometimes(oneOf('unsupported', 'wrong_auth_key', 'wrong_basic_auth')) },
    'Requests that failed, by path',
  ),
  counter('vm_http_requests_all_total', COUNT, NONE, 'Requests in all'),
  counter('vm_http_requests_total', COUNT, { path: any, protocol: PROTOCOL }, 'Requests, by path'),
  counter('vm_tcplistener_accepts_total', COUNT, HTTP, 'Connections that came in'),
  gauge('vm_tcplistener_conns', COUNT, HTTP, 'Connections that came in and are open'),
  counter(
    'vm_tcplistener_errors_total',
    COUNT,
    { ...HTTP, type: oneOf('accept', 'close', 'read', 'write') },
    'Errors of connections that came in, by what failed',
  ),
  counter('vm_tcplistener_read_bytes_total', BYTES, HTTP, 'Bytes that came in'),
  counter('vm_tcplistener_read_calls_total', COUNT, HTTP, 'Readings from connections that came in'),
  counter('vm_tcplistener_read_timeouts_total', COUNT, HTTP, 'Readings that waited too long'),
  counter('vm_tcplistener_write_calls_total', COUNT, HTTP, 'Writings to connections that came in'),
  counter('vm_tcplistener_write_timeouts_total', COUNT, HTTP, 'Writings that waited too long'),
  counter('vm_tcplistener_written_bytes_total', BYTES, HTTP, 'Bytes that went out to those who asked'),
];

const FILES: readonly MetricFamily[] = [
  info('vm_fs_info', labels('path', 'fs_type'), 'Kind of file system of the data'),
  counter('vm_fs_read_bytes_total', BYTES, NONE, 'Bytes read from places in files'),
  counter('vm_fs_read_calls_total', COUNT, NONE, 'Readings from places in files'),
  gauge('vm_fs_readers', COUNT, NONE, 'Files open for reading from places'),
  gauge('vm_mmapped_files', COUNT, NONE, 'Files that are mapped into memory'),
  counter('vm_nfs_dir_remove_failed_attempts_total', COUNT, NONE, 'Attempts to remove a directory that NFS refused'),
  gauge('vm_nfs_pending_dirs_to_remove', COUNT, NONE, 'Directories to be removed once NFS allows it'),
  counter('vm_filestream_buffered_read_bytes_total', BYTES, NONE, 'Bytes read in sequence, the buffer’s included'),
  counter('vm_filestream_buffered_read_calls_total', COUNT, NONE, 'Readings in sequence, the buffer’s included'),
  counter('vm_filestream_buffered_write_calls_total', COUNT, NONE, 'Writings in sequence, into the buffer or not'),
  counter('vm_filestream_buffered_written_bytes_total', BYTES, NONE, 'Bytes written in sequence, into the buffer or not'),
  counter('vm_filestream_fsync_calls_total', COUNT, NONE, 'Files brought safely onto the disk'),
  counter('vm_filestream_fsync_duration_seconds_total', SECONDS, NONE, 'Time of bringing files safely onto the disk'),
  counter('vm_filestream_read_duration_seconds_total', SECONDS, NONE, 'Time of reading files in sequence'),
  gauge('vm_filestream_readers', COUNT, NONE, 'Files being read in sequence'),
  counter('vm_filestream_real_read_bytes_total', BYTES, NONE, 'Bytes read in sequence from files themselves'),
  counter('vm_filestream_real_read_calls_total', COUNT, NONE, 'Readings in sequence from files themselves'),
  counter('vm_filestream_real_write_calls_total', COUNT, NONE, 'Writings in sequence to files themselves'),
  counter('vm_filestream_real_written_bytes_total', BYTES, NONE, 'Bytes written in sequence to files themselves'),
  counter('vm_filestream_write_duration_seconds_total', SECONDS, NONE, 'Time of writing files in sequence'),
  gauge('vm_filestream_writers', COUNT, NONE, 'Files being written in sequence'),
  counter('vm_zstd_block_compress_calls_total', COUNT, NONE, 'Blocks compressed'),
  counter('vm_zstd_block_compressed_bytes_total', BYTES, NONE, 'Bytes of compressed blocks after compression'),
  counter('vm_zstd_block_decompress_calls_total', COUNT, NONE, 'Blocks decompressed'),
  counter('vm_zstd_block_original_bytes_total', BYTES, NONE, 'Bytes of compressed blocks before compression'),
];

/** Protocols with a parser. Which of them have a family depends on what can go wrong with them. */
const PARSER = labels('type');
const INGEST = { type: any, name: any, net: oneOf('tcp', 'udp') };

const INGESTION: readonly MetricFamily[] = [
  gauge('vm_concurrent_insert_capacity', COUNT, NONE, 'Writes that may be taken at once'),
  gauge('vm_concurrent_insert_current', COUNT, NONE, 'Writes being taken'),
  counter('vm_concurrent_insert_limit_reached_total', COUNT, NONE, 'Writes that had to wait for others'),
  counter('vm_concurrent_insert_limit_timeout_total', COUNT, NONE, 'Writes that waited for others in vain'),
  counter('vm_ingestserver_request_errors_total', COUNT, INGEST, 'Packets of other protocols that failed'),
  counter('vm_ingestserver_requests_total', COUNT, INGEST, 'Packets of other protocols'),
  counter('vm_protoparser_blocks_read_total', COUNT, PARSER, 'Blocks read, by protocol'),
  counter('vm_protoparser_metadata_read_total', COUNT, PARSER, 'Types and helps of metrics read, by protocol'),
  counter('vm_protoparser_parse_errors_total', COUNT, PARSER, 'Blocks that could not be parsed, by protocol'),
  counter('vm_protoparser_process_errors_total', COUNT, PARSER, 'Blocks that could not be worked on, by protocol'),
  counter('vm_protoparser_read_calls_total', COUNT, PARSER, 'Readings of what was sent, by protocol'),
  counter('vm_protoparser_read_errors_total', COUNT, PARSER, 'Failed readings of what was sent, by protocol'),
  counter('vm_protoparser_rows_read_total', COUNT, PARSER, 'Samples parsed, by protocol'),
  counter('vm_protoparser_unmarshal_errors_total', COUNT, PARSER, 'Requests that could not be decoded, by protocol'),
  counter(
    'vm_rows_ignored_total',
    COUNT,
    {
      reason: oneOf(
        'too_long_label_name',
        'too_long_label_value',
        'too_long_metric_metadata_value',
        'too_many_labels',
        // those of a store
        'big_timestamp',
        'small_timestamp',
        'invalid_raw_metric_name',
        'hourly_limit_exceeded',
        'daily_limit_exceeded',
      ),
    },
    'Samples left out, by reason',
  ),
  counter('vm_rows_invalid_total', COUNT, PARSER, 'Samples that could not be understood, by protocol'),
  gauge('vm_streamaggr_labels_compressor_items_count', COUNT, NONE, 'Labels that stream aggregation remembers'),
  gauge('vm_streamaggr_labels_compressor_size_bytes', BYTES, NONE, 'Memory of the labels that stream aggregation remembers'),
];

/** What can scrape says so, whether it has something to scrape or not. */
const SCRAPER: readonly MetricFamily[] = [
  gauge('vm_promscrape_discovery_consul_service_watchers', COUNT, NONE, 'Services of Consul being watched'),
  counter('vm_promscrape_discovery_consul_service_watchers_created_total', COUNT, NONE, 'Watches of services of Consul begun'),
  counter('vm_promscrape_discovery_consul_service_watchers_stopped_total', COUNT, NONE, 'Watches of services of Consul ended'),
  gauge('vm_promscrape_discovery_consulagent_service_watchers', COUNT, NONE, 'Services of a Consul agent being watched'),
  counter('vm_promscrape_discovery_consulagent_service_watchers_created_total', COUNT, NONE, 'Watches of services of a Consul agent begun'),
  counter('vm_promscrape_discovery_consulagent_service_watchers_stopped_total', COUNT, NONE, 'Watches of services of a Consul agent ended'),
  gauge('vm_promscrape_discovery_kubernetes_group_watchers', COUNT, NONE, 'API servers and rights that Kubernetes is watched with'),
  counter('vm_promscrape_discovery_linode_failures_total', COUNT, NONE, 'Failures to ask Linode for targets'),
  gauge('vm_promscrape_discovery_nomad_service_watchers', COUNT, NONE, 'Services of Nomad being watched'),
  counter('vm_promscrape_discovery_nomad_service_watchers_created_total', COUNT, NONE, 'Watches of services of Nomad begun'),
  counter('vm_promscrape_discovery_nomad_service_watchers_stopped_total', COUNT, NONE, 'Watches of services of Nomad ended'),
  counter('vm_promscrape_discovery_requests_total', COUNT, NONE, 'Requests for targets, those to Kubernetes left out'),
  counter('vm_promscrape_discovery_retries_total', COUNT, NONE, 'Repeated requests for targets, those to Kubernetes left out'),
  gauge('vm_promscrape_discoveryutil_configmap_entries_count', COUNT, NONE, 'Clients of discovery that are kept'),
  counter('vm_promscrape_max_scrape_size_exceeded_errors_total', COUNT, NONE, 'Scrapes that failed because the page was too large'),
  counter('vm_promscrape_scrape_requests_total', COUNT, NONE, 'Scrapes begun'),
  counter('vm_promscrape_scrapes_failed_total', COUNT, NONE, 'Scrapes that failed'),
  counter('vm_promscrape_scrapes_skipped_by_label_limit_total', COUNT, NONE, 'Scrapes thrown away for series with too many labels'),
  counter('vm_promscrape_scrapes_skipped_by_sample_limit_total', COUNT, NONE, 'Scrapes thrown away for too many samples'),
  counter('vm_promscrape_scrapes_timed_out_total', COUNT, NONE, 'Scrapes that took too long'),
  counter('vm_promscrape_scrapes_total', COUNT, labels('status_code'), 'Scrapes that were answered, by HTTP status'),
  counter('vm_promscrape_stale_samples_created_total', COUNT, NONE, 'Marks written for series that ended'),
];

/** Every program that takes metrics has these: the agent and the store. */
export const VM_SHARED_FAMILIES: readonly MetricFamily[] = [...PROGRAM, ...SERVER, ...FILES, ...INGESTION, ...SCRAPER, ...GO, ...PROCESS];

/** Caches of a program, each with the names of those that have the family. */
export interface CachesWith {
  readonly entries: readonly string[];
  readonly requests: readonly string[];
}

/** How full the caches are, and how much they help. */
export function cacheFamilies({ entries, requests }: CachesWith): readonly MetricFamily[] {
  return [
    gauge('vm_cache_chars_current', COUNT, { type: oneOf('promql/regexp') }, 'Characters of the regular expressions in the cache'),
    gauge('vm_cache_chars_max', COUNT, { type: oneOf('promql/regexp') }, 'Characters that the cache of regular expressions may hold'),
    gauge('vm_cache_entries', COUNT, { type: oneOf(...entries) }, 'Entries of a cache'),
    counter('vm_cache_misses_total', COUNT, { type: oneOf(...requests) }, 'Lookups that a cache could not answer'),
    counter('vm_cache_requests_total', COUNT, { type: oneOf(...requests) }, 'Lookups in a cache'),
  ];
}

/** Connections that a program opens itself: a program counts those for each purpose under names of their own. */
export function connectionFamilies(prefix: string, whom: string): readonly MetricFamily[] {
  return under({ event: `a connection to ${whom} was tried` }, [
    counter(`${prefix}_conn_bytes_read_total`, BYTES, NONE, `Bytes received from ${whom}`),
    counter(`${prefix}_conn_bytes_written_total`, BYTES, NONE, `Bytes sent to ${whom}`),
    counter(`${prefix}_conn_read_errors_total`, COUNT, NONE, `Failures to receive from ${whom}`),
    counter(`${prefix}_conn_reads_total`, COUNT, NONE, `Readings from connections to ${whom}`),
    counter(`${prefix}_conn_write_errors_total`, COUNT, NONE, `Failures to send to ${whom}`),
    counter(`${prefix}_conn_writes_total`, COUNT, NONE, `Writings to connections to ${whom}`),
    gauge(`${prefix}_conns`, COUNT, NONE, `Open connections to ${whom}`),
    counter(`${prefix}_dial_errors_total`, COUNT, NONE, `Connections to ${whom} that failed`),
    counter(`${prefix}_dials_total`, COUNT, NONE, `Connections to ${whom} that were tried`),
  ]);
}

/** How the file of relabel rules was read. */
export function relabelConfigFamilies(prefix: string, flag: string): readonly MetricFamily[] {
  return under({ option: `flag ${flag}` }, [
    gauge(`${prefix}_last_reload_success_timestamp_seconds`, TIMESTAMP, NONE, 'When the relabel rules in use were read'),
    gauge(`${prefix}_last_reload_successful`, COUNT, NONE, 'Whether the last relabel rules could be read'),
    counter(`${prefix}_reloads_errors_total`, COUNT, NONE, 'Relabel rules that could not be read again'),
    counter(`${prefix}_reloads_total`, COUNT, NONE, 'Relabel rules that were read again'),
  ]);
}

/**
 * Which options of a program of VictoriaMetrics are on, by its flags.
 *
 * @param flags those that it is started with, and those that are on unless they are switched off
 */
export function flagsOn(flags: { readonly [flag: string]: string }): OptionState {
  return (option) => {
    const [, flag] = /^flag -(.+)$/.exec(option) ?? [];
    return flag === undefined ? undefined : !['', '0', 'false'].includes(flags[flag] ?? '');
  };
}

function without(families: readonly MetricFamily[], ...names: readonly string[]): readonly MetricFamily[] {
  return families.filter(({ name }) => !names.includes(name));
}
