import { type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, type FamilyLabels, gauge, info, labels, NONE, oneOf, sometimes, under } from './family';

const { COUNT, RATIO, SECONDS, NANOSECONDS, BYTES, BYTES_PER_SECOND, PERCENT } = MetricUnit;

/** Families of one collector that only a node with such a file system has. */
const collector = (name: string, hardware: string, families: readonly MetricFamily[]): readonly MetricFamily[] =>
  under({ option: `collector ${name}`, hardware }, families);

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** A client of NFS: nodes that mount shared storage over it. */
const NFS = collector('nfs', 'node that mounts NFS', [
  counter('node_nfs_requests_total', COUNT, { proto: oneOf('2', '3', '4'), method: any }, 'Calls to NFS servers, by what they ask'),
  counter('node_nfs_rpcs_total', COUNT, NONE, 'Calls to NFS servers'),
  counter('node_nfs_rpc_retransmissions_total', COUNT, NONE, 'Calls to NFS servers that were sent again'),
  counter('node_nfs_rpc_authentication_refreshes_total', COUNT, NONE, 'How often the login at an NFS server was renewed'),
  counter('node_nfs_connections_total', COUNT, NONE, 'TCP connections to NFS servers'),
  counter('node_nfs_packets_total', COUNT, { protocol: oneOf('tcp', 'udp') }, 'Packets to and from NFS servers'),
]);

/** A server of NFS. */
const NFSD = collector('nfsd', 'node that serves NFS', [
  counter('node_nfsd_requests_total', COUNT, { proto: oneOf('2', '3', '4'), method: any }, 'Calls of NFS clients, by what they ask'),
  counter('node_nfsd_server_rpcs_total', COUNT, NONE, 'Calls of NFS clients'),
  counter('node_nfsd_rpc_errors_total', COUNT, { error: oneOf('fmt', 'auth', 'cInt') }, 'Calls of NFS clients that could not be read'),
  counter('node_nfsd_connections_total', COUNT, NONE, 'TCP connections of NFS clients'),
  counter('node_nfsd_packets_total', COUNT, { proto: oneOf('tcp', 'udp') }, 'Packets from and to NFS clients'),
  counter('node_nfsd_disk_bytes_read_total', BYTES, NONE, 'Bytes that NFS clients read'),
  counter('node_nfsd_disk_bytes_written_total', BYTES, NONE, 'Bytes that NFS clients wrote'),
  counter('node_nfsd_file_handles_stale_total', COUNT, NONE, 'Files that NFS clients asked for and that are gone'),
  counter('node_nfsd_read_ahead_cache_not_found_total', COUNT, NONE, 'Reads ahead that were not in the cache'),
  gauge('node_nfsd_read_ahead_cache_size_blocks', COUNT, NONE, 'Blocks of the cache of reads ahead'),
  counter('node_nfsd_reply_cache_hits_total', COUNT, NONE, 'Repeated calls that were answered from the cache'),
  counter('node_nfsd_reply_cache_misses_total', COUNT, NONE, 'Calls that had to be carried out and kept'),
  counter('node_nfsd_reply_cache_nocache_total', COUNT, NONE, 'Calls that need not be kept'),
  gauge('node_nfsd_server_threads', COUNT, NONE, 'Threads that serve NFS'),
]);

const DEVICE = labels('device');
const xfs = (names: { readonly [name: string]: string }): readonly MetricFamily[] =>
  Object.entries(names).map(([name, help]) => counter(`node_xfs_${name}_total`, COUNT, DEVICE, help));

