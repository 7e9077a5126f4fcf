import { App } from 'cdk8s';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { Tree } from '../../checks';
import type { CheckContext } from '../../checks/check';
import type { DashboardFile } from '../../checks/queries/dashboards';
import { Mode } from '../../common/mode';
import type { ResolvedScale } from '../../common/scale';
import { resolveScale } from '../../common/scale';
import { ConfigError, type LoadedCluster, problemsOfFailure } from '../../config';
import { KNOWN_SOURCES } from '../../metrics/sources';
import { dashboardsOf, Journeys, Readers } from '../../outputs';
import { type ICollector, isCollector } from '../../scrape/collector';
import type { ScrapeTarget } from '../../scrape/scrape-target';

/** One cluster, built and not yet rendered: what does not pass the checks can be asked about, too. */
export class Cluster {
  /** Its name. */
  readonly name: string;
  /** The file that it was read from. */
  readonly file: string;
  /** Everything that is scraped, from the page to each destination. */
  readonly journeys: Journeys;
  /** Everything that asks for series. */
  readonly readers: Readers;
  /** What checks look at. */
  readonly context: CheckContext;
  private readonly app = new App();
  private known?: readonly DashboardFile[];

  /** @throws ConfigError when an option cannot work, with its place in the file */
  constructor(private readonly loaded: LoadedCluster) {
    this.name = loaded.cluster;
    this.file = loaded.file;
    try {
      new MetricsPipeline(this.app, loaded.cluster, loaded.props);
      const tree = Tree.of(this.app);
      this.context = { tree, collectors: this.app.node.findAll().filter(isCollector) };
      this.journeys = new Journeys(this.app, tree);
      this.readers = new Readers(tree);
    } catch (error) {
      throw new ConfigError(problemsOfFailure(loaded, error));
    }
  }

  /** Who scrapes. */
  get collectors(): readonly ICollector[] {
    return this.context.collectors;
  }

  /** Everything that is scraped. */
  get targets(): readonly ScrapeTarget[] {
    return this.collectors.flatMap(({ scrapedTargets }) => scrapedTargets);
  }

  /** All dashboards, whoever added them. */
  get dashboards(): readonly DashboardFile[] {
    this.known ??= dashboardsOf(this.context.tree);
    return this.known;
  }

  /** What the agent is to grow to. */
  get scale(): ResolvedScale {
    const { vmAgent, scale } = this.loaded.props;
    return resolveScale(this.name, vmAgent?.scale ?? scale);
  }

  /** Whether agent and store do without the operator. */
  get isStandalone(): boolean {
    return this.loaded.props.mode === Mode.STANDALONE;
  }

  /** Whether a collector of node-exporter is switched on by an argument. */
  readonly isCollectorOn = (collector: string): boolean =>
    this.loaded.props.nodeExporter?.extraArgs?.some((arg) => arg === `--collector.${collector}`) === true;

  /** The option of the cluster file that has a rule; nothing for a rule of the pipeline. */
  optionOf({ job, relabelConfigs, metricRelabelConfigs }: ScrapeTarget, rule: object): string | undefined {
    const option = sourceOf(job);
    const own = this.loaded.props as unknown as Record<string, Record<string, readonly object[] | undefined> | undefined>;
    for (const list of ['relabelConfigs', 'metricRelabelConfigs'] as const) {
      const given = own[option ?? '']?.[list];
      if (given?.includes(rule) && [...relabelConfigs, ...metricRelabelConfigs].some((each) => each === rule)) return `${option}.${list}`;
    }
    return undefined;
  }
}

/** The option of the pipeline that brings a job; nothing for a source of somebody's own. */
export function sourceOf(job: string): string | undefined {
  return KNOWN_SOURCES.find((source) => source.job === job)?.option;
}
