import { type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, type FamilyLabels, gauge, info, labels, NONE, oneOf, sometimes, under } from './family';

const {
  COUNT,
  RATIO,
  SECONDS,
  BYTES,
  BYTES_PER_SECOND,
  HERTZ,
  MEGAHERTZ,
  CELSIUS,
  WATTS,
  WATT_HOURS,
  JOULES,
  VOLTS,
  AMPERES,
  AMPERE_HOURS,
  RPM,
  PERCENT,
} = MetricUnit;

/** Families of one collector that only some hardware has. */
const collector = (name: string, hardware: string, families: readonly MetricFamily[]): readonly MetricFamily[] =>
  under({ option: `collector ${name}`, hardware }, families);

const PORT = labels('device', 'port');

/** Adapters of InfiniBand and RoCE. @see https://github.com/prometheus/node_exporter/blob/v1.12.1/collector/infiniband_linux.go */
const INFINIBAND = collector('infiniband', 'InfiniBand or RoCE adapter', [
  info('node_infiniband_info', labels('device', 'board_id', 'firmware_version', 'hca_type'), 'Board and firmware of an adapter'),
  // 1 down, 2 init, 3 armed, 4 active, 5 defer
  gauge('node_infiniband_state_id', COUNT, PORT, 'State of a port: 4 is active'),
  // 1 sleep, 2 polling, 3 disabled, 4 shift, 5 up, 6 recovering, 7 test
  gauge('node_infiniband_physical_state_id', COUNT, PORT, 'State of the link of a port: 5 is up'),
  gauge('node_infiniband_rate_bytes_per_second', BYTES_PER_SECOND, PORT, 'What the link of a port could carry'),

  // traffic
  counter('node_infiniband_port_data_received_bytes_total', BYTES, PORT, 'Bytes that a port received'),
  counter('node_infiniband_port_data_transmitted_bytes_total', BYTES, PORT, 'Bytes that a port sent'),
  counter('node_infiniband_port_packets_received_total', COUNT, PORT, 'Packets that a port received'),
  counter('node_infiniband_port_packets_transmitted_total', COUNT, PORT, 'Packets that a port sent'),
  counter('node_infiniband_unicast_packets_received_total', COUNT, PORT, 'Packets received that were meant for this port alone'),
  counter('node_infiniband_unicast_packets_transmitted_total', COUNT, PORT, 'Packets sent to one port alone'),
  counter('node_infiniband_multicast_packets_received_total', COUNT, PORT, 'Packets received that were meant for many ports'),
  counter('node_infiniband_multicast_packets_transmitted_total', COUNT, PORT, 'Packets sent to many ports'),
  ...under({ hardware: 'InfiniBand adapter whose driver has 64-bit counters apart' }, [
    counter('node_infiniband_legacy_data_received_bytes_total', BYTES, PORT, 'Bytes that a port received, from the older counters'),
    counter('node_infiniband_legacy_data_transmitted_bytes_total', BYTES, PORT, 'Bytes that a port sent, from the older counters'),
    counter('node_infiniband_legacy_packets_received_total', COUNT, PORT, 'Packets that a port received, from the older counters'),
    counter('node_infiniband_legacy_packets_transmitted_total', COUNT, PORT, 'Packets that a port sent, from the older counters'),
    counter('node_infiniband_legacy_unicast_packets_received_total', COUNT, PORT, 'Unicast packets received, from the older counters'),
    counter('node_infiniband_legacy_unicast_packets_transmitted_total', COUNT, PORT, 'Unicast packets sent, from the older counters'),
    counter('node_infiniband_legacy_multicast_packets_received_total', COUNT, PORT, 'Multicast packets received, from the older counters'),
    counter('node_infiniband_legacy_multicast_packets_transmitted_total', COUNT, PORT, 'Multicast packets sent, from the older counters'),
  ]),

  // congestion
  counter('node_infiniband_port_transmit_wait_total', COUNT, PORT, 'Ticks in which a port had data and could not send it'),
  counter(
    'node_infiniband_port_discards_received_total',
    COUNT,
    PORT,
    'Packets received and dropped because the port was down or congested',
  ),
  counter('node_infiniband_port_discards_transmitted_total', COUNT, PORT, 'Packets not sent because the port was down or congested'),
  counter('node_infiniband_vl15_dropped_total', COUNT, PORT, 'Management packets dropped for want of room'),

  // errors of link and packets
  counter('node_infiniband_link_downed_total', COUNT, PORT, 'How often the link went down for good'),
  counter('node_infiniband_link_error_recovery_total', COUNT, PORT, 'How often the link recovered from an error'),
  counter('node_infiniband_local_link_integrity_errors_total', COUNT, PORT, 'How often the errors of the link passed a threshold'),
  counter('node_infiniband_symbol_error_total', COUNT, PORT, 'Small errors on the lanes of the link'),
  counter('node_infiniband_excessive_buffer_overrun_errors_total', COUNT, PORT, 'How often the buffers of a port overran again and again'),
  counter('node_infiniband_port_errors_received_total', COUNT, PORT, 'Packets received with an error'),
  counter('node_infiniband_port_receive_remote_physical_errors_total', COUNT, PORT, 'Packets received that were already marked as bad'),
  counter('node_infiniband_port_receive_switch_relay_errors_total', COUNT, PORT, 'Packets that the switch could not pass on'),
  counter('node_infiniband_port_constraint_errors_received_total', COUNT, PORT, 'Packets received that the port may not take'),
  counter('node_infiniband_port_constraint_errors_transmitted_total', COUNT, PORT, 'Packets that the port may not send'),

  // what mlx5 adapters count on top
  ...under({ hardware: 'InfiniBand or RoCE adapter with the mlx5 driver' }, [
    gauge('node_infiniband_lifespan_seconds', SECONDS, PORT, 'How long the adapter may answer with the same values'),
    counter('node_infiniband_duplicate_requests_packets_total', COUNT, PORT, 'Requests received twice'),
    counter('node_infiniband_implied_nak_seq_errors_total', COUNT, PORT, 'Answers to reads that came with too high a number'),
    counter('node_infiniband_local_ack_timeout_errors_total', COUNT, PORT, 'Packets sent that nobody confirmed in time'),
    counter('node_infiniband_np_cnp_packets_sent_total', COUNT, PORT, 'Notices of congestion sent'),
    counter('node_infiniband_np_ecn_marked_roce_packets_received_total', COUNT, PORT, 'RoCE packets received with a mark of congestion'),
    counter('node_infiniband_out_of_buffer_drops_total', COUNT, PORT, 'Packets dropped because no receive buffer was posted'),
    counter('node_infiniband_out_of_sequence_packets_received_total', COUNT, PORT, 'Packets received out of order'),
    counter('node_infiniband_packet_sequence_errors_total', COUNT, PORT, 'Complaints received about the order of packets'),
    counter('node_infiniband_req_cqes_errors_total', COUNT, PORT, 'Own requests that ended with an error'),
    counter('node_infiniband_req_cqes_flush_errors_total', COUNT, PORT, 'Own requests that were flushed'),
    counter('node_infiniband_req_remote_access_errors_total', COUNT, PORT, 'Own requests that the other side did not permit'),
    counter('node_infiniband_req_remote_invalid_request_errors_total', COUNT, PORT, 'Own requests that the other side did not understand'),
    counter('node_infiniband_resp_cqes_errors_total', COUNT, PORT, 'Own answers that ended with an error'),
    counter('node_infiniband_resp_cqes_flush_errors_total', COUNT, PORT, 'Own answers that were flushed'),
    counter('node_infiniband_resp_local_length_errors_total', COUNT, PORT, 'Requests received that are longer than the buffer'),
    counter('node_infiniband_resp_remote_access_errors_total', COUNT, PORT, 'Requests received that are not permitted'),
    counter('node_infiniband_rnr_nak_retry_packets_received_total', COUNT, PORT, 'Complaints received that the other side was not ready'),
    counter('node_infiniband_roce_adp_retransmits_total', COUNT, PORT, 'RoCE packets sent again by adaptive retransmission'),
    counter('node_infiniband_roce_adp_retransmits_timeout_total', COUNT, PORT, 'Timeouts of adaptive retransmission'),
    counter('node_infiniband_roce_slow_restart_used_total', COUNT, PORT, 'How often RoCE restarted slowly'),
    counter('node_infiniband_roce_slow_restart_cnps_total', COUNT, PORT, 'Notices of congestion from slow restarts'),
    counter('node_infiniband_roce_slow_restart_total', COUNT, PORT, 'How often RoCE changed to slow restart'),
    counter('node_infiniband_rp_cnp_packets_handled_total', COUNT, PORT, 'Notices of congestion that slowed the port'),
    counter('node_infiniband_rp_cnp_ignored_packets_received_total', COUNT, PORT, 'Notices of congestion that were ignored'),
    counter('node_infiniband_rx_atomic_requests_total', COUNT, PORT, 'Atomic requests received'),
    counter('node_infiniband_rx_dct_connect_requests_total', COUNT, PORT, 'Connections asked for (DCT)'),
    counter('node_infiniband_rx_read_requests_total', COUNT, PORT, 'Read requests received'),
    counter('node_infiniband_rx_write_requests_total', COUNT, PORT, 'Write requests received'),
    counter('node_infiniband_rx_icrc_encapsulated_errors_total', COUNT, PORT, 'RoCE packets received with a wrong checksum'),
  ]),
]);