/** XFS. @see https://xfs.org/index.php/Runtime_Stats */
const XFS = collector('xfs', 'XFS file system', [
  ...xfs({
    allocation_btree_compares: 'Comparisons in the tree of free space',
    allocation_btree_lookups: 'Searches in the tree of free space',
    allocation_btree_records_deleted: 'Entries taken out of the tree of free space',
    allocation_btree_records_inserted: 'Entries put into the tree of free space',
    block_map_btree_compares: 'Comparisons in the trees of file blocks',
    block_map_btree_lookups: 'Searches in the trees of file blocks',
    block_map_btree_records_deleted: 'Entries taken out of the trees of file blocks',
    block_map_btree_records_inserted: 'Entries put into the trees of file blocks',
    block_mapping_extent_list_compares: 'Comparisons in the extents of files',
    block_mapping_extent_list_deletions: 'Extents taken away from files',
    block_mapping_extent_list_insertions: 'Extents given to files',
    block_mapping_extent_list_lookups: 'Searches in the extents of files',
    block_mapping_reads: 'Searches of blocks to read',
    block_mapping_unmaps: 'Blocks taken away from files',
    block_mapping_writes: 'Searches of blocks to write',
    directory_operation_create: 'Names put into directories',
    directory_operation_getdents: 'Listings of directories',
    directory_operation_lookup: 'Searches of names in directories',
    directory_operation_remove: 'Names taken out of directories',
    extent_allocation_blocks_allocated: 'Blocks allocated',
    extent_allocation_blocks_freed: 'Blocks freed',
    extent_allocation_extents_allocated: 'Extents allocated',
    extent_allocation_extents_freed: 'Extents freed',
    inode_operation_attempts: 'Searches in the cache of inodes',
    inode_operation_attribute_changes: 'Changes of the attributes of inodes',
    inode_operation_duplicates: 'Inodes that somebody else had just put into the cache',
    inode_operation_found: 'Inodes that were in the cache',
    inode_operation_missed: 'Inodes that were not in the cache',
    inode_operation_reclaims: 'Inodes dropped from the cache for want of memory',
    inode_operation_recycled: 'Inodes in the cache that were just being dropped',
    read_calls: 'Reads of files',
    vnode_active: 'Vnodes in use',
    vnode_allocate: 'Vnodes allocated',
    vnode_get: 'Vnodes asked for',
    vnode_hold: 'Vnodes held',
    vnode_reclaim: 'Vnodes reclaimed',
    vnode_release: 'Vnodes released',
    vnode_remove: 'Vnodes removed',
    write_calls: 'Writes of files',
  }),
]);

const UUID = labels('uuid');
const GROUP: FamilyLabels = { uuid: any, block_group_type: oneOf('data', 'metadata', 'system') };
const BTRFS_DEVICE: FamilyLabels = { uuid: any, device: any, btrfs_dev_uuid: sometimes() };

/** Btrfs. The figures of single devices need root, but for their size. */
const BTRFS = collector('btrfs', 'Btrfs file system', [
  info('node_btrfs_info', { uuid: any, label: sometimes() }, 'Name of a file system'),
  gauge('node_btrfs_allocation_ratio', RATIO, { ...GROUP, mode: any }, 'Space that each byte takes on disk, by layout'),
  gauge('node_btrfs_reserved_bytes', BYTES, GROUP, 'Space that is kept for a kind of data'),
  gauge('node_btrfs_size_bytes', BYTES, { ...GROUP, mode: any }, 'Space that is allocated to a kind of data, by layout'),
  gauge('node_btrfs_used_bytes', BYTES, { ...GROUP, mode: any }, 'Space that a kind of data takes, by layout'),
  gauge('node_btrfs_global_rsv_size_bytes', BYTES, UUID, 'Space that is kept for emergencies'),
  counter('node_btrfs_commits_total', COUNT, UUID, 'Commits'),
  counter('node_btrfs_commit_seconds_total', SECONDS, UUID, 'Time that commits took'),
  gauge('node_btrfs_last_commit_seconds', SECONDS, UUID, 'Time that the last commit took'),
  gauge('node_btrfs_max_commit_seconds', SECONDS, UUID, 'Time that the slowest commit took'),
  gauge('node_btrfs_device_size_bytes', BYTES, BTRFS_DEVICE, 'Size of a device of a file system'),
  gauge('node_btrfs_device_unused_bytes', BYTES, BTRFS_DEVICE, 'Space on a device that nothing is allocated to', {
    hardware: 'Btrfs file system, read as root',
  }),
  counter(
    'node_btrfs_device_errors_total',
    COUNT,
    { ...BTRFS_DEVICE, type: oneOf('write', 'read', 'flush', 'corruption', 'generation') },
    'Errors of a device, by kind',
    { hardware: 'Btrfs file system, read as root' },
  ),
]);

