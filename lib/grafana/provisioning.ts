import type { Duration } from 'cdk8s';
import { stringify } from 'yaml';
import { prometheusDuration } from '../common/units';
import type { IQueryable } from '../scrape/destination';

/** Where the sidecar writes dashboards. */
export const DASHBOARDS = '/var/lib/grafana-dashboards';
/** Where Grafana looks for what it is provisioned with. */
export const PROVISIONING = '/etc/grafana/provisioning';

/** The file that tells Grafana to show every dashboard of a directory, and to look again every half minute. */
export function dashboardProvider(): string {
  return stringify({
    apiVersion: 1,
    providers: [
      {
        name: 'dashboards',
        orgId: 1,
        type: 'file',
        disableDeletion: false,
        allowUiUpdates: true,
        updateIntervalSeconds: 30,
        options: { path: DASHBOARDS, foldersFromFilesStructure: true },
      },
    ],
  });
}

/** What becomes a data source. */
export interface DatasourceOptions {
  /** Step below which graphs do not go. */
  readonly minStep: Duration;
  /** Base URL of Loki. @default - none */
  readonly lokiUrl?: string;
  /** Base URL of VictoriaLogs. @default - none */
  readonly victoriaLogsUrl?: string;
}

/** The file with the data sources. The first store is the default, under the uid that dashboards expect. */
export function datasources(stores: readonly IQueryable[], options: DatasourceOptions): string {
  const common = { access: 'proxy', editable: false };
  return stringify({
    apiVersion: 1,
    datasources: [
      ...stores.map(({ queryUrl }, index) => ({
        name: index === 0 ? 'VictoriaMetrics' : `VictoriaMetrics ${index + 1}`,
        uid: index === 0 ? 'VictoriaMetrics' : `VictoriaMetrics${index + 1}`,
        // the store speaks Prometheus' API, so Grafana's own plugin is enough and nothing is downloaded
        type: 'prometheus',
        url: queryUrl,
        isDefault: index === 0,
        jsonData: { httpMethod: 'POST', timeInterval: prometheusDuration(options.minStep) },
        ...common,
      })),
      ...(options.lokiUrl ? [{ name: 'Loki', uid: 'Loki', type: 'loki', url: options.lokiUrl, ...common }] : []),
      ...(options.victoriaLogsUrl
        ? [{ name: 'VictoriaLogs', uid: 'VictoriaLogs', type: 'victoriametrics-logs-datasource', url: options.victoriaLogsUrl, ...common }]
        : []),
    ],
  });
}
