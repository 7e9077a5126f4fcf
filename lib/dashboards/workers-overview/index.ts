import { gpuPanelsByWorker, xidTable } from '../usage/gpus-by-worker';
import { guide, POINTS } from '../usage/guide';
import { overall } from '../usage/overall';
import { diskStat, quickStats } from '../usage/quick-stats';
import { anyOf, type DashboardDefinition, DashboardUid, dashboard, slurm, type VariableModel } from '../vocabulary';
import { hosts } from './hosts';
import { network } from './network';
import { placement } from './placement';
import { allocation, workerStats } from './state';
import { CHOSEN_WORKERS } from './workers';

const TITLE = 'Workers overview';

const variables = (): VariableModel[] => [
  anyOf({
    name: 'partition',
    label: 'Partition',
    description: 'Partitions of SLURM: workers of others are left out. One without any partition stays',
    series: slurm('slurm_node_partition'),
    of: 'partition',
  }),
  anyOf({
    name: 'worker',
    label: 'Worker',
    description: 'SLURM nodes, whatever they are called',
    series: slurm('slurm_node_info'),
    of: 'node_name',
  }),
];

/** Workers: whether they take jobs, where they run, and what their GPUs and hosts do. */
export const WORKERS_OVERVIEW: DashboardDefinition = {
  uid: DashboardUid.WORKERS_OVERVIEW,
  name: 'workers-overview',
  title: TITLE,
  build: () =>
    dashboard({
      uid: DashboardUid.WORKERS_OVERVIEW,
      title: TITLE,
      description: 'Workers of SLURM, which are its nodes: whether they take jobs, where they run, and what their GPUs and hosts do.',
      variables: variables(),
      rows: [
        { title: 'Are workers well?', panels: workerStats() },
        { title: 'What workers use now', panels: [...quickStats(CHOSEN_WORKERS), diskStat(CHOSEN_WORKERS, 24, 4)] },
        { title: 'Workers', panels: placement() },
        { title: 'What SLURM gives away', panels: allocation() },
        { title: 'All workers together', panels: overall(CHOSEN_WORKERS) },
        { title: 'GPUs by worker', panels: [...gpuPanelsByWorker(CHOSEN_WORKERS), xidTable(CHOSEN_WORKERS, 24, 8)] },
        { title: 'CPU, memory and disks by worker', collapsed: true, panels: hosts() },
        { title: 'Network by worker', collapsed: true, panels: network() },
        guide(
          '**Worker** is a node of SLURM, whatever its name. **Partition** leaves out workers of other partitions, **Worker** all that are not chosen; every panel follows both.',
          'A worker is in one state: down before drained, drained before busy or idle. Reasons are those that SLURM or an administrator wrote.',
          '**Host of each worker over time** has a line for each pair of worker and host: where one line ends and another of the same worker begins, it moved.',
          ...POINTS,
        ),
      ],
    }),
};
