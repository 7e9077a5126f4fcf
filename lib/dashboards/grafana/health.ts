import { MetricUnit } from '../../common/metric-family';
import { Colour, DisplayUnit, grafana, highIsBad, lowIsBad, type Row, sized, stat } from '../vocabulary';
import { failed, OF_PEOPLE, QUERY, REQUESTS } from './selectors';

/** The row that says whether all is well. */
export const health: Row = {
  title: 'Do people see their dashboards?',
  panels: [
    sized(
      3,
      4,
      stat({
        title: 'Up',
        description: 'Whether Grafana answered the last scrape. Whoever reads this sees another Grafana, or the page of a moment ago.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `min(${grafana('up')})` }],
        mappings: [
          { value: 1, text: 'up', color: Colour.GOOD },
          { value: 0, text: 'down', color: Colour.BAD },
        ],
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Failed requests',
        description: 'Share of requests in the last hour that Grafana answered with an error of its own (5XX). Red: read its log.',
        unit: MetricUnit.RATIO,
        decimals: 1,
        queries: [{ expr: failed(`${REQUESTS}_count`, 'status_code=~"5.."', OF_PEOPLE) }],
        // one of a hundred is a person who reloads, one of twenty a page that does not load
        thresholds: highIsBad(0.01, 0.05),
        filled: true,
      }),
    ),
    sized(
      5,
      4,
      stat({
        title: 'Failed questions to data sources',
        description: 'Share of the last hour’s questions to data sources that failed. Red: panels are empty; see VictoriaMetrics health.',
        unit: MetricUnit.RATIO,
        decimals: 1,
        queries: [{ expr: failed('grafana_datasource_request_total', 'code!~"2.."') }],
        thresholds: highIsBad(0.01, 0.05),
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Slow requests',
        description: 'Time in which 95 of 100 queries of panels were answered in the last hour. Red: look whether the data source is slow.',
        unit: MetricUnit.SECONDS,
        // a comparison that all numbers pass, and the answer of an hour without a query does not
        queries: [{ expr: `histogram_quantile(0.95, sum by (le) (rate(${grafana(`${REQUESTS}_bucket`, QUERY)}[1h]))) >= 0` }],
        // people wait two seconds gladly, and think it broken after ten
        thresholds: highIsBad(2, 10),
        noValue: 'nobody asked',
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Dashboards',
        description: 'Dashboards that Grafana has. None: provisioning failed; read its log. The number is counted anew every half hour.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `max(${grafana('grafana_stat_totals_dashboard')})` }],
        thresholds: lowIsBad(1, 1),
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Running since',
        description: 'When Grafana began. Dashboards that people made by hand are gone with a restart unless it has a volume.',
        unit: DisplayUnit.FROM_NOW,
        queries: [{ expr: `min(${grafana('process_start_time_seconds')}) * 1000` }],
      }),
    ),
  ],
};
