import { nodeVariable } from '../nodes';
import { type DashboardDefinition, DashboardUid, dashboard, kubelet } from '../vocabulary';
import { fleet } from './fleet';
import { health } from './health';
import { node } from './node';
import { worst } from './worst';

/** Whether the kubelets start and keep pods as they should: all of them first, then one. */
export const KUBELET: DashboardDefinition = {
  uid: DashboardUid.KUBELET,
  name: 'kubelet',
  title: 'Kubelet',
  build: () =>
    dashboard({
      uid: DashboardUid.KUBELET,
      title: 'Kubelet',
      description: 'Whether the kubelets start and keep pods as they should. The last row is about one node.',
      variables: [nodeVariable(kubelet('up'))],
      rows: [health(), ...fleet(), worst(), node()],
    }),
};
