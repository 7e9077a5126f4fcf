import { MetricUnit } from '../../common/metric-family';
import { anySource, highIsBad, type Row, sized, timeseries, vmOperator } from '../vocabulary';
import { orZero, orZeroBy } from '../zero';

const BOTH = 'job=~"vmagent|vmsingle"';
const PROGRAM = '{{job}} {{instance}}';

/** Errors that the operator logs, zero where it is scraped and logs none. */
const operatorErrors = () => ({
  expr: orZero(`sum(increase(${vmOperator('operator_log_messages_total', 'level="error"')}[$__rate_interval]))`, vmOperator('up')),
  legend: 'vm-operator',
});

/** The programs themselves: memory, CPU, logs. */
export const programs = (operated: boolean): Row => ({
  title: 'Programs',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Memory against the limit',
        description:
          'Memory that cannot be dropped, as a share of what each program may use. Near 100 % it is killed: raise its limit, or bring it fewer series.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [
          {
            expr: `${anySource('process_resident_memory_anon_bytes', BOTH)} / ${anySource('vm_available_memory_bytes', BOTH)}`,
            legend: PROGRAM,
          },
        ],
        // caches take six tenths by design
        thresholds: highIsBad(0.8, 0.9),
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'CPU against the limit',
        description: 'CPU time as a share of what each program may use. At 100 % it is held back: scrapes come late and queries take long.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [
          {
            expr: `rate(${anySource('process_cpu_seconds_total', BOTH)}[$__rate_interval]) / ${anySource('process_cpu_cores_available', BOTH)}`,
            legend: PROGRAM,
          },
        ],
        thresholds: highIsBad(0.7, 0.9),
        showThresholds: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Errors in the logs',
        description: 'Lines of errors in each program’s log in a step of the graph. Read the log where there are any.',
        unit: MetricUnit.COUNT,
        min: 0,
        bars: true,
        queries: [
          {
            expr: orZeroBy(
              'job',
              `sum by (job) (increase(${anySource('vm_log_messages_total', BOTH, 'level=~"error|panic|fatal"')}[$__rate_interval]))`,
              anySource('up', BOTH),
            ),
            legend: '{{job}}',
          },
          ...(operated ? [operatorErrors()] : []),
        ],
      }),
    ),
  ],
});
