import { type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, gauge, histogram, info, labels, NONE, oneOf, summary } from './family';

const { COUNT, SECONDS, TIMESTAMP, BYTES, PERCENT } = MetricUnit;

/** The process, as the kernel sees it. @see https://github.com/prometheus/client_golang/blob/main/prometheus/process_collector.go */
export const PROCESS_FAMILIES: readonly MetricFamily[] = [
  counter('process_cpu_seconds_total', SECONDS, NONE, "CPU time that the process used, its own and the kernel's for it"),
  gauge('process_max_fds', COUNT, NONE, 'Files that the process may have open'),
  counter('process_network_receive_bytes_total', BYTES, NONE, 'Bytes that arrived in the network namespace of the process'),
  counter('process_network_transmit_bytes_total', BYTES, NONE, 'Bytes that left the network namespace of the process'),
  gauge('process_open_fds', COUNT, NONE, 'Files that the process has open'),
  gauge('process_resident_memory_bytes', BYTES, NONE, 'Memory of the process that is in RAM'),
  gauge('process_start_time_seconds', TIMESTAMP, NONE, 'When the process began'),
  gauge('process_virtual_memory_bytes', BYTES, NONE, 'Address space that the process has taken'),
  gauge('process_virtual_memory_max_bytes', BYTES, NONE, 'Address space that the process may take'),
];

/** What every Go program says of itself. @see https://github.com/prometheus/client_golang/blob/main/prometheus/go_collector.go */
export const GO_FAMILIES: readonly MetricFamily[] = [
  info('go_info', labels('version'), 'Release of Go that the program was built with'),
  gauge('go_goroutines', COUNT, NONE, 'Goroutines that exist'),
  gauge('go_threads', COUNT, NONE, 'Threads that the runtime has made'),
  gauge('go_sched_gomaxprocs_threads', COUNT, NONE, 'Threads that may run Go code at once (GOMAXPROCS)'),

  // garbage collection
  summary('go_gc_duration_seconds', SECONDS, NONE, 'How long garbage collection stopped the program'),
  gauge('go_gc_gogc_percent', PERCENT, NONE, 'Growth of the heap that starts the next collection (GOGC)'),
  gauge('go_gc_gomemlimit_bytes', BYTES, NONE, 'Memory that the runtime tries to stay below (GOMEMLIMIT)'),

  // memory, from runtime.MemStats
  gauge('go_memstats_alloc_bytes', BYTES, NONE, 'Heap in use, dead objects not yet freed included'),
  counter('go_memstats_alloc_bytes_total', BYTES, NONE, 'Heap ever allocated, freed or not'),
  gauge('go_memstats_buck_hash_sys_bytes', BYTES, NONE, "Memory of the profiler's hash table"),
  counter('go_memstats_frees_total', COUNT, NONE, 'Heap objects ever freed'),
  gauge('go_memstats_gc_sys_bytes', BYTES, NONE, "Memory of the garbage collector's own records"),
  gauge('go_memstats_heap_alloc_bytes', BYTES, NONE, 'The same as go_memstats_alloc_bytes'),
  gauge('go_memstats_heap_idle_bytes', BYTES, NONE, 'Heap that holds no object'),
  gauge('go_memstats_heap_inuse_bytes', BYTES, NONE, 'Heap in spans that hold an object'),
  gauge('go_memstats_heap_objects', COUNT, NONE, 'Objects on the heap'),
  gauge('go_memstats_heap_released_bytes', BYTES, NONE, 'Idle heap given back to the system'),
  gauge('go_memstats_heap_sys_bytes', BYTES, NONE, 'Address space taken for the heap'),
  gauge('go_memstats_last_gc_time_seconds', TIMESTAMP, NONE, 'When the last garbage collection ended'),
  counter('go_memstats_mallocs_total', COUNT, NONE, 'Heap objects ever allocated'),
  gauge('go_memstats_mcache_inuse_bytes', BYTES, NONE, "Memory in use by the allocator's caches (mcache)"),
  gauge('go_memstats_mcache_sys_bytes', BYTES, NONE, "Memory taken for the allocator's caches (mcache)"),
  gauge('go_memstats_mspan_inuse_bytes', BYTES, NONE, "Memory in use by the allocator's spans (mspan)"),
  gauge('go_memstats_mspan_sys_bytes', BYTES, NONE, "Memory taken for the allocator's spans (mspan)"),
  gauge('go_memstats_next_gc_bytes', BYTES, NONE, 'Size of the heap at which the next collection starts'),
  gauge('go_memstats_other_sys_bytes', BYTES, NONE, 'Memory of the runtime that no other family counts'),
  gauge('go_memstats_stack_inuse_bytes', BYTES, NONE, 'Memory in use by stacks'),
  gauge('go_memstats_stack_sys_bytes', BYTES, NONE, 'Memory taken for stacks'),
  gauge('go_memstats_sys_bytes', BYTES, NONE, 'All memory that the runtime took from the system'),
];