const BACKING: FamilyLabels = labels('uuid', 'backing_device');
const CACHE: FamilyLabels = labels('uuid', 'cache_device');

/** bcache: a fast disk before a slow one. @see https://docs.kernel.org/admin-guide/bcache.html */
const BCACHE = collector('bcache', 'bcache device', [
  gauge('node_bcache_active_journal_entries', COUNT, UUID, 'Entries of the journal that are newer than the index'),
  gauge('node_bcache_average_key_size_sectors', COUNT, UUID, 'Sectors that an entry of the index stands for'),
  gauge('node_bcache_btree_cache_size_bytes', BYTES, UUID, 'Memory of the index'),
  gauge('node_bcache_btree_nodes', COUNT, UUID, 'Nodes of the index'),
  gauge('node_bcache_btree_read_average_duration_seconds', SECONDS, UUID, 'Mean time to read the index'),
  counter('node_bcache_bypassed_bytes_total', BYTES, BACKING, 'Bytes that went past the cache'),
  gauge('node_bcache_cache_available_percent', PERCENT, UUID, 'Share of the cache that holds nothing unwritten'),
  counter('node_bcache_cache_bypass_hits_total', COUNT, BACKING, 'Operations past the cache that it could have answered'),
  counter('node_bcache_cache_bypass_misses_total', COUNT, BACKING, 'Operations past the cache that it could not have answered'),
  counter('node_bcache_cache_hits_total', COUNT, BACKING, 'Operations that the cache answered'),
  counter('node_bcache_cache_miss_collisions_total', COUNT, BACKING, 'Reads into the cache that a write got ahead of'),
  counter('node_bcache_cache_misses_total', COUNT, BACKING, 'Operations that the cache could not answer'),
  counter('node_bcache_cache_read_races_total', COUNT, UUID, 'Reads from the cache whose data was gone when they ended'),
  counter('node_bcache_cache_readaheads_total', COUNT, BACKING, 'Reads ahead'),
  gauge('node_bcache_congested', COUNT, UUID, 'How congested the cache is'),
  gauge('node_bcache_dirty_data_bytes', BYTES, BACKING, 'Data in the cache that is yet to be written'),
  gauge('node_bcache_dirty_target_bytes', BYTES, BACKING, 'Data that may wait to be written'),
  gauge('node_bcache_io_errors', COUNT, CACHE, 'Errors of the cache, old ones fading'),
  counter('node_bcache_metadata_written_bytes_total', BYTES, CACHE, 'Bytes of the index written'),
  gauge('node_bcache_root_usage_percent', PERCENT, UUID, 'How full the root of the index is'),
  gauge('node_bcache_tree_depth', COUNT, UUID, 'Depth of the index'),
  gauge('node_bcache_writeback_change', BYTES_PER_SECOND, BACKING, 'Last change of the rate at which data is written back'),
  gauge('node_bcache_writeback_rate', BYTES_PER_SECOND, BACKING, 'Rate at which data is written back'),
  gauge('node_bcache_writeback_rate_integral_term', BYTES_PER_SECOND, BACKING, 'Part of that rate that comes from the past'),
  gauge('node_bcache_writeback_rate_proportional_term', BYTES_PER_SECOND, BACKING, 'Part of that rate that comes from what waits now'),
  counter('node_bcache_written_bytes_total', BYTES, CACHE, 'Bytes written to the cache'),
  ...under({ option: 'collector bcache with --collector.bcache.priorityStats' }, [
    gauge('node_bcache_priority_stats_metadata_percent', PERCENT, CACHE, 'Share of the cache that the index takes'),
    gauge('node_bcache_priority_stats_unused_percent', PERCENT, CACHE, 'Share of the cache that is empty'),
  ]),
]);

const BCACHEFS_DEVICE = labels('uuid', 'device');

