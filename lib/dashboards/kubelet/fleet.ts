import { MetricUnit } from '../../common/metric-family';
import { OF_NODE } from '../nodes';
import { anySource, DisplayUnit, FLEET_STEP, highIsBad, kubelet, type Row, sized, timeseries } from '../vocabulary';
import { orZeroBy } from '../zero';

/** Each operation on volumes that was ever done has it. */
const OPERATIONS = 'storage_operation_duration_seconds_count';
const PODS = `max by (instance) (${kubelet('kubelet_running_pods')})`;

const rate = (metric: string): string => `rate(${kubelet(metric)}[$__rate_interval])`;
const quantile = (share: number, metric: string): string => `histogram_quantile(${share}, sum by (le) (${rate(`${metric}_bucket`)}))`;
/** Sums and counts are two series of each operation; buckets would be a dozen, on every node. */
const mean = (by: string, metric: string): string =>
  `sum by (${by}) (${rate(`${metric}_sum`)}) / (sum by (${by}) (${rate(`${metric}_count`)}) > 0)`;
/** The highest of all, the middle, and the chosen node. */
const spread = (query: string) => [
  { expr: `max(${query})`, legend: 'highest' },
  { expr: `avg(${query})`, legend: 'mean' },
];

/** All kubelets together. */
export const fleet = (): Row[] => [
  {
    title: 'Pods and containers',
    panels: [
      sized(
        8,
        8,
        timeseries({
          title: 'Time to start a pod',
          minInterval: FLEET_STEP,
          description:
            'How long pods took to start on average and at the 99th of 100, with and without pulling images and running init containers. Far apart: preload images, or look at the registry.',
          unit: MetricUnit.SECONDS,
          min: 0,
          queries: [
            {
              // a second quantile would read 26 buckets of every node once more
              expr: `sum(${rate('kubelet_pod_start_sli_duration_seconds_sum')}) / (sum(${rate('kubelet_pod_start_sli_duration_seconds_count')}) > 0)`,
              legend: 'mean',
            },
            { expr: quantile(0.99, 'kubelet_pod_start_sli_duration_seconds'), legend: '99 %' },
            { expr: quantile(0.99, 'kubelet_pod_start_total_duration_seconds'), legend: '99 %, with images' },
          ],
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Time to pull an image',
          description: 'Mean time to pull an image, by its size. Slow for all sizes: look at the registry or at the way there.',
          unit: MetricUnit.SECONDS,
          min: 0,
          queries: [{ expr: mean('image_size_in_bytes', 'kubelet_image_pull_duration_seconds'), legend: '{{image_size_in_bytes}}' }],
          noValue: 'no image was pulled',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Failed starts by reason',
          description: 'Attempts to start a container that failed, by the reason that the kubelet gives. The pod’s events say more.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [{ expr: `sum by (code) (${rate('kubelet_started_containers_errors_total')})`, legend: '{{code}}' }],
          noValue: 'none has ever failed',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Evictions and refusals',
          description:
            'Pods thrown out because a node ran short, refused when they came, or removed for more important ones, each second by the reason. Find the node, and what takes its disk or memory.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [
            { expr: `sum by (eviction_signal) (${rate('kubelet_evictions')})`, legend: 'evicted: {{eviction_signal}}' },
            { expr: `sum by (reason) (${rate('kubelet_admission_rejections_total')})`, legend: 'refused: {{reason}}' },
            { expr: `sum by (preemption_signal) (${rate('kubelet_preemptions')})`, legend: 'removed: {{preemption_signal}}' },
          ],
          noValue: 'none so far',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Failed probes',
          description:
            'Failed probes each second by namespace and kind. Failed liveness probes end in restarts: find the program that hangs.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [
            {
              expr: `sum by (namespace, probe_type) (rate(${anySource('prober_probe_total', 'job="kubelet"', 'metrics_path="/metrics/probes"', 'result="failed"')}[$__rate_interval]))`,
              legend: '{{namespace}} {{probe_type}}',
            },
          ],
          noValue: 'no probe has failed',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Pods on nodes',
          description: 'Running pods of the fullest, the middle and the emptiest node. Kubelets take 110 unless they are told otherwise.',
          unit: MetricUnit.COUNT,
          min: 0,
          queries: [...spread(PODS), { expr: `min(${PODS})`, legend: 'lowest' }],
          // the usual limit of a kubelet is 110
          thresholds: highIsBad(100, 110),
          showThresholds: true,
        }),
      ),
    ],
  },
  {
    title: 'Runtime, volumes, API',
    panels: [
      sized(
        8,
        8,
        timeseries({
          title: 'Looking at containers',
          description:
            'How long a kubelet takes to look at all its containers, and the time between two looks: 99 of 100. Seconds: the container runtime is slow, and nodes are about to turn not ready.',
          unit: MetricUnit.SECONDS,
          min: 0,
          queries: [
            { expr: quantile(0.99, 'kubelet_pleg_relist_duration_seconds'), legend: 'a look' },
            { expr: quantile(0.99, 'kubelet_pleg_relist_interval_seconds'), legend: 'between two' },
          ],
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Errors of the container runtime',
          description: 'Calls to the container runtime that failed each second, by operation. The table below has the nodes.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [{ expr: `sum by (operation_type) (${rate('kubelet_runtime_operations_errors_total')})`, legend: '{{operation_type}}' }],
          noValue: 'no call has failed',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Time of runtime operations',
          minInterval: FLEET_STEP,
          description:
            'Mean time of calls to the container runtime, by operation. Pulling takes its time; the rest should be fractions of a second.',
          unit: MetricUnit.SECONDS,
          min: 0,
          queries: [{ expr: mean('operation_type', 'kubelet_runtime_operations_duration_seconds'), legend: '{{operation_type}}' }],
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Volume operations that failed',
          minInterval: FLEET_STEP,
          description: 'Operations on volumes that failed each second. Pods wait for their volumes meanwhile: look at the storage driver.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [
            {
              expr: orZeroBy(
                'operation_name',
                `sum by (operation_name) (rate(${kubelet(OPERATIONS, 'status!="success"')}[$__rate_interval]))`,
                kubelet(OPERATIONS),
              ),
              legend: '{{operation_name}}',
            },
          ],
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Time of volume operations',
          minInterval: FLEET_STEP,
          description: 'Mean time of operations on volumes. Attaching takes seconds; a minute means that the storage is overloaded.',
          unit: MetricUnit.SECONDS,
          min: 0,
          queries: [{ expr: mean('operation_name', 'storage_operation_duration_seconds'), legend: '{{operation_name}}' }],
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Calls to the API server',
          description:
            'Calls of all kubelets to the API server each second by answer. 401 and 403: certificates or rights; 5XX or an error: the API server, and nodes turn unknown after 40 seconds.',
          unit: DisplayUnit.REQUESTS_PER_SECOND,
          min: 0,
          queries: [{ expr: `sum by (code) (${rate('rest_client_requests_total')})`, legend: '{{code}}' }],
        }),
      ),
      sized(
        12,
        8,
        timeseries({
          title: 'CPU of kubelets',
          description:
            'CPU that kubelets use: the busiest, the mean, and the chosen node. Beyond one core: too many pods, or pods that restart.',
          unit: MetricUnit.CORES,
          min: 0,
          queries: [
            ...spread(rate('process_cpu_seconds_total')),
            { expr: `rate(${kubelet('process_cpu_seconds_total', OF_NODE)}[$__rate_interval])`, legend: '$node' },
          ],
        }),
      ),
      sized(
        12,
        8,
        timeseries({
          title: 'Memory of kubelets',
          description: 'Memory of kubelets: the largest, the mean, and the chosen node. Growth over days is a leak: restart that kubelet.',
          unit: MetricUnit.BYTES,
          min: 0,
          queries: [
            ...spread(kubelet('process_resident_memory_bytes')),
            { expr: kubelet('process_resident_memory_bytes', OF_NODE), legend: '$node' },
          ],
        }),
      ),
    ],
  },
];
