import { MetricUnit } from '../../common/metric-family';
import { toKubelet, toNode } from '../nodes';
import {
  anySource,
  barGauge,
  Colour,
  type Column,
  DisplayUnit,
  highIsBad,
  ofColumn,
  type Row,
  sized,
  table,
  timeseries,
  WIDE_FLEET_STEP,
} from '../vocabulary';
import { CONTAINER, containers, NOT_READY, of, POD } from './selectors';

const NAMESPACE: Column = { title: 'Namespace', label: 'namespace' };
const POD_NAME: Column = { title: 'Pod', label: 'pod' };
const CONTAINER_NAME: Column = { title: 'Container', label: 'container' };
const NODE: Column = { title: 'Node', label: 'node', links: [toKubelet(ofColumn('Node')), toNode(ofColumn('Node'))] };

/** The hundred oldest pods that are not ready: beyond that it is a node or an upgrade, which the counts show better. */
const AGE = `topk(100, time() - max by (${POD}) (${of('kube_pod_created')}) and on (${POD}) (${NOT_READY} == 1))`;
const RESTARTS = `topk(20, sum by (${CONTAINER}) (increase(${of('kube_pod_container_status_restarts_total')}[$__range])) > 0)`;
const PER_NODE = `count by (node) (max by (${POD}, node) (${of('kube_pod_info', 'node!=""')}))`;

/** Pods, their containers, and where they run. */
export const pods = (): Row[] => [
  {
    title: 'Pods',
    panels: [
      sized(
        8,
        8,
        timeseries({
          title: 'Pods by phase',
          description:
            'Pods of the chosen namespaces by phase, without those that are done. Pending for long: no room, or a wrong selector.',
          unit: MetricUnit.COUNT,
          min: 0,
          minInterval: WIDE_FLEET_STEP,
          // Unknown is written for every pod, and no version of Kubernetes since 2015 sets it
          queries: [{ expr: `sum by (phase) (${of('kube_pod_status_phase', 'phase=~"Pending|Running|Failed"')})`, legend: '{{phase}}' }],
          colours: { Running: Colour.GOOD, Pending: Colour.WARN, Failed: Colour.BAD },
        }),
      ),
      sized(
        16,
        8,
        table({
          title: 'Pods that are not ready',
          description:
            'Pods that should be ready and are not, with their age; a hundred at most. Young ones are on their way; describe the old ones.',
          unit: MetricUnit.SECONDS,
          queries: [
            { expr: AGE },
            { expr: `max by (${POD}, node) (${of('kube_pod_info')}) and on (${POD}) ${AGE}` },
            { expr: `max by (${POD}, phase) (${of('kube_pod_status_phase')} == 1) and on (${POD}) ${AGE}` },
          ],
          columns: [NAMESPACE, POD_NAME, { title: 'Phase', label: 'phase' }, NODE, { title: 'Age', query: 0 }],
          sortBy: 'Age',
          noValue: 'every pod is ready',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Pods on a node',
          description: 'Pods of the chosen namespaces on the fullest, the middle and the emptiest node.',
          unit: MetricUnit.COUNT,
          min: 0,
          minInterval: WIDE_FLEET_STEP,
          queries: [
            { expr: `max(${PER_NODE})`, legend: 'highest' },
            { expr: `avg(${PER_NODE})`, legend: 'mean' },
            { expr: `min(${PER_NODE})`, legend: 'lowest' },
          ],
        }),
      ),
      sized(
        8,
        8,
        table({
          title: 'Nodes with most pods',
          description: 'The twenty nodes with most pods of the chosen namespaces. A kubelet takes 110 pods unless it is told otherwise.',
          unit: MetricUnit.COUNT,
          queries: [{ expr: `topk(20, ${PER_NODE})` }],
          columns: [NODE, { title: 'Pods', thresholds: highIsBad(100, 110) }],
          sortBy: 'Pods',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Failed watches',
          description:
            'Failures of kube-state-metrics to follow objects, each second. With these, what the page shows grows old: look at its rights.',
          unit: DisplayUnit.PER_SECOND,
          min: 0,
          queries: [
            {
              expr: `sum by (resource, result) (rate(${anySource('kube_state_metrics_watch_total', 'job="kube-state-metrics"', 'endpoint="telemetry"')}[$__rate_interval]))`,
              legend: '{{resource}} {{result}}',
            },
          ],
          noValue: 'its own page is not scraped',
        }),
      ),
    ],
  },
  {
    title: 'Containers',
    panels: [
      sized(
        8,
        8,
        timeseries({
          title: 'Why containers wait',
          description:
            'Containers that wait to be started, by reason. ContainerCreating is usual for moments; the others do not pass by themselves.',
          unit: MetricUnit.COUNT,
          min: 0,
          queries: [{ expr: `sum by (reason) (${of('kube_pod_container_status_waiting_reason')})`, legend: '{{reason}}' }],
          stacked: true,
          noValue: 'no container waits',
        }),
      ),
      sized(
        16,
        8,
        table({
          title: 'Containers that wait',
          description: 'Containers that wait to be started, and why; a hundred at most. The events of the pod have the words.',
          unit: MetricUnit.COUNT,
          queries: [{ expr: `topk(100, max by (${CONTAINER}, reason) (${of('kube_pod_container_status_waiting_reason')}) == 1)` }],
          columns: [NAMESPACE, POD_NAME, CONTAINER_NAME, { title: 'Reason', label: 'reason' }],
          noValue: 'no container waits',
        }),
      ),
      sized(
        8,
        8,
        timeseries({
          title: 'Restarts by namespace',
          description: 'Containers that were started again, by namespace, in each step of the graph.',
          unit: MetricUnit.COUNT,
          min: 0,
          bars: true,
          queries: [
            {
              expr: `sum by (namespace) (increase(${of('kube_pod_container_status_restarts_total')}[$__rate_interval]))`,
              legend: '{{namespace}}',
            },
          ],
        }),
      ),
      sized(
        16,
        8,
        table({
          title: 'Containers that restart most',
          description:
            'The twenty containers with most restarts in the range of the page, and why the last one ended. Read the log of the run before.',
          unit: MetricUnit.COUNT,
          decimals: 0,
          queries: [
            { expr: RESTARTS },
            {
              expr: `max by (${CONTAINER}, reason) (${of('kube_pod_container_status_last_terminated_reason')} == 1) and on (${CONTAINER}) ${RESTARTS}`,
            },
          ],
          columns: [NAMESPACE, POD_NAME, CONTAINER_NAME, { title: 'Last reason', label: 'reason' }, { title: 'Restarts', query: 0 }],
          sortBy: 'Restarts',
          noValue: 'none was restarted',
        }),
      ),
      sized(
        12,
        8,
        barGauge({
          title: 'Why containers ended',
          description:
            'Containers that were started again since their pod was made, by why they ended the last time. OOMKilled: their memory limit is too low.',
          unit: MetricUnit.COUNT,
          min: 0,
          queries: [{ expr: `sum by (reason) (${of('kube_pod_container_status_last_terminated_reason')})`, legend: '{{reason}}' }],
          noValue: 'none was restarted',
        }),
      ),
      sized(
        12,
        8,
        timeseries({
          title: 'Killed for want of memory',
          description:
            'Programs in containers that the kernel killed at their memory limit, by namespace, in each step of the graph. Raise that limit.',
          unit: MetricUnit.COUNT,
          min: 0,
          bars: true,
          queries: [
            {
              expr: `sum by (namespace) (increase(${containers('container_oom_events_total')}[$__rate_interval]))`,
              legend: '{{namespace}}',
            },
          ],
        }),
      ),
    ],
  },
];