const CPU = labels('cpu');
const CORE = labels('package', 'core');

/** CPUs of machines that are not virtual. */
const CPUS: readonly MetricFamily[] = [
  ...collector('cpu', 'CPU that counts how often it is throttled', [
    counter('node_cpu_core_throttles_total', COUNT, CORE, 'How often a core was slowed for its temperature'),
    counter('node_cpu_package_throttles_total', COUNT, labels('package'), 'How often a whole CPU was slowed for its temperature'),
  ]),
  ...collector('cpu', 'CPUs that can be taken offline', [gauge('node_cpu_online', COUNT, CPU, 'Whether a CPU is online: 1 when it is')]),
  ...collector('cpu', 'kernel started with isolated CPUs', [
    gauge('node_cpu_isolated', COUNT, CPU, 'CPUs that the scheduler leaves alone'),
  ]),
  ...collector('cpufreq', 'CPU whose clock the kernel sets', [
    // the first is that of the hardware and needs root; the scaling ones are what the kernel asks for
    gauge('node_cpu_frequency_hertz', HERTZ, { cpu: any, package: sometimes(), core: sometimes() }, 'Clock of a CPU'),
    gauge('node_cpu_frequency_avg_hertz', HERTZ, CPU, 'Mean clock of a CPU'),
    gauge('node_cpu_frequency_min_hertz', HERTZ, CPU, 'Slowest clock that a CPU has'),
    gauge('node_cpu_frequency_max_hertz', HERTZ, CPU, 'Fastest clock that a CPU has'),
    gauge('node_cpu_scaling_frequency_hertz', HERTZ, CPU, 'Clock that the kernel asks of a CPU'),
    gauge('node_cpu_scaling_frequency_min_hertz', HERTZ, CPU, 'Slowest clock that the kernel may ask for'),
    gauge('node_cpu_scaling_frequency_max_hertz', HERTZ, CPU, 'Fastest clock that the kernel may ask for'),
    gauge('node_cpu_scaling_governor', COUNT, { cpu: any, governor: any }, 'Who decides on the clock of a CPU: 1 for the one in force'),
  ]),
  ...under({ option: 'collector cpu with --collector.cpu.info' }, [
    info(
      'node_cpu_info',
      labels('package', 'core', 'cpu', 'vendor', 'family', 'model', 'model_name', 'microcode', 'stepping', 'cachesize'),
      'Model of a CPU',
    ),
    info('node_cpu_flag_info', labels('flag'), 'What the CPU can do', { option: 'collector cpu with --collector.cpu.info.flags-include' }),
    info('node_cpu_bug_info', labels('bug'), 'Known faults of the CPU', { option: 'collector cpu with --collector.cpu.info.bugs-include' }),
  ]),
];

