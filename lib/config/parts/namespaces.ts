import type { PipelineNamespaces } from '../../../charts/options';
import { PodSecurityLevel } from '../../common/namespaces';
import { option, part } from '../option';
import { choice, dnsLabel, list } from '../values';

/** The namespaces. */
export const namespaces = part<PipelineNamespaces>('Namespaces. Every part takes its own from here unless it is given one.', {
  monitoring: option(dnsLabel('monitoring-system'), 'Agent, store, view, operator and kube-state-metrics.', {
    default: 'monitoring-system',
  }),
  slurm: option(dnsLabel('soperator'), 'The SLURM cluster, with the exporters that belong to it.', { default: 'soperator' }),
  soperatorSystem: option(dnsLabel('soperator-system'), "Soperator's manager.", { default: 'soperator-system' }),
  nodeExporter: option(dnsLabel('node-exporter-system'), 'The node exporter, apart because it needs the host.', {
    default: 'node-exporter-system',
  }),
  alsoMonitored: option(
    list(dnsLabel('team-a'), 'team-a'),
    'More namespaces in which dashboards are looked for and scrapes of users may find targets. They must exist.',
    { otherwise: 'none', example: ['team-a'] },
  ),
  monitoringPodSecurity: option(choice(Object.values(PodSecurityLevel)), 'Pod Security level of the monitoring namespace.', {
    otherwise: "restricted; privileged when a destination's token is a file of the node; unmanaged where platform is soperator",
    example: PodSecurityLevel.RESTRICTED,
  }),
});
