/** Families that kube-state-metrics exposes, with the reason why they are worth their series. */
export interface AllowedFamilies {
  /** What they are for. */
  readonly why: string;
  /** Names, or regular expressions over whole names. */
  readonly families: readonly string[];
}

/** What is kept of pods. */
export const POD_FAMILIES: readonly AllowedFamilies[] = [
  {
    why: 'where a pod runs, since when, and under which addresses: joins of nodes, workers and jobs',
    families: ['kube_pod_info', 'kube_pod_created', 'kube_pod_ips'],
  },
  { why: 'whether a pod is up, and why not', families: ['kube_pod_status_phase', 'kube_pod_status_ready', 'kube_pod_status_reason'] },
  {
    why: 'what became of its containers',
    families: [
      'kube_pod_container_status_running',
      'kube_pod_container_status_waiting',
      'kube_pod_container_status_waiting_reason',
      'kube_pod_container_status_terminated',
      'kube_pod_container_status_terminated_reason',
      'kube_pod_container_status_last_terminated_exitcode',
      'kube_pod_container_status_last_terminated_reason',
      'kube_pod_container_status_restarts_total',
    ],
  },
  {
    why: 'what it asked for, to compare with what it uses',
    families: ['kube_pod_container_resource_requests', 'kube_pod_container_resource_limits'],
  },
  { why: 'which volume a full disk belongs to', families: ['kube_pod_spec_volumes_persistentvolumeclaims_info'] },
];

/** What is kept of nodes, with the option `nodeMetrics`. */
export const NODE_FAMILIES: readonly AllowedFamilies[] = [
  { why: 'what a node is, and which labels place it', families: ['kube_node_info', 'kube_node_labels'] },
  { why: 'whether it takes work', families: ['kube_node_status_condition', 'kube_node_spec_unschedulable', 'kube_node_spec_taint'] },
  { why: 'how much of it there is', families: ['kube_node_status_allocatable', 'kube_node_status_capacity'] },
];

/** Labels of nodes that `kube_node_labels` shows, with the option `nodeMetrics`. */
export const NODE_LABELS: readonly string[] = [
  'nebius.com/driverful',
  'nebius.com/gpu',
  'nebius.com/gpu-name',
  'nebius.com/node-group-id',
  'nebius.com/nvlink-instance-group',
  'nebius.com/resource-preset',
  'slurm.nebius.ai/nodeset',
  'slurm.nebius.ai/nodeset-name',
  'slurm.nebius.ai/workload',
  'topology.nebius.com/nvl-instance-group-id',
];