const CHANNEL = labels('controller', 'csrow', 'channel', 'dimm_label');

/** Memory errors, energy, and what the machine is. */
const MACHINE: readonly MetricFamily[] = [
  ...collector('edac', 'ECC memory whose errors the kernel counts', [
    counter('node_edac_correctable_errors_total', COUNT, labels('controller'), 'Memory errors that were corrected'),
    counter('node_edac_uncorrectable_errors_total', COUNT, labels('controller'), 'Memory errors that could not be corrected'),
    counter('node_edac_csrow_correctable_errors_total', COUNT, labels('controller', 'csrow'), 'Memory errors of a row that were corrected'),
    counter(
      'node_edac_csrow_uncorrectable_errors_total',
      COUNT,
      labels('controller', 'csrow'),
      'Memory errors of a row that could not be corrected',
    ),
    counter('node_edac_channel_correctable_errors_total', COUNT, CHANNEL, 'Memory errors of a module that were corrected'),
    counter('node_edac_channel_uncorrectable_errors_total', COUNT, CHANNEL, 'Memory errors of a module that could not be corrected'),
  ]),
  // the file can only be read by root
  ...collector('rapl', 'CPU that measures its energy, read as root', [
    counter('node_rapl_core_joules_total', JOULES, labels('index', 'path'), 'Energy that the cores of a CPU used'),
    counter('node_rapl_dram_joules_total', JOULES, labels('index', 'path'), 'Energy that the memory of a CPU used'),
    counter('node_rapl_package_joules_total', JOULES, labels('index', 'path'), 'Energy that a CPU used in all'),
    counter('node_rapl_psys_joules_total', JOULES, labels('index', 'path'), 'Energy that the board used'),
    counter('node_rapl_uncore_joules_total', JOULES, labels('index', 'path'), 'Energy of a CPU outside its cores'),
  ]),
  ...collector('dmi', 'machine with a BIOS that describes it', [
    info(
      'node_dmi_info',
      Object.fromEntries(
        [
          'bios_date',
          'bios_release',
          'bios_vendor',
          'bios_version',
          'board_asset_tag',
          'board_name',
          'board_serial',
          'board_vendor',
          'board_version',
          'chassis_asset_tag',
          'chassis_serial',
          'chassis_vendor',
          'chassis_version',
          'product_family',
          'product_name',
          'product_serial',
          'product_sku',
          'product_uuid',
          'product_version',
          'system_vendor',
        ].map((name) => [name, sometimes()]),
      ),
      'Maker, model and serial numbers of the machine',
    ),
  ]),
  ...collector('thermal_zone', 'machine with temperature zones', [
    gauge('node_thermal_zone_temp', CELSIUS, labels('zone', 'type'), 'Temperature of a zone'),
    gauge('node_cooling_device_cur_state', COUNT, labels('name', 'type'), 'How hard a device cools, or is slowed'),
    gauge('node_cooling_device_max_state', COUNT, labels('name', 'type'), 'How hard a device can cool, or be slowed, at most'),
  ]),
  ...collector('watchdog', 'watchdog device', [
    info(
      'node_watchdog_info',
      {
        name: any,
        options: sometimes(),
        identity: sometimes(),
        state: sometimes(),
        status: sometimes(),
        pretimeout_governor: sometimes(),
      },
      'What a watchdog is, and whether it is on',
    ),
    gauge('node_watchdog_access_cs0', COUNT, labels('name'), 'Whether the machine may start from its other firmware'),
    gauge('node_watchdog_bootstatus', COUNT, labels('name'), 'Whether a watchdog restarted the machine: not 0 when it did'),
    gauge('node_watchdog_fw_version', COUNT, labels('name'), 'Firmware of a watchdog'),
    gauge('node_watchdog_nowayout', COUNT, labels('name'), 'Whether a watchdog cannot be stopped: 1 when it cannot'),
    gauge('node_watchdog_pretimeout_seconds', SECONDS, labels('name'), 'How long before its end a watchdog gives warning'),
    gauge('node_watchdog_timeleft_seconds', SECONDS, labels('name'), 'Time until a watchdog restarts the machine'),
    gauge('node_watchdog_timeout_seconds', SECONDS, labels('name'), 'Time without a sign of life that a watchdog waits'),
  ]),
];

