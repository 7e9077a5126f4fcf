import { MetricUnit } from '../../common/metric-family';
import { ANY_IS_BAD, Colour, DisplayUnit, type Row, sized, stat, table, timeseries, vmOperator } from '../vocabulary';
import { orZero } from '../zero';

/** What each panel says in standalone mode, where nobody is missing. */
const NO_OPERATOR = 'no operator here: standalone mode, or it is not scraped';
const STATUS = 'operator_object_status';

/** The operator, where there is one. */
export const operator = (): Row => ({
  title: 'Operator',
  panels: [
    sized(
      4,
      8,
      stat({
        title: 'Objects failed',
        description:
          'Agents and stores that the operator could not bring into the state that is asked for. Red: the table names them, and their status says why.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(${vmOperator(STATUS, 'status="failed"')})` }],
        thresholds: ANY_IS_BAD,
        noValue: NO_OPERATOR,
      }),
    ),
    sized(
      6,
      8,
      timeseries({
        title: 'Objects by state',
        description: 'Agents and stores of the operator by state. Long in `expanding`: their pods do not get ready.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (status) (${vmOperator(STATUS)})`, legend: '{{status}}' }],
        colours: {
          operational: Colour.GOOD,
          expanding: Colour.NEUTRAL,
          failed: Colour.BAD,
          paused: Colour.PLANNED,
          ignored: Colour.QUIET,
        },
        noValue: NO_OPERATOR,
      }),
    ),
    sized(
      6,
      8,
      table({
        title: 'Objects that are not in order',
        description: 'Agents and stores in another state than `operational`. Describe the object: its status has the operator’s words.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `max by (controller, name, status) (${vmOperator(STATUS, 'status!="operational"')}) == 1` }],
        columns: [
          { title: 'Kind', label: 'controller' },
          { title: 'Name', label: 'name' },
          {
            title: 'State',
            label: 'status',
            mappings: [
              { value: 'failed', text: 'failed', color: Colour.BAD },
              { value: 'expanding', text: 'expanding', color: Colour.NEUTRAL },
            ],
          },
        ],
        noValue: 'all in order, or no operator here',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Reconciliations that failed',
        description:
          'Reconciliations a second that failed, by kind, and scrapes and rules that can never work. Its log names the object; a scrape that is wrong is left out of the configuration.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          {
            expr: `sum by (controller) (rate(${vmOperator('controller_runtime_reconcile_errors_total')}[$__rate_interval]))`,
            legend: '{{controller}}',
          },
          {
            expr: orZero(`sum(rate(${vmOperator('operator_bad_objects_total')}[$__rate_interval]))`, vmOperator('up')),
            legend: 'cannot work',
          },
        ],
        noValue: NO_OPERATOR,
      }),
    ),
  ],
});
