/**
 * The dashboards, built from one vocabulary.
 *
 * To add one: copy `cluster-health/`, give it a uid in `vocabulary/uids.ts`, and add it to the list below. A dashboard is rows of panels;
 * `vocabulary/` has the kinds of panels, the selectors of each source (`gpu('DCGM_FI_DEV_GPU_TEMP')`), variables, units, thresholds,
 * colours, links, and the ways in which series of GPUs find their job. Titles are unique on a page: the number of a panel comes from its
 * title, so that addresses of single panels survive its neighbours.
 */
import { CLUSTER_HEALTH } from './cluster-health';
import { GRAFANA } from './grafana';
import { JOBS_OVERVIEW } from './jobs-overview';
import { KUBELET } from './kubelet';
import { KUBERNETES_SYSTEM } from './kubernetes-system';
import { NODE_EXPORTER } from './node-exporter';
import { VICTORIAMETRICS } from './victoriametrics';
import type { DashboardDefinition } from './vocabulary';
import { WORKERS_OVERVIEW } from './workers-overview';
import { WORKERS_STATS } from './workers-stats';

/** All dashboards, in the order of the menu. */
export const DASHBOARDS: readonly DashboardDefinition[] = [
  CLUSTER_HEALTH,
  JOBS_OVERVIEW,
  WORKERS_OVERVIEW,
  WORKERS_STATS,
  NODE_EXPORTER,
  KUBELET,
  KUBERNETES_SYSTEM,
  VICTORIAMETRICS,
  GRAFANA,
];

export { chosenDashboards, renderDashboard, renderOnce } from './render';
export {
  type DashboardDefinition,
  type DashboardJson,
  type DashboardOptions,
  type DataLink,
  type FieldConfigJson,
  JobAttribution,
  type OverrideJson,
  type PanelJson,
  type PlacedPanelJson,
  type QueryJson,
  type RowJson,
} from './vocabulary';
