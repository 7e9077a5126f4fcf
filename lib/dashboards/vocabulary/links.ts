import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARD_TAG, DashboardUid } from './uids';

/** A link from a value to where more is known about it. */
export interface DataLink {
  readonly title: string;
  readonly url: string;
}

/** Variables that a link sets on the page it leads to, by name, each with what stands for its value. */
export interface LinkVariables {
  readonly [variable: string]: string;
}

/** What Grafana fills in when somebody clicks. */
const macro = (name: string): string => `\${${name}}`;

/** The value of a label of the series that was clicked. */
export const ofLabel = (label: string): string => macro(`__field.labels.${label}:percentencode`);

/** The value of a column in the row that was clicked, by the column's title. */
export const ofColumn = (title: string): string => macro(`__data.fields["${title}"]:percentencode`);

/** The value of a variable of the page that is left. */
export const ofVariable = (variable: string): string => macro(`${variable}:percentencode`);

/** A link to another dashboard. The time range, the data source and the cluster go along. */
export function linkTo(uid: DashboardUid | string, title: string, variables: LinkVariables = {}): DataLink {
  const kept = ['__url_time_range', 'datasource:queryparam', 'cluster:queryparam'].map(macro);
  const set = Object.entries(variables).map(([name, value]) => `var-${name}=${value}`);
  return { title, url: `/d/${uid}?${[...kept, ...set].join('&')}` };
}

/** From anywhere back to the cluster. */
export const toCluster = (): DataLink => linkTo(DashboardUid.CLUSTER_HEALTH, 'Cluster health');

/** To one job, by its number. */
export const toJob = (jobId: string): DataLink => linkTo(DashboardUid.JOBS_OVERVIEW, 'Job', { job_id: jobId });

/** To one worker among the others, by the name of its SLURM node. */
export const toWorker = (nodeName: string): DataLink => linkTo(DashboardUid.WORKERS_OVERVIEW, 'Worker', { worker: nodeName });

/** To all that is known of one worker. */
export const toWorkerDetails = (nodeName: string): DataLink =>
  linkTo(DashboardUid.WORKER_DETAILS, 'Worker in detail', { worker: nodeName });

/** To one GPU of a worker, by its index. */
export const toGpu = (nodeName: string, index: string): DataLink =>
  linkTo(DashboardUid.WORKER_DETAILS, 'GPU', { worker: nodeName, gpu: index });

/** The menu of all dashboards that stands above each of them. Variables that two pages share keep their values. */
export function dashboardMenu(): DashboardLink {
  return new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([DASHBOARD_TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
    .build();
}
