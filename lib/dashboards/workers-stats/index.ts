import { type DashboardDefinition, DashboardUid, dashboard } from '../vocabulary';
import { GPU } from './gpu';
import { GPU_HEALTH } from './gpu-health';
import { HOST } from './host';
import { MEMORY } from './memory';
import { NETWORK } from './network';
import { PROTOCOLS } from './protocols';
import { slurmRow } from './slurm';
import { DISKS, FILESYSTEMS } from './storage';
import { SUMMARY } from './summary';
import { CLOCK, SYSTEM } from './system';
import { variables } from './variables';

/** All that is known of one worker: what SLURM does with it, its GPUs, and its host down to the clock. */
export const WORKERS_STATS: DashboardDefinition = {
  uid: DashboardUid.WORKER_DETAILS,
  name: 'workers-stats',
  title: 'Workers stats',
  build: ({ jobAttribution }) =>
    dashboard({
      uid: DashboardUid.WORKER_DETAILS,
      title: 'Workers stats',
      description:
        'One worker in detail. The first row says whether it is well; the rows below say why not, from SLURM over GPUs to disks, network and clock of its host.',
      variables: variables(),
      rows: [SUMMARY, slurmRow(jobAttribution), GPU, HOST, GPU_HEALTH, MEMORY, DISKS, FILESYSTEMS, NETWORK, PROTOCOLS, SYSTEM, CLOCK],
    }),
};
