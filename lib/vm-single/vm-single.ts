import { type ApiObject, Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { serviceAccount } from '../common/deployment';
import { reject } from '../common/errors';
import { imageOf } from '../common/image-source';
import { IMAGES, imageParts } from '../common/images';
import { Mode } from '../common/mode';
import { dnsName } from '../common/names';
import { type ResolvedScale, resolveScale } from '../common/scale';
import { bytes, type ComputeResources, goDuration, prometheusDuration, quantity, shortest } from '../common/units';
import { withOptions } from '../metrics/catalog';
import { flagsOn } from '../metrics/victoriametrics';
import { VMSINGLE_CATALOG } from '../metrics/vmsingle';
import type { ICollector } from '../scrape/collector';
import type { Destination, IStore } from '../scrape/destination';
import { type Load, loadOf } from '../scrape/load';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../scrape/scrape-target';
import { type StorageNeed, storageFor, storeResources } from '../scrape/sizing';
import { scrapeTiming } from '../scrape/source-props';
import { operatorStore } from './operator';
import type { VMSingleProps } from './options';
import type { StorePlan } from './plan';
import { standaloneStore } from './standalone';

const DEFAULT_NAME = 'metrics-victoria-metrics-k8s-stack';
const DEFAULT_NAMESPACE = 'monitoring-system';
/** `vmsingle-` stands in front and Services end at 63 characters. */
const MAX_NAME = 54;
/** Flags that follow from the volume and the Service; another value would leave the data on no volume, or the store unreachable. */
export const OWN_FLAGS: readonly string[] = ['storageDataPath', 'httpListenAddr'];
/** Flags that are on unless they are switched off. */
const USUALLY_ON = { 'storage.trackMetricNamesStats': 'true' };
/** The contract's volume. */
const LEAST_STORAGE = Size.gibibytes(30);

/**
 * Stores the metrics on one volume and answers queries: as a VMSingle resource of the VictoriaMetrics operator, or as a Deployment.
 *
 * Its Service answers on 8429, and on 8428 for those who know VictoriaMetrics by that port.
 */
export class VMSingle extends Construct implements IStore, IMetricsSource {
  /** What makes the pod: the resource, or the Deployment. */
  readonly workload: ApiObject;
  /** Name of the Service, whoever makes it. */
  readonly serviceName: string;
  /** Namespace of everything. */
  readonly namespace: string;
  /** Port of writes, queries and its own metrics. */
  readonly port = 8429;
  /** Value of the label `job`. */
  readonly job = 'vmsingle';
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Base URL of the query API. */
  readonly queryUrl: string;
  /** Where and how to write. */
  readonly destination: Destination;
  /** What makes the workload. */
  readonly mode: Mode;
  /** How long samples are kept. */
  readonly retentionPeriod: Duration;
  /** What the cluster grows to. */
  readonly scale: ResolvedScale;

  private readonly collectors: ICollector[] = [];
  private readonly props: VMSingleProps;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when the retention is no whole number of hours or shorter than a day, or a name, image or limit cannot work
   */
  constructor(scope: Construct, id: string, props: VMSingleProps = {}) {
    super(scope, id);
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME, MAX_NAME);
    this.namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    this.mode = props.mode ?? Mode.OPERATOR;
    this.retentionPeriod = props.retentionPeriod ?? Duration.days(30);
    this.scale = resolveScale(this, props.scale);
    this.props = props;
    if (props.storageSize && bytes(props.storageSize) < 1024 ** 3) {
      reject(this, {
        option: 'storageSize',
        got: quantity(props.storageSize),
        expected: '1Gi or more',
        instead: 'leave it out: the size follows from retentionPeriod and scale',
      });
    }
    for (const flag of Object.keys(props.extraArgs ?? {}).filter((name) => name.startsWith('-'))) {
      reject(this, { option: 'extraArgs', got: flag, expected: 'a flag without its dash', instead: `write '${flag.replace(/^-+/, '')}'` });
    }
    for (const flag of Object.keys(props.extraArgs ?? {}).filter((name) => OWN_FLAGS.includes(name))) {
      reject(this, {
        option: 'extraArgs',
        got: flag,
        expected: 'a flag that does not follow from the volume and the port',
        instead: 'remove it',
      });
    }
    const image = imageOf(this, props.image, IMAGES.vmSingle);
    const { version } = imageParts(image, this.node.path);
    const identity = { name: 'vmsingle', instance: name, component: 'store', version };
    const owner = { name, namespace: this.namespace, identity };
    const account = serviceAccount(this, 'ServiceAccount', { ...owner, name: `${name}-store` });
    this.serviceName = `vmsingle-${name}`;
    this.queryUrl = `http://${this.serviceName}.${this.namespace}.svc:${this.port}`;
    this.destination = {
      name: 'store',
      url: `${this.queryUrl}/api/v1/write`,
      relabelConfigs: [],
      buffer: props.buffer,
      speaksVm: true,
    };
    const plan: StorePlan = {
      owner,
      props,
      image,
      serviceName: this.serviceName,
      serviceAccountName: account.name,
      port: this.port,
      retention: this.retention(),
      storageSize: () => this.storageSize,
      resources: () => this.resources,
      flags: () => ({ 'dedup.minScrapeInterval': goDuration(this.dedupInterval), ...props.extraArgs }),
    };
    this.workload = this.mode === Mode.OPERATOR ? operatorStore(this, plan) : standaloneStore(this, plan);

    this.targets = [
      {
        ...scrapeTiming(this, props),
        name: 'vmsingle',
        job: this.job,
        discovery: {
          role: DiscoveryRole.SERVICES,
          namespaces: [this.namespace],
          matchLabels: { 'app.kubernetes.io/name': 'vmsingle', 'app.kubernetes.io/instance': name },
        },
        endpoints: [{ port: 'http', catalog: withOptions(VMSINGLE_CATALOG, flagsOn({ ...USUALLY_ON, ...props.extraArgs })) }],
        provenance: this.mode === Mode.OPERATOR ? Provenance.OPERATOR : Provenance.RENDERED,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        replicas: 1,
        // its histograms and caches
        series: { fixed: 1_000 },
        // the half of that is its settings
        readSeries: { fixed: 500 },
      },
    ];
    this.node.addValidation({ validate: () => this.tooSmall() });
  }

  /** Size of the volume. */
  get storageSize(): Size {
    if (this.props.storageSize) return this.props.storageSize;
    const tens = Math.ceil(this.need().bytes / 1024 ** 3 / 10);
    return Size.gibibytes(Math.max(LEAST_STORAGE.toGibibytes(), 10 * tens));
  }

  /** CPU and memory. */
  get resources(): ComputeResources {
    return this.props.resources ?? storeResources(this.load());
  }

  /** Samples of one series closer than this are merged into one. */
  get dedupInterval(): Duration {
    const intervals = this.collectors.flatMap(({ scrapedTargets }) => scrapedTargets.map(({ scrapeInterval }) => scrapeInterval));
    return this.props.dedupInterval ?? shortest(intervals) ?? Duration.millis(1);
  }

  /** Told by each agent that writes here: what it scrapes is what has to be held, and its shortest interval is what samples may be merged to. */
  collectFrom(collector: ICollector): void {
    this.collectors.push(collector);
  }

  private load(): Load {
    return loadOf(
      this.collectors.flatMap(({ scrapedTargets }) => scrapedTargets),
      this.scale,
    );
  }

  private need(): StorageNeed {
    return storageFor(this.load(), this.retentionPeriod);
  }

  private tooSmall(): string[] {
    const given = this.props.storageSize;
    const need = this.need();
    if (!given || bytes(given) >= need.bytes) return [];
    const enough = Math.ceil(need.bytes / 1024 ** 3);
    return [
      `storageSize: got ${quantity(given)}, expected ${enough}Gi or more for a retention of ${prometheusDuration(this.retentionPeriod)}: ${need.arithmetic}; ` +
        `use Size.gibibytes(${enough}), a shorter retentionPeriod, longer intervals, or the scale that the cluster really has`,
    ];
  }

  private retention(): string {
    const hours = this.retentionPeriod.toMilliseconds() / 3_600_000;
    if (!Number.isInteger(hours) || hours < 24) {
      reject(this, {
        option: 'retentionPeriod',
        got: prometheusDuration(this.retentionPeriod),
        expected: 'a whole number of hours, at least 24',
        instead: 'use Duration.days(30); the operator knows no months and no seconds',
      });
    }
    return hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
  }
}
