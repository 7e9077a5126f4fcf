import { MetricUnit } from '../../common/metric-family';
import { Colour, highIsBad, lowIsBad, type Row, sized, table, timeseries } from '../vocabulary';
import { USED } from './health';
import { CLAIM, of, volumesOf } from './selectors';

const DAY = 24 * 3600;
const YEAR = 365 * DAY;
const AVAILABLE = volumesOf('kubelet_volume_stats_available_bytes');
const BY_CLAIM = `max by (${CLAIM}) (${USED})`;
/** The fifty fullest: some clusters have a volume for each worker. */
const FULLEST = `topk(50, ${BY_CLAIM})`;
const NO_VOLUME = 'no volume reports its size';
const PODS_OF_CLAIMS = of('kube_pod_spec_volumes_persistentvolumeclaims_info');

/** Volumes that pods have claimed, as far as their driver can measure them. */
export const volumes = (): Row => ({
  title: 'Volumes',
  panels: [
    sized(
      16,
      10,
      table({
        title: 'Volumes',
        description:
          'The fifty fullest volumes: share used, space left, share of files used, time until full by the last six hours, and pods that mount it. Red: grow the claim.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [
          { expr: FULLEST },
          { expr: `min by (${CLAIM}) (${AVAILABLE}) and on (${CLAIM}) ${FULLEST}` },
          {
            expr: `max by (${CLAIM}) (${volumesOf('kubelet_volume_stats_inodes_used')} / (${volumesOf('kubelet_volume_stats_inodes')} > 0)) and on (${CLAIM}) ${FULLEST}`,
          },
          {
            expr: `min by (${CLAIM}) (clamp_max(${AVAILABLE} / clamp_min(-deriv(${AVAILABLE}[6h]), 1), ${YEAR})) and on (${CLAIM}) ${FULLEST}`,
          },
          { expr: `count by (${CLAIM}) (max by (${CLAIM}, pod) (${PODS_OF_CLAIMS})) and on (${CLAIM}) ${FULLEST}` },
        ],
        columns: [
          { title: 'Namespace', label: 'namespace' },
          { title: 'Claim', label: 'persistentvolumeclaim' },
          { title: 'Used', query: 0, thresholds: highIsBad(0.8, 0.95) },
          { title: 'Left', query: 1, unit: MetricUnit.BYTES },
          { title: 'Files used', query: 2, thresholds: highIsBad(0.8, 0.95) },
          {
            title: 'Full in',
            query: 3,
            unit: MetricUnit.SECONDS,
            thresholds: lowIsBad(3 * DAY, DAY),
            mappings: [{ value: YEAR, text: 'a year or more', color: Colour.GOOD }],
          },
          { title: 'Pods', query: 4, unit: MetricUnit.COUNT },
        ],
        sortBy: 'Used',
        noValue: NO_VOLUME,
      }),
    ),
    sized(
      8,
      10,
      table({
        title: 'Pods of the fullest volumes',
        description: 'Pods that mount one of the five fullest volumes; a hundred at most. They are the ones that stop when it is full.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `topk(100, max by (${CLAIM}, pod) (${PODS_OF_CLAIMS}) and on (${CLAIM}) topk(5, ${BY_CLAIM}))` }],
        columns: [
          { title: 'Claim', label: 'persistentvolumeclaim' },
          { title: 'Namespace', label: 'namespace' },
          { title: 'Pod', label: 'pod' },
        ],
        sortBy: 'Claim',
        descending: false,
        noValue: NO_VOLUME,
      }),
    ),
    sized(
      24,
      8,
      timeseries({
        title: 'Fullest volume by namespace',
        description: 'Share used of the fullest volume in each namespace. The slope says how much time there is.',
        unit: MetricUnit.RATIO,
        min: 0,
        max: 1,
        queries: [{ expr: `max by (namespace) (${USED})`, legend: '{{namespace}}' }],
        thresholds: highIsBad(0.8, 0.95),
        showThresholds: true,
        noValue: NO_VOLUME,
      }),
    ),
  ],
});
