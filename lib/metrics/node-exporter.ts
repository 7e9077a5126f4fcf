import { type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { catalogWith, withOptions } from './catalog';
import { any, counter, type FamilyLabels, gauge, info, labels, NONE, oneOf, sometimes, under } from './family';
import { GO_FAMILIES, PROCESS_FAMILIES, PROMHTTP_FAMILIES } from './go-runtime';
import { NODE_FILESYSTEM_FAMILIES } from './node-exporter-filesystems';
import { NODE_HARDWARE_FAMILIES } from './node-exporter-hardware';

const { COUNT, RATIO, SECONDS, TIMESTAMP, BYTES, KIBIBYTES, BYTES_PER_SECOND, HERTZ } = MetricUnit;

/** Option of a family: its collector, and the flag that it needs besides. */
const COLLECTOR = /^collector (\w+)(?: with (--\S+))?$/;

/** Families of one collector, by the name that `--no-collector.<name>` switches off. */
const collector = (name: string, families: readonly MetricFamily[]): readonly MetricFamily[] =>
  under({ option: `collector ${name}` }, families);

/** CPU time, load, processes: how busy the node is. */
const LOAD: readonly MetricFamily[] = [
  ...collector('cpu', [
    counter(
      'node_cpu_seconds_total',
      SECONDS,
      { cpu: any, mode: oneOf('idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user') },
      'Time of a CPU, by what it did',
    ),
    // already in the modes nice and user of the family above
    counter('node_cpu_guest_seconds_total', SECONDS, { cpu: any, mode: oneOf('nice', 'user') }, 'Time of a CPU spent in virtual machines'),
  ]),
  ...collector('loadavg', [
    gauge('node_load1', COUNT, NONE, 'Tasks that run or wait for CPU or disk, over one minute'),
    gauge('node_load5', COUNT, NONE, 'Tasks that run or wait for CPU or disk, over five minutes'),
    gauge('node_load15', COUNT, NONE, 'Tasks that run or wait for CPU or disk, over fifteen minutes'),
  ]),
  ...collector('stat', [
    gauge('node_boot_time_seconds', TIMESTAMP, NONE, 'When the node was started'),
    counter('node_context_switches_total', COUNT, NONE, 'How often a CPU changed from one task to another'),
    counter('node_forks_total', COUNT, NONE, 'Processes and threads ever made'),
    counter('node_intr_total', COUNT, NONE, 'Interrupts'),
    gauge('node_procs_blocked', COUNT, NONE, 'Tasks that wait for a disk'),
    gauge('node_procs_running', COUNT, NONE, 'Tasks that run or could'),
  ]),
  ...under({ option: 'collector stat with --collector.stat.softirq' }, [
    counter('node_softirqs_total', COUNT, labels('vector'), 'Soft interrupts, by kind'),
  ]),
  ...collector('schedstat', [
    ...under({ hardware: 'kernel that keeps figures of its scheduler' }, [
      counter('node_schedstat_running_seconds_total', SECONDS, labels('cpu'), 'Time in which tasks ran on a CPU'),
      counter('node_schedstat_timeslices_total', COUNT, labels('cpu'), 'Turns that tasks had on a CPU'),
      counter('node_schedstat_waiting_seconds_total', SECONDS, labels('cpu'), 'Time in which tasks waited for a CPU'),
    ]),
  ]),
  // time that tasks waited for want of something
  ...collector('pressure', [
    counter('node_pressure_cpu_waiting_seconds_total', SECONDS, NONE, 'Time in which a task waited for a CPU'),
    counter('node_pressure_io_waiting_seconds_total', SECONDS, NONE, 'Time in which a task waited for a disk'),
    counter('node_pressure_io_stalled_seconds_total', SECONDS, NONE, 'Time in which every task waited for a disk'),
    counter('node_pressure_memory_waiting_seconds_total', SECONDS, NONE, 'Time in which a task waited for memory'),
    counter('node_pressure_memory_stalled_seconds_total', SECONDS, NONE, 'Time in which every task waited for memory'),
    counter('node_pressure_irq_stalled_seconds_total', SECONDS, NONE, 'Time in which every task waited for interrupts', {
      hardware: 'kernel that measures the pressure of interrupts',
    }),
  ]),
  ...collector('kernel_hung', [
    counter('node_kernel_hung_tasks_total', COUNT, NONE, 'Tasks that hung for minutes: mostly on a disk or a mount'),
  ]),
  ...collector('filefd', [
    gauge('node_filefd_allocated', COUNT, NONE, 'Files open on the node'),
    gauge('node_filefd_maximum', COUNT, NONE, 'Files that may be open on the node'),
  ]),
  ...collector('entropy', [
    gauge('node_entropy_available_bits', COUNT, NONE, 'Bits of randomness that the kernel has'),
    gauge('node_entropy_pool_size_bits', COUNT, NONE, 'Bits of randomness that the kernel can hold'),
  ]),
];

const memory = (unit: MetricUnit, fields: { readonly [field: string]: string }): readonly MetricFamily[] =>
  Object.entries(fields).map(([field, help]) => gauge(`node_memory_${field}`, unit, NONE, help));

/** Memory, by the names of `/proc/meminfo`. @see https://docs.kernel.org/filesystems/proc.html#meminfo */
const MEMORY: readonly MetricFamily[] = [
  ...collector('meminfo', [
    ...memory(BYTES, {
      // how much there is
      MemTotal_bytes: 'Memory of the node',
      MemFree_bytes: 'Memory that nothing uses, not even a cache',
      MemAvailable_bytes: 'Memory that programs could still get without swapping',

      // caches
      Buffers_bytes: 'Cache of raw disk blocks',
      Cached_bytes: 'Page cache of files',
      Dirty_bytes: 'Page cache that is yet to be written',
      Writeback_bytes: 'Page cache that is being written',
      WritebackTmp_bytes: 'Memory of FUSE for data that is being written',
      NFS_Unstable_bytes: 'Pages that an NFS server has not yet stored; always 0 on newer kernels',
      Bounce_bytes: 'Memory that data is copied to on its way to a disk',

      // programs
      Active_bytes: 'Memory used lately',
      Active_anon_bytes: 'Memory of programs used lately',
      Active_file_bytes: 'Page cache used lately',
      Inactive_bytes: 'Memory not used lately',
      Inactive_anon_bytes: 'Memory of programs not used lately',
      Inactive_file_bytes: 'Page cache not used lately: the first to go',
      AnonPages_bytes: 'Memory of programs that no file stands for',
      Mapped_bytes: 'Files mapped into memory',
      Shmem_bytes: 'Shared memory and tmpfs',
      Mlocked_bytes: 'Memory that programs have locked',
      Unevictable_bytes: 'Memory that cannot be reclaimed',
      CommitLimit_bytes: 'Memory that may be promised, under strict accounting',
      Committed_AS_bytes: 'Memory that was promised to programs',

      // the kernel
      Slab_bytes: 'Memory of the structures of the kernel',
      SReclaimable_bytes: 'Memory of the structures of the kernel that can be dropped',
      SUnreclaim_bytes: 'Memory of the structures of the kernel that cannot be dropped',
      KernelStack_bytes: 'Stacks of the kernel',
      PageTables_bytes: 'Page tables',
      Percpu_bytes: 'Memory that the kernel keeps for each CPU',
      VmallocTotal_bytes: 'Address space of vmalloc',
      VmallocUsed_bytes: 'Memory of vmalloc',
      VmallocChunk_bytes: 'Largest free piece of vmalloc; always 0 on newer kernels',

      // swap
      SwapTotal_bytes: 'Swap of the node',
      SwapFree_bytes: 'Swap that is free',
      SwapCached_bytes: 'Swap that is in memory as well',
      Zswap_bytes: 'Memory that compressed swap takes',
      Zswapped_bytes: 'Memory that went into compressed swap',

      // large pages
      AnonHugePages_bytes: 'Memory of programs in large pages',
      ShmemHugePages_bytes: 'Shared memory in large pages',
      ShmemPmdMapped_bytes: 'Shared memory mapped as large pages',
      Hugepagesize_bytes: 'Size of a reserved large page',
      DirectMap4k_bytes: 'Memory that the kernel maps in pages of 4 KiB',
      DirectMap2M_bytes: 'Memory that the kernel maps in pages of 2 MiB',
      DirectMap1G_bytes: 'Memory that the kernel maps in pages of 1 GiB',
    }),
    ...memory(COUNT, {
      HugePages_Total: 'Reserved large pages',
      HugePages_Free: 'Reserved large pages that are free',
      HugePages_Rsvd: 'Reserved large pages that are promised',
      HugePages_Surp: 'Large pages beyond those reserved',
    }),
    ...under(
      { hardware: 'kernel that takes broken memory out of use' },
      memory(BYTES, { HardwareCorrupted_bytes: 'Memory taken out of use because it is broken' }),
    ),
    ...under(
      { hardware: 'kernel with memory kept for devices (CMA)' },
      memory(BYTES, { CmaTotal_bytes: 'Memory kept for devices', CmaFree_bytes: 'Memory kept for devices that is free' }),
    ),
  ]),
  // true counters, though the exporter leaves their type open
  ...collector('vmstat', [
    counter('node_vmstat_oom_kill', COUNT, NONE, 'Programs that the kernel killed for want of memory'),
    counter('node_vmstat_pgfault', COUNT, NONE, 'Page faults'),
    counter('node_vmstat_pgmajfault', COUNT, NONE, 'Page faults that had to read from disk'),
    counter('node_vmstat_pgpgin', KIBIBYTES, NONE, 'KiB read from disks'),
    counter('node_vmstat_pgpgout', KIBIBYTES, NONE, 'KiB written to disks'),
    counter('node_vmstat_pswpin', COUNT, NONE, 'Pages read from swap'),
    counter('node_vmstat_pswpout', COUNT, NONE, 'Pages written to swap'),
  ]),
];

const DEVICE = labels('device');
/** `device_error` says why a file system could not be measured. */
const FILESYSTEM: FamilyLabels = { device: any, mountpoint: any, fstype: any, device_error: sometimes() };

/** Disks and file systems. */
const STORAGE: readonly MetricFamily[] = [
  ...collector('diskstats', [
    info(
      'node_disk_info',
      {
        device: any,
        major: any,
        minor: any,
        path: sometimes(),
        wwn: sometimes(),
        model: sometimes(),
        serial: sometimes(),
        revision: sometimes(),
        rotational: sometimes(oneOf('0', '1')),
      },
      'Model and serial number of a disk',
    ),
    gauge('node_disk_io_now', COUNT, DEVICE, 'Operations of a disk that are under way'),
    counter('node_disk_io_time_seconds_total', SECONDS, DEVICE, 'Time in which a disk was busy'),
    counter('node_disk_io_time_weighted_seconds_total', SECONDS, DEVICE, 'Time that operations of a disk took, those at once added up'),
    counter('node_disk_read_bytes_total', BYTES, DEVICE, 'Bytes read from a disk'),
    counter('node_disk_read_time_seconds_total', SECONDS, DEVICE, 'Time that reads from a disk took'),
    counter('node_disk_reads_completed_total', COUNT, DEVICE, 'Reads from a disk'),
    counter('node_disk_reads_merged_total', COUNT, DEVICE, 'Reads from a disk joined with a neighbour'),
    counter('node_disk_written_bytes_total', BYTES, DEVICE, 'Bytes written to a disk'),
    counter('node_disk_write_time_seconds_total', SECONDS, DEVICE, 'Time that writes to a disk took'),
    counter('node_disk_writes_completed_total', COUNT, DEVICE, 'Writes to a disk'),
    counter('node_disk_writes_merged_total', COUNT, DEVICE, 'Writes to a disk joined with a neighbour'),
    // telling a disk what it may forget
    counter('node_disk_discards_completed_total', COUNT, DEVICE, 'Discards of a disk'),
    counter('node_disk_discards_merged_total', COUNT, DEVICE, 'Discards of a disk joined with a neighbour'),
    counter('node_disk_discarded_sectors_total', COUNT, DEVICE, 'Sectors of a disk discarded'),
    counter('node_disk_discard_time_seconds_total', SECONDS, DEVICE, 'Time that discards of a disk took'),
    counter('node_disk_flush_requests_total', COUNT, DEVICE, 'Flushes of a disk'),
    counter('node_disk_flush_requests_time_seconds_total', SECONDS, DEVICE, 'Time that flushes of a disk took'),
  ]),
  ...collector('filesystem', [
    gauge('node_filesystem_size_bytes', BYTES, FILESYSTEM, 'Size of a file system'),
    gauge('node_filesystem_free_bytes', BYTES, FILESYSTEM, 'Space left on a file system, what root alone may use included'),
    gauge('node_filesystem_avail_bytes', BYTES, FILESYSTEM, 'Space left on a file system for everybody'),
    // the same as the available space on Linux
    gauge('node_filesystem_purgeable_bytes', BYTES, FILESYSTEM, 'Space left on a file system; of use on macOS only'),
    gauge('node_filesystem_files', COUNT, FILESYSTEM, 'Files that a file system can hold'),
    gauge('node_filesystem_files_free', COUNT, FILESYSTEM, 'Files that a file system can still hold'),
    gauge('node_filesystem_readonly', COUNT, FILESYSTEM, 'Whether a file system can only be read: 1 when so'),
    gauge('node_filesystem_device_error', COUNT, FILESYSTEM, 'Whether a file system could not be measured: 1 when so'),
    info('node_filesystem_mount_info', labels('device', 'major', 'minor', 'mountpoint'), 'Device behind a mount'),
  ]),
];

const network = (names: { readonly [name: string]: string }): readonly MetricFamily[] =>
  Object.entries(names).map(([name, help]) => gauge(`node_network_${name}`, COUNT, DEVICE, help));

/** Network devices. */
const DEVICES: readonly MetricFamily[] = [
  ...collector('netdev', [
    counter('node_network_receive_bytes_total', BYTES, DEVICE, 'Bytes received by a device'),
    counter('node_network_receive_packets_total', COUNT, DEVICE, 'Packets received by a device'),
    counter('node_network_receive_errs_total', COUNT, DEVICE, 'Packets received by a device with an error'),
    counter('node_network_receive_drop_total', COUNT, DEVICE, 'Packets received by a device and dropped'),
    counter('node_network_receive_fifo_total', COUNT, DEVICE, 'Packets received by a device whose queue was full'),
    counter('node_network_receive_frame_total', COUNT, DEVICE, 'Packets received by a device out of shape'),
    counter('node_network_receive_compressed_total', COUNT, DEVICE, 'Compressed packets received by a device'),
    counter('node_network_receive_multicast_total', COUNT, DEVICE, 'Multicast packets received by a device'),
    counter('node_network_receive_nohandler_total', COUNT, DEVICE, 'Packets received by a device that nobody wanted'),
    counter('node_network_transmit_bytes_total', BYTES, DEVICE, 'Bytes sent by a device'),
    counter('node_network_transmit_packets_total', COUNT, DEVICE, 'Packets sent by a device'),
    counter('node_network_transmit_errs_total', COUNT, DEVICE, 'Packets that a device failed to send'),
    counter('node_network_transmit_drop_total', COUNT, DEVICE, 'Packets that a device dropped instead of sending'),
    counter('node_network_transmit_fifo_total', COUNT, DEVICE, 'Packets that a device could not send because its queue was full'),
    counter('node_network_transmit_colls_total', COUNT, DEVICE, 'Collisions'),
    counter('node_network_transmit_carrier_total', COUNT, DEVICE, 'Packets lost because a device had no link'),
    counter('node_network_transmit_compressed_total', COUNT, DEVICE, 'Compressed packets sent by a device'),
  ]),
  ...under({ option: 'collector netdev with --collector.netdev.address-info' }, [
    info('node_network_address_info', labels('device', 'address', 'netmask', 'scope'), 'Addresses of a device'),
  ]),
  ...collector('netclass', [
    info(
      'node_network_info',
      {
        device: any,
        address: sometimes(),
        broadcast: sometimes(),
        duplex: sometimes(oneOf('full', 'half', 'unknown')),
        operstate: oneOf('unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'),
        adminstate: oneOf('up', 'down', 'unknown'),
        ifalias: sometimes(),
      },
      'Address and state of a device',
    ),
    ...network({
      up: 'Whether a device works: 1 when it does',
      carrier: 'Whether a device has a link: 1 when it has',
      dormant: 'Whether a device waits for something outside: 1 when it does',
      flags: 'Flags of a device, as bits',
      address_assign_type: 'Where the address of a device comes from',
      device_id: 'Number that tells devices with one address apart',
      iface_id: 'Number of a device',
      iface_link: 'Number of the device below',
      iface_link_mode: 'How a device comes up: 0 by itself, 1 dormant first',
      name_assign_type: 'Where the name of a device comes from',
      net_dev_group: 'Group of a device',
      protocol_type: 'Kind of a device, by ARP',
      transmit_queue_length: 'Packets that may wait to be sent by a device',
    }),
    gauge('node_network_mtu_bytes', BYTES, DEVICE, 'Size of a packet that a device can send'),
    // -1000000/8 where the device does not know
    gauge('node_network_speed_bytes', BYTES_PER_SECOND, DEVICE, 'What the link of a device could carry; below 0 when unknown'),
    counter('node_network_carrier_changes_total', COUNT, DEVICE, 'How often the link of a device came or went'),
    counter('node_network_carrier_down_changes_total', COUNT, DEVICE, 'How often the link of a device went'),
    counter('node_network_carrier_up_changes_total', COUNT, DEVICE, 'How often the link of a device came'),
  ]),
  ...collector('arp', [gauge('node_arp_entries', COUNT, DEVICE, 'Neighbours of a device that are known')]),
];

const netstat = (names: { readonly [name: string]: string }): readonly MetricFamily[] =>
  Object.entries(names).map(([name, help]) => counter(`node_netstat_${name}`, COUNT, NONE, help));
const conntrack = (names: { readonly [name: string]: string }): readonly MetricFamily[] =>
  Object.entries(names).map(([name, help]) => counter(`node_nf_conntrack_stat_${name}`, COUNT, NONE, help));
const sockets = (names: { readonly [name: string]: string }, unit = COUNT): readonly MetricFamily[] =>
  Object.entries(names).map(([name, help]) => gauge(`node_sockstat_${name}`, unit, NONE, help));
const softnet = (names: { readonly [name: string]: string }): readonly MetricFamily[] =>
  Object.entries(names).map(([name, help]) => counter(`node_softnet_${name}_total`, COUNT, labels('cpu'), help));
const IPV6 = { hardware: 'kernel with IPv6' };

/** Packets, connections and sockets of the node as a whole. */
const PROTOCOLS: readonly MetricFamily[] = [
  // true counters, though the exporter leaves their type open; two that are not stand apart
  ...collector('netstat', [
    counter('node_netstat_IpExt_InOctets', BYTES, NONE, 'Bytes received over IPv4'),
    counter('node_netstat_IpExt_OutOctets', BYTES, NONE, 'Bytes sent over IPv4'),
    gauge('node_netstat_Ip_Forwarding', COUNT, NONE, 'Whether the node passes packets on: 1 when it does, 2 when not'),
    ...netstat({
      Icmp_InErrors: 'ICMP messages received with an error',
      Icmp_InMsgs: 'ICMP messages received',
      Icmp_OutMsgs: 'ICMP messages sent',

      Tcp_ActiveOpens: 'TCP connections that the node opened',
      Tcp_PassiveOpens: 'TCP connections that others opened',
      Tcp_InErrs: 'TCP segments received with an error',
      Tcp_InSegs: 'TCP segments received',
      Tcp_OutRsts: 'TCP connections that the node reset',
      Tcp_OutSegs: 'TCP segments sent',
      Tcp_RetransSegs: 'TCP segments sent again',
      TcpExt_ListenDrops: 'TCP connections dropped before they were accepted',
      TcpExt_ListenOverflows: 'TCP connections dropped because a program was slow to accept them',
      TcpExt_SyncookiesFailed: 'Wrong SYN cookies received',
      TcpExt_SyncookiesRecv: 'SYN cookies received',
      TcpExt_SyncookiesSent: 'SYN cookies sent',
      TcpExt_TCPOFOQueue: 'TCP segments received out of order',
      TcpExt_TCPRcvQDrop: 'TCP segments dropped because a program was slow to read them',
      TcpExt_TCPSynRetrans: 'TCP connections asked for again',
      TcpExt_TCPTimeouts: 'TCP timeouts',

      Udp_InDatagrams: 'UDP datagrams received over IPv4',
      Udp_InErrors: 'UDP datagrams over IPv4 that could not be delivered',
      Udp_NoPorts: 'UDP datagrams over IPv4 that nobody listens for',
      Udp_OutDatagrams: 'UDP datagrams sent over IPv4',
      Udp_RcvbufErrors: 'UDP datagrams over IPv4 dropped because a program was slow to read them',
      Udp_SndbufErrors: 'UDP datagrams over IPv4 not sent for want of room',
      UdpLite_InErrors: 'UDP-Lite datagrams over IPv4 that could not be delivered',
    }),
    gauge('node_netstat_Tcp_CurrEstab', COUNT, NONE, 'Open TCP connections'),
    ...under(IPV6, [
      counter('node_netstat_Ip6_InOctets', BYTES, NONE, 'Bytes received over IPv6'),
      counter('node_netstat_Ip6_OutOctets', BYTES, NONE, 'Bytes sent over IPv6'),
      ...netstat({
        Icmp6_InErrors: 'ICMPv6 messages received with an error',
        Icmp6_InMsgs: 'ICMPv6 messages received',
        Icmp6_OutMsgs: 'ICMPv6 messages sent',
        Udp6_InDatagrams: 'UDP datagrams received over IPv6',
        Udp6_InErrors: 'UDP datagrams over IPv6 that could not be delivered',
        Udp6_NoPorts: 'UDP datagrams over IPv6 that nobody listens for',
        Udp6_OutDatagrams: 'UDP datagrams sent over IPv6',
        Udp6_RcvbufErrors: 'UDP datagrams over IPv6 dropped because a program was slow to read them',
        Udp6_SndbufErrors: 'UDP datagrams over IPv6 not sent for want of room',
        UdpLite6_InErrors: 'UDP-Lite datagrams over IPv6 that could not be delivered',
      }),
    ]),
  ]),
  ...collector('conntrack', [
    ...under({ hardware: 'kernel that tracks connections' }, [
      gauge('node_nf_conntrack_entries', COUNT, NONE, 'Connections that are tracked'),
      gauge('node_nf_conntrack_entries_limit', COUNT, NONE, 'Connections that can be tracked'),
      // declared as gauges, but they only grow
      ...conntrack({
        drop: 'Packets dropped because their connection could not be tracked',
        early_drop: 'Connections forgotten early to make room',
        found: 'Searches of a connection that found it',
        ignore: 'Packets of connections that need no tracking',
        insert: 'Connections added',
        insert_failed: 'Connections that could not be added',
        invalid: 'Packets that fit no connection',
        search_restart: 'Searches of a connection that had to begin again',
      }),
    ]),
  ]),
  ...collector('sockstat', [
    ...sockets({
      sockets_used: 'Sockets open on the node',
      TCP_alloc: 'TCP sockets that exist',
      TCP_inuse: 'TCP sockets over IPv4 in use',
      TCP_orphan: 'TCP sockets that no program holds any more',
      TCP_tw: 'TCP sockets that wait before they go',
      TCP_mem: 'Pages of TCP buffers',
      UDP_inuse: 'UDP sockets over IPv4 in use',
      UDP_mem: 'Pages of UDP buffers',
      UDPLITE_inuse: 'UDP-Lite sockets over IPv4 in use',
      RAW_inuse: 'Raw sockets over IPv4 in use',
      FRAG_inuse: 'Packets over IPv4 that are being put together',
    }),
    ...sockets(
      {
        TCP_mem_bytes: 'Memory of TCP buffers',
        UDP_mem_bytes: 'Memory of UDP buffers',
        FRAG_memory: 'Memory of packets over IPv4 that are being put together',
      },
      BYTES,
    ),
    ...under(IPV6, [
      ...sockets({
        TCP6_inuse: 'TCP sockets over IPv6 in use',
        UDP6_inuse: 'UDP sockets over IPv6 in use',
        UDPLITE6_inuse: 'UDP-Lite sockets over IPv6 in use',
        RAW6_inuse: 'Raw sockets over IPv6 in use',
        FRAG6_inuse: 'Packets over IPv6 that are being put together',
      }),
      ...sockets({ FRAG6_memory: 'Memory of packets over IPv6 that are being put together' }, BYTES),
    ]),
  ]),
  ...collector('udp_queues', [
    gauge('node_udp_queues', BYTES, { queue: oneOf('rx', 'tx'), ip: oneOf('v4', 'v6') }, 'Memory of UDP datagrams that wait'),
  ]),
  // how each CPU takes packets from the network devices
  ...collector('softnet', [
    gauge('node_softnet_backlog_len', COUNT, labels('cpu'), 'Packets that wait for a CPU'),
    ...softnet({
      cpu_collision: 'How often CPUs wanted to send by one device at once',
      dropped: 'Packets dropped because a CPU was behind',
      flow_limit_count: 'Packets dropped because one connection sent too many',
      processed: 'Packets that a CPU took',
      received_rps: 'How often a CPU was woken to take packets for another',
      times_squeezed: 'How often a CPU stopped taking packets before all were taken',
    }),
  ]),
];

/** The clock and how well it is kept. @see https://man7.org/linux/man-pages/man2/adjtimex.2.html */
const CLOCK: readonly MetricFamily[] = [
  ...collector('time', [
    gauge('node_time_seconds', TIMESTAMP, NONE, 'Time of the node'),
    gauge('node_time_zone_offset_seconds', SECONDS, labels('time_zone'), 'Offset of the time zone'),
    info('node_time_clocksource_available_info', labels('device', 'clocksource'), 'Clocks that the kernel could use'),
    info('node_time_clocksource_current_info', labels('device', 'clocksource'), 'Clock that the kernel uses'),
  ]),
  ...collector('timex', [
    gauge('node_timex_sync_status', COUNT, NONE, 'Whether the clock is in step with a time server: 1 when it is'),
    gauge('node_timex_offset_seconds', SECONDS, NONE, 'Distance of the clock from its reference'),
    gauge('node_timex_maxerror_seconds', SECONDS, NONE, 'How wrong the clock may be at most'),
    gauge('node_timex_estimated_error_seconds', SECONDS, NONE, 'How wrong the clock probably is'),
    gauge('node_timex_frequency_adjustment_ratio', RATIO, NONE, 'How much faster the clock is made to run: 1 for not at all'),
    gauge('node_timex_loop_time_constant', COUNT, NONE, 'How slowly the clock is corrected'),
    gauge('node_timex_status', COUNT, NONE, 'State of the clock, as bits'),
    gauge('node_timex_tai_offset_seconds', SECONDS, NONE, 'Leap seconds so far: atomic time minus UTC'),
    gauge('node_timex_tick_seconds', SECONDS, NONE, 'Time between two ticks of the clock'),
    // zero without a signal each second from outside
    counter('node_timex_pps_calibration_total', COUNT, NONE, 'Calibrations by the signal each second'),
    counter('node_timex_pps_error_total', COUNT, NONE, 'Failed calibrations by the signal each second'),
    gauge('node_timex_pps_frequency_hertz', HERTZ, NONE, 'Frequency of the signal each second'),
    gauge('node_timex_pps_jitter_seconds', SECONDS, NONE, 'Jitter of the signal each second'),
    counter('node_timex_pps_jitter_total', COUNT, NONE, 'How often the signal each second jittered too much'),
    gauge('node_timex_pps_shift_seconds', SECONDS, NONE, 'Time over which the signal each second is measured'),
    counter('node_timex_pps_stability_exceeded_total', COUNT, NONE, 'How often the signal each second was too unsteady'),
    gauge('node_timex_pps_stability_hertz', HERTZ, NONE, 'How steady the signal each second is'),
  ]),
];

/** Which system the node runs. */
const SYSTEM: readonly MetricFamily[] = [
  ...collector('os', [
    info(
      'node_os_info',
      {
        id: any,
        name: any,
        pretty_name: any,
        ...Object.fromEntries(
          ['build_id', 'id_like', 'image_id', 'image_version', 'variant', 'variant_id', 'version', 'version_codename', 'version_id'].map(
            (name) => [name, sometimes()],
          ),
        ),
      },
      'Distribution and its release',
    ),
    gauge('node_os_version', COUNT, { id: any, id_like: sometimes(), name: any }, 'Release of the distribution as a number'),
    gauge('node_os_support_end_timestamp_seconds', TIMESTAMP, NONE, 'When support for the release ends', {
      hardware: 'distribution that says so',
    }),
  ]),
  ...collector('uname', [
    // `nodename` is the name of the node: joins go by it
    info(
      'node_uname_info',
      labels('domainname', 'machine', 'nodename', 'release', 'sysname', 'version'),
      'Name of the node, and release of its kernel',
    ),
  ]),
  ...collector('selinux', [
    gauge('node_selinux_enabled', COUNT, NONE, 'Whether SELinux is there: 1 when it is'),
    ...under({ hardware: 'node with SELinux' }, [
      gauge('node_selinux_config_mode', COUNT, NONE, 'Mode of SELinux by its configuration: 1 enforcing, 0 permissive, -1 off'),
      gauge('node_selinux_current_mode', COUNT, NONE, 'Mode of SELinux in force: 1 enforcing, 0 permissive, -1 off'),
    ]),
  ]),
];

/** The exporter itself. */
const EXPORTER: readonly MetricFamily[] = [
  info(
    'node_exporter_build_info',
    {
      goarch: any,
      goos: any,
      goversion: any,
      // empty in a build that nobody stamped
      branch: sometimes(),
      revision: sometimes(),
      tags: sometimes(),
      version: sometimes(),
    },
    'Release of the exporter',
  ),
  gauge('node_scrape_collector_duration_seconds', SECONDS, labels('collector'), 'Time that a collector took'),
  // 0 as well for a collector that found nothing to measure
  gauge('node_scrape_collector_success', COUNT, labels('collector'), 'Whether a collector found something: 1 when it did'),
  ...collector('textfile', [
    gauge('node_textfile_scrape_error', COUNT, NONE, 'Whether a file with metrics could not be read: 1 when so'),
    gauge('node_textfile_mtime_seconds', TIMESTAMP, labels('file'), 'When a file with metrics was last written', {
      event: 'a file with metrics has been read',
    }),
  ]),
];

/**
 * All families of the default collectors. What a textfile or another collector adds is not known here.
 *
 * @see https://github.com/prometheus/node_exporter/tree/v1.12.1/collector
 */
export const NODE_EXPORTER_CATALOG: MetricCatalog = {
  name: 'node-exporter',
  families: [
    ...LOAD,
    ...MEMORY,
    ...STORAGE,
    ...DEVICES,
    ...PROTOCOLS,
    ...CLOCK,
    ...SYSTEM,
    ...NODE_HARDWARE_FAMILIES,
    ...NODE_FILESYSTEM_FAMILIES,
    ...EXPORTER,
    ...PROCESS_FAMILIES,
    ...GO_FAMILIES,
    ...PROMHTTP_FAMILIES,
  ],
};

/** Collectors that are on unless they are switched off: all of which the families are known. */
const COLLECTORS: ReadonlySet<string> = new Set(
  NODE_EXPORTER_CATALOG.families.flatMap(({ when }) => COLLECTOR.exec(when?.option ?? '')?.[1] ?? []),
);

/**
 * The catalog of an exporter that is started with some arguments.
 *
 * @param args beyond those of the usual collectors. @default - not known: any collector may be on or off
 */
export function nodeExporterCatalog(args?: readonly string[]): MetricCatalog {
  if (args === undefined) return { ...NODE_EXPORTER_CATALOG, others: /^node_/ };
  if (args.length === 0) return withOptions(NODE_EXPORTER_CATALOG, (option) => !option.includes(' with '));
  const given = new Set(args.filter((arg) => !arg.endsWith('=false')).map((arg) => arg.replace(/=.*/s, '')));
  const isOn = (option: string) => {
    const [, collector = '', flag] = COLLECTOR.exec(option) ?? [];
    const usual = !given.has('--collector.disable-defaults') || collector === 'infiniband';
    const on = given.has(`--collector.${collector}`) || (usual && !given.has(`--no-collector.${collector}`));
    return on && (flag === undefined || given.has(flag));
  };
  const of = withOptions(NODE_EXPORTER_CATALOG, isOn);
  const known = given.has('--web.disable-exporter-metrics') ? catalogWith(of, ({ name }) => !/^(go|process|promhttp)_/.test(name)) : of;
  // families of a collector that is off unless somebody wants it, or fields that somebody chooses
  const isMore = [...given].some((arg) => {
    const [, collector, field] = /^--collector\.(\w+)(\.fields)?$/.exec(arg) ?? [];
    return collector !== undefined && (field !== undefined || !COLLECTORS.has(collector));
  });
  return isMore ? { ...known, others: /^node_/ } : known;
}
