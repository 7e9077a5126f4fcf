import { type MetricCatalog, MetricUnit } from '../common/metric-family';
import { CONTROLLER_RUNTIME_FAMILIES } from './controller-runtime';
import { counter, histogram, NONE, oneOf } from './family';

const { COUNT, SECONDS } = MetricUnit;

/**
 * Soperator's manager. Which controllers its series are of is up to its configuration.
 *
 * @see https://github.com/nebius/soperator
 */
export const SOPERATOR_CONTROLLER_CATALOG: MetricCatalog = {
  name: 'soperator-controller',
  families: [
    histogram(
      'soperator_kubelet_stats_request_duration_seconds',
      SECONDS,
      NONE,
      'How long kubelets took to say how full the disks of pods are',
    ),
    counter(
      'soperator_kubelet_stats_requests_total',
      COUNT,
      { outcome: oneOf('success', 'error') },
      'Questions to kubelets how full the disks of pods are, by outcome',
      { event: 'a kubelet has been asked' },
    ),
    ...CONTROLLER_RUNTIME_FAMILIES,
  ],
};
