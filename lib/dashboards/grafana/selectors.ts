import { grafana, newEvents } from '../vocabulary';
import { orZero } from '../zero';

/** Requests to Grafana. */
export const REQUESTS = 'grafana_http_request_duration_seconds';
/** Questions of Grafana to data sources. */
export const SOURCES = 'grafana_datasource_request_duration_seconds';
/** What panels ask. */
export const QUERY = 'handler="/api/ds/query"';
/** Health checks of the kubelet are most requests of a quiet Grafana, and nobody waits for them. */
export const OF_PEOPLE = 'handler!="/api/health"';

/** Change of a counter in a second. */
export const rate = (metric: string, ...matchers: string[]): string => `rate(${grafana(metric, ...matchers)}[$__rate_interval])`;
/** Time that a share of the requests of a histogram stayed below. */
export const quantile = (share: number, metric: string, ...matchers: string[]): string =>
  `histogram_quantile(${share}, sum by (le) (${rate(`${metric}_bucket`, ...matchers)}))`;

/** A status counts from its first answer on. */
const hour = (metric: string, ...matchers: string[]): string => `sum(${newEvents(grafana(metric, ...matchers), '1h')})`;

/** Share of the last hour's requests that failed; no requests is no failure, and no Grafana is no share. */
export const failed = (metric: string, failures: string, ...matchers: string[]): string =>
  orZero(`(${orZero(hour(metric, failures, ...matchers), grafana('up'))}) / (${hour(metric, ...matchers)} > 0)`, grafana('up'));