const SENSOR = labels('chip', 'sensor');

/**
 * Sensors. Names come from the driver, so that there may be others than these.
 *
 * @see https://www.kernel.org/doc/html/latest/hwmon/sysfs-interface.html
 */
const SENSORS = collector('hwmon', 'machine with sensors', [
  info('node_hwmon_chip_names', labels('chip', 'chip_name'), 'Name of a chip with sensors'),
  info('node_hwmon_sensor_label', labels('chip', 'sensor', 'label'), 'Name of a sensor'),
  gauge('node_hwmon_beep_enabled', COUNT, SENSOR, 'Whether a chip beeps on alarm'),
  gauge('node_hwmon_update_interval_seconds', SECONDS, SENSOR, 'How often a chip measures'),
  gauge('node_hwmon_voltage_regulator_version', COUNT, SENSOR, 'Version of the voltage regulator'),

  // temperatures
  gauge('node_hwmon_temp_celsius', CELSIUS, SENSOR, 'Temperature at a sensor'),
  gauge('node_hwmon_temp_max_celsius', CELSIUS, SENSOR, 'Temperature that a sensor should not pass'),
  gauge('node_hwmon_temp_min_celsius', CELSIUS, SENSOR, 'Temperature that a sensor should not fall below'),
  gauge('node_hwmon_temp_crit_celsius', CELSIUS, SENSOR, 'Temperature at which harm begins'),
  gauge('node_hwmon_temp_crit_alarm_celsius', COUNT, SENSOR, 'Whether a temperature is critical: 0.001 when it is'),
  gauge('node_hwmon_temp_alarm', COUNT, SENSOR, 'Whether a temperature is out of bounds: 1 when it is'),
  gauge('node_hwmon_temp_fault', COUNT, SENSOR, 'Whether a temperature sensor is broken: 1 when it is'),

  // fans
  gauge('node_hwmon_fan_rpm', RPM, SENSOR, 'Speed of a fan'),
  gauge('node_hwmon_fan_max_rpm', RPM, SENSOR, 'Speed that a fan should not pass'),
  gauge('node_hwmon_fan_min_rpm', RPM, SENSOR, 'Speed that a fan should not fall below'),
  gauge('node_hwmon_fan_target_rpm', RPM, SENSOR, 'Speed that a fan is told to have'),
  gauge('node_hwmon_fan_alarm', COUNT, SENSOR, 'Whether a fan is out of bounds: 1 when it is'),
  gauge('node_hwmon_fan_beep_enabled', COUNT, SENSOR, 'Whether an alarm of a fan beeps'),
  gauge('node_hwmon_fan_fault', COUNT, SENSOR, 'Whether a fan is broken: 1 when it is'),
  gauge('node_hwmon_fan_manual', COUNT, SENSOR, 'Whether the speed of a fan is set by hand'),
  gauge('node_hwmon_fan_output', COUNT, SENSOR, 'Speed that a fan is set to'),
  gauge('node_hwmon_fan_pulses', COUNT, SENSOR, 'Pulses that a fan gives in a turn'),
  gauge('node_hwmon_fan_tolerance', COUNT, SENSOR, 'How far a fan may be from its target'),
  gauge('node_hwmon_pwm', COUNT, SENSOR, 'How hard a fan is driven, of 255'),
  // the curve that a chip steers its fans by
  ...[
    'auto_point1_pwm',
    'auto_point1_temp',
    'auto_point2_pwm',
    'auto_point2_temp',
    'auto_point3_pwm',
    'auto_point3_temp',
    'auto_point4_pwm',
    'auto_point4_temp',
    'auto_point5_pwm',
    'auto_point5_temp',
    'crit_temp_tolerance',
    'enable',
    'floor',
    'mode',
    'start',
    'step_down_time',
    'step_up_time',
    'stop_time',
    'target_temp',
    'temp_sel',
    'temp_tolerance',
    'weight_duty_base',
    'weight_duty_step',
    'weight_temp_sel',
    'weight_temp_step',
    'weight_temp_step_base',
    'weight_temp_step_tol',
  ].map((setting) => gauge(`node_hwmon_pwm_${setting}`, COUNT, SENSOR, `Setting ${setting} of a fan, as the chip has it`)),

  // electricity
  gauge('node_hwmon_in_volts', VOLTS, SENSOR, 'Voltage at a sensor'),
  gauge('node_hwmon_in_max_volts', VOLTS, SENSOR, 'Voltage that a sensor should not pass'),
  gauge('node_hwmon_in_min_volts', VOLTS, SENSOR, 'Voltage that a sensor should not fall below'),
  gauge('node_hwmon_in_alarm', COUNT, SENSOR, 'Whether a voltage is out of bounds: 1 when it is'),
  gauge('node_hwmon_in_beep_enabled', COUNT, SENSOR, 'Whether an alarm of a voltage beeps'),
  gauge('node_hwmon_curr_amps', AMPERES, SENSOR, 'Current at a sensor'),
  gauge('node_hwmon_curr_max_amps', AMPERES, SENSOR, 'Current that a sensor should not pass'),
  gauge('node_hwmon_curr_alarm', COUNT, SENSOR, 'Whether a current is out of bounds: 1 when it is'),
  gauge('node_hwmon_power_watt', WATTS, SENSOR, 'Power at a sensor'),
  gauge('node_hwmon_power_average_watt', WATTS, SENSOR, 'Mean power at a sensor'),
  gauge('node_hwmon_power_average_interval_seconds', SECONDS, SENSOR, 'Time that a mean power is of'),
  gauge('node_hwmon_power_cap_watt', WATTS, SENSOR, 'Power that a part is held to'),
  gauge('node_hwmon_power_accuracy', RATIO, SENSOR, 'How exact a power is'),
  counter('node_hwmon_energy_joule_total', JOULES, SENSOR, 'Energy that went through a sensor'),

  gauge('node_hwmon_freq_freq_mhz', MEGAHERTZ, SENSOR, 'Clock of a part, such as a graphics card'),
  gauge('node_hwmon_humidity', RATIO, SENSOR, 'Humidity at a sensor'),
  gauge('node_hwmon_intrusion_alarm', COUNT, SENSOR, 'Whether the case was opened: 1 when it was'),
  gauge('node_hwmon_intrusion_beep_enabled', COUNT, SENSOR, 'Whether an open case beeps'),
]);

