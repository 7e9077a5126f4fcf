import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, grafana, type Row, sized, stat, timeseries } from '../vocabulary';
import { rate } from './selectors';

/** The program and what it holds. */
export const itself: Row = {
  title: 'Grafana itself',
  panels: [
    sized(
      4,
      8,
      stat({
        title: 'Release',
        description: 'Release of Grafana that runs.',
        unit: DisplayUnit.TEXT,
        queries: [{ expr: `max by (version) (${grafana('grafana_build_info')})`, legend: '{{version}}' }],
        showName: true,
      }),
    ),
    sized(
      4,
      8,
      stat({
        title: 'People',
        description: 'Accounts, and those used in the last 30 days. Visitors without a login are not among them.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: `max(${grafana('grafana_stat_total_users')})`, legend: 'accounts' },
          { expr: `max(${grafana('grafana_stat_active_users')})`, legend: 'active' },
        ],
        showBoth: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Results of alert rules',
        description: 'Results of alert rules of Grafana in each step of the graph, by state. Errors: rules that warn nobody.',
        unit: MetricUnit.COUNT,
        min: 0,
        bars: true,
        queries: [
          { expr: `sum by (state) (increase(${grafana('grafana_alerting_result_total')}[$__rate_interval]))`, legend: '{{state}}' },
        ],
        noValue: 'no alert rule has run',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Restarts',
        description: 'How often Grafana began anew in each step of the graph. Again and again: read the log of the run before.',
        unit: MetricUnit.COUNT,
        min: 0,
        bars: true,
        queries: [{ expr: `sum(changes(${grafana('process_start_time_seconds')}[$__rate_interval]))`, legend: 'restarts' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Memory',
        description: 'Memory of each Grafana. Steady growth ends at its limit: raise that, or restart it.',
        unit: MetricUnit.BYTES,
        min: 0,
        queries: [{ expr: grafana('process_resident_memory_bytes'), legend: '{{instance}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'CPU',
        description: 'CPU that each Grafana uses.',
        unit: MetricUnit.CORES,
        min: 0,
        queries: [{ expr: rate('process_cpu_seconds_total'), legend: '{{instance}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Goroutines',
        description: 'Goroutines of each Grafana: one or more for each request. A number that only grows is a leak; restart it.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: grafana('go_goroutines'), legend: '{{instance}}' }],
      }),
    ),
  ],
};
