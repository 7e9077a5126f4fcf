import { anyOf, type DashboardDefinition, DashboardUid, dashboard, gpu, slurm } from '../vocabulary';
import { heatRow } from './heat';
import { guideRow, inventoryRow } from './inventory';
import { jobsRow } from './jobs';
import { healthRow } from './overview';
import { racksRow } from './racks';
import { repairsRow } from './repairs';
import { nodesRow } from './states';
import { usageRow } from './usage';
import { usersRow } from './users';

const TITLE = 'Cluster health';

/** Whether the cluster is well, how well it is used, and by whom. */
export const CLUSTER_HEALTH: DashboardDefinition = {
  uid: DashboardUid.CLUSTER_HEALTH,
  name: 'cluster-health',
  title: TITLE,
  build: ({ jobAttribution }) =>
    dashboard({
      uid: DashboardUid.CLUSTER_HEALTH,
      title: TITLE,
      description: 'Whether the cluster is well, what is broken, how well its GPUs are used, and by whose jobs.',
      variables: [
        anyOf({
          name: 'worker',
          label: 'Worker',
          description: 'SLURM nodes in the lists of problems',
          series: slurm('slurm_node_info'),
          of: 'node_name',
        }),
        anyOf({
          name: 'rack',
          label: 'Rack',
          description: 'Racks in the row Racks; empty where nodes have no label of their rack',
          series: gpu('DCGM_FI_DEV_GPU_UTIL'),
          of: 'slurm_nodeset_name',
        }),
        anyOf({
          name: 'user',
          label: 'User',
          description: 'Whose jobs the rows Jobs and Users show',
          series: slurm('slurm_job_info'),
          of: 'user_name',
        }),
        anyOf({
          name: 'partition',
          label: 'Partition',
          description: 'Partitions of the jobs that the rows Jobs and Users show',
          series: slurm('slurm_job_info'),
          of: 'slurm_partition',
        }),
      ],
      rows: [
        healthRow(),
        inventoryRow(),
        usageRow(),
        nodesRow(),
        repairsRow(),
        heatRow(),
        racksRow(),
        jobsRow(jobAttribution),
        usersRow(jobAttribution),
        guideRow(),
      ],
    }),
};
