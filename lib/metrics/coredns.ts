import { type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, type FamilyLabels, gauge, histogram, info, labels, NONE, oneOf, sometimes, under } from './family';
import { GO_FAMILIES, PROCESS_FAMILIES } from './go-runtime';

const { COUNT, SECONDS, BYTES, TIMESTAMP } = MetricUnit;

/** The block of the configuration that answered. `view` is empty unless the block has one. */
const SERVER: FamilyLabels = { server: any, zone: any, view: sometimes() };
const CACHE: FamilyLabels = { server: any, zones: any, view: sometimes() };
const PROTO = oneOf('udp', 'tcp');
const UPSTREAM = labels('proxy_name', 'to');
const HELD = oneOf('success', 'denial');

const QUESTIONS: readonly MetricFamily[] = [
  counter(
    'coredns_dns_requests_total',
    COUNT,
    { ...SERVER, family: oneOf('1', '2'), proto: any, type: any },
    'Questions, by type of record',
    { event: 'somebody has asked' },
  ),
  counter('coredns_dns_do_requests_total', COUNT, SERVER, 'Questions that ask for signatures', {
    event: 'somebody has asked for signatures',
  }),
  ...under({ event: 'somebody has asked' }, [
    counter('coredns_dns_responses_total', COUNT, { ...SERVER, rcode: any, plugin: sometimes() }, 'Answers, by their code'),
    histogram('coredns_dns_request_duration_seconds', SECONDS, SERVER, 'How long answers took'),
    histogram('coredns_dns_request_size_bytes', BYTES, { ...SERVER, proto: any }, 'Size of questions'),
    histogram('coredns_dns_response_size_bytes', BYTES, { ...SERVER, proto: any }, 'Size of answers'),
  ]),
  counter('coredns_dns_https_responses_total', COUNT, labels('server', 'status'), 'Answers by HTTPS, by HTTP status', {
    event: 'somebody has asked by HTTPS',
  }),
];

const CACHED: readonly MetricFamily[] = under({ event: 'a question was looked up in the cache' }, [
  gauge('coredns_cache_entries', COUNT, { ...CACHE, type: HELD }, 'Answers that are held'),
  counter('coredns_cache_requests_total', COUNT, CACHE, 'Questions that were looked up in the cache'),
  counter('coredns_cache_hits_total', COUNT, { ...CACHE, type: HELD }, 'Questions that the cache answered'),
  counter('coredns_cache_misses_total', COUNT, CACHE, 'Questions that the cache could not answer'),
  counter('coredns_cache_prefetch_total', COUNT, CACHE, 'Answers renewed before their time'),
  counter('coredns_cache_drops_total', COUNT, CACHE, 'Answers not held because they were not about the question'),
  counter('coredns_cache_served_stale_total', COUNT, CACHE, 'Answers given past their time'),
  counter('coredns_cache_evictions_total', COUNT, { ...CACHE, type: HELD }, 'Answers thrown out to make room'),
]);

const UPSTREAMS: readonly MetricFamily[] = [
  ...under({ event: 'a question was passed on' }, [
    histogram(
      'coredns_proxy_request_duration_seconds',
      SECONDS,
      { ...UPSTREAM, rcode: any },
      'How long servers took that questions were passed on to',
    ),
    counter(
      'coredns_proxy_conn_cache_hits_total',
      COUNT,
      { ...UPSTREAM, proto: PROTO },
      'Questions passed on over a connection that was there',
    ),
    counter('coredns_proxy_conn_cache_misses_total', COUNT, { ...UPSTREAM, proto: PROTO }, 'Questions passed on over a new connection'),
  ]),
  counter('coredns_proxy_healthcheck_failures_total', COUNT, UPSTREAM, 'Failed tests of a server that questions are passed on to', {
    event: 'a server that questions are passed on to did not answer',
  }),
  counter('coredns_forward_healthcheck_broken_total', COUNT, NONE, 'Questions for which every server to pass them on to was out of order'),
  counter('coredns_forward_max_concurrent_rejects_total', COUNT, NONE, 'Questions refused because too many were being passed on'),
];

/** Its client of the API server, where it knows the Services. */
const KUBERNETES: readonly MetricFamily[] = under({ option: 'plugin kubernetes' }, [
  histogram(
    'coredns_kubernetes_dns_programming_duration_seconds',
    SECONDS,
    { service_kind: oneOf('headless_with_selector', 'headless_without_selector', 'cluster_ip') },
    'How long it took from a change of the pods of a Service until names say so',
    { event: 'the pods of a headless Service have changed' },
  ),
  counter(
    'coredns_kubernetes_rest_client_requests_total',
    COUNT,
    labels('code', 'host', 'method'),
    'Calls of the API server, by HTTP status',
  ),
  histogram('coredns_kubernetes_rest_client_request_duration_seconds', SECONDS, labels('host', 'verb'), 'How long the API server took'),
  histogram(
    'coredns_kubernetes_rest_client_rate_limiter_duration_seconds',
    SECONDS,
    labels('host', 'verb'),
    'How long calls of the API server were held back',
  ),
]);

const PLUGINS: readonly MetricFamily[] = [
  info('coredns_plugin_enabled', { ...SERVER, name: any }, 'Plugins of each block of the configuration'),
  histogram('coredns_health_request_duration_seconds', SECONDS, NONE, 'How long it took to ask itself whether it is well', {
    option: 'plugin health',
  }),
  counter('coredns_health_request_failures_total', COUNT, NONE, 'Times that it did not answer itself whether it is well', {
    option: 'plugin health',
  }),
  gauge('coredns_hosts_entries', COUNT, labels('hostsfile'), 'Names in a file of hosts', { option: 'plugin hosts' }),
  gauge('coredns_hosts_reload_timestamp_seconds', TIMESTAMP, NONE, 'When a file of hosts was last read'),
  counter('coredns_local_localhost_requests_total', COUNT, NONE, 'Questions for names below localhost'),
  counter('coredns_reload_failed_total', COUNT, NONE, 'Changes of the configuration that could not be taken'),
  info('coredns_reload_version_info', labels('hash', 'value'), 'Configuration that is in force', {
    event: 'the configuration has changed',
  }),
  counter('coredns_template_matches_total', COUNT, { ...SERVER, class: any, type: any }, 'Questions that a template answered', {
    option: 'plugin template',
  }),
  counter('coredns_autopath_success_total', COUNT, labels('server'), 'Questions answered at the first try by guessing the domain', {
    option: 'plugin autopath',
  }),
  ...under({ option: 'plugin acl' }, [
    counter('coredns_acl_allowed_requests_total', COUNT, { server: any, view: sometimes() }, 'Questions that a rule allowed'),
    counter('coredns_acl_blocked_requests_total', COUNT, SERVER, 'Questions that a rule refused'),
  ]),
  counter('coredns_nodecache_setup_errors_total', COUNT, labels('errortype'), 'Failures of a cache on a node to take over its address', {
    option: 'node-local cache',
  }),
];

/**
 * CoreDNS, with the plugins that answer for a cluster.
 *
 * @see https://coredns.io/plugins/metrics/
 */
export const COREDNS_CATALOG: MetricCatalog = {
  name: 'coredns',
  families: [
    ...QUESTIONS,
    ...CACHED,
    ...UPSTREAMS,
    ...KUBERNETES,
    ...PLUGINS,
    counter('coredns_panics_total', COUNT, NONE, 'Crashes while a question was answered'),
    info('coredns_build_info', { goversion: any, revision: sometimes(), version: any }, 'Release of CoreDNS, and how it was built'),
    ...GO_FAMILIES,
    ...PROCESS_FAMILIES,
  ],
};
