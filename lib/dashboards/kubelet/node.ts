import { MetricUnit } from '../../common/metric-family';
import { OF_NODE } from '../nodes';
import { DisplayUnit, kubelet, type Row, sized, timeseries } from '../vocabulary';
import { orZero } from '../zero';

const of = (metric: string, ...matchers: string[]): string => kubelet(metric, OF_NODE, ...matchers);
const rate = (metric: string): string => `rate(${of(metric)}[$__rate_interval])`;
const UP = of('up');

/** One kubelet. */
export const node = (): Row => ({
  title: 'Node $node',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Pods of the node',
        description: 'Pods that run, that should, and that are being ended. Fewer run than should for long: look at their events.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [
          { expr: `sum(${of('kubelet_running_pods')})`, legend: 'running' },
          { expr: `sum(${of('kubelet_desired_pods')})`, legend: 'should run' },
          { expr: `sum(${of('kubelet_working_pods', 'lifecycle="terminating"')})`, legend: 'being ended' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Containers of the node',
        description: 'Containers by state. Many that have ended are left by pods that restart.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (container_state) (${of('kubelet_running_containers')})`, legend: '{{container_state}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Volumes of the node',
        description: 'Volumes that should be mounted and that are. Apart for long: a volume is stuck; look at the events of its pod.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [{ expr: `sum by (state) (${of('volume_manager_total_volumes')})`, legend: '{{state}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Operations of the node',
        description: 'Calls to the container runtime each second, by operation.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [{ expr: `sum by (operation_type) (${rate('kubelet_runtime_operations_total')})`, legend: '{{operation_type}}' }],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Errors of the node',
        description:
          'Calls to the container runtime, containers and pods that failed each second. Anything above zero is in the kubelet’s log.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          { expr: orZero(`sum(${rate('kubelet_runtime_operations_errors_total')})`, UP), legend: 'runtime' },
          { expr: orZero(`sum(${rate('kubelet_started_containers_errors_total')})`, UP), legend: 'containers' },
          { expr: `sum(${rate('kubelet_started_pods_errors_total')})`, legend: 'pods' },
          { expr: orZero(`sum(${rate('volume_operation_total_errors')})`, UP), legend: 'volumes' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of operations of the node',
        description: 'How long 99 of 100 calls to the container runtime take, by operation. Compare it with the mean of all nodes above.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [
          {
            expr: `histogram_quantile(0.99, sum by (operation_type, le) (${rate('kubelet_runtime_operations_duration_seconds_bucket')}))`,
            legend: '{{operation_type}}',
          },
        ],
      }),
    ),
  ],
});
