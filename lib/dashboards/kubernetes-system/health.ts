import { MetricUnit } from '../../common/metric-family';
import {
  ANY_IS_BAD,
  ANY_IS_WORTH_A_LOOK,
  Colour,
  cadvisor,
  highIsBad,
  kubelet,
  kubeState,
  type Row,
  sized,
  stat,
  type Thresholds,
} from '../vocabulary';
import { orZero } from '../zero';
import { held, NOT_READY, of, POD, USUAL_WAITS, volumesOf } from './selectors';

/** Workers ask for nearly all of their nodes, so that a high share is as it should be; beyond the whole something cannot be placed. */
const MORE_THAN_ALL: Thresholds = { below: Colour.NEUTRAL, steps: [{ from: 1, colour: Colour.BAD }] };

/** Share of a volume that is used; a claim that many nodes mount is on the page of each. */
export const USED = `1 - ${volumesOf('kubelet_volume_stats_available_bytes')} / ${volumesOf('kubelet_volume_stats_capacity_bytes')}`;

/** The row that says whether all is well. */
export const health = (): Row => ({
  title: 'Is Kubernetes well?',
  panels: [
    sized(
      3,
      4,
      stat({
        title: 'Pods not ready',
        description: 'Pods that should be ready and are not; those that are done do not count. The table below names them.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(${NOT_READY})` }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Pods waiting for a node',
        description: 'Pods that are pending: no node takes them, or their images and volumes are on their way. Their events say which.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(max by (${POD}) (${of('kube_pod_status_phase', 'phase="Pending"')}))` }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Containers that cannot start',
        description:
          'Containers that wait for another reason than being new: crash loops, missing images, Secrets that are not there. Red: see the table.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: orZero(`sum(${of('kube_pod_container_status_waiting_reason', USUAL_WAITS)})`, kubeState('up')) }],
        thresholds: ANY_IS_BAD,
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Restarts in the last hour',
        description: 'Containers that were started again in the last hour. The table of those that restart most has their reasons.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: `sum(increase(${of('kube_pod_container_status_restarts_total')}[1h]))` }],
        // single restarts happen; several an hour are a program that crashes
        thresholds: highIsBad(1, 10),
        filled: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Nodes',
        description: 'Nodes whose kubelet answers, and those whose does not. The latter lose their pods after five minutes.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: `sum(${kubelet('up')})`, legend: 'up' },
          { expr: `sum(1 - ${kubelet('up')})`, legend: 'down' },
        ],
        showBoth: true,
      }),
    ),
    sized(
      3,
      4,
      stat({
        title: 'Fullest volume',
        description: 'The fullest volume that reports its size. Red: grow its claim before its pod stops writing.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [{ expr: `max(${USED})` }],
        // a fifth is days of most logs and databases, a twentieth is not
        thresholds: highIsBad(0.8, 0.95),
        noValue: 'no volume says',
        filled: true,
      }),
    ),
    sized(
      2,
      4,
      stat({
        title: 'CPU asked for',
        description: 'CPU that all pods ask for, of all that the nodes have. Beyond 100 %: some cannot be placed.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [{ expr: `sum(${held('requests', 'cpu', kubeState)}) / sum(${cadvisor('machine_cpu_cores')})` }],
        thresholds: MORE_THAN_ALL,
      }),
    ),
    sized(
      2,
      4,
      stat({
        title: 'Memory asked for',
        description: 'Memory that all pods ask for, of all that the nodes have. Beyond 100 %: some cannot be placed.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [{ expr: `sum(${held('requests', 'memory', kubeState)}) / sum(${cadvisor('machine_memory_bytes')})` }],
        thresholds: MORE_THAN_ALL,
      }),
    ),
    sized(
      2,
      4,
      stat({
        title: 'State of objects',
        description: 'Whether kube-state-metrics answers. Down: what this page says of pods and containers is missing or old.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `max(${kubeState('up')})` }],
        mappings: [
          { value: 1, text: 'known', color: Colour.GOOD },
          { value: 0, text: 'unknown', color: Colour.BAD },
        ],
        noValue: 'not scraped',
        filled: true,
      }),
    ),
  ],
});
