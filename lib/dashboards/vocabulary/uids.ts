/** The dashboards that others link to. A uid is part of addresses that people keep: it does not change. */
export enum DashboardUid {
  CLUSTER_HEALTH = 'soperator-metrics-cluster-health',
  JOBS_OVERVIEW = 'soperator-metrics-jobs-overview',
  WORKERS_OVERVIEW = 'soperator-metrics-workers-overview',
  WORKER_DETAILS = 'soperator-metrics-workers-stats',
  GRAFANA = 'soperator-metrics-grafana',
  KUBELET = 'soperator-metrics-kubelet',
  KUBERNETES_SYSTEM = 'soperator-metrics-kubernetes-system',
  NODE_EXPORTER = 'soperator-metrics-node-exporter',
  VICTORIAMETRICS = 'soperator-metrics-victoriametrics',
}

/** Tag of every dashboard of this package; links between them go by it. */
export const DASHBOARD_TAG = 'soperator-metrics';