const DEVICE = labels('device');
const NAMESPACE = labels('device', 'nsid');
const MULTIPATH = labels('device', 'sysfs_name');

/** Disks and what they are put together to. */
const DISKS: readonly MetricFamily[] = [
  ...collector('nvme', 'NVMe disk', [
    info(
      'node_nvme_info',
      labels('device', 'cntlid', 'firmware_revision', 'model', 'serial', 'state'),
      'Model, firmware and state of an NVMe disk',
    ),
    info('node_nvme_namespace_info', labels('device', 'nsid', 'ana_state'), 'State of a namespace of an NVMe disk'),
    gauge('node_nvme_namespace_capacity_bytes', BYTES, NAMESPACE, 'Room that a namespace of an NVMe disk may take'),
    gauge('node_nvme_namespace_logical_block_size_bytes', BYTES, NAMESPACE, 'Size of a block of a namespace of an NVMe disk'),
    // of 512-byte sectors, as the kernel counts them
    gauge('node_nvme_namespace_size_bytes', BYTES, NAMESPACE, 'Size of a namespace of an NVMe disk'),
    gauge('node_nvme_namespace_used_bytes', BYTES, NAMESPACE, 'Room that a namespace of an NVMe disk takes'),
  ]),
  ...collector('diskstats', 'disk that udev knows more of', [
    info('node_disk_filesystem_info', labels('device', 'type', 'usage', 'uuid', 'version'), 'File system on a disk'),
    info(
      'node_disk_device_mapper_info',
      { device: any, name: any, uuid: any, vg_name: sometimes(), lv_name: sometimes(), lv_layer: sometimes() },
      'Volume that a mapped device stands for',
    ),
    gauge('node_disk_ata_rotation_rate_rpm', RPM, DEVICE, 'How fast a disk turns; 0 without moving parts', { hardware: 'ATA disk' }),
    gauge('node_disk_ata_write_cache', COUNT, DEVICE, 'Whether a disk has a write cache', { hardware: 'ATA disk' }),
    gauge('node_disk_ata_write_cache_enabled', COUNT, DEVICE, 'Whether the write cache of a disk is on', { hardware: 'ATA disk' }),
  ]),
  ...collector('mdadm', 'software RAID', [
    gauge('node_md_blocks', COUNT, DEVICE, 'Blocks of an array'),
    gauge('node_md_blocks_synced', COUNT, DEVICE, 'Blocks of an array that are in sync'),
    gauge('node_md_degraded', COUNT, DEVICE, 'Disks that an array lacks'),
    gauge('node_md_disks', COUNT, { device: any, state: oneOf('active', 'failed', 'spare') }, 'Disks of an array, by state'),
    gauge('node_md_disks_required', COUNT, DEVICE, 'Disks that an array should have'),
    gauge('node_md_raid_disks', COUNT, DEVICE, 'Disks that an array is made of'),
    gauge(
      'node_md_state',
      COUNT,
      { device: any, state: oneOf('active', 'inactive', 'recovering', 'resync', 'check') },
      'What an array does: 1 for the state that it is in',
    ),
  ]),
  ...collector('dmmultipath', 'disk with several paths to it', [
    info('node_dmmultipath_device_info', labels('device', 'sysfs_name', 'uuid'), 'Disk with several paths'),
    gauge('node_dmmultipath_device_active', COUNT, MULTIPATH, 'Whether a disk with several paths is in use: 1 when it is'),
    gauge('node_dmmultipath_device_paths', COUNT, MULTIPATH, 'Paths to a disk'),
    gauge('node_dmmultipath_device_paths_active', COUNT, MULTIPATH, 'Paths to a disk that work'),
    gauge('node_dmmultipath_device_paths_failed', COUNT, MULTIPATH, 'Paths to a disk that do not work'),
    gauge('node_dmmultipath_device_size_bytes', BYTES, MULTIPATH, 'Size of a disk with several paths'),
    gauge('node_dmmultipath_path_state', COUNT, labels('device', 'path', 'state'), 'State of a path to a disk'),
  ]),
  ...collector('tapestats', 'tape drive', [
    gauge('node_tape_io_now', COUNT, DEVICE, 'Operations of a tape that are under way'),
    counter('node_tape_io_others_total', COUNT, DEVICE, 'Operations of a tape that neither read nor write'),
    counter('node_tape_io_time_seconds_total', SECONDS, DEVICE, 'Time that operations of a tape took'),
    counter('node_tape_read_bytes_total', BYTES, DEVICE, 'Bytes read from a tape'),
    counter('node_tape_read_time_seconds_total', SECONDS, DEVICE, 'Time that reads from a tape took'),
    counter('node_tape_reads_completed_total', COUNT, DEVICE, 'Reads from a tape'),
    counter('node_tape_residual_total', COUNT, DEVICE, 'Operations of a tape that did less than they were asked'),
    counter('node_tape_write_time_seconds_total', SECONDS, DEVICE, 'Time that writes to a tape took'),
    counter('node_tape_writes_completed_total', COUNT, DEVICE, 'Writes to a tape'),
    counter('node_tape_written_bytes_total', BYTES, DEVICE, 'Bytes written to a tape'),
  ]),
];

