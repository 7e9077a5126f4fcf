import { digest } from '../../common/digest';
import type { MetricCatalog } from '../../common/metric-family';
import type { Datasource } from './datasources';
import type { StoreView } from './store-view';

/** A matcher of the cluster that names one, in JSON: `cluster=\\"one\\"`. A variable in its place means any. */
const NAMED_CLUSTER = /cluster(?:\\")?\s*[=!][=~]?\s*(?:\\"|')(?!\$)/;

/** Digests of catalogs: the pages of all clusters share them. */
const catalogs = new WeakMap<MetricCatalog, string>();

/**
 * All that the verdict about a dashboard depends on. Equal premises give equal verdicts, so that one that is sound need not be judged again:
 * clusters that are rendered together differ in little but their names.
 */
export class Premises {
  private readonly common: string;
  private readonly clusters: string;

  constructor(views: readonly StoreView[], datasources: readonly Datasource[]) {
    const facts = views.map(({ arrivals, minStepMs, unknown }) => ({
      ways: arrivals.ways.map(({ targets, destinationRules, externalLabels = {} }) => ({
        targets,
        destinationRules,
        labels: Object.entries(externalLabels).map(([name, { values }]) => [name, name === 'cluster' ? values?.length : values]),
      })),
      minStepMs,
      unknown,
    }));
    this.common = digest(JSON.stringify([facts, datasources], written));
    this.clusters = JSON.stringify(views.map(({ arrivals }) => arrivals.ways.map(({ externalLabels }) => externalLabels?.cluster)));
  }

  /** What decides about a dashboard; equal for dashboards and clusters that get the same verdict. */
  of(dashboard: string): string {
    return digest([this.common, NAMED_CLUSTER.test(dashboard) ? this.clusters : '', dashboard].join(' '));
  }
}

/** Fields of targets that say nothing about which series arrive. */
const IDLE = ['collectionInterval', 'maxScrapeSize', 'provenance', 'rights', 'scrapeTimeout', 'series', 'serviceAccountToken', 'tls'];

function written(key: string, value: unknown): unknown {
  if (IDLE.includes(key)) return undefined;
  if (value instanceof RegExp) return String(value);
  if (key !== 'catalog' || typeof value !== 'object' || value === null) return value;
  const catalog = value as MetricCatalog;
  const known = catalogs.get(catalog) ?? digest(JSON.stringify([catalog.name, catalog.families, String(catalog.others)]));
  catalogs.set(catalog, known);
  return known;
}
