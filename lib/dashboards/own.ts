/**
 * The vocabulary for dashboards of your own: rows of panels, in the words in which the dashboards of this package are written. What is made
 * of it looks like them, has the same menu, data source and choice of the cluster, and is checked as they are.
 */
import { type Dashboard, requireUid } from '../common/dashboard';
import { dnsName } from '../common/names';
import { dashboardText } from './render';
import { type DashboardParts, dashboard as parts, type Select } from './vocabulary';
import { anySource, apiServer, cadvisor, controller, coreDns, gpu, host, kubelet, kubeState, ofJob, slurm } from './vocabulary/selectors';

/** What makes up a dashboard of your own. */
export interface OwnDashboardParts extends DashboardParts {
  /** Short name, a DNS label: names files and objects. */
  readonly name: string;
}

/**
 * A dashboard of your own, for `dashboards` of the pipeline, `grafana.show` and `DashboardConfigMaps`.
 *
 * @throws InvalidOptionError when name or uid cannot be one, titles of panels repeat, or a size does not fit
 */
export function dashboard({ name, ...own }: OwnDashboardParts): Dashboard {
  const where = `dashboard ${own.uid}`;
  requireUid(where, own.uid);
  return { uid: own.uid, name: dnsName(where, 'name', name), title: own.title, json: dashboardText(parts(own)) };
}

/** Selectors of the pipeline's sources in the chosen cluster: `select.gpu('DCGM_FI_DEV_GPU_TEMP', 'gpu="0"')`. */
export const select = {
  /** Any other job: `select.job('ib-exporter')('ib_link_up')`. */
  job: (job: string, ...always: readonly string[]): Select => ofJob(job, ...always),
  /** SLURM: nodes, jobs, controller. */
  slurm,
  /** GPUs. */
  gpu,
  /** Hosts: node-exporter. */
  host,
  /** The kubelet's own page. */
  kubelet,
  /** Containers. */
  cadvisor,
  /** Objects of Kubernetes. */
  kubeState,
  /** Soperator's manager. */
  controller,
  /** The API server, where it is scraped. */
  apiServer,
  /** CoreDNS, where it is scraped. */
  coreDns,
  /** Any source: for `up` and what the agent says of scrapes. */
  any: anySource,
} as const;

export { MetricUnit } from '../common/metric-family';
export {
  ANY_IS_BAD,
  ANY_IS_WORTH_A_LOOK,
  anyOf,
  barGauge,
  Colour,
  type Column,
  chosen,
  type DashboardParts,
  DashboardUid,
  type DataLink,
  DisplayUnit,
  eachGpu,
  heatmap,
  highIsBad,
  hostsOfWorkers,
  type LinkVariables,
  largest,
  linkTo,
  lowIsBad,
  type Mapping,
  NEUTRAL,
  newEvents,
  ofColumn,
  ofLabel,
  ofVariable,
  oneOf,
  type PanelJson,
  type PanelParts,
  type PanelUnit,
  type Query,
  type QueryVariable,
  type Row,
  type Select,
  type SizedPanel,
  type State,
  type StateTimelineParts,
  type StatParts,
  type Step,
  sized,
  smallest,
  stat,
  stateTimeline,
  type TableParts,
  type TextParts,
  type Thresholds,
  type TimeseriesParts,
  table,
  text,
  textBox,
  timeseries,
  toCluster,
  toGpu,
  toJob,
  toWorker,
  toWorkerDetails,
  type VariableModel,
  type WorkerMatcher,
  withHost,
  withNodeName,
} from './vocabulary';