const HOST = labels('fc_host');
const BACKEND: FamilyLabels = {
  local_address: sometimes(),
  local_port: sometimes(),
  remote_address: any,
  remote_port: any,
  proto: any,
  local_mark: sometimes(),
};

/** Networks other than InfiniBand. */
const NETWORKS: readonly MetricFamily[] = [
  ...collector('bonding', 'bonded network devices', [
    gauge('node_bonding_active', COUNT, labels('master'), 'Devices of a bond that are up'),
    gauge('node_bonding_slaves', COUNT, labels('master'), 'Devices of a bond'),
  ]),
  ...collector('fibrechannel', 'Fibre Channel adapter', [
    info(
      'node_fibrechannel_info',
      {
        fc_host: any,
        speed: sometimes(),
        port_state: sometimes(),
        port_type: sometimes(),
        port_id: sometimes(),
        port_name: sometimes(),
        fabric_name: sometimes(),
        symbolic_name: sometimes(),
        supported_classes: sometimes(),
        supported_speeds: sometimes(),
        dev_loss_tmo: sometimes(),
      },
      'State and speed of an adapter',
    ),
    counter('node_fibrechannel_dumped_frames_total', COUNT, HOST, 'Frames thrown away'),
    counter('node_fibrechannel_error_frames_total', COUNT, HOST, 'Frames with an error'),
    counter('node_fibrechannel_fcp_packet_aborts_total', COUNT, HOST, 'Packets given up'),
    counter('node_fibrechannel_invalid_crc_total', COUNT, HOST, 'Frames with a wrong checksum'),
    counter('node_fibrechannel_invalid_tx_words_total', COUNT, HOST, 'Wrong words sent'),
    counter('node_fibrechannel_link_failure_total', COUNT, HOST, 'How often the link failed'),
    counter('node_fibrechannel_loss_of_signal_total', COUNT, HOST, 'How often the signal was lost'),
    counter('node_fibrechannel_loss_of_sync_total', COUNT, HOST, 'How often the link lost its rhythm'),
    counter('node_fibrechannel_nos_total', COUNT, HOST, 'How often the other side said that it is not in operation'),
    counter('node_fibrechannel_rx_frames_total', COUNT, HOST, 'Frames received'),
    counter('node_fibrechannel_rx_words_total', COUNT, HOST, 'Words received'),
    counter('node_fibrechannel_seconds_since_last_reset_total', SECONDS, HOST, 'Time since the adapter was reset'),
    counter('node_fibrechannel_tx_frames_total', COUNT, HOST, 'Frames sent'),
    counter('node_fibrechannel_tx_words_total', COUNT, HOST, 'Words sent'),
  ]),
  ...collector('ipvs', 'load balancing in the kernel (IPVS), such as that of kube-proxy', [
    counter('node_ipvs_connections_total', COUNT, NONE, 'Connections made'),
    counter('node_ipvs_incoming_bytes_total', BYTES, NONE, 'Bytes from clients'),
    counter('node_ipvs_incoming_packets_total', COUNT, NONE, 'Packets from clients'),
    counter('node_ipvs_outgoing_bytes_total', BYTES, NONE, 'Bytes to clients'),
    counter('node_ipvs_outgoing_packets_total', COUNT, NONE, 'Packets to clients'),
    gauge('node_ipvs_backend_connections_active', COUNT, BACKEND, 'Open connections to a backend'),
    gauge('node_ipvs_backend_connections_inactive', COUNT, BACKEND, 'Closed connections to a backend that are still known'),
    gauge('node_ipvs_backend_weight', COUNT, BACKEND, 'Share of connections that a backend gets'),
  ]),
];

