import { anyOf, type DashboardDefinition, DashboardUid, dashboard, kubeState } from '../vocabulary';
import { apiServers } from './api-server';
import { nameServers } from './core-dns';
import { health } from './health';
import { pods } from './pods';
import { resources } from './resources';
import { volumes } from './volumes';

/** Whether what runs beside the jobs is in order: pods, containers, what they ask for, volumes. */
export const KUBERNETES_SYSTEM: DashboardDefinition = {
  uid: DashboardUid.KUBERNETES_SYSTEM,
  name: 'kubernetes-system',
  title: 'Kubernetes system',
  build: ({ apiServer = false, coreDns = false }) =>
    dashboard({
      uid: DashboardUid.KUBERNETES_SYSTEM,
      title: 'Kubernetes system',
      description: 'Whether pods, containers and volumes are in order, of the system, of Soperator and of this pipeline.',
      variables: [
        anyOf({
          name: 'namespace',
          label: 'Namespace',
          description: 'Namespaces that are shown; all unless some are chosen',
          series: kubeState('kube_pod_info'),
          of: 'namespace',
        }),
      ],
      rows: [health(), ...pods(), resources(), volumes(), ...(apiServer ? apiServers() : []), ...(coreDns ? [nameServers()] : [])],
    }),
};