/** Counters of bcachefs, under its own names; a release adds some and drops others. */
const BCACHEFS_COUNTERS = words(`
    accounting_key_to_wb_slowpath bkey_pack_pos_fail btree_cache_cannibalize_lock_fail btree_cache_cannibalize_lock
    btree_cache_cannibalize btree_cache_cannibalize_unlock btree_cache_reap btree_cache_scan btree_key_cache_fill
    btree_node_alloc btree_node_compact btree_node_free btree_node_merge_attempt btree_node_merge btree_node_read
    btree_node_rewrite btree_node_set_root btree_node_split btree_node_write btree_path_relock_fail
    btree_path_upgrade_fail btree_reserve_get_fail bucket_alloc_fail bucket_alloc_from_stripe bucket_alloc
    bucket_discard_fast bucket_discard_fast_worker bucket_discard bucket_discard_worker bucket_invalidate cached_ptr_drop
    copygc copygc_wait_obsolete data_read_bounce data_read_fail_and_poison data_read_hole data_read_inline
    data_read_narrow_crcs_fail data_read_narrow_crcs data_read_nopromote_already_promoted data_read_nopromote_congested
    data_read_nopromote_may_not data_read_nopromote data_read_nopromote_unwritten data_read_promote data_read_retry
    data_read_reuse_race data_read_split data_read data_update_fail data_update_in_flight data_update_key_fail
    data_update_key data_update_no_io data_update_noop_obsolete data_update_pred data_update_read
    data_update_start_fail_obsolete data_update data_update_useless_write_fail data_update_write data_write error_throw
    evacuate_bucket fsync gc_gens_end gc_gens_start journal_full journal_reclaim_finish journal_reclaim_start
    journal_res_get_blocked journal_write open_bucket_alloc_fail reconcile_btree reconcile_clear_scan reconcile_data
    reconcile_phys reconcile_scan_device reconcile_scan_fs reconcile_scan_inum reconcile_scan_metadata
    reconcile_scan_pending reconcile_set_pending sectors_alloc stripe_alloc stripe_create_fail stripe_create
    stripe_delete stripe_reuse stripe_update_bucket stripe_update_extent_fail stripe_update_extent sync_fs
    trans_blocked_journal_reclaim trans_restart_btree_node_reused trans_restart_btree_node_split
    trans_restart_fault_inject trans_restart_injected trans_restart_iter_upgrade trans_restart_journal_preres_get
    trans_restart_journal_reclaim trans_restart_journal_res_get trans_restart_key_cache_key_realloced
    trans_restart_key_cache_raced trans_restart_key_cache_upgrade trans_restart_mark_replicas trans_restart_mem_realloced
    trans_restart_memory_allocation_failure trans_restart_relock_after_fill trans_restart_relock_key_cache_fill_obsolete
    trans_restart_relock_next_node trans_restart_relock_parent_for_fill_obsolete trans_restart_relock_path_intent
    trans_restart_relock_path trans_restart_relock trans_restart_split_race trans_restart_too_many_iters
    trans_restart_traverse trans_restart_upgrade trans_restart_would_deadlock_recursion_limit
    trans_restart_would_deadlock trans_restart_would_deadlock_write trans_restart_write_buffer_flush trans_traverse_all
    transaction_commit write_buffer_flush_slowpath write_buffer_flush_sync write_buffer_flush write_buffer_maybe_flush
    write_super
`);