const SUPPLY = labels('power_supply');
const supply = (unit: MetricUnit, values: { readonly [name: string]: string }): readonly MetricFamily[] =>
  Object.entries(values).map(([name, help]) => gauge(`node_power_supply_${name}`, unit, SUPPLY, help));

/** Power supplies that the kernel knows: batteries and chargers, hardly those of servers. */
const POWER = collector('powersupplyclass', 'battery or charger', [
  info(
    'node_power_supply_info',
    {
      power_supply: any,
      ...Object.fromEntries(
        [
          'capacity_level',
          'charge_type',
          'health',
          'manufacturer',
          'model_name',
          'scope',
          'serial_number',
          'status',
          'technology',
          'type',
          'usb_type',
        ].map((name) => [name, sometimes()]),
      ),
    },
    'What a power supply is',
  ),
  ...supply(COUNT, {
    authentic: 'Whether a battery is genuine',
    calibrate: 'Whether a battery is being calibrated',
    cyclecount: 'How often a battery was charged',
    online: 'Whether a charger gives power: 1 when it does',
    present: 'Whether a battery is there: 1 when it is',
    charge_control_limit: 'Level of charge control in force',
    charge_control_limit_max: 'Highest level of charge control',
  }),
  ...supply(PERCENT, {
    capacity: 'How full a battery is',
    capacity_alert_max: 'How full a battery may get before an alarm',
    capacity_alert_min: 'How empty a battery may get before an alarm',
  }),
  ...supply(SECONDS, { time_to_empty_seconds: 'Time until a battery is empty', time_to_full_seconds: 'Time until a battery is full' }),
  ...supply(AMPERES, {
    current_ampere: 'Current',
    current_boot: 'Current at boot',
    current_max: 'Highest current',
    charge_term_current: 'Current at which charging ends',
    constant_charge_current: 'Current of charging',
    constant_charge_current_max: 'Highest current of charging',
    precharge_current: 'Current at the start of charging',
    input_current_limit: 'Highest current that may be drawn',
  }),
  ...supply(WATT_HOURS, {
    energy_empty: 'Energy of a battery that counts as empty',
    energy_empty_design: 'Energy of a new battery that counts as empty',
    energy_full: 'Energy of a battery when full',
    energy_full_design: 'Energy of a new battery when full',
    energy_watthour: 'Energy in a battery',
  }),
  ...supply(AMPERE_HOURS, {
    charge_ampere: 'Charge in a battery',
    charge_counter: 'Charge that went into a battery',
    charge_empty: 'Charge of a battery that counts as empty',
    charge_empty_design: 'Charge of a new battery that counts as empty',
    charge_full: 'Charge of a battery when full',
    charge_full_design: 'Charge of a new battery when full',
  }),
  ...supply(VOLTS, {
    voltage_boot: 'Voltage at boot',
    voltage_max: 'Highest voltage',
    voltage_max_design: 'Highest voltage by design',
    voltage_min: 'Lowest voltage',
    voltage_min_design: 'Lowest voltage by design',
    voltage_ocv: 'Voltage without load',
    voltage_volt: 'Voltage',
    constant_charge_voltage: 'Voltage of charging',
    constant_charge_voltage_max: 'Highest voltage of charging',
  }),
  ...supply(WATTS, { power_watt: 'Power that is drawn' }),
  ...supply(CELSIUS, {
    temp_celsius: 'Temperature of a battery',
    temp_alert_max_celsius: 'Temperature of a battery above which an alarm is due',
    temp_alert_min_celsius: 'Temperature of a battery below which an alarm is due',
    temp_ambient_celsius: 'Temperature around a battery',
    temp_ambient_max_celsius: 'Temperature around a battery above which an alarm is due',
    temp_ambient_min_celsius: 'Temperature around a battery below which an alarm is due',
    temp_max_celsius: 'Highest temperature that a battery may have',
    temp_min_celsius: 'Lowest temperature that a battery may have',
  }),
]);

/**
 * What node-exporter finds only on some hardware, with its default collectors.
 *
 * @see https://github.com/prometheus/node_exporter/blob/v1.12.1/collector/fixtures/e2e-output.txt
 */
export const NODE_HARDWARE_FAMILIES: readonly MetricFamily[] = [
  ...INFINIBAND,
  ...CPUS,
  ...MACHINE,
  ...SENSORS,
  ...DISKS,
  ...NETWORKS,
  ...POWER,
];
