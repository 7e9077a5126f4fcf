import { MetricUnit } from '../../common/metric-family';
import { toKubelet, toNode } from '../nodes';
import { Colour, type Column, DisplayUnit, highIsBad, host, ofColumn, type Row, sized, table } from '../vocabulary';
import { LINK_ERRORS, MEMORY_USED, SPACE_USED } from './selectors';

const NODE: Column = { title: 'Node', label: 'instance', links: [toNode(ofColumn('Node')), toKubelet(ofColumn('Node'))] };

const waiting = (resource: string): string => `topk(10, rate(${host(`node_pressure_${resource}_waiting_seconds_total`)}[15m]))`;

/** Which nodes to look at. A click on a node chooses it below. */
export const worst = (): Row => ({
  title: 'Which nodes',
  panels: [
    sized(
      8,
      9,
      table({
        title: 'Fullest file systems',
        description: 'The twenty fullest file systems. Red: clean up, or drain the node before jobs fail there.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [{ expr: `topk(20, max by (instance, mountpoint) (${SPACE_USED}))` }],
        columns: [NODE, { title: 'Mounted at', label: 'mountpoint' }, { title: 'Used', thresholds: highIsBad(0.8, 0.9) }],
        sortBy: 'Used',
      }),
    ),
    sized(
      8,
      9,
      table({
        title: 'Nodes shortest of memory',
        description:
          'The twenty nodes with the least memory left. Jobs that fill their nodes by design are at the top without harm until 95 %.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [{ expr: `topk(20, ${MEMORY_USED})` }],
        columns: [NODE, { title: 'Used', thresholds: highIsBad(0.9, 0.95) }],
        sortBy: 'Used',
      }),
    ),
    sized(
      8,
      9,
      table({
        title: 'Nodes that wait most',
        description:
          'Share of the last quarter of an hour in which a task waited for memory, a disk or CPU: the ten worst of each. One node that waits holds up all nodes of its job.',
        unit: MetricUnit.RATIO,
        decimals: 1,
        queries: [{ expr: waiting('memory') }, { expr: waiting('io') }, { expr: waiting('cpu') }],
        columns: [
          NODE,
          // waiting for memory is seldom harmless, waiting for disks often is, and for CPUs a busy node waits all the time
          { title: 'Memory', query: 0, thresholds: highIsBad(0.05, 0.2) },
          { title: 'Disk', query: 1, thresholds: highIsBad(0.3, 0.6) },
          { title: 'CPU', query: 2 },
        ],
        sortBy: 'Memory',
      }),
    ),
    sized(
      6,
      9,
      table({
        title: 'Latest restarts',
        description: 'The twenty nodes that were started last. Several at once: power, or an upgrade; one again and again: its hardware.',
        unit: DisplayUnit.FROM_NOW,
        queries: [{ expr: `topk(20, ${host('node_boot_time_seconds')}) * 1000` }],
        columns: [NODE, { title: 'Started' }],
        sortBy: 'Started',
      }),
    ),
    sized(
      7,
      9,
      table({
        title: 'InfiniBand ports that are not active',
        description:
          'Ports in another state than active, unused ones included; a hundred at most. A port that its neighbours have and this node lacks: look at its cable.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `topk(100, ${host('node_infiniband_state_id')} != 4)` }],
        columns: [
          NODE,
          { title: 'Adapter', label: 'device' },
          {
            title: 'State',
            mappings: [
              { value: 1, text: 'down', color: Colour.BAD },
              { value: 2, text: 'starting', color: Colour.WARN },
              { value: 3, text: 'armed', color: Colour.WARN },
              { value: 5, text: 'deferred', color: Colour.WARN },
            ],
          },
        ],
        sortBy: 'Node',
        descending: false,
        noValue: 'all active, or no InfiniBand',
      }),
    ),
    sized(
      11,
      9,
      table({
        title: 'InfiniBand ports with errors',
        description:
          'Errors of the last hour: the twenty worst ports of each kind. Few symbol errors are usual, lost links are not: look at the cable.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: LINK_ERRORS.map(([metric]) => ({ expr: `topk(20, increase(${host(metric)}[1h]) > 0)` })),
        columns: [
          NODE,
          { title: 'Adapter', label: 'device' },
          { title: 'Port', label: 'port' },
          ...LINK_ERRORS.map(([, title], query) => ({ title, query })),
        ],
        sortBy: 'Link lost',
        noValue: 'no errors, or no InfiniBand',
      }),
    ),
  ],
});
