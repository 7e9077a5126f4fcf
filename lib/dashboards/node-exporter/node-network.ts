import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, highIsBad, type Row, sized, timeseries } from '../vocabulary';
import { LINK_ERRORS, NETWORK, of, rateOf } from './selectors';

/** One machine: network, InfiniBand, connections. */
export const network = (): Row => ({
  title: 'Node $node: network',
  panels: [
    sized(
      8,
      8,
      timeseries({
        title: 'Network throughput',
        description: 'Bytes a second of each network device. A flat top is the limit of the link or of the machine’s kind.',
        unit: MetricUnit.BYTES_PER_SECOND,
        min: 0,
        queries: [
          { expr: rateOf('node_network_receive_bytes_total', NETWORK), legend: '{{device}} received' },
          { expr: rateOf('node_network_transmit_bytes_total', NETWORK), legend: '{{device}} sent' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Network errors and drops',
        description:
          'Packets a second that were broken or dropped, by device, and that CPUs were too busy to take. Errors: cable or adapter; drops: too much at once.',
        unit: DisplayUnit.PACKETS_PER_SECOND,
        min: 0,
        queries: [
          {
            expr: `${rateOf('node_network_receive_errs_total', NETWORK)} + ${rateOf('node_network_transmit_errs_total', NETWORK)}`,
            legend: '{{device}} errors',
          },
          {
            expr: `${rateOf('node_network_receive_drop_total', NETWORK)} + ${rateOf('node_network_transmit_drop_total', NETWORK)}`,
            legend: '{{device}} drops',
          },
          { expr: `sum(${rateOf('instance:node_softnet_dropped_total:sum')})`, legend: 'CPUs behind' },
        ],
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'TCP sent again',
        description:
          'Share of TCP segments that had to be sent again. Above one of a hundred, storage over the network becomes slow: look for drops on the way.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [
          { expr: `${rateOf('node_netstat_Tcp_RetransSegs')} / (${rateOf('node_netstat_Tcp_OutSegs')} > 0)`, legend: 'sent again' },
        ],
        thresholds: highIsBad(0.01, 0.05),
        showThresholds: true,
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'InfiniBand of the node',
        description:
          'Bytes a second of each InfiniBand adapter. All adapters of a node carry about the same in a job; one that lags holds it up.',
        unit: MetricUnit.BYTES_PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum by (device) (${rateOf('node_infiniband_port_data_received_bytes_total')})`, legend: '{{device}} received' },
          { expr: `sum by (device) (${rateOf('node_infiniband_port_data_transmitted_bytes_total')})`, legend: '{{device}} sent' },
        ],
        noValue: 'no InfiniBand on this node',
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'InfiniBand errors of the node',
        description: 'Errors a second of each InfiniBand adapter, by kind. One adapter alone: its cable; all at once: the switch.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: LINK_ERRORS.map(([metric, what]) => ({ expr: `sum by (device) (${rateOf(metric)})`, legend: `{{device}} ${what}` })),
        noValue: 'no InfiniBand on this node',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Tracked connections',
        description:
          'Connections that the firewall tracks, as a share of what it can. At 100 % new ones are dropped without a word: raise the limit.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [{ expr: `${of('node_nf_conntrack_entries')} / ${of('node_nf_conntrack_entries_limit')}`, legend: 'tracked' }],
        thresholds: highIsBad(0.75, 0.9),
        showThresholds: true,
        noValue: 'this node tracks none',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Open files',
        description:
          'Files that are open on the node, as a share of what may be. Steady growth is a program that does not close its files.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [{ expr: `${of('node_filefd_allocated')} / ${of('node_filefd_maximum')}`, legend: 'open' }],
        thresholds: highIsBad(0.75, 0.9),
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Connections',
        description:
          'TCP connections that are open, and those that wait before they go. Thousands that wait: a program opens one for each request.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [
          { expr: of('node_netstat_Tcp_CurrEstab'), legend: 'open' },
          { expr: of('node_sockstat_TCP_tw'), legend: 'about to go' },
        ],
      }),
    ),
  ],
});
