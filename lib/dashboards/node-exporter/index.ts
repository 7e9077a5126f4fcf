import { nodeVariable } from '../nodes';
import { type DashboardDefinition, DashboardUid, dashboard, host } from '../vocabulary';
import { fleet } from './fleet';
import { health } from './health';
import { disks } from './node-disks';
import { network } from './node-network';
import { machine } from './node-summary';
import { worst } from './worst';

/** Whether the machines are well: all of them first, then one. */
export const NODE_EXPORTER: DashboardDefinition = {
  uid: DashboardUid.NODE_EXPORTER,
  name: 'node-exporter',
  title: 'Node Exporter',
  build: () =>
    dashboard({
      uid: DashboardUid.NODE_EXPORTER,
      title: 'Node Exporter',
      description: 'Whether the machines are well: all nodes first, then the one that is chosen, whatever SLURM and Kubernetes say of it.',
      variables: [nodeVariable(host('up'))],
      rows: [health(), fleet(), worst(), machine(), disks(), network()],
    }),
};
