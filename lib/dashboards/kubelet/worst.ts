import { MetricUnit } from '../../common/metric-family';
import { toKubelet, toNode } from '../nodes';
import { type Column, highIsBad, kubelet, newEvents, ofColumn, type Row, sized, stat, table } from '../vocabulary';

const UP = kubelet('up');
const FULLEST = `topk(20, max by (instance) (${kubelet('kubelet_running_pods')}))`;
const NODE: Column = { title: 'Node', label: 'instance', links: [toKubelet(ofColumn('Node')), toNode(ofColumn('Node'))] };

/** Which kubelets to look at. A click on a node chooses it for the row below. */
export const worst = (): Row => ({
  title: 'Which nodes',
  panels: [
    sized(
      6,
      9,
      table({
        title: 'Kubelets that do not answer',
        description: 'Each kubelet that did not answer, and the share of the last hour in which it did not; a hundred at most.',
        unit: MetricUnit.RATIO,
        queries: [{ expr: `topk(100, (1 - avg_over_time(${UP}[1h])) and ${UP} == 0)` }],
        columns: [NODE, { title: 'Down, last hour' }],
        sortBy: 'Down, last hour',
        noValue: 'every kubelet answers',
      }),
    ),
    sized(
      6,
      9,
      table({
        title: 'Kubelets that restarted',
        description: 'Kubelets that began anew in the last day, and how often; twenty at most. Often: read its log, it crashes.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `topk(20, changes(${kubelet('process_start_time_seconds')}[1d]) > 0)` }],
        columns: [NODE, { title: 'Restarts' }],
        sortBy: 'Restarts',
        noValue: 'none in the last day',
      }),
    ),
    sized(
      6,
      9,
      table({
        title: 'Fullest nodes',
        description: 'Nodes with the most running pods, and their containers.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: FULLEST },
          {
            expr: `sum by (instance) (${kubelet('kubelet_running_containers', 'container_state="running"')}) and on (instance) ${FULLEST}`,
          },
        ],
        columns: [NODE, { title: 'Pods', query: 0, thresholds: highIsBad(100, 110) }, { title: 'Containers', query: 1 }],
        sortBy: 'Pods',
      }),
    ),
    sized(
      6,
      9,
      table({
        title: 'Nodes with errors of the runtime',
        description: 'Calls to the container runtime that failed in the last hour; the twenty worst nodes. One that stands out: drain it.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: `topk(20, sum by (instance) (${newEvents(kubelet('kubelet_runtime_operations_errors_total'), '1h')}) > 0)` }],
        columns: [NODE, { title: 'Errors' }],
        sortBy: 'Errors',
        noValue: 'none in the last hour',
      }),
    ),
    sized(
      12,
      4,
      stat({
        title: 'Releases',
        description: 'Kubelets of each release of Kubernetes. More than one: an upgrade is under way, or has left nodes out.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `count by (git_version) (${kubelet('kubernetes_build_info')})`, legend: '{{git_version}}' }],
        showBoth: true,
      }),
    ),
    sized(
      12,
      4,
      stat({
        title: 'Kubelets restarted',
        description: 'How often kubelets began anew in the last day; restarts of nodes are among them.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(changes(${kubelet('process_start_time_seconds')}[1d]))` }],
      }),
    ),
  ],
});
