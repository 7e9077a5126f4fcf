import type { VMSinglePart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { Duration } from '../../common/units';
import { converted, option, part, Refusal } from '../option';
import { flags, nodeCount } from '../shared/flags';
import { enabled, scraping, timeoutWithinInterval } from '../shared/scraping';
import { workload } from '../shared/workload';
import { dottedName, duration, size } from '../values';

const HOUR = 3_600_000;

/** The store. */
export const vmSingle = part<VMSinglePart>(
  'VMSingle: stores samples and answers queries.',
  {
    enabled: enabled(),
    ...workload({
      name: 'metrics-victoria-metrics-k8s-stack',
      maxName: 54,
      namespace: { otherwise: 'namespaces.monitoring', example: 'monitoring-system' },
      image: IMAGES.vmSingle,
      resources: {
        otherwise: 'worked out from nodes',
        example: { requests: { cpu: '500m', memory: '2Gi' }, limits: { memory: '4Gi' } },
      },
    }),
    ...scraping(),
    retentionPeriod: option(wholeHours(), 'How long samples are kept: whole hours, at least 1d.', { default: '30d' }),
    storageSize: option(size('30Gi', '1Gi'), 'Size of the volume. It can grow where the storage class allows it, never shrink.', {
      default: '30Gi',
    }),
    storageClassName: option(dottedName('fast-ssd'), 'Storage class of the volume.', {
      otherwise: "the cluster's default class",
      example: 'fast-ssd',
    }),
    dedupInterval: option(duration('15s'), 'Samples of one series closer than this are merged into one.', {
      otherwise: 'the shortest interval of what is scraped',
      example: '15s',
    }),
    nodes: nodeCount(),
    extraArgs: flags(),
  },
  [timeoutWithinInterval(Duration.seconds(30))],
);

function wholeHours() {
  return converted(duration('30d', '1d'), (period) =>
    period.toMilliseconds() % HOUR === 0 ? period : new Refusal('a whole number of hours; write 30d'),
  );
}
