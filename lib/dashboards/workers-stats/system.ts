import { MetricUnit } from '../../common/metric-family';
import { Colour, DisplayUnit, largest, type Row, sized, stateTimeline, table } from '../vocabulary';
import { half, named, third } from './lines';
import { CPUS, onHost, rateOf } from './selectors';

const pressure = (what: string): string => rateOf(`node_pressure_${what}_seconds_total`);
const turns = (at = ''): string => `rate(${onHost('node_schedstat_timeslices_total')}[$__rate_interval]${at})`;

/** Kernel and exporter of the host in detail. */
export const SYSTEM: Row = {
  title: 'System of the host',
  collapsed: true,
  panels: [
    third({
      title: 'Load and CPUs',
      description:
        'Tasks that run or wait for a CPU or a disk, over 1, 5 and 15 minutes, and the number of CPUs. Far above it: jobs start more threads than they have CPUs, or wait for a dead disk or mount.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: named({
        '1 minute': onHost('node_load1'),
        '5 minutes': onHost('node_load5'),
        '15 minutes': onHost('node_load15'),
        CPUs: CPUS,
      }),
    }),
    third({
      title: 'Pressure',
      description:
        'Share of time in which a task waited for CPU, memory or disk (some), or all did (all). Memory above a few percent: the host is about to run out. Empty on kernels without PSI.',
      unit: MetricUnit.RATIO,
      min: 0,
      queries: named({
        'CPU, some': pressure('cpu_waiting'),
        'memory, some': pressure('memory_waiting'),
        'memory, all': pressure('memory_stalled'),
        'disk, some': pressure('io_waiting'),
        'disk, all': pressure('io_stalled'),
      }),
    }),
    third({
      title: 'Context switches and interrupts',
      description:
        'How often CPUs changed from one task to another, and were interrupted. Ten times that of other workers: too many threads, or a device that misbehaves.',
      unit: DisplayUnit.PER_SECOND,
      min: 0,
      queries: named({ 'context switches': rateOf('node_context_switches_total'), interrupts: rateOf('node_intr_total') }),
    }),
    third({
      title: 'Turns of tasks on CPUs',
      description:
        'How often tasks had a turn on a CPU: the busiest five, the mean and the least. A few far above the mean: threads are bound to the same CPUs.',
      unit: DisplayUnit.PER_SECOND,
      min: 0,
      queries: named({
        // hosts have hundreds of CPUs
        'CPU {{cpu}}': largest(5, 'cpu', turns),
        mean: `avg(${turns()})`,
        least: `min(${turns()})`,
      }),
    }),
    third({
      title: 'CPU time of virtual machines',
      description:
        'Share of CPU time spent in guests of this host; it is part of "user" and "nice" above. Not 0: somebody runs virtual machines on a worker.',
      unit: MetricUnit.RATIO,
      min: 0,
      queries: [
        {
          expr: `sum by (mode) (${rateOf('instance:node_cpu_guest_seconds_total:sum')}) / on () group_left () ${CPUS}`,
          legend: '{{mode}}',
        },
      ],
    }),
    third({
      title: 'Entropy',
      description:
        'Bits of randomness that the kernel has. Steady at 256 on current kernels; below 100 on old ones, programs wait for keys.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: [{ expr: onHost('node_entropy_available_bits'), legend: 'bits' }],
    }),
    third({
      title: 'Open files',
      description:
        'Files open on the host, and how many may be. Near the limit, programs fail to open files: find the one that does not close them.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: named({ open: onHost('node_filefd_allocated'), limit: onHost('node_filefd_maximum') }),
    }),
    third({
      title: 'Open files of the exporter',
      description:
        'Files that node-exporter itself has open, and may have. Steady growth: it hangs on a mount; restart its pod and look for that mount.',
      unit: MetricUnit.COUNT,
      min: 0,
      queries: named({ open: onHost('process_open_fds'), limit: onHost('process_max_fds') }),
    }),
    third({
      title: 'CPU time of the exporter',
      description:
        'CPUs that node-exporter itself uses. Above 0.5: it measures too many devices or mounts for its limit, and scrapes time out.',
      unit: MetricUnit.CORES,
      min: 0,
      queries: [{ expr: rateOf('process_cpu_seconds_total'), legend: 'node-exporter' }],
    }),
  ],
};

const clock = (field: string): string => onHost(`node_timex_${field}`);
const setting = (field: string): { expr: string } => ({ expr: `max by (instance) (${clock(field)})` });

/** How well the clock of the host is kept. */
export const CLOCK: Row = {
  title: 'Clock of the host',
  collapsed: true,
  panels: [
    half({
      title: 'Error of the clock',
      description:
        'How far the clock probably is from its reference, how far it was at the last comparison, and how far it can be at most. Beyond a second, credentials of SLURM (munge) and tokens fail: restart the time service.',
      unit: MetricUnit.SECONDS,
      queries: named({
        estimated: clock('estimated_error_seconds'),
        offset: clock('offset_seconds'),
        'at most': clock('maxerror_seconds'),
      }),
    }),
    sized(
      12,
      8,
      stateTimeline({
        title: 'Clock in step',
        description: 'Whether the clock follows a time server. When orange, the time service does not run or cannot reach its servers.',
        unit: MetricUnit.COUNT,
        queries: [{ expr: clock('sync_status'), legend: 'clock' }],
        states: [
          { value: 0, text: 'on its own', colour: Colour.WARN },
          { value: 1, text: 'in step', colour: Colour.GOOD },
        ],
      }),
    ),
    half({
      title: 'Speed of the clock',
      description:
        'How much faster than by itself the clock is made to run; 1 for not at all. Beyond 1 ± 0.0005 the kernel cannot correct it: the oscillator is broken.',
      unit: MetricUnit.RATIO,
      queries: [{ expr: clock('frequency_adjustment_ratio'), legend: 'frequency' }],
    }),
    sized(
      12,
      8,
      table({
        title: 'Settings of the clock',
        description:
          'How slowly the clock is corrected (time constant of its control loop), the length of a tick, and the leap seconds that the kernel knows of. Different from other workers: their time services are set up otherwise.',
        unit: MetricUnit.SECONDS,
        queries: [setting('loop_time_constant'), setting('tick_seconds'), setting('tai_offset_seconds')],
        columns: [
          { title: 'Host', label: 'instance' },
          { title: 'Time constant', query: 0, unit: MetricUnit.COUNT },
          { title: 'Tick', query: 1 },
          { title: 'TAI offset', query: 2 },
        ],
      }),
    ),
  ],
};
