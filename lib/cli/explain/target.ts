import { prometheusDuration, quantity } from '../../common/units';
import { KNOWN_SOURCES } from '../../metrics/sources';
import { seriesOf } from '../../scrape/load';
import { type NeededRule, neededRights } from '../../scrape/rights';
import { targetRules } from '../../scrape/schema/target-labels';
import { Provenance, type ScrapeEndpoint, type ScrapeTarget } from '../../scrape/scrape-target';
import { type Cluster, sourceOf } from './cluster';
import { type ToldRule, toldRule } from './rules';

/** A scrape in one cluster: what it finds, how it reads it, what it brings, where that goes. */
export interface ToldTarget {
  /** Name of the scrape, unique in the pipeline. */
  readonly scrape: string;
  readonly job: string;
  /** The option of the pipeline that brings the source. @default - a source of somebody's own */
  readonly source?: string;
  readonly discovery: {
    readonly role: string;
    readonly namespaces: readonly string[];
    readonly matchLabels: { readonly [label: string]: string };
    /** Who makes what it looks for: `rendered`, `operator` or `external`. */
    readonly provenance: string;
  };
  readonly interval: string;
  readonly timeout: string;
  readonly scheme: string;
  /** How the target proves who it is, and the agent who it is. */
  readonly auth: readonly string[];
  /** What the agent must be allowed, and for what. */
  readonly rights: readonly ToldRight[];
  readonly honorLabels: boolean;
  /** Rules over what is found, in their order. */
  readonly targetRules: readonly ToldRule[];
  /** Rules over samples, in their order. */
  readonly sampleRules: readonly ToldRule[];
  /** Sums that are made of its counters. */
  readonly sums: readonly { readonly metric: string; readonly as: string; readonly without: readonly string[]; readonly why: string }[];
  readonly limits: {
    readonly samples?: number;
    readonly series?: number;
    /** Size of one page. @default - the agent's */
    readonly size?: string;
  };
  /** Series that are to arrive at the cluster's scale. */
  readonly estimate: { readonly series: number; readonly exposed: number; readonly nodes: number };
  readonly endpoints: readonly ToldEndpoint[];
  readonly destinations: readonly { readonly name: string; readonly url: string }[];
}

/** One page of a scrape. */
export interface ToldEndpoint {
  readonly port?: string;
  readonly path: string;
  /** Whether all that it exposes is known: `known`, `partly` or `unknown`. */
  readonly catalog: string;
  /** What is known of it; without what the agent makes of each scrape. */
  readonly metrics: readonly { readonly name: string; readonly stored: boolean; readonly readBy: number }[];
}

/** A right of the agent. */
export interface ToldRight {
  /** `get nodes/metrics`, in the whole cluster or a namespace. */
  readonly right: string;
  /** @default - the whole cluster */
  readonly namespace?: string;
  readonly why: string;
}

/** The scrapes that a name means: a scrape, the scrapes of a job, those of a part of the pipeline. */
export function targetsNamed(name: string, { targets }: Cluster): ScrapeTarget[] {
  const exact = targets.filter((target) => target.name === name);
  if (exact.length > 0 && !targets.some(({ job }) => job === name)) return exact;
  return targets.filter((target) => [target.name, target.job, sourceOf(target.job)].includes(name));
}

/** Names by which scrapes can be asked for. */
export function targetNames({ targets }: Cluster): string[] {
  const options = KNOWN_SOURCES.flatMap(({ option, job }) => [option, job]);
  return [...new Set([...targets.flatMap(({ name, job }) => [name, job]), ...options])];
}

/** The source of the project that a name means, though the cluster does not have it. */
export function sourceNamed(name: string): { readonly option: string; readonly job: string } | undefined {
  return KNOWN_SOURCES.find(({ option, job }) => option === name || job === name);
}