/** bcachefs. */
const BCACHEFS = collector('bcachefs', 'bcachefs file system', [
  info('node_bcachefs_info', UUID, 'A file system that is there'),
  gauge('node_bcachefs_btree_cache_size_bytes', BYTES, UUID, 'Memory of the index'),
  gauge('node_bcachefs_btree_write_average_size_bytes', BYTES, { uuid: any, type: any }, 'Mean size of writes of the index, by cause'),
  counter('node_bcachefs_btree_writes_total', COUNT, { uuid: any, type: any }, 'Writes of the index, by cause'),
  gauge('node_bcachefs_compression_compressed_bytes', BYTES, { uuid: any, algorithm: any }, 'Size of data once compressed'),
  gauge('node_bcachefs_compression_uncompressed_bytes', BYTES, { uuid: any, algorithm: any }, 'Size of data before it was compressed'),
  info('node_bcachefs_device_info', { ...BCACHEFS_DEVICE, label: sometimes(), state: any }, 'Name and state of a device'),
  gauge('node_bcachefs_device_bucket_size_bytes', BYTES, BCACHEFS_DEVICE, 'Size of a bucket of a device'),
  gauge('node_bcachefs_device_buckets', COUNT, BCACHEFS_DEVICE, 'Buckets of a device'),
  gauge('node_bcachefs_device_durability', COUNT, BCACHEFS_DEVICE, 'How many copies a copy on this device counts for'),
  counter(
    'node_bcachefs_device_io_done_bytes_total',
    BYTES,
    { ...BCACHEFS_DEVICE, operation: oneOf('read', 'write'), data_type: any },
    'Bytes moved from and to a device, by kind of data',
  ),
  counter(
    'node_bcachefs_device_io_errors_total',
    COUNT,
    { ...BCACHEFS_DEVICE, type: oneOf('read', 'write', 'checksum') },
    'Errors of a device, by kind',
  ),
  counter('node_bcachefs_errors_total', COUNT, { uuid: any, error_type: any }, 'Errors found in a file system, by kind'),
  ...BCACHEFS_COUNTERS.map((name) => counter(`node_bcachefs_${name}_total`, COUNT, UUID, `Count of ${name}, as bcachefs itself keeps it`)),
]);

/** The same figures for each of twelve levels. */
const levels = (text: string): readonly string[] => Array.from({ length: 12 }, (_, level) => text.replace('%', String(level)));
const zfs =
  (declare: typeof counter, kstat: string, unit: MetricUnit) =>
  (names: readonly string[]): readonly MetricFamily[] =>
    names.map((name) => declare(`node_zfs_${kstat}_${name}`, unit, NONE, `ZFS on ${KSTATS[kstat] ?? kstat}: ${name}`));

/** What the files in `/proc/spl/kstat/zfs` are about. */
const KSTATS: { readonly [kstat: string]: string } = {
  abd: 'its buffers',
  arc: 'its cache of files (ARC)',
  dbuf: 'its cache of buffers',
  dmu_tx: 'its transactions',
  dnode: 'its dnodes',
  fm: 'its reports of faults',
  vdev_cache: 'its cache of devices',
  vdev_mirror: 'its choice among mirrors',
  xuio: 'its reads and writes without a copy',
  zfetch: 'its reads ahead',
  zil: 'its log of writes',
};

const POOL = labels('zpool');
const DATASET = labels('zpool', 'dataset');

/**
 * ZFS. The exporter passes on what the kernel has, without a type: which ones only grow is taken from their meaning.
 *
 * @see https://openzfs.github.io/openzfs-docs/man/master/4/zfs.4.html
 */
