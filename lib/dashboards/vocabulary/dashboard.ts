import { DashboardBuilder, DashboardCursorSync, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { JobAttribution } from './attribution';
import type { DashboardJson } from './json';
import { layOut, type Row } from './layout';
import { dashboardMenu } from './links';
import { DASHBOARD_TAG, type DashboardUid } from './uids';
import { clusterVariable, datasourceVariable } from './variables';

/** What dashboards need to know of the pipeline that they show. */
export interface DashboardOptions {
  /** How series of GPUs find their job. */
  readonly jobAttribution: JobAttribution;
  /** Whether the VictoriaMetrics operator is scraped; panels about it are left out otherwise. @default true */
  readonly operator?: boolean;
  /** Whether the API server is scraped; rows about it are left out otherwise. @default false */
  readonly apiServer?: boolean;
  /** Whether CoreDNS is scraped; rows about it are left out otherwise. @default false */
  readonly coreDns?: boolean;
}

/** A dashboard before it knows its pipeline. */
export interface DashboardDefinition {
  /** Identity: `soperator-metrics-` and the name. */
  readonly uid: string;
  /** Short name, a DNS label: names files, objects and the option that leaves it out. */
  readonly name: string;
  /** What stands above it. */
  readonly title: string;
  /** Makes it. The same options give the same dashboard. */
  build(options: DashboardOptions): DashboardJson;
}

/** What makes up one dashboard; the rest is the same on all of them. */
export interface DashboardParts {
  readonly uid: DashboardUid | string;
  readonly title: string;
  /** What it is for, in a sentence or two. */
  readonly description: string;
  /** Variables beyond the data source and the cluster, in the order of the page. @default - none */
  readonly variables?: readonly VariableModel[];
  /** Rows from top to bottom. The first one tells in five seconds whether all is well. */
  readonly rows: readonly Row[];
  /** How far back it looks at first. @default '3h': longer ranges of every GPU of a big cluster take the store many seconds */
  readonly range?: string;
  /** How often it asks again. @default '1m' */
  readonly refresh?: string;
}

/** A dashboard with what all have in common: data source, cluster, menu, tag, shared cross-hair. */
export function dashboard(parts: DashboardParts): DashboardJson {
  const built = new DashboardBuilder(parts.title)
    .uid(parts.uid)
    .description(parts.description)
    .tags([DASHBOARD_TAG])
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: `now-${parts.range ?? '3h'}`, to: 'now' })
    .refresh(parts.refresh ?? '1m')
    .build();
  return {
    ...built,
    templating: { list: [datasourceVariable(), clusterVariable(), ...(parts.variables ?? [])] },
    links: [dashboardMenu()],
    panels: layOut(parts.uid, parts.rows),
  };
}
