import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, grafana, highIsBad, type Row, sized, table, timeseries } from '../vocabulary';
import { OF_PEOPLE, QUERY, quantile, REQUESTS, rate, SOURCES } from './selectors';

/** What people and their panels ask of Grafana. */
export const requests: Row = {
  title: 'Requests',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Requests',
        description: 'Requests each second, without health checks. Grafana that nobody uses can be restarted at any time.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        queries: [{ expr: `sum by (method) (${rate(`${REQUESTS}_count`, OF_PEOPLE)})`, legend: '{{method}}' }],
        stacked: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Requests by status',
        description: 'Requests each second by HTTP status. 5XX: an error of Grafana; 4XX of queries: a panel asks something wrong.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        queries: [{ expr: `sum by (status_code) (${rate(`${REQUESTS}_count`, OF_PEOPLE)})`, legend: '{{status_code}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of requests',
        description:
          'How long half and 99 of 100 requests took, and queries of panels among them. Only the queries are slow: it is the data source.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [
          { expr: quantile(0.5, REQUESTS, OF_PEOPLE), legend: 'half' },
          { expr: quantile(0.99, REQUESTS, OF_PEOPLE), legend: '99 %' },
          { expr: quantile(0.99, REQUESTS, QUERY), legend: '99 % of queries' },
        ],
      }),
    ),
    sized(
      9,
      9,
      table({
        title: 'Slowest handlers',
        description: 'Mean time of each part of the interface in the last hour; the twenty slowest.',
        unit: MetricUnit.SECONDS,
        queries: [
          {
            expr: `topk(20, sum by (handler) (rate(${grafana(`${REQUESTS}_sum`)}[1h])) / (sum by (handler) (rate(${grafana(`${REQUESTS}_count`)}[1h])) > 0))`,
          },
        ],
        columns: [
          { title: 'Handler', label: 'handler' },
          { title: 'Mean time', thresholds: highIsBad(2, 10) },
        ],
        sortBy: 'Mean time',
      }),
    ),
    sized(
      9,
      9,
      table({
        title: 'Handlers that fail',
        description: 'Requests of the last hour that were answered with an error, by part of the interface and status; the twenty most.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [
          {
            expr: `topk(20, sum by (handler, status_code) (increase(${grafana(`${REQUESTS}_count`, 'status_code=~"[45].."')}[1h])) > 0)`,
          },
        ],
        columns: [{ title: 'Handler', label: 'handler' }, { title: 'Status', label: 'status_code' }, { title: 'Requests' }],
        sortBy: 'Requests',
        noValue: 'none failed',
      }),
    ),
    sized(
      6,
      9,
      timeseries({
        title: 'Being answered',
        description: 'Requests that are being answered. A number that stays high is a data source that hangs.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum(${grafana('grafana_http_request_in_flight')})`, legend: 'requests' }],
      }),
    ),
  ],
};

/** What Grafana asks of data sources. */
export const dataSources: Row = {
  title: 'Data sources',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Questions by data source and status',
        description: 'Questions to data sources each second, by HTTP status. 422: a query is wrong or too large; 5XX or none: the store.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        queries: [{ expr: `sum by (datasource, code) (${rate('grafana_datasource_request_total')})`, legend: '{{datasource}} {{code}}' }],
        noValue: 'no data source was asked',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of data sources',
        description: 'How long half and 99 of 100 questions to data sources took. As slow as the requests: look at the store.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [
          { expr: quantile(0.5, SOURCES), legend: 'half' },
          { expr: quantile(0.99, SOURCES), legend: '99 %' },
        ],
        noValue: 'no data source was asked',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Waiting for data sources',
        description:
          'Questions that are under way on average: each second’s waiting for each data source. Many at once slow each other down.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (datasource) (${rate(`${SOURCES}_sum`)})`, legend: '{{datasource}}' }],
        noValue: 'no data source was asked',
      }),
    ),
  ],
};
