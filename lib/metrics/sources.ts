import type { MetricCatalog } from '../common/metric-family';
import { APISERVER_CATALOG } from './apiserver';
import { COREDNS_CATALOG } from './coredns';
import { DCGM_EXPORTER_CATALOG } from './dcgm-exporter';
import { GRAFANA_CATALOG } from './grafana';
import { KUBE_STATE_METRICS_CATALOG, KUBE_STATE_METRICS_SELF_CATALOG } from './kube-state-metrics';
import { KUBELET_CADVISOR_CATALOG, KUBELET_CATALOG, KUBELET_PROBES_CATALOG, KUBELET_RESOURCE_CATALOG } from './kubelet';
import { NODE_EXPORTER_CATALOG } from './node-exporter';
import { SLURM_EXPORTER_CATALOG, SLURM_EXPORTER_MONITORING_CATALOG } from './slurm-exporter';
import { SOPERATOR_CONTROLLER_CATALOG } from './soperator-controller';
import { VM_OPERATOR_CATALOG } from './vm-operator';
import { VMAGENT_CATALOG } from './vmagent';
import { VMSINGLE_CATALOG } from './vmsingle';

/** A source that the pipeline can have, whether or not it does. */
export interface KnownSource {
  /** The option of the pipeline that it comes with: `slurmExporter`. */
  readonly option: string;
  /** Value of the label `job`. */
  readonly job: string;
  /** Everything that it can expose, by page. */
  readonly catalogs: readonly MetricCatalog[];
  /** Labels of its targets that not every source has. @default - none */
  readonly targetLabels?: readonly string[];
}

/** All sources, so that who misses a metric can be told where it comes from. */
export const KNOWN_SOURCES: readonly KnownSource[] = [
  { option: 'slurmExporter', job: 'slurm-exporter', catalogs: [SLURM_EXPORTER_CATALOG, SLURM_EXPORTER_MONITORING_CATALOG] },
  {
    option: 'dcgmExporter',
    job: 'dcgm-exporter',
    catalogs: [DCGM_EXPORTER_CATALOG],
    targetLabels: ['nvlink_instance_group', 'slurm_nodeset', 'slurm_nodeset_name'],
  },
  { option: 'nodeExporter', job: 'node-exporter', catalogs: [NODE_EXPORTER_CATALOG] },
  {
    option: 'kubelet',
    job: 'kubelet',
    catalogs: [KUBELET_CATALOG, KUBELET_CADVISOR_CATALOG, KUBELET_PROBES_CATALOG, KUBELET_RESOURCE_CATALOG],
    targetLabels: ['metrics_path'],
  },
  { option: 'kubeStateMetrics', job: 'kube-state-metrics', catalogs: [KUBE_STATE_METRICS_CATALOG, KUBE_STATE_METRICS_SELF_CATALOG] },
  { option: 'soperatorController', job: 'soperator-controller', catalogs: [SOPERATOR_CONTROLLER_CATALOG] },
  { option: 'apiServer', job: 'apiserver', catalogs: [APISERVER_CATALOG] },
  { option: 'coreDns', job: 'coredns', catalogs: [COREDNS_CATALOG] },
  { option: 'vmAgent', job: 'vmagent', catalogs: [VMAGENT_CATALOG] },
  { option: 'vmSingle', job: 'vmsingle', catalogs: [VMSINGLE_CATALOG] },
  { option: 'vmOperator', job: 'vm-operator', catalogs: [VM_OPERATOR_CATALOG] },
  { option: 'grafana', job: 'grafana', catalogs: [GRAFANA_CATALOG] },
];
