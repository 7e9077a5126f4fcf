import { MetricUnit } from '../../common/metric-family';
import { OF_NODE } from '../nodes';
import { cadvisor, DisplayUnit, highIsBad, type Row, sized, stat, table, timeseries } from '../vocabulary';
import { of, rateOf } from './selectors';

/** Counters of node-exporter cannot tell: where series are economised, they are sums over all CPUs. */
const CPUS = `max(${cadvisor('machine_cpu_cores', OF_NODE)})`;
const bytes = (field: string): string => of(`node_memory_${field}_bytes`);
/** What is left when everything that has a name of its own is taken off. */
const PROGRAMS = `${bytes('MemTotal')} - ${bytes('MemFree')} - ${bytes('Buffers')} - ${bytes('Cached')} - ${bytes('Slab')}`;

/** One machine: what it is, its CPUs and its memory. */
export const machine = (): Row => ({
  title: 'Node $node: CPU and memory',
  panels: [
    sized(
      12,
      4,
      table({
        title: 'Node',
        description: 'System and kernel of the node. Nodes of one kind should have the same.',
        unit: MetricUnit.COUNT,
        queries: [
          { expr: `max by (instance, nodename, release, machine) (${of('node_uname_info')})` },
          { expr: `max by (instance, pretty_name) (${of('node_os_info')})` },
        ],
        columns: [
          { title: 'Host name', label: 'nodename' },
          { title: 'System', label: 'pretty_name' },
          { title: 'Kernel', label: 'release' },
          { title: 'Processor', label: 'machine' },
        ],
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Up since',
        description: 'When the node was started.',
        unit: DisplayUnit.FROM_NOW,
        queries: [{ expr: `max(${of('node_boot_time_seconds')}) * 1000` }],
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'CPUs',
        description: 'CPUs that are online, hyper-threads counted. Fewer than its likes have: one was taken out of use.',
        unit: MetricUnit.CORES,
        queries: [{ expr: CPUS }],
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Memory',
        description: 'Memory of the node. Less than its likes have: a module is gone.',
        unit: MetricUnit.BYTES,
        queries: [{ expr: `max(${bytes('MemTotal')})` }],
      }),
    ),
    sized(
      8,
      9,
      timeseries({
        title: 'CPU by mode',
        description:
          'Share of all CPUs by what they do. Much `iowait`: a disk is slow; much `system` or `softirq`: the kernel works, mostly for the network; `steal`: the host has promised too much.',
        unit: MetricUnit.RATIO,
        min: 0,
        max: 1,
        stacked: true,
        queries: [
          {
            expr: `sum by (mode) (${rateOf('instance:node_cpu_seconds_total:sum', 'mode!="idle"')}) / on () group_left () ${CPUS}`,
            legend: '{{mode}}',
          },
        ],
      }),
    ),
    sized(
      8,
      9,
      timeseries({
        title: 'Load',
        description:
          'Tasks that run or wait for CPU or disk, and the number of CPUs. Above that for long: jobs share CPUs, or a mount hangs.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [
          { expr: of('node_load1'), legend: '1 minute' },
          { expr: of('node_load15'), legend: '15 minutes' },
          { expr: CPUS, legend: 'CPUs' },
        ],
      }),
    ),
    sized(
      8,
      9,
      timeseries({
        title: 'Pressure',
        description:
          'Share of the time in which some task waited for a resource, or (stalled) every task did. Stalls of memory: the node stands still.',
        unit: MetricUnit.RATIO,
        min: 0,
        queries: [
          { expr: rateOf('node_pressure_cpu_waiting_seconds_total'), legend: 'CPU' },
          { expr: rateOf('node_pressure_memory_waiting_seconds_total'), legend: 'memory' },
          { expr: rateOf('node_pressure_memory_stalled_seconds_total'), legend: 'memory, stalled' },
          { expr: rateOf('node_pressure_io_waiting_seconds_total'), legend: 'disk' },
          { expr: rateOf('node_pressure_io_stalled_seconds_total'), legend: 'disk, stalled' },
        ],
      }),
    ),
    sized(
      8,
      9,
      timeseries({
        title: 'Memory by use',
        description: 'What the memory of the node is used for. Page cache can be dropped, shared memory and the kernel’s own mostly not.',
        unit: MetricUnit.BYTES,
        min: 0,
        stacked: true,
        queries: [
          { expr: PROGRAMS, legend: 'programs' },
          { expr: bytes('Shmem'), legend: 'shared memory and tmpfs' },
          { expr: bytes('Slab'), legend: 'kernel' },
          { expr: `${bytes('Cached')} + ${bytes('Buffers')} - ${bytes('Shmem')}`, legend: 'page cache' },
          { expr: bytes('MemFree'), legend: 'free' },
        ],
      }),
    ),
    sized(
      8,
      9,
      timeseries({
        title: 'Swapping and page faults',
        description:
          'Pages moved from and to swap, page faults that had to read a disk, and programs killed for want of memory, each second. Many: the node is short of memory.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          { expr: rateOf('node_vmstat_pswpin'), legend: 'from swap' },
          { expr: rateOf('node_vmstat_pswpout'), legend: 'to swap' },
          { expr: rateOf('node_vmstat_pgmajfault'), legend: 'faults that read a disk' },
          { expr: rateOf('node_vmstat_oom_kill'), legend: 'killed' },
        ],
      }),
    ),
    sized(
      8,
      9,
      timeseries({
        title: 'Processes',
        description: 'Tasks that run or could, and tasks that wait for a disk or a mount. The latter for long: a file system hangs.',
        unit: MetricUnit.COUNT,
        min: 0,
        queries: [
          { expr: of('node_procs_running'), legend: 'running' },
          { expr: of('node_procs_blocked'), legend: 'waiting for a disk' },
        ],
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'Temperatures',
        description:
          'The hottest sensor of each chip. CPUs slow down from about 95 °C on, and feed their GPUs more slowly: look at fans and inlet.',
        unit: MetricUnit.CELSIUS,
        queries: [{ expr: `max by (chip) (${of('node_hwmon_temp_celsius')})`, legend: '{{chip}}' }],
        thresholds: highIsBad(85, 95),
        showThresholds: true,
        noValue: 'no sensors: a virtual machine',
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'Clock',
        description:
          'Distance of the clock from its reference, and how wrong it may be at most. Rising without end: the time service does not run.',
        unit: MetricUnit.SECONDS,
        queries: [
          { expr: of('node_timex_offset_seconds'), legend: 'offset' },
          { expr: of('node_timex_maxerror_seconds'), legend: 'wrong at most' },
        ],
      }),
    ),
  ],
});
