import { OF_NODE } from '../nodes';
import { anySource, cadvisor, host } from '../vocabulary';

/** Of the chosen node. */
export const of = (metric: string, ...matchers: string[]): string => host(metric, OF_NODE, ...matchers);
/** Change of a counter of the chosen node in a second. */
export const rateOf = (metric: string, ...matchers: string[]): string => `rate(${of(metric, ...matchers)}[$__rate_interval])`;
/** Change of a counter of every node in a second. */
export const rate = (metric: string, ...matchers: string[]): string => `rate(${host(metric, ...matchers)}[$__rate_interval])`;

/** The device that leads nowhere. Those of pods the exporter leaves out itself. */
export const NETWORK = 'device!="lo"';

/** Share of memory that programs could not get any more. */
export const MEMORY_USED = `1 - ${host('node_memory_MemAvailable_bytes')} / ${host('node_memory_MemTotal_bytes')}`;

/**
 * Share of a node's CPUs in use, by the kubelet's page: one series a node, where node-exporter has eight of each CPU, which a thousand
 * nodes make more than a million.
 */
export const CPU_USED = `max by (instance) (rate(${anySource('node_cpu_usage_seconds_total', 'job="kubelet"', 'metrics_path="/metrics/resource"')}[$__rate_interval])) / on (instance) max by (instance) (${cadvisor('machine_cpu_cores')})`;

/** Share of each file system that is used. */
export const SPACE_USED = `1 - ${host('node_filesystem_avail_bytes', 'device_error=""')} / ${host('node_filesystem_size_bytes', 'device_error=""')}`;

/** Labels that name a port of an InfiniBand adapter. */
export const LINK = 'instance, device, port';

/** What counts as an error of an InfiniBand link, with what it says. */
export const LINK_ERRORS: readonly (readonly [metric: string, what: string])[] = [
  ['node_infiniband_link_downed_total', 'Link lost'],
  ['node_infiniband_link_error_recovery_total', 'Link recovered'],
  ['node_infiniband_symbol_error_total', 'Symbol errors'],
  ['node_infiniband_port_errors_received_total', 'Received with errors'],
  ['node_infiniband_port_discards_transmitted_total', 'Not sent'],
];