/** Switches of Go's compatibility. A release of Go adds some and drops others. @see https://go.dev/doc/godebug */
const GODEBUG_SETTINGS = [
  'allowmultiplevcs',
  'asynctimerchan',
  'containermaxprocs',
  'cryptocustomrand',
  'embedfollowsymlinks',
  'execerrdot',
  'fips140ems',
  'gocachehash',
  'gocachetest',
  'gocacheverify',
  'gotestjsonbuildtext',
  'gotypesalias',
  'htmlmetacontenturlescape',
  'http2client',
  'http2server',
  'httpcookiemaxnum',
  'httplaxcontentlength',
  'httpmuxgo121',
  'httpservecontentkeepheaders',
  'installgoroot',
  'multipartmaxheaders',
  'multipartmaxparts',
  'multipathtcp',
  'netedns0',
  'panicnil',
  'randautoseed',
  'randseednop',
  'rsa1024min',
  'tarinsecurepath',
  'tls10server',
  'tls3des',
  'tlsmaxrsasize',
  'tlsrsakex',
  'tlssha1',
  'tlsunsafeekm',
  'updatemaxprocs',
  'urlmaxqueryparams',
  'urlstrictcolons',
  'winreadlinkvolume',
  'winsymlink',
  'x509keypairleaf',
  'x509negativeserial',
  'x509rsacrt',
  'x509sha256skid',
  'x509usefallbackroots',
  'x509usepolicies',
  'zipinsecurepath',
];

/**
 * What programs of Kubernetes and of controller-runtime add to {@link GO_FAMILIES}: all that the runtime can say.
 *
 * @see https://pkg.go.dev/runtime/metrics
 */
