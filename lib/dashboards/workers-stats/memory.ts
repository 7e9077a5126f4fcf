import { MetricUnit } from '../../common/metric-family';
import { DisplayUnit, type Row, type TimeseriesParts } from '../vocabulary';
import { half, named } from './lines';
import { onHost, rateOf } from './selectors';

/** Kinds of memory by their names in `/proc/meminfo`. */
const kinds = (fields: { readonly [legend: string]: string }): TimeseriesParts['queries'] =>
  named(Object.fromEntries(Object.entries(fields).map(([legend, field]) => [legend, onHost(`node_memory_${field}_bytes`)])));

/** Memory of the host in detail. */
export const MEMORY: Row = {
  title: 'Memory of the host',
  collapsed: true,
  panels: [
    half({
      title: 'Memory by last use',
      description:
        'Memory used lately (active) and not (inactive), of programs and of the cache of files. Active memory of programs close to all memory: the host needs every byte and will soon swap or kill.',
      unit: MetricUnit.BYTES,
      min: 0,
      stacked: true,
      queries: kinds({
        'active, programs': 'Active_anon',
        'active, files': 'Active_file',
        'inactive, programs': 'Inactive_anon',
        'inactive, files': 'Inactive_file',
      }),
    }),
    half({
      title: 'Memory promised to programs',
      description:
        'What programs asked for, used or not, and what may be promised under strict accounting. Above the limit is usual, for most hosts promise more than they have; far above it and rising: something leaks.',
      unit: MetricUnit.BYTES,
      min: 0,
      queries: kinds({ promised: 'Committed_AS', limit: 'CommitLimit' }),
    }),
    half({
      title: 'Memory of programs',
      description:
        'Memory of programs, files mapped into it, and shared memory, each with what of it is in large pages. Growing shared memory without a job: files left behind in /dev/shm.',
      unit: MetricUnit.BYTES,
      min: 0,
      queries: kinds({
        programs: 'AnonPages',
        'programs, large pages': 'AnonHugePages',
        'mapped files': 'Mapped',
        shared: 'Shmem',
        'shared, large pages': 'ShmemHugePages',
        'shared, mapped as large pages': 'ShmemPmdMapped',
      }),
    }),
    half({
      title: 'Memory of the kernel',
      description:
        'Stacks, data of each CPU, and memory of vmalloc. All address space of vmalloc is left out: it is terabytes on every host and says nothing. Steady growth: a driver leaks, restart the host.',
      unit: MetricUnit.BYTES,
      min: 0,
      queries: kinds({
        stacks: 'KernelStack',
        'each CPU': 'Percpu',
        vmalloc: 'VmallocUsed',
        // 0 on newer kernels
        'vmalloc, largest free piece': 'VmallocChunk',
      }),
    }),
    half({
      title: 'Cache yet to be written',
      description:
        'Changed files in memory that wait for a disk or a server, and those on their way. Steadily high: the disk or the file server behind is too slow, and a crash loses as much.',
      unit: MetricUnit.BYTES,
      min: 0,
      queries: kinds({
        waiting: 'Dirty',
        'being written': 'Writeback',
        'being written, FUSE': 'WritebackTmp',
        // 0 on newer kernels
        'not yet stored by NFS': 'NFS_Unstable',
      }),
    }),
    half({
      title: 'Kills for want of memory',
      description:
        'Programs that the kernel killed, by when; a kill shows for a few minutes. See which job ran at that time, and have it ask for more memory.',
      unit: MetricUnit.COUNT,
      min: 0,
      bars: true,
      queries: [{ expr: `round(increase(${onHost('node_vmstat_oom_kill')}[$__rate_interval]))`, legend: 'kills' }],
    }),
    half({
      title: 'Pages in and out',
      description:
        'What the kernel reads from and writes to disks to fill and to empty memory, files and swap together. High without a job that works on files: the host is short of memory.',
      unit: MetricUnit.BYTES_PER_SECOND,
      min: 0,
      queries: named({
        // the kernel counts KiB
        in: `${rateOf('node_vmstat_pgpgin')} * 1024`,
        out: `${rateOf('node_vmstat_pgpgout')} * 1024`,
      }),
    }),
    half({
      title: 'Page faults',
      description:
        'Pages that had to be found when a program touched them: in memory (minor) or on disk (major). Many major ones: programs wait for disks because memory is short.',
      unit: DisplayUnit.PER_SECOND,
      min: 0,
      queries: named({
        minor: `${rateOf('node_vmstat_pgfault')} - ${rateOf('node_vmstat_pgmajfault')}`,
        major: rateOf('node_vmstat_pgmajfault'),
      }),
    }),
  ],
};
