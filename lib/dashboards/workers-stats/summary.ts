import { MetricUnit } from '../../common/metric-family';
import { NODE_STATES, stateNumbers } from '../node-states';
import {
  ANY_IS_BAD,
  ANY_IS_WORTH_A_LOOK,
  anySource,
  highIsBad,
  ofVariable,
  type Row,
  type SizedPanel,
  type StatParts,
  sized,
  stat,
  toCluster,
  toWorker,
} from '../vocabulary';
import { toHost } from './links';
import { CPUS, everyGpu, hostGpus, NO_GPUS, onHost, rateOf, THE_WORKER } from './selectors';

/** Bits of the reasons that mean trouble: slowed by hardware, by software for heat, by hardware for heat, by the power supply. */
const HARMFUL_REASONS = [0x8, 0x20, 0x40, 0x80];

const slowed = HARMFUL_REASONS.map((bit) => `floor(${everyGpu('DCGM_FI_DEV_CLOCK_THROTTLE_REASONS')} / ${bit}) % 2`).join(' + ');
/** Pages of the host by what tells them apart; a target whose other labels change is still the same one. */
const pages = (up: string): string => `by (job, metrics_path) (${up})`;
const up = anySource('up', 'instance="$node"');
/** Pages that were scraped within the range and do not answer now, or are not even found any more. */
const failing = `count(count ${pages(`last_over_time(${up}[$__range])`)}) - (sum(max ${pages(up)}) or vector(0))`;
const temperatures = hostGpus('DCGM_FI_DEV_GPU_TEMP');
const portStates = onHost('node_infiniband_state_id');
/** Fullness of what can be written to; a read-only image is always full. */
const fullness = `1 - ${onHost('node_filesystem_avail_bytes')} / (${onHost('node_filesystem_size_bytes')} > 0) unless ${onHost('node_filesystem_readonly')} == 1`;

/** A number that is painted by what it means. */
const verdict = (parts: StatParts): SizedPanel => sized(4, 4, stat({ ...parts, filled: true }));

/** Whether the worker is well. */
export const SUMMARY: Row = {
  title: 'Is this worker well?',
  panels: [
    verdict({
      title: 'State in SLURM',
      description:
        'What SLURM does with the worker now. Drained and down workers take no jobs: the reason stands below, under "What SLURM says of the worker".',
      unit: MetricUnit.COUNT,
      queries: [{ expr: stateNumbers(NODE_STATES, THE_WORKER) }],
      mappings: NODE_STATES.map(({ value, text, colour }) => ({ value, text, color: colour })),
      noValue: 'not in SLURM',
      links: [toCluster(), toWorker(ofVariable('worker'))],
    }),
    verdict({
      title: 'Scrapes that fail',
      description:
        'Exporters and pages of the kubelet on the host that answered earlier in the time range and do not answer now. While it is red, panels below are blank: look at the pods of the exporters on this host.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: failing }],
      thresholds: ANY_IS_BAD,
      noValue: 'nothing scraped',
      links: [toHost()],
    }),
    verdict({
      title: 'GPUs lost',
      description:
        'GPUs that reported earlier in the time range and no longer do. When red, look for XID 79 in "State of each GPU", then drain the worker and reset or replace the host.',
      unit: MetricUnit.COUNT,
      queries: [
        {
          expr: `count(count by (UUID) (last_over_time(${temperatures}[$__range]))) - (count(count by (UUID) (${temperatures})) or vector(0))`,
        },
      ],
      thresholds: ANY_IS_BAD,
      noValue: NO_GPUS,
    }),
    verdict({
      title: 'GPUs with an XID error',
      description:
        'GPUs whose driver has reported an error; the last one stays until the GPU is reset. Codes such as 13, 31 and 43 come from programs; 48, 74, 79, 94, 95 and 119 mean hardware: drain the worker.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: `sum(${everyGpu('DCGM_FI_DEV_XID_ERRORS')} > bool 0)` }],
      // a faulty program sets it too
      thresholds: ANY_IS_WORTH_A_LOOK,
      noValue: NO_GPUS,
    }),
    verdict({
      title: 'GPUs slowed down',
      description:
        'GPUs whose clocks are held back by heat or by the power supply. The usual power cap under load does not count. When orange, compare temperature and power below with those of other workers.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: `sum((${slowed}) > bool 0)` }],
      thresholds: ANY_IS_WORTH_A_LOOK,
      noValue: NO_GPUS,
    }),
    verdict({
      title: 'InfiniBand ports lost',
      description:
        'Ports that were active earlier in the time range and are not now. Ports that nobody uses do not count. When red, jobs over several workers hang or fail: drain the worker and check cable and switch.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: `sum((max_over_time(${portStates}[$__range]) == bool 4) * (${portStates} != bool 4))` }],
      thresholds: ANY_IS_BAD,
      noValue: 'no InfiniBand data',
    }),
    verdict({
      title: 'Mean GPU utilisation',
      description:
        'Share of time in which kernels ran, over all GPUs of the host. Neither good nor bad by itself: 0 while a job holds the GPUs is worth a question to its owner.',
      unit: MetricUnit.PERCENT,
      decimals: 0,
      queries: [{ expr: `avg(${everyGpu('DCGM_FI_DEV_GPU_UTIL')})` }],
      noValue: NO_GPUS,
    }),
    verdict({
      title: 'Hottest GPU',
      description:
        'Temperature of the hottest GPU. When red it is about to slow down: check cooling, and whether its neighbours are as hot.',
      unit: MetricUnit.CELSIUS,
      queries: [{ expr: `max(${temperatures})` }],
      // data-centre GPUs slow down between 87 and 95 degrees
      thresholds: highIsBad(80, 87),
      noValue: NO_GPUS,
    }),
    verdict({
      title: 'CPU in use',
      description: 'Share of all CPUs of the host that did something. Neither good nor bad by itself; compare with what jobs hold.',
      unit: MetricUnit.RATIO,
      decimals: 0,
      queries: [{ expr: `1 - sum(${rateOf('instance:node_cpu_seconds_total:sum', 'mode="idle"')}) / ${CPUS}` }],
      links: [toHost()],
    }),
    verdict({
      title: 'Memory in use',
      description:
        'Memory of the host that programs cannot get any more; caches count as free. When red, the kernel is about to kill programs: see which job asked for too little memory.',
      unit: MetricUnit.RATIO,
      decimals: 0,
      queries: [{ expr: `1 - ${onHost('node_memory_MemAvailable_bytes')} / ${onHost('node_memory_MemTotal_bytes')}` }],
      // the kernel begins to search for victims when a few percent are left
      thresholds: highIsBad(0.9, 0.95),
      links: [toHost()],
    }),
    verdict({
      title: 'Fullest file system',
      description:
        'Share used of the fullest file system that can be written to. When red, writes of jobs and images fail soon: the mount is named in "File systems now".',
      unit: MetricUnit.RATIO,
      decimals: 0,
      queries: [{ expr: `max(${fullness})` }],
      // the kubelet evicts pods at 85 to 90 percent
      thresholds: highIsBad(0.8, 0.9),
      links: [toHost()],
    }),
    verdict({
      title: 'Programs killed for memory',
      description:
        'Programs that the kernel of the host killed for want of memory within the time range. When orange, see which job ran then, and have it ask for more memory.',
      unit: MetricUnit.COUNT,
      queries: [{ expr: `round(increase(${onHost('node_vmstat_oom_kill')}[$__range]))` }],
      // a job that overruns its own limit kills only itself
      thresholds: ANY_IS_WORTH_A_LOOK,
      links: [toHost()],
    }),
  ],
};
