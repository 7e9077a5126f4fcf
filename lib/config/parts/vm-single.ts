import type { VMSinglePart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { Duration } from '../../common/units';
import { converted, option, part, Refusal } from '../option';
import { buffer } from '../shared/buffer';
import { flags } from '../shared/flags';
import { ownScale } from '../shared/scale';
import { enabled, scraping, timeoutWithinInterval } from '../shared/scraping';
import { workload } from '../shared/workload';
import { dottedName, duration, size } from '../values';

const HOUR = 3_600_000;

/** The store. */
export const vmSingle = part<Omit<VMSinglePart, 'mode'>>(
  'VMSingle: stores samples and answers queries.',
  {
    enabled: enabled(),
    ...workload({
      name: 'metrics-victoria-metrics-k8s-stack',
      maxName: 54,
      namespace: { otherwise: 'namespaces.monitoring', example: 'monitoring-system' },
      image: IMAGES.vmSingle,
      resources: {
        otherwise: 'worked out from scale',
        example: { requests: { cpu: '500m', memory: '2Gi' }, limits: { memory: '4Gi' } },
      },
      priorityClassName: 'system-cluster-critical',
    }),
    ...scraping(),
    retentionPeriod: option(wholeHours(), 'How long samples are kept: whole hours, at least 1d.', { default: '30d' }),
    storageSize: option(
      size('30Gi', '1Gi'),
      'Size of the volume. It can grow where the storage class allows it, never shrink. One that cannot hold the retention is an error.',
      { otherwise: 'what retentionPeriod needs at the scale of the cluster, 30Gi at least', example: '30Gi' },
    ),
    storageClassName: option(dottedName('fast-ssd'), 'Storage class of the volume.', {
      otherwise: "the cluster's default class",
      example: 'fast-ssd',
    }),
    dedupInterval: option(duration('15s'), 'Samples of one series closer than this are merged into one.', {
      otherwise: 'the shortest interval of what is scraped',
      example: '15s',
    }),
    scale: ownScale(),
    buffer: buffer('What the agent keeps while the store is away: a time (6h) or a size (4Gi). The oldest beyond it is dropped.', {
      otherwise: 'buffer of vmAgent',
      example: '6h',
    }),
    extraArgs: flags(),
  },
  [timeoutWithinInterval(Duration.seconds(30))],
);

function wholeHours() {
  return converted(duration('30d', '1d'), (period) =>
    period.toMilliseconds() % HOUR === 0 ? period : new Refusal('a whole number of hours; write 30d'),
  );
}
