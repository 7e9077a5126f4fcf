/** A field that operators know from some version on. Where nothing is said, the oldest supported version knows it. */
export interface OperatorField {
  /** Kinds that have it. */
  readonly kinds: readonly string[];
  /** Path of the field; `[]` stands for every element of a list. */
  readonly path: string;
  /** The first version that knows it. */
  readonly since: string;
}

/**
 * The oldest version of the VictoriaMetrics operator whose fields are known here. Older ones lack `spec.externalLabelName`, without
 * which every series gets a label `prometheus` that no dashboard expects.
 */
export const OLDEST_OPERATOR = '0.67.0';

const AGENTS = ['VMAgent'];
const STORES = ['VMSingle'];
const BOTH = [...AGENTS, ...STORES];

/** Since 0.69.0 a VMSingle scrapes, too; before that it knew none of the fields of an agent that are about scrapes. */
const SCRAPING = [
  'additionalScrapeConfigs',
  'arbitraryFSAccessThroughSMs',
  'configReloadAuthKeySecret',
  'configReloaderExtraArgs',
  'configReloaderImage',
  'configReloaderResources',
  'enableKubernetesAPISelectors',
  'enforcedNamespaceLabel',
  'externalLabelName',
  'externalLabels',
  'globalScrapeMetricRelabelConfigs',
  'globalScrapeRelabelConfigs',
  'ignoreNamespaceSelectors',
  'ingestOnlyMode',
  'inlineRelabelConfig',
  'inlineScrapeConfig',
  'maxScrapeInterval',
  'minScrapeInterval',
  'nodeScrapeNamespaceSelector',
  'nodeScrapeSelector',
  'podScrapeNamespaceSelector',
  'podScrapeSelector',
  'probeNamespaceSelector',
  'probeSelector',
  'relabelConfig',
  'sampleLimit',
  'scrapeClasses',
  'scrapeConfigNamespaceSelector',
  'scrapeConfigSelector',
  'scrapeInterval',
  'scrapeTimeout',
  'selectAllByDefault',
  'serviceScrapeNamespaceSelector',
  'serviceScrapeSelector',
  'staticScrapeNamespaceSelector',
  'staticScrapeSelector',
];

/**
 * Fields by the first version that knows them, oldest first.
 *
 * @see https://docs.victoriametrics.com/operator/changelog/
 */
export const OPERATOR_FIELDS: readonly OperatorField[] = [
  { kinds: ['VMProbe'], path: 'spec.targets.kubernetes', since: '0.68.0' },
  { kinds: ['VMProbe'], path: 'spec.targets.static', since: '0.68.0' },
  ...['eureka', 'hetzner', 'kuma', 'nomad', 'puppetDB', 'vultr'].map((name) => ({
    kinds: ['VMScrapeConfig'],
    path: `spec.${name}SDConfigs`,
    since: '0.68.0',
  })),
  { kinds: BOTH, path: 'spec.componentVersion', since: '0.69.0' },
  { kinds: AGENTS, path: 'spec.hpa', since: '0.69.0' },
  { kinds: AGENTS, path: 'spec.statefulRollingUpdateStrategyBehavior', since: '0.69.0' },
  { kinds: AGENTS, path: 'spec.daemonSetRollingUpdateStrategyBehavior', since: '0.69.0' },
  { kinds: AGENTS, path: 'spec.daemonSetUpdateStrategy', since: '0.69.0' },
  ...SCRAPING.map((name) => ({ kinds: STORES, path: `spec.${name}`, since: '0.69.0' })),
  { kinds: AGENTS, path: 'spec.remoteWrite[].queues', since: '0.70.0' },
  { kinds: BOTH, path: 'spec.enableServiceLinks', since: '0.71.0' },
  { kinds: BOTH, path: 'spec.preStopSleepSeconds', since: '0.71.0' },
  { kinds: STORES, path: 'spec.downsampling', since: '0.71.0' },
  { kinds: STORES, path: 'spec.retentionFilters', since: '0.71.0' },
  { kinds: BOTH, path: 'spec.vpa', since: '0.72.0' },
  ...['consulAgent', 'docker', 'dockerSwarm', 'marathon', 'yandexCloud'].map((name) => ({
    kinds: ['VMScrapeConfig'],
    path: `spec.${name}SDConfigs`,
    since: '0.72.0',
  })),
  { kinds: BOTH, path: 'spec.useLegacyNaming', since: '0.73.0' },
  { kinds: BOTH, path: 'spec.networkPolicy', since: '0.74.0' },
];

/** Before this version a digest in `spec.image.tag` was joined to the repository like a tag, which no registry knows. */
export const DIGESTS_SINCE = '0.74.0';