const ZFS = collector('zfs', 'ZFS file system', [
  ...zfs(
    gauge,
    'arc',
    BYTES,
  )(
    words(`
    anon_evictable_data anon_evictable_metadata anon_size arc_loaned_bytes arc_meta_limit arc_meta_max arc_meta_min
    arc_meta_used arc_need_free arc_sys_free arc_tempreserve c c_max c_min data_size duplicate_buffers_size hdr_size
    l2_asize l2_hdr_size l2_size memory_available_bytes metadata_size mfu_evictable_data mfu_evictable_metadata
    mfu_ghost_evictable_data mfu_ghost_evictable_metadata mfu_ghost_size mfu_size mru_evictable_data
    mru_evictable_metadata mru_ghost_evictable_data mru_ghost_evictable_metadata mru_ghost_size mru_size other_size p
    size
    `),
  ),
  ...zfs(gauge, 'arc', COUNT)(words('arc_no_grow duplicate_buffers hash_chain_max hash_chains hash_elements hash_elements_max')),
  ...zfs(counter, 'arc', BYTES)(words('evict_l2_cached evict_l2_eligible evict_l2_ineligible l2_read_bytes l2_write_bytes')),
  ...zfs(
    counter,
    'arc',
    COUNT,
  )(
    words(`
    arc_prune deleted demand_data_hits demand_data_misses demand_metadata_hits demand_metadata_misses duplicate_reads
    evict_l2_skip evict_not_enough evict_skip hash_collisions hits l2_abort_lowmem l2_cdata_free_on_write l2_cksum_bad
    l2_compress_failures l2_compress_successes l2_compress_zeros l2_evict_l1cached l2_evict_lock_retry l2_evict_reading
    l2_feeds l2_free_on_write l2_hits l2_io_error l2_misses l2_rw_clash l2_writes_done l2_writes_error
    l2_writes_lock_retry l2_writes_sent memory_direct_count memory_indirect_count memory_throttle_count mfu_ghost_hits
    mfu_hits misses mru_ghost_hits mru_hits mutex_miss prefetch_data_hits prefetch_data_misses prefetch_metadata_hits
    prefetch_metadata_misses
    `),
  ),
  ...zfs(gauge, 'abd', BYTES)(words('linear_data_size scatter_chunk_waste scatter_data_size struct_size')),
  ...zfs(gauge, 'abd', COUNT)(['linear_cnt', 'scatter_cnt', ...levels('scatter_order_%').slice(0, 11)]),
  ...zfs(counter, 'abd', COUNT)(words('scatter_page_alloc_retry scatter_page_multi_chunk scatter_page_multi_zone scatter_sg_table_retry')),
  ...zfs(
    gauge,
    'dbuf',
    BYTES,
  )([
    ...words('dbuf_cache_hiwater_bytes dbuf_cache_lowater_bytes dbuf_cache_max_bytes dbuf_cache_size dbuf_cache_size_max'),
    ...levels('dbuf_cache_level_%_bytes'),
    ...levels('hash_dbuf_level_%_bytes'),
  ]),
  ...zfs(
    gauge,
    'dbuf',
    COUNT,
  )([
    ...words('dbuf_cache_count hash_chain_max hash_chains hash_elements hash_elements_max'),
    ...levels('dbuf_cache_level_%'),
    ...levels('hash_dbuf_level_%'),
  ]),
  ...zfs(counter, 'dbuf', COUNT)(words('dbuf_cache_total_evicts hash_collisions hash_hits hash_insert_race hash_misses')),
  ...zfs(
    counter,
    'dmu_tx',
    COUNT,
  )(
    words(`
    dmu_tx_assigned dmu_tx_delay dmu_tx_dirty_delay dmu_tx_dirty_over_max dmu_tx_dirty_throttle dmu_tx_error dmu_tx_group
    dmu_tx_memory_reclaim dmu_tx_memory_reserve dmu_tx_quota dmu_tx_suspended
    `),
  ),
  ...zfs(
    counter,
    'dnode',
    COUNT,
  )(
    words(`
    dnode_alloc_next_block dnode_alloc_next_chunk dnode_alloc_race dnode_allocate dnode_buf_evict dnode_hold_alloc_hits
    dnode_hold_alloc_interior dnode_hold_alloc_lock_misses dnode_hold_alloc_lock_retry dnode_hold_alloc_misses
    dnode_hold_alloc_type_none dnode_hold_dbuf_hold dnode_hold_dbuf_read dnode_hold_free_hits dnode_hold_free_lock_misses
    dnode_hold_free_lock_retry dnode_hold_free_misses dnode_hold_free_overflow dnode_hold_free_refcount
    dnode_hold_free_txg dnode_move_active dnode_move_handle dnode_move_invalid dnode_move_recheck1 dnode_move_recheck2
    dnode_move_rwlock dnode_move_special dnode_reallocate
    `),
  ),
  ...zfs(counter, 'fm', COUNT)(words('erpt_dropped erpt_set_failed fmri_set_failed payload_set_failed')),
  ...zfs(counter, 'vdev_cache', COUNT)(words('delegations hits misses')),
  ...zfs(
    counter,
    'vdev_mirror',
    COUNT,
  )(
    words(`
    non_rotating_linear non_rotating_seek preferred_found preferred_not_found rotating_linear rotating_offset
    rotating_seek
    `),
  ),
  ...zfs(
    counter,
    'xuio',
    COUNT,
  )(words('onloan_read_buf onloan_write_buf read_buf_copied read_buf_nocopy write_buf_copied write_buf_nocopy')),
  ...zfs(
    counter,
    'zfetch',
    COUNT,
  )(
    words(`
    bogus_streams colinear_hits colinear_misses hits misses reclaim_failures reclaim_successes streams_noresets
    streams_resets stride_hits stride_misses
    `),
  ),
  ...zfs(
    counter,
    'zil',
    COUNT,
  )(
    words(`
    zil_commit_count zil_commit_writer_count zil_itx_copied_count zil_itx_count zil_itx_indirect_count
    zil_itx_metaslab_normal_count zil_itx_metaslab_slog_count zil_itx_needcopy_count
    `),
  ),
  ...zfs(
    counter,
    'zil',
    BYTES,
  )(
    words(`
    zil_itx_copied_bytes zil_itx_indirect_bytes zil_itx_metaslab_normal_bytes zil_itx_metaslab_slog_bytes
    zil_itx_needcopy_bytes
    `),
  ),

  gauge(
    'node_zfs_zpool_state',
    COUNT,
    { zpool: any, state: oneOf('degraded', 'faulted', 'offline', 'online', 'removed', 'suspended', 'unavail') },
    'State of a pool: 1 for the one that it is in',
  ),
  counter('node_zfs_zpool_dataset_nread', BYTES, DATASET, 'Bytes read from a dataset'),
  counter('node_zfs_zpool_dataset_nwritten', BYTES, DATASET, 'Bytes written to a dataset'),
  counter('node_zfs_zpool_dataset_reads', COUNT, DATASET, 'Reads from a dataset'),
  counter('node_zfs_zpool_dataset_writes', COUNT, DATASET, 'Writes to a dataset'),
  counter('node_zfs_zpool_dataset_nunlinks', COUNT, DATASET, 'Files of a dataset that are to be removed'),
  counter('node_zfs_zpool_dataset_nunlinked', COUNT, DATASET, 'Files of a dataset that were removed'),
  // only older releases of ZFS measure the pool as a whole
  counter('node_zfs_zpool_nread', BYTES, POOL, 'Bytes read from a pool'),
  counter('node_zfs_zpool_nwritten', BYTES, POOL, 'Bytes written to a pool'),
  counter('node_zfs_zpool_reads', COUNT, POOL, 'Reads from a pool'),
  counter('node_zfs_zpool_writes', COUNT, POOL, 'Writes to a pool'),
  gauge('node_zfs_zpool_rcnt', COUNT, POOL, 'Operations of a pool that run'),
  counter('node_zfs_zpool_rlentime', NANOSECONDS, POOL, 'Time that operations of a pool ran, those at once added up'),
  counter('node_zfs_zpool_rtime', NANOSECONDS, POOL, 'Time in which an operation of a pool ran'),
  gauge('node_zfs_zpool_rupdate', NANOSECONDS, POOL, 'When that time was last added to, on the clock of the kernel'),
  gauge('node_zfs_zpool_wcnt', COUNT, POOL, 'Operations of a pool that wait'),
  counter('node_zfs_zpool_wlentime', NANOSECONDS, POOL, 'Time that operations of a pool waited, those at once added up'),
  counter('node_zfs_zpool_wtime', NANOSECONDS, POOL, 'Time in which an operation of a pool waited'),
  gauge('node_zfs_zpool_wupdate', NANOSECONDS, POOL, 'When that time was last added to, on the clock of the kernel'),
]);

/**
 * What node-exporter says of file systems that not every node has, with its default collectors.
 *
 * @see https://github.com/prometheus/node_exporter/blob/v1.12.1/collector/fixtures/e2e-output.txt
 */
export const NODE_FILESYSTEM_FAMILIES: readonly MetricFamily[] = [...NFS, ...NFSD, ...XFS, ...BTRFS, ...BCACHE, ...BCACHEFS, ...ZFS];
