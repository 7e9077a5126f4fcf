import { Tree } from '../../checks';
import type { RenderedCluster } from '../../outputs';
import type { ICollector } from '../../scrape/collector';
import type { Destination } from '../../scrape/destination';
import { poolNames } from '../../scrape/pool-names';
import { SeriesSchema } from '../../scrape/schema';
import type { ScrapeEndpoint, ScrapeTarget } from '../../scrape/scrape-target';

/** One port and path that the cluster file says is scraped. */
export interface ExpectedPage {
  readonly target: ScrapeTarget;
  readonly endpoint: ScrapeEndpoint;
  /** How the scrape is called in the agent's configuration, in either mode. */
  readonly pools: readonly string[];
  /** How it is called here: `kube-state-metrics http`. */
  readonly title: string;
}

/** Where something of the pipeline answers in the cluster. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** What the cluster file says there is. */
export interface Expected {
  readonly cluster: string;
  /** Everything that was rendered. */
  readonly tree: Tree;
  readonly collector: ICollector;
  readonly pages: readonly ExpectedPage[];
  readonly destinations: readonly Destination[];
  /** Namespace of the agent. */
  readonly namespace: string;
  /** Labels and port of the agent's pods. @default - the agent is not the pipeline's own */
  readonly agentPods?: { readonly labels: Readonly<Record<string, string>>; readonly port: number };
  /** How many agents share the targets. */
  readonly shards: number;
  /** The store's Service, or a URL outside of the cluster. @default - there is no store */
  readonly store?: Place | string;
  /** Samples of one series closer than this are one, in seconds. @default - there is no store */
  readonly dedupSeconds?: number;
  /** Which series arrive in the store. */
  readonly schema: SeriesSchema;
}

const SERVICE_URL = /^http:\/\/(?<name>[^./]+)\.(?<namespace>[^./]+)\.svc(?:\.[^:/]+)?:(?<port>\d+)\/?$/;

/**
 * What a rendered cluster should look like when it runs.
 *
 * @param namespace where agent and store are. @default - where the cluster file says
 */
export function expectedOf({ cluster, app, pipeline }: RenderedCluster, namespace?: string): Expected {
  const { collector, vmAgent, store } = pipeline;
  const own = collector === vmAgent ? vmAgent : undefined;
  return {
    cluster: own?.cluster ?? cluster,
    tree: Tree.of(app),
    collector,
    pages: collector.scrapedTargets.flatMap((target) =>
      target.endpoints.map((endpoint, index) => ({
        target,
        endpoint,
        pools: poolNames(target, index, collector.namespace),
        title: titleOf(target, endpoint),
      })),
    ),
    destinations: collector.destinations,
    namespace: namespace ?? collector.namespace,
    ...(own && { agentPods: { labels: own.targets[0]?.discovery.matchLabels ?? {}, port: own.port } }),
    shards: own?.shards ?? 1,
    ...(store && { store: placeOf(store.queryUrl, namespace), dedupSeconds: store.dedupInterval.toMilliseconds() / 1000 }),
    schema: new SeriesSchema(collector.scrapedTargets, { destinationRules: store?.destination.relabelConfigs ?? [] }),
  };
}

function titleOf({ name, endpoints }: ScrapeTarget, { port, path }: ScrapeEndpoint): string {
  return endpoints.length > 1 ? `${name} ${port ?? path}` : name;
}

function placeOf(url: string, namespace: string | undefined): Place | string {
  const found = SERVICE_URL.exec(url)?.groups;
  if (!found?.name || !found.namespace) return url.replace(/\/$/, '');
  return { name: found.name, namespace: namespace ?? found.namespace, port: Number(found.port) };
}