/** Tells of one scrape. */
export function tellTarget(target: ScrapeTarget, cluster: Cluster): ToldTarget {
  const collector = cluster.collectors.find(({ scrapedTargets }) => scrapedTargets.some(({ name }) => name === target.name));
  const account = `${collector?.namespace}/${collector?.serviceAccountName}`;
  const source = sourceOf(target.job);
  const { discovery, tls, sampleLimit, seriesLimit, maxScrapeSize } = target;
  const estimate = (series: ScrapeTarget['series']) => Math.round(seriesOf({ ...target, ...(series && { series }) }, cluster.scale));
  return {
    scrape: target.name,
    job: target.job,
    ...(source === undefined ? {} : { source }),
    discovery: { ...discovery, provenance: target.provenance },
    interval: prometheusDuration(target.scrapeInterval),
    timeout: prometheusDuration(target.scrapeTimeout),
    scheme: tls ? 'https' : 'http',
    auth: authOf(target, account),
    rights: rightsTold(target),
    honorLabels: target.honorLabels ?? false,
    targetRules: rulesOverTargets(target),
    sampleRules: target.metricRelabelConfigs.map((rule) => toldRule(rule, `samples of ${target.name}`)),
    sums: (target.sums ?? []).map(({ metric, as, without, why }) => ({ metric, as, without, why })),
    limits: {
      ...(sampleLimit === undefined ? {} : { samples: sampleLimit }),
      ...(seriesLimit === undefined ? {} : { series: seriesLimit }),
      ...(maxScrapeSize ? { size: quantity(maxScrapeSize) } : {}),
    },
    estimate: { series: estimate(target.series), exposed: estimate(target.exposedSeries ?? target.series), nodes: cluster.scale.nodes },
    endpoints: target.endpoints.map((endpoint) => tellEndpoint(target, endpoint, cluster)),
    destinations: (collector?.destinations ?? []).map(({ name, url }) => ({ name, url })),
  };
}

/** Rules over what is found; where pages of one scrape differ in a value, that of each. */
function rulesOverTargets(target: ScrapeTarget): ToldRule[] {
  const [first = [], ...others] = target.endpoints.map((endpoint) =>
    targetRules(target, endpoint).map((rule) => toldRule(rule, `targets of ${target.name}`)),
  );
  return first.map((rule, index) => ({
    ...rule,
    does: [...new Set([rule.does, ...others.map((rules) => rules[index]?.does ?? rule.does)])].join(', or '),
  }));
}

function tellEndpoint(target: ScrapeTarget, endpoint: ScrapeEndpoint, cluster: Cluster): ToldEndpoint {
  const { port, path = '/metrics', catalog } = endpoint;
  const own = cluster.journeys
    .all()
    .filter(({ arrival }) => arrival.sample.family && arrival.target.name === target.name && arrival.endpoint === endpoint);
  return {
    ...(port === undefined ? {} : { port }),
    path,
    catalog: catalog === undefined ? 'unknown' : catalog.others ? 'partly' : 'known',
    metrics: own.map(({ name, arrival, ends }) => ({
      name,
      stored: ends.some(({ arrival: there }) => there && !there.droppedBy),
      readBy: cluster.readers.of(name, arrival).length,
    })),
  };
}

function authOf({ tls, serviceAccountToken }: ScrapeTarget, account: string): string[] {
  const ca = tls?.caConfigMap && `certificate checked with ${tls.caConfigMap.key} of ConfigMap ${tls.caConfigMap.name}`;
  return [
    ...(tls ? [tls.insecureSkipVerify ? 'any certificate is taken' : (ca ?? 'certificate checked with the system’s authorities')] : []),
    ...(tls?.serverName ? [`the certificate must be for ${tls.serverName}`] : []),
    ...(serviceAccountToken ? [`token of the service account ${account}`] : []),
  ];
}

function rightsTold(target: ScrapeTarget): ToldRight[] {
  const { cluster, namespaces } = neededRights([target]);
  const told = ({ rule: { verbs, apiGroups = [], resources = [], nonResourceUrls = [] }, needs }: NeededRule, namespace?: string) => ({
    right: `${verbs.join(', ')} ${[...resources.map((each) => [each, ...apiGroups.filter((group) => group !== '')].join('.')), ...nonResourceUrls].join(', ')}`,
    ...(namespace === undefined ? {} : { namespace }),
    why: [...needs.keys()].map(({ why }) => why).join(', '),
  });
  return [
    ...cluster.map((needed) => told(needed)),
    ...[...namespaces].flatMap(([namespace, rules]) => rules.map((needed) => told(needed, namespace))),
  ];
}

/** Who makes what a scrape looks for, in words. */
export function provenanceText(provenance: string): string {
  switch (provenance) {
    case Provenance.RENDERED:
      return 'rendered beside it';
    case Provenance.OPERATOR:
      return 'made by the VictoriaMetrics operator';
    default:
      return 'deployed by somebody else';
  }
}
