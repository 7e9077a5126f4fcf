import type { NodeExporterPart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { Duration } from '../../common/units';
import { option, part } from '../option';
import { steady } from '../shared/resources';
import { enabled, source, timeoutWithinInterval } from '../shared/scraping';
import { list, text, wholeNumber } from '../values';

/** The node exporter. */
export const nodeExporter = part<NodeExporterPart>(
  'Node exporter: CPU, memory, disks, network and InfiniBand of every node.',
  {
    enabled: enabled(),
    ...source({
      name: 'node-exporter',
      namespace: { otherwise: 'namespaces.nodeExporter', example: 'node-exporter-system' },
      image: IMAGES.nodeExporter,
      resources: steady('50m', '128Mi'),
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ operator: 'Exists' }],
      priorityClassName: 'system-node-critical',
      selector: { 'app.kubernetes.io/name': 'prometheus-node-exporter' },
      portNames: ['metrics'],
    }),
    port: option(wholeNumber(1, 65_535, 'leave it out for 9100'), "Port on every node; the exporter is on the host's network.", {
      default: 9100,
    }),
    extraArgs: option(
      list(
        text({ expected: 'an argument that begins with --', example: '--collector.systemd', pattern: /^--[a-z]/ }),
        '--collector.systemd',
      ),
      'More arguments of the exporter.',
      { otherwise: 'none', example: ['--collector.systemd'] },
    ),
  },
  [timeoutWithinInterval(Duration.seconds(30))],
);
