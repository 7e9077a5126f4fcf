/**
 * Collectors of node-exporter that are off unless an argument switches them on, by what names of their metrics begin with. The catalog does not
 * have them: what they expose depends on the host.
 *
 * @see https://github.com/prometheus/node_exporter/blob/v1.12.1/README.md#disabled-by-default
 */
export const OPTIONAL_COLLECTORS: ReadonlyMap<string, string> = new Map([
  ['node_buddyinfo_', 'buddyinfo'],
  ['node_cgroups_', 'cgroups'],
  ['node_cpu_vulnerabilities_', 'cpu_vulnerabilities'],
  ['node_drbd_', 'drbd'],
  ['node_drm_', 'drm'],
  ['node_ethtool_', 'ethtool'],
  ['node_interrupts_', 'interrupts'],
  ['node_ksmd_', 'ksmd'],
  ['node_lnstat_', 'lnstat'],
  ['node_logind_', 'logind'],
  ['node_memory_numa_', 'meminfo_numa'],
  ['node_mountstats_', 'mountstats'],
  ['node_network_route_', 'network_route'],
  ['node_pcidevice_', 'pcidevice'],
  ['node_perf_', 'perf'],
  ['node_processes_', 'processes'],
  ['node_qdisc_', 'qdisc'],
  ['node_slabinfo_', 'slabinfo'],
  ['node_softirqs_', 'softirqs'],
  ['node_sysctl_', 'sysctl'],
  ['node_systemd_', 'systemd'],
  ['node_tcp_connection_', 'tcpstat'],
  ['node_wifi_', 'wifi'],
  ['node_xfrm_', 'xfrm'],
  ['node_zoneinfo_', 'zoneinfo'],
]);
