import { Chart, type JsonPatch, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { ApiServerScrapes } from '../lib/api-server-scrapes';
import { CHECKS, reportChecks, withOwnChecks } from '../lib/checks';
import type { Dashboard } from '../lib/common/dashboard';
import { useImages } from '../lib/common/image-source';
import { CLUSTER_LABEL, INVENTORY_LABEL } from '../lib/common/labels';
import { CoreDnsScrapes } from '../lib/core-dns-scrapes';
import { DcgmExporter } from '../lib/dcgm-exporter';
import { Economy } from '../lib/economy';
import { Grafana } from '../lib/grafana';
import { KubeStateMetrics } from '../lib/kube-state-metrics';
import { KubeletScrapes } from '../lib/kubelet-scrapes';
import { NodeExporter } from '../lib/node-exporter';
import { type MergedFields, mergeIntoObjects, type ObjectSelector, patchByOption, patchObjects } from '../lib/patches';
import { RemoteWrite } from '../lib/remote-write';
import type { ICollector } from '../lib/scrape/collector';
import type { IStore } from '../lib/scrape/destination';
import type { IMetricsSource } from '../lib/scrape/scrape-target';
import { SlurmExporter } from '../lib/slurm-exporter';
import { SoperatorController } from '../lib/soperator-controller';
import { VMAgent } from '../lib/vm-agent';
import { VMOperator } from '../lib/vm-operator';
import { VMSingle } from '../lib/vm-single';
import { inventory } from './inventory';
import { NamespacesChart } from './namespaces';
import type { MetricsPipelineProps } from './options';
import { resolveOptions } from './resolve';
import { requireShown } from './shown';

const PIPELINE = Symbol.for('soperator-metrics.pipeline');

/**
 * The metrics pipeline of one SLURM cluster on Kubernetes.
 *
 *     SlurmExporter  SoperatorController  KubeStateMetrics   DcgmExporter   NodeExporter  KubeletScrapes
 *           |                 |                  |                |              |             |
 *           +-----------------+------------------+----------------+--------------+-------------+
 *                                                     |           and, as options, ApiServerScrapes and CoreDnsScrapes
 *                                                  VMAgent
 *                                           +---------+----------+
 *                                        VMSingle           RemoteWrite
 *                                           |
 *                                        Grafana
 *
 * Checks over the whole app run when it is synthesised.
 */
export class MetricsPipeline extends Chart {
  /** Whether a construct is a pipeline. `instanceof` says yes to every chart, for that is how cdk8s defines it. */
  static isMetricsPipeline(construct: unknown): construct is MetricsPipeline {
    return typeof construct === 'object' && construct !== null && PIPELINE in construct;
  }

  /** The namespaces: a chart of its own, to be applied first. */
  readonly namespaces: NamespacesChart;
  /** What must run before the pipeline's resources mean anything: a chart of its own, empty in standalone mode. */
  readonly operatorChart: Chart;

  /** The SLURM exporter, unless left out. */
  readonly slurmExporter?: SlurmExporter;
  /** The scrape of Soperator's manager, unless left out. */
  readonly soperatorController?: SoperatorController;
  /** kube-state-metrics, unless left out. */
  readonly kubeStateMetrics?: KubeStateMetrics;
  /** The GPU exporter, unless left out. */
  readonly dcgmExporter?: DcgmExporter;
  /** The node exporter, unless left out. */
  readonly nodeExporter?: NodeExporter;
  /** The scrapes of kubelets, unless left out. */
  readonly kubelet?: KubeletScrapes;
  /** The scrape of the API server, where it is switched on. */
  readonly apiServer?: ApiServerScrapes;
  /** The scrape of CoreDNS, where it is switched on. */
  readonly coreDns?: CoreDnsScrapes;

  /** The agent, unless replaced. */
  readonly vmAgent?: VMAgent;
  /** What scrapes: the agent, or what replaces it. */
  readonly collector: ICollector;
  /** The store, unless replaced or left out. */
  readonly vmSingle?: VMSingle;
  /** Where queries are answered: the store, or what replaces it; nothing when it is left out. */
  readonly store?: IStore;
  /** Nebius Cloud, where `publicEndpointEnabled`. */
  readonly nebiusCloud?: RemoteWrite;
  /** The view, unless left out. */
  readonly grafana?: Grafana;
  /** The dashboards that were chosen, and your own behind them: what the view shows, or what you show elsewhere when it is left out. */
  readonly dashboards: readonly Dashboard[];
  /** The operator, or what is known of the one that is there; unless left out. */
  readonly vmOperator?: VMOperator;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when an option of a part cannot work
   */
  constructor(scope: Construct, id: string, props: MetricsPipelineProps) {
    const labels = { [CLUSTER_LABEL]: props.cluster, [INVENTORY_LABEL]: Lazy.any({ produce: () => inventory(this) }) };
    super(scope, id, { labels, disableResourceNameHashes: true });
    Object.defineProperty(this, PIPELINE, { value: true });
    if (props.images) useImages(this, props.images);
    const options = resolveOptions(this, props);
    this.namespaces = new NamespacesChart(this, 'Namespaces', { namespaces: options.namespaces, labels });
    this.operatorChart = new Chart(this, 'Operator', { labels, disableResourceNameHashes: true });
    this.operatorChart.addDependency(this.namespaces);

    // what exposes metrics
    this.slurmExporter = options.slurmExporter && new SlurmExporter(this, 'SlurmExporter', options.slurmExporter);
    this.soperatorController =
      options.soperatorController && new SoperatorController(this, 'SoperatorController', options.soperatorController);
    this.kubeStateMetrics = options.kubeStateMetrics && new KubeStateMetrics(this, 'KubeStateMetrics', options.kubeStateMetrics);
    this.dcgmExporter = options.dcgmExporter && new DcgmExporter(this, 'DcgmExporter', options.dcgmExporter);
    this.nodeExporter = options.nodeExporter && new NodeExporter(this, 'NodeExporter', options.nodeExporter);
    this.kubelet = options.kubelet && new KubeletScrapes(this, 'Kubelet', options.kubelet);
    this.apiServer = options.apiServer && new ApiServerScrapes(this, 'ApiServer', options.apiServer);
    this.coreDns = options.coreDns && new CoreDnsScrapes(this, 'CoreDns', options.coreDns);

    // what collects, stores and shows them
    this.vmOperator = options.vmOperator && new VMOperator(this.operatorChart, 'VMOperator', options.vmOperator);
    this.vmSingle = options.vmSingle && new VMSingle(this, 'VMSingle', options.vmSingle);
    this.store = props.store ?? this.vmSingle;
    this.nebiusCloud = options.nebiusCloud && RemoteWrite.nebiusCloud(options.nebiusCloud);
    this.vmAgent = options.vmAgent && new VMAgent(this, 'VMAgent', { operatorVersion: this.vmOperator?.version, ...options.vmAgent });
    this.collector = collectorOf(props.collector, this.vmAgent);
    this.grafana = options.grafana && new Grafana(this, 'Grafana', options.grafana);

    // how samples walk
    this.dashboards = [...options.dashboards, ...(props.dashboards ?? [])];
    const shown = () => [...this.dashboards, ...(this.grafana?.shown ?? [])];
    const economy = new Economy(this, props.series ?? {}, options.dashboards, shown);
    const sources: readonly (IMetricsSource | undefined)[] = [
      this.slurmExporter,
      this.soperatorController,
      this.kubeStateMetrics,
      this.dcgmExporter,
      this.nodeExporter,
      this.kubelet,
      this.apiServer,
      this.coreDns,
      this.vmAgent,
      this.vmSingle,
      this.vmOperator,
      this.grafana,
    ];
    for (const source of sources) if (source) this.collector.scrape(economy.limit(source));
    for (const source of props.sources ?? []) this.collector.scrape(source);
    for (const destination of [this.store, this.nebiusCloud, ...(props.destinations ?? [])]) {
      if (destination) this.collector.writeTo(destination);
    }
    if (this.grafana && this.store) this.grafana.read(this.store);
    this.grafana?.show(...this.dashboards);
    if (!this.grafana) requireShown(this, props.dashboards ?? []);

    patchByOption(this, 'patches', props.patches ?? []);
    const checks = withOwnChecks(this, CHECKS, props.checks ?? []);
    reportChecks(this, { strict: props.strict ?? false, operatorVersion: this.vmOperator?.version, checks });
  }

  /**
   * Patches rendered objects of the pipeline, for what no option does. Its paths are those of the written manifest, and checks look at what
   * comes out. A selector that selects nothing and a path that is not there are errors when the app is synthesised.
   *
   * @param selector which objects: `{ kind: 'Deployment', name: 'slurm-exporter' }`
   * @param operations of cdk8s: `JsonPatch.add('/spec/minReadySeconds', 10)`
   */
  patch(selector: ObjectSelector, ...operations: readonly JsonPatch[]): void {
    patchObjects(this, selector, ...operations);
  }

  /**
   * Gives rendered objects of the pipeline other values, as {@link patch} does, in the form of the fields that change.
   *
   * @param selector which objects
   * @param fields fields with new values; `null` takes a field away, and a list is replaced as a whole
   */
  mergeInto(selector: ObjectSelector, fields: MergedFields): void {
    mergeIntoObjects(this, selector, fields);
  }
}

function collectorOf(own: ICollector | undefined, agent: VMAgent | undefined): ICollector {
  const collector = own ?? agent;
  if (!collector) throw new Error('a pipeline has a collector of its own or an agent');
  return collector;
}
