import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, type Row } from '../vocabulary';
import { named, third } from './lines';
import { onHost, rateOf } from './selectors';

const netstat = (names: { readonly [legend: string]: string }) =>
  named(Object.fromEntries(Object.entries(names).map(([legend, name]) => [legend, rateOf(`node_netstat_${name}`)])));

/** UDP and TCP of the host in detail. */
export const PROTOCOLS: Row = {
  title: 'UDP and TCP of the host',
  collapsed: true,
  panels: [
    third({
      title: 'UDP datagrams',
      description:
        'Datagrams received and sent over IPv4. A sudden rise: name lookups that fail and are asked again, or a program that floods.',
      unit: DisplayUnit.PACKETS_PER_SECOND,
      min: 0,
      queries: netstat({ received: 'Udp_InDatagrams', sent: 'Udp_OutDatagrams' }),
    }),
    third({
      title: 'UDP errors',
      description:
        'Datagrams lost, by reason. A full receive buffer: a program reads too slowly, give it a larger buffer. Nobody listens: a service is down.',
      unit: DisplayUnit.PACKETS_PER_SECOND,
      min: 0,
      queries: netstat({
        'not delivered': 'Udp_InErrors',
        'nobody listens': 'Udp_NoPorts',
        'receive buffer full': 'Udp_RcvbufErrors',
        'send buffer full': 'Udp_SndbufErrors',
        'not delivered, UDP-Lite': 'UdpLite_InErrors',
      }),
    }),
    third({
      title: 'TCP segments',
      description: 'Segments received and sent. A drop to near 0 during a job: it lost its file server or its peers.',
      unit: DisplayUnit.PACKETS_PER_SECOND,
      min: 0,
      queries: netstat({ received: 'Tcp_InSegs', sent: 'Tcp_OutSegs' }),
    }),
    third({
      title: 'TCP errors',
      description:
        'Segments lost or sent again, and connections refused, by reason. Sent again: packets get lost on the way. Not accepted: a program is too slow to accept. Resets: somebody asks for what is not there.',
      unit: DisplayUnit.PER_SECOND,
      min: 0,
      queries: netstat({
        'not accepted, queue full': 'TcpExt_ListenOverflows',
        'not accepted': 'TcpExt_ListenDrops',
        'asked for again': 'TcpExt_TCPSynRetrans',
        'sent again': 'Tcp_RetransSegs',
        broken: 'Tcp_InErrs',
        resets: 'Tcp_OutRsts',
        'read too slowly': 'TcpExt_TCPRcvQDrop',
        'out of order': 'TcpExt_TCPOFOQueue',
      }),
    }),
    third({
      title: 'TCP connections',
      description:
        'Open connections of the host itself. Steady growth: a program does not close them. Linux has no limit of its own; see "Tracked connections" and "Open files".',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: [{ expr: onHost('node_netstat_Tcp_CurrEstab'), legend: 'open' }],
    }),
    third({
      title: 'TCP connections made',
      description:
        'Connections that the host opened (active) and that others opened to it (passive). Many with few open ones: programs do not keep connections.',
      unit: DisplayUnit.PER_SECOND,
      min: 0,
      queries: netstat({ 'by the host': 'Tcp_ActiveOpens', 'by others': 'Tcp_PassiveOpens' }),
    }),
  ],
};
