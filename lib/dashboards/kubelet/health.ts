import { MetricUnit } from '../../common/metric-family';
import { ANY_IS_BAD, ANY_IS_WORTH_A_LOOK, highIsBad, kubelet, lowIsBad, newEvents, type Row, sized, stat } from '../vocabulary';
import { orZero } from '../zero';

const DAY = 24 * 3600;

const UP = kubelet('up');

/** The row that says whether all is well. */
export const health = (): Row => ({
  title: 'Are the kubelets well?',
  panels: [
    sized(
      4,
      4,
      stat({
        title: 'Kubelets down',
        description:
          'Kubelets that did not answer the last scrape. Red: such a node gets no pods and is soon given up; the table below names it.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(1 - ${UP})` }],
        thresholds: ANY_IS_BAD,
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Kubelets that lost sight',
        description:
          'Kubelets that have not looked at their containers for three minutes, after which their node turns not ready. Red: the container runtime hangs; restart it, or drain the node.',
        unit: MetricUnit.COUNT,
        // three minutes is where the kubelet itself gives up
        queries: [{ expr: `sum(time() - ${kubelet('kubelet_pleg_last_seen_seconds')} > bool 180)` }],
        thresholds: ANY_IS_BAD,
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Containers that failed to start',
        description: 'Attempts to start a container that failed in the last hour. The graph below has the reasons.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: orZero(`sum(${newEvents(kubelet('kubelet_started_containers_errors_total'), '1h')})`, UP) }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Slow pod starts',
        description:
          'Time in which 99 of 100 pods of the last hour were started, without pulling images and running init containers. Red: the runtime, the disks or the network of pods are slow.',
        unit: MetricUnit.SECONDS,
        // a comparison that all numbers pass, and the answer of an hour without a pod does not
        queries: [
          { expr: `histogram_quantile(0.99, sum by (le) (rate(${kubelet('kubelet_pod_start_sli_duration_seconds_bucket')}[1h]))) >= 0` },
        ],
        // five seconds is what Kubernetes promises of a pod without state
        thresholds: highIsBad(5, 30),
        noValue: 'no pod started',
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Evictions in the last day',
        description:
          'Pods that kubelets threw out because a node ran short of memory, disk or process numbers. The graph below says of what.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: orZero(`sum(${newEvents(kubelet('kubelet_evictions'), '1d')})`, UP) }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Certificates expire in',
        description:
          'Time until the first certificate of a kubelet expires, of those that they renew themselves. Red: renewal does not work; look for signing requests that wait to be approved.',
        unit: MetricUnit.SECONDS,
        queries: [
          { expr: `min(${kubelet('kubelet_certificate_manager_client_ttl_seconds')})`, legend: 'to the API' },
          { expr: `min(${kubelet('kubelet_certificate_manager_server_ttl_seconds')})`, legend: 'own' },
        ],
        // they are renewed when a fifth of their life is left: days, of the usual ones
        thresholds: lowIsBad(3 * DAY, DAY),
        noValue: 'not renewed here',
        filled: true,
      }),
    ),
  ],
});
