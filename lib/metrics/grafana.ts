import { type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, gauge, histogram, info, labels, NONE, oneOf, sometimes, summary, under } from './family';
import { GO_FAMILIES, PROCESS_FAMILIES } from './go-runtime';

const { COUNT, SECONDS, MILLISECONDS } = MetricUnit;

/** Counted from 0 for these; every other status appears with its first answer. */
const STATUS = labels('code');
const REQUEST = { ...labels('handler', 'method', 'status_code', 'status_source'), slo_group: sometimes() };
const DATASOURCE = {
  ...labels('datasource', 'datasource_type', 'code', 'method'),
  secure_socks_ds_proxy_enabled: oneOf('true', 'false'),
};

const SERVER: readonly MetricFamily[] = [
  info('grafana_build_info', { ...labels('branch', 'goversion', 'revision', 'version'), edition: any }, 'Version of Grafana'),
  counter('grafana_instance_start_total', COUNT, NONE, 'Starts of this process'),
  info('grafana_plugin_build_info', labels('plugin_id', 'plugin_type', 'version', 'signature_status'), 'Each plugin and its version', {
    event: 'a plugin was loaded',
  }),
  gauge('grafana_http_request_in_flight', COUNT, NONE, 'Requests being answered'),
  histogram('grafana_http_request_duration_seconds', SECONDS, REQUEST, 'How long requests took, by handler', {
    event: 'a page or the interface was asked for',
  }),
  counter('grafana_page_response_status_total', COUNT, STATUS, 'Answers to requests for pages, by HTTP status'),
  counter('grafana_api_response_status_total', COUNT, STATUS, 'Answers of the interface, by HTTP status'),
  counter('grafana_proxy_response_status_total', COUNT, STATUS, 'Answers passed on from data sources, by HTTP status'),
];

const DATASOURCES: readonly MetricFamily[] = [
  ...under({ event: 'a data source was asked' }, [
    counter('grafana_datasource_request_total', COUNT, DATASOURCE, 'Questions to data sources, by HTTP status'),
    histogram('grafana_datasource_request_duration_seconds', SECONDS, DATASOURCE, 'How long data sources took to answer'),
  ]),
  summary('grafana_api_dataproxy_request_all_milliseconds', MILLISECONDS, NONE, 'How long requests passed on to data sources took'),
];

const DASHBOARDS: readonly MetricFamily[] = [
  summary('grafana_api_dashboard_get_milliseconds', MILLISECONDS, NONE, 'How long it took to load a dashboard'),
  summary('grafana_api_dashboard_save_milliseconds', MILLISECONDS, NONE, 'How long it took to save a dashboard'),
  summary('grafana_api_dashboard_search_milliseconds', MILLISECONDS, NONE, 'How long it took to search for dashboards'),
];

/** Counted in the database from time to time. */
const TOTALS: readonly MetricFamily[] = [
  gauge('grafana_stat_totals_dashboard', COUNT, NONE, 'Dashboards'),
  gauge('grafana_stat_totals_folder', COUNT, NONE, 'Folders of dashboards'),
  gauge('grafana_stat_total_users', COUNT, NONE, 'Accounts of people'),
  gauge('grafana_stat_active_users', COUNT, NONE, 'Accounts used in the last 30 days'),
  gauge('grafana_stat_total_orgs', COUNT, NONE, 'Organisations'),
  gauge('grafana_stat_totals_datasource', COUNT, labels('plugin_id'), 'Data sources, by kind', { event: 'a data source was counted' }),
];

const ALERTING: readonly MetricFamily[] = [
  counter('grafana_alerting_result_total', COUNT, labels('state'), 'Results of alert rules, by state', { event: 'an alert rule has run' }),
];

/**
 * Grafana. It has hundreds of families more, of its parts and plugins, which change with every release: these are the ones that its
 * documentation and its usual dashboards speak of.
 *
 * @see https://grafana.com/docs/grafana/latest/setup-grafana/set-up-grafana-monitoring/
 */
export const GRAFANA_CATALOG: MetricCatalog = {
  name: 'grafana',
  // its own ones, and those of the API server that is built into it
  others: /^(access|apiserver|authentication|authorization|field_validation|grafana)_/,
  families: [...SERVER, ...DATASOURCES, ...DASHBOARDS, ...TOTALS, ...ALERTING, ...GO_FAMILIES, ...PROCESS_FAMILIES],
};