export const GO_RUNTIME_METRICS_FAMILIES: readonly MetricFamily[] = [
  counter('go_cgo_go_to_c_calls_calls_total', COUNT, NONE, 'Calls from Go into C'),
  counter('go_sync_mutex_wait_total_seconds_total', SECONDS, NONE, 'Time that goroutines waited for a mutex'),

  // CPU time as the runtime estimates it: compare these with each other only
  counter(
    'go_cpu_classes_gc_mark_assist_cpu_seconds_total',
    SECONDS,
    NONE,
    'CPU time in which goroutines had to help the garbage collector',
  ),
  counter('go_cpu_classes_gc_mark_dedicated_cpu_seconds_total', SECONDS, NONE, 'CPU time of processors given to the garbage collector'),
  counter('go_cpu_classes_gc_mark_idle_cpu_seconds_total', SECONDS, NONE, 'CPU time of the garbage collector that nobody else wanted'),
  counter('go_cpu_classes_gc_pause_cpu_seconds_total', SECONDS, NONE, 'CPU time lost while the garbage collector stopped the program'),
  counter('go_cpu_classes_gc_total_cpu_seconds_total', SECONDS, NONE, 'CPU time of the garbage collector in all'),
  counter('go_cpu_classes_idle_cpu_seconds_total', SECONDS, NONE, 'CPU time that the program could have used and did not'),
  counter('go_cpu_classes_scavenge_assist_cpu_seconds_total', SECONDS, NONE, 'CPU time of giving memory back because it ran short'),
  counter('go_cpu_classes_scavenge_background_cpu_seconds_total', SECONDS, NONE, 'CPU time of giving memory back in the background'),
  counter('go_cpu_classes_scavenge_total_cpu_seconds_total', SECONDS, NONE, 'CPU time of giving memory back in all'),
  counter('go_cpu_classes_total_cpu_seconds_total', SECONDS, NONE, 'CPU time that the program could have used: GOMAXPROCS over its life'),
  counter('go_cpu_classes_user_cpu_seconds_total', SECONDS, NONE, "CPU time of the program's own code"),

  // garbage collection
  counter('go_gc_cleanups_executed_cleanups_total', COUNT, NONE, 'Cleanup functions that ran'),
  counter('go_gc_cleanups_queued_cleanups_total', COUNT, NONE, 'Cleanup functions that were queued to run'),
  counter('go_gc_finalizers_executed_finalizers_total', COUNT, NONE, 'Finalizers that ran'),
  counter('go_gc_finalizers_queued_finalizers_total', COUNT, NONE, 'Finalizers that were queued to run'),
  counter('go_gc_cycles_automatic_gc_cycles_total', COUNT, NONE, 'Garbage collections that the runtime started'),
  counter('go_gc_cycles_forced_gc_cycles_total', COUNT, NONE, 'Garbage collections that the program asked for'),
  counter('go_gc_cycles_total_gc_cycles_total', COUNT, NONE, 'Garbage collections in all'),
  gauge('go_gc_limiter_last_enabled_gc_cycle', COUNT, NONE, 'Collection in which the CPU limiter last stepped in; 0 for never'),
  histogram('go_gc_pauses_seconds', SECONDS, NONE, 'The former name of go_sched_pauses_total_gc_seconds'),
  gauge('go_gc_scan_globals_bytes', BYTES, NONE, 'Global variables that a collection has to scan'),
  gauge('go_gc_scan_heap_bytes', BYTES, NONE, 'Heap that a collection has to scan'),
  gauge('go_gc_scan_stack_bytes', BYTES, NONE, 'Stacks that the last collection scanned'),
  gauge('go_gc_scan_total_bytes', BYTES, NONE, 'All that a collection has to scan'),
  gauge('go_gc_stack_starting_size_bytes', BYTES, NONE, 'Stack that a new goroutine gets'),

  // the heap
  histogram('go_gc_heap_allocs_by_size_bytes', BYTES, NONE, 'Sizes of the objects allocated'),
  counter('go_gc_heap_allocs_bytes_total', BYTES, NONE, 'Bytes allocated on the heap'),
  counter('go_gc_heap_allocs_objects_total', COUNT, NONE, 'Objects allocated on the heap, tiny ones as one block'),
  histogram('go_gc_heap_frees_by_size_bytes', BYTES, NONE, 'Sizes of the objects freed'),
  counter('go_gc_heap_frees_bytes_total', BYTES, NONE, 'Bytes freed on the heap'),
  counter('go_gc_heap_frees_objects_total', COUNT, NONE, 'Objects freed on the heap, tiny ones as one block'),
  gauge('go_gc_heap_goal_bytes', BYTES, NONE, 'Size of the heap that the collector aims at'),
  gauge('go_gc_heap_live_bytes', BYTES, NONE, 'Heap that the last collection found alive'),
  gauge('go_gc_heap_objects_objects', COUNT, NONE, 'Objects on the heap, dead ones not yet freed included'),
  counter('go_gc_heap_tiny_allocs_objects_total', COUNT, NONE, 'Tiny objects that were packed into shared blocks'),

  // all memory that the runtime has mapped, by use
  gauge('go_memory_classes_heap_free_bytes', BYTES, NONE, 'Heap that is free and not given back'),
  gauge('go_memory_classes_heap_objects_bytes', BYTES, NONE, 'Heap of objects, dead ones not yet freed included'),
  gauge('go_memory_classes_heap_released_bytes', BYTES, NONE, 'Heap that is given back to the system'),
  gauge('go_memory_classes_heap_stacks_bytes', BYTES, NONE, 'Heap kept for stacks'),
  gauge('go_memory_classes_heap_unused_bytes', BYTES, NONE, 'Heap kept for objects without holding any'),
  gauge('go_memory_classes_metadata_mcache_free_bytes', BYTES, NONE, 'Memory kept for mcache and unused'),
  gauge('go_memory_classes_metadata_mcache_inuse_bytes', BYTES, NONE, 'Memory of mcache in use'),
  gauge('go_memory_classes_metadata_mspan_free_bytes', BYTES, NONE, 'Memory kept for mspan and unused'),
  gauge('go_memory_classes_metadata_mspan_inuse_bytes', BYTES, NONE, 'Memory of mspan in use'),
  gauge('go_memory_classes_metadata_other_bytes', BYTES, NONE, "Memory of the runtime's other records"),
  gauge('go_memory_classes_os_stacks_bytes', BYTES, NONE, 'Memory of stacks that the system allocated'),
  gauge('go_memory_classes_other_bytes', BYTES, NONE, 'Memory of traces, debugging and the like'),
  gauge('go_memory_classes_profiling_buckets_bytes', BYTES, NONE, 'Memory of the stack traces of profiles'),
  gauge('go_memory_classes_total_bytes', BYTES, NONE, 'All memory that the runtime has mapped'),

  // the scheduler
  counter('go_sched_goroutines_created_goroutines_total', COUNT, NONE, 'Goroutines ever started'),
  gauge('go_sched_goroutines_goroutines', COUNT, NONE, 'Goroutines alive'),
  gauge('go_sched_goroutines_not_in_go_goroutines', COUNT, NONE, 'Goroutines in a system call or in C'),
  gauge('go_sched_goroutines_runnable_goroutines', COUNT, NONE, 'Goroutines that could run and wait for their turn'),
  gauge('go_sched_goroutines_running_goroutines', COUNT, NONE, 'Goroutines that run'),
  gauge('go_sched_goroutines_waiting_goroutines', COUNT, NONE, 'Goroutines that wait for something'),
  histogram('go_sched_latencies_seconds', SECONDS, NONE, 'How long goroutines that could run waited for their turn'),
  histogram('go_sched_pauses_stopping_gc_seconds', SECONDS, NONE, 'How long it took to stop the program for garbage collection'),
  histogram('go_sched_pauses_stopping_other_seconds', SECONDS, NONE, 'How long it took to stop the program for anything else'),
  histogram('go_sched_pauses_total_gc_seconds', SECONDS, NONE, 'How long the program was stopped for garbage collection'),
  histogram('go_sched_pauses_total_other_seconds', SECONDS, NONE, 'How long the program was stopped for anything else'),
  gauge('go_sched_threads_total_threads', COUNT, NONE, 'Threads that the runtime owns'),

  ...GODEBUG_SETTINGS.map((setting) =>
    counter(
      `go_godebug_non_default_behavior_${setting}_events_total`,
      COUNT,
      NONE,
      `How often GODEBUG=${setting} made Go behave otherwise`,
    ),
  ),
];

/** How a program's page of metrics is read. @see https://github.com/prometheus/client_golang/blob/main/prometheus/promhttp/http.go */
export const PROMHTTP_FAMILIES: readonly MetricFamily[] = [
  counter(
    'promhttp_metric_handler_errors_total',
    COUNT,
    { cause: oneOf('encoding', 'gathering') },
    'Scrapes that went wrong inside the program',
  ),
  gauge('promhttp_metric_handler_requests_in_flight', COUNT, NONE, 'Scrapes being answered'),
  counter('promhttp_metric_handler_requests_total', COUNT, { code: any }, 'Scrapes answered, by HTTP status'),
];
