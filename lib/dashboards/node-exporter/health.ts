import { MetricUnit } from '../../common/metric-family';
import { ANY_IS_BAD, ANY_IS_WORTH_A_LOOK, host, type Row, sized, stat } from '../vocabulary';
import { LINK, MEMORY_USED, SPACE_USED } from './selectors';

const DAY = 24 * 3600;

/** The row that says whether all is well. Each is a number of nodes, so that it reads the same with ten and with a thousand. */
export const health = (): Row => ({
  title: 'Are the machines well?',
  panels: [
    sized(
      3,
      5,
      stat({
        title: 'Nodes without figures',
        description:
          'Nodes whose exporter did not answer the last scrape. Red: the node is down, or its exporter; the table of latest restarts and the kubelet’s page tell which.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(1 - ${host('up')})` }],
        thresholds: ANY_IS_BAD,
        filled: true,
      }),
    ),
    sized(
      3,
      5,
      stat({
        title: 'Nodes with a full file system',
        description:
          'Nodes with a file system that is used to 90 % or more. Red: jobs fail there when it is full; the table below names it.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(max by (instance) (${SPACE_USED}) >= bool 0.9)` }],
        thresholds: ANY_IS_BAD,
        filled: true,
      }),
    ),
    sized(
      3,
      5,
      stat({
        title: 'Nodes short of memory',
        description: 'Nodes with less than a twentieth of their memory left. Programs there are killed soon; the table below names them.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(${MEMORY_USED} > bool 0.95)` }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      3,
      5,
      stat({
        title: 'Programs killed for want of memory',
        description: 'Programs that the kernels of all nodes killed in the last hour, those at a limit of their own included.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: `sum(increase(${host('node_vmstat_oom_kill')}[1h]))` }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      3,
      5,
      stat({
        title: 'Nodes restarted in the last day',
        description: 'Nodes that were started in the last day. Unplanned ones took their jobs along.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(time() - ${host('node_boot_time_seconds')} < bool ${DAY})` }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      3,
      5,
      stat({
        title: 'Clocks out of step',
        description:
          'Nodes whose clock is not kept in step with a time server. Authentication of SLURM fails from five minutes on: start the time service.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: `sum(1 - ${host('node_timex_sync_status')})` }],
        thresholds: ANY_IS_WORTH_A_LOOK,
        filled: true,
      }),
    ),
    sized(
      3,
      5,
      stat({
        title: 'InfiniBand ports down',
        description:
          'Ports that have carried data since their node was started and are not active now; those that nobody uses do not count. Red: jobs of several nodes fail or crawl there; drain the node and look at the link.',
        unit: MetricUnit.COUNT,
        // 4 is active; adapters for other things are often without a cable
        queries: [
          {
            expr: `sum((${host('node_infiniband_state_id')} != bool 4) * on (${LINK}) (${host('node_infiniband_port_data_received_bytes_total')} > bool 0))`,
          },
        ],
        thresholds: ANY_IS_BAD,
        noValue: 'no InfiniBand',
        filled: true,
      }),
    ),
    sized(
      3,
      5,
      stat({
        title: 'Memory errors',
        description: 'Errors of memory modules in the last day that could not be corrected. Red: have the module replaced.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: `sum(increase(${host('node_edac_uncorrectable_errors_total')}[1d]))` }],
        thresholds: ANY_IS_BAD,
        noValue: 'nobody counts',
        filled: true,
      }),
    ),
  ],
});
