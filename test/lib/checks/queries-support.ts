import { Duration } from 'cdk8s';
import { queryContract } from '../../../lib/checks/query-contract';
import type { JsonObject, KubeObject } from '../../../lib/checks/tree';
import { type MetricCatalog, type MetricFamily, MetricType, MetricUnit } from '../../../lib/common/metric-family';
import type { RelabelRule } from '../../../lib/scrape/relabel-rule';
import type { ScrapeTarget } from '../../../lib/scrape/scrape-target';
import { collector, findings, kube, type Scene, target, URL_OF_STORE } from './support';

const family = (name: string, type: MetricType, unit: MetricUnit, labels: MetricFamily['labels'] = {}): MetricFamily => ({
  name,
  type,
  unit,
  labels,
  help: 'Something',
});

/** What the source of the tests exposes. */
export const WEB: MetricCatalog = {
  name: 'web',
  families: [
    family('requests_total', MetricType.COUNTER, MetricUnit.COUNT, { code: { values: ['200', '500'] }, handler: {} }),
    family('memory_bytes', MetricType.GAUGE, MetricUnit.BYTES, { area: {} }),
    family('busy_ratio', MetricType.GAUGE, MetricUnit.RATIO),
    family('boot_time_seconds', MetricType.GAUGE, MetricUnit.TIMESTAMP),
    family('latency_seconds', MetricType.HISTOGRAM, MetricUnit.SECONDS, { handler: {} }),
    family('web_info', MetricType.INFO, MetricUnit.COUNT, { version: {}, commit: { optional: true } }),
    family('limits', MetricType.GAUGE, MetricUnit.COUNT, { resource: {}, unit: { values: ['core', 'byte'] } }),
  ],
};

/** A target with that catalog. */
export function web(fields: Partial<ScrapeTarget> = {}): ScrapeTarget {
  return target({ endpoints: [{ port: 'metrics', catalog: WEB }], scrapeInterval: Duration.seconds(30), ...fields });
}

/** The file that provisions a Grafana with the store and with logs. */
export const DATASOURCES: KubeObject = kube('ConfigMap', 'provisioning', {
  data: {
    'datasources.yaml': [
      'apiVersion: 1',
      'datasources:',
      '  - name: VictoriaMetrics',
      '    uid: VictoriaMetrics',
      '    type: prometheus',
      '    url: http://vmsingle-main.apps.svc:8429',
      '    isDefault: true',
      '    jsonData: { timeInterval: 30s }',
      '  - name: Loki',
      '    uid: Loki',
      '    type: loki',
      '    url: http://loki.apps.svc',
    ].join('\n'),
  },
});

/** A store of the tree, and an agent of the collector that calls its cluster `one`. */
export const STORE: readonly KubeObject[] = [
  kube('VMSingle', 'main', { spec: {} }),
  kube(
    'VMAgent',
    'main',
    { spec: { externalLabels: { cluster: 'one' }, remoteWrite: [{ url: URL_OF_STORE }] } },
    { path: 'agent/VMAgent' },
  ),
];

/** A ConfigMap with a dashboard `Web`. */
export function dashboard(json: JsonObject, title = 'Web'): KubeObject {
  return kube(
    'ConfigMap',
    title.toLowerCase(),
    { data: { [`${title.toLowerCase()}.json`]: JSON.stringify({ title, ...json }) } },
    { labels: { grafana_dashboard: '1' } },
  );
}

/** A panel `Load` with queries. */
export function panel(expr: string | readonly string[], fields: JsonObject = {}): JsonObject {
  const targets = [expr].flat().map((text, index) => ({ refId: 'ABCDEF'[index] ?? '', expr: text }));
  return { type: 'timeseries', title: 'Load', targets, ...fields };
}

/** A panel with a legend. */
export function withLegend(expr: string, legendFormat: string): JsonObject {
  return panel(expr, { targets: [{ refId: 'A', expr, legendFormat }] });
}

/** What is found in a dashboard with some panels, where {@link web} is scraped into the store that Grafana reads. */
export function inPanels(
  panels: readonly JsonObject[],
  { objects = [], collectors = [collector([web()], URL_OF_STORE)] }: Scene = {},
): string[] {
  return findings(queryContract, { objects: [...STORE, DATASOURCES, dashboard({ panels }), ...objects], collectors });
}

/** What is found about one query, without where it is. */
export function about(expr: string, fields: JsonObject = {}): string[] {
  return inPanels([panel(expr, fields)]).map((text) => text.replace('[ConfigMap/web] dashboard "Web", panel "Load" ', ''));
}

/** What is found about one query, where rules or other fields change the target. */
export function afterRules(expr: string, fields: Partial<ScrapeTarget>, ...sent: readonly RelabelRule[]): string[] {
  const one = collector([web(fields)], URL_OF_STORE);
  const [destination] = one.destinations;
  Object.defineProperty(one, 'destinations', { value: [{ ...destination, relabelConfigs: sent }] });
  return inPanels([panel(expr)], { collectors: [one] }).map((text) => text.replace('[ConfigMap/web] dashboard "Web", panel "Load" ', ''));
}
