import { MetricUnit } from '../../common/metric-family';
import { Colour, DisplayUnit, type Mapping, type Row, sized, table } from '../vocabulary';
import { half, named, third } from './lines';
import { NO_LOOPBACK, onHost, rateOf } from './selectors';

const bothWays = (what: string) =>
  named({
    '{{device}} received': rateOf(`node_network_receive_${what}_total`, NO_LOOPBACK),
    '{{device}} sent': rateOf(`node_network_transmit_${what}_total`, NO_LOOPBACK),
  });

const YES_OR_NO: readonly Mapping[] = [
  { value: 1, text: 'yes', color: Colour.GOOD },
  // a device that nobody uses is down, too
  { value: 0, text: 'no', color: Colour.WARN },
];

/** By what tells devices apart. */
const byDevice = (metric: string): string => `max by (device) (${onHost(metric, NO_LOOPBACK)})`;

/** Network devices of the host in detail. */
export const NETWORK: Row = {
  title: 'Network devices of the host',
  collapsed: true,
  panels: [
    sized(
      24,
      8,
      table({
        title: 'Network devices now',
        description:
          'Whether each device works and has a link, and how fast it is; speed is blank where the device does not know. A device that should carry traffic and has no link: check cable and switch. Slower than its neighbours: it fell back to a lower speed.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: byDevice('node_network_up') },
          { expr: byDevice('node_network_carrier') },
          { expr: `${byDevice('node_network_speed_bytes')} * 8 > 0` },
        ],
        columns: [
          { title: 'Device', label: 'device' },
          { title: 'Works', query: 0, mappings: YES_OR_NO },
          { title: 'Has a link', query: 1, mappings: YES_OR_NO },
          { title: 'Speed', query: 2, unit: MetricUnit.BITS_PER_SECOND },
        ],
        sortBy: 'Device',
        descending: false,
      }),
    ),
    third({
      title: 'Packets',
      description: 'Packets of each device. Many with little traffic: small packets, which cost CPU time.',
      unit: DisplayUnit.PACKETS_PER_SECOND,
      min: 0,
      queries: bothWays('packets'),
    }),
    third({
      title: 'Packets with errors',
      description:
        'Packets of each device that arrived broken or could not be sent. Anything but 0 over minutes: check cable, module and switch.',
      unit: DisplayUnit.PACKETS_PER_SECOND,
      min: 0,
      queries: bothWays('errs'),
    }),
    third({
      title: 'Packets dropped',
      description:
        'Packets of each device that the host threw away. A few are usual (protocols that it does not speak); many while "softirq" is high: it cannot keep up.',
      unit: DisplayUnit.PACKETS_PER_SECOND,
      min: 0,
      queries: bothWays('drop'),
    }),
    half({
      title: 'Links lost and found',
      description:
        'How often the link of each device came or went; a change shows for a few minutes. More than once without anybody at the cable: check cable, module and switch.',
      unit: MetricUnit.COUNT,
      min: 0,
      bars: true,
      queries: [
        { expr: `round(increase(${onHost('node_network_carrier_changes_total', NO_LOOPBACK)}[$__rate_interval]))`, legend: '{{device}}' },
      ],
    }),
    half({
      title: 'Tracked connections',
      description:
        'Connections that the kernel keeps in mind, and how many it can. At the limit new ones fail: raise net.netfilter.nf_conntrack_max. Empty where nothing is tracked.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: named({ connections: onHost('node_nf_conntrack_entries'), limit: onHost('node_nf_conntrack_entries_limit') }),
    }),
  ],
};
