import type { Source } from '../series';
import { constant, counter, gauge, type Shape } from '../values';
import { every, type Known } from './every';

const DESTINATION = '1:secret-url';
const GIVEN: Known = {
  app_version: ['victoria-metrics-v1.150.0'],
  branch: ['main'],
  controller: ['vmagent', 'vmsingle', 'slurmcluster', 'nodeset'],
  code: ['200', '400', '500'],
  crd: ['vmservicescrape', 'vmpodscrape'],
  datasource: ['VictoriaMetrics'],
  datasource_type: ['prometheus'],
  edition: ['oss'],
  exported_namespace: ['monitoring-system'],
  goversion: ['go1.25'],
  handler: ['/', '/api/dashboards/uid/:uid', '/api/ds/query', '/api/health', '/api/search', '/public/*'],
  host: ['10.96.0.1:443'],
  is_set: ['true', 'false'],
  location: ['lib/storage/storage.go:1'],
  method: ['GET', 'POST'],
  name: ['metrics-victoria-metrics-k8s-stack'],
  object_namespace: ['monitoring-system'],
  path: ['/data', '/api/v1/query', '/api/v1/query_range', '/api/v1/series', '/api/v1/write'],
  quantile: ['0.5', '0.9', '0.97', '0.99', '1'],
  revision: ['1a2b3c'],
  secure_socks_ds_proxy_enabled: ['false'],
  state: ['alerting', 'error'],
  status_code: ['200', '400', '500'],
  status_source: ['server'],
  type: ['kubernetes_sd_configs', 'static_configs'],
  url: [DESTINATION],
  value: ['30d'],
  version: ['12.1.0'],
};
const FLAGS: Known = {
  name: ['retentionPeriod', 'dedup.minScrapeInterval', 'search.maxUniqueTimeseries', 'search.maxQueryDuration', 'storageDataPath'],
  is_set: ['true'],
};

const SHAPES: { readonly [name: string]: Shape } = {
  grafana_build_info: constant(1),
  process_cpu_seconds_total: counter(0.5),
  process_start_time_seconds: constant(1_736_800_000),
  vm_free_disk_space_bytes: gauge(20_000_000_000, 90_000_000_000),
  vm_promscrape_config_last_reload_successful: constant(1),
  vm_rows_added_to_storage_total: counter(40_000),
  vm_rows_received_by_storage_total: counter(40_000),
  vm_storage_is_read_only: constant(0),
};

/** A program of which one pod runs, or a few. */
const program = (job: string, ...pods: readonly string[]): Source => ({
  job,
  targets: () => pods.map((instance) => ({ instance })),
  things: (_world, name, page, target) =>
    every(page, target, name === 'flag' ? { ...GIVEN, ...FLAGS } : GIVEN).map((thing) => ({ ...thing, shape: SHAPES[name] })),
});

/** The pipeline's own parts, and Soperator's manager. */
export const PROGRAMS: readonly Source[] = [
  program('soperator-controller', 'soperator-controller-manager-85dd'),
  program('vmagent', 'vmagent-metrics-0'),
  program('vmsingle', 'vmsingle-metrics-6c5d'),
  program('vm-operator', 'metrics-victoria-metrics-operator-9d8f'),
  program('grafana', 'metrics-grafana-7b4f'),
];
