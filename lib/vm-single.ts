import { Duration, Lazy, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import * as vm from '../imports/operator.victoriametrics.com';
import { metadata, serviceAccount } from './common/deployment';
import { reject } from './common/errors';
import { IMAGES, imageParts } from './common/images';
import { dnsName, nodeCount } from './common/names';
import {
  amountsAs,
  bytes,
  type ComputeResources,
  goDuration,
  prometheusDuration,
  quantity,
  resourceRequirements,
  shortest,
} from './common/units';
import { placement, SYSTEM_NODES, type WorkloadProps } from './common/workload';
import type { ICollector } from './scrape/collector';
import type { Destination, IStore } from './scrape/destination';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from './scrape/scrape-target';
import { type ScrapeProps, scrapeTiming } from './scrape/source-props';

/** Options of {@link VMSingle}. */
export interface VMSingleProps extends WorkloadProps, ScrapeProps {
  /** How long samples are kept, in whole hours; 1 day or more. @default Duration.days(30) */
  readonly retentionPeriod?: Duration;
  /** Size of the volume. It can grow later where the storage class allows it, never shrink. @default Size.gibibytes(30) */
  readonly storageSize?: Size;
  /** Storage class of the volume. @default - the cluster's default class */
  readonly storageClassName?: string;
  /** Samples of one series closer than this are merged into one. @default - the shortest interval of what is scraped into it */
  readonly dedupInterval?: Duration;
  /** Number of nodes that are scraped; sizes CPU and memory. 1 or more. @default 10 */
  readonly nodes?: number;
  /** More command-line flags, without their dash. They win over the pipeline's own. @default - none */
  readonly extraArgs?: { readonly [flag: string]: string };
}

const DEFAULT_NAME = 'metrics-victoria-metrics-k8s-stack';
const DEFAULT_NAMESPACE = 'monitoring-system';
/** The operator puts `vmsingle-` in front and Services end at 63 characters. */
const MAX_NAME = 54;
/** Memory caches and the last seconds are written out before the end; the operator sleeps 15 s of this first. */
const TERMINATION_GRACE = Duration.seconds(120);

/**
 * Stores the metrics on one volume and answers queries, as a VMSingle resource of the VictoriaMetrics operator.
 *
 * Its Service answers on 8429, and on 8428 for those who know VictoriaMetrics by that port.
 */
export class VMSingle extends Construct implements IStore, IMetricsSource {
  /** The resource from which the operator makes Deployment, Service and volume. */
  readonly workload: vm.VmSingle;
  /** Name of the Service that the operator makes. */
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
  /** How long samples are kept. */
  readonly retentionPeriod: Duration;
  /** Size of the volume. */
  readonly storageSize: Size;

  private readonly collectors: ICollector[] = [];
  private readonly givenDedup?: Duration;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when the retention is no whole number of hours or shorter than a day, or a name, image or limit cannot work
   */
  constructor(scope: Construct, id: string, props: VMSingleProps = {}) {
    super(scope, id);
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME, MAX_NAME);
    this.namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    this.retentionPeriod = props.retentionPeriod ?? Duration.days(30);
    this.storageSize = props.storageSize ?? Size.gibibytes(30);
    this.givenDedup = props.dedupInterval;
    if (bytes(this.storageSize) < 1024 ** 3) {
      reject(this, { option: 'storageSize', got: quantity(this.storageSize), expected: '1Gi or more', instead: 'leave it out for 30Gi' });
    }
    for (const flag of Object.keys(props.extraArgs ?? {}).filter((name) => name.startsWith('-'))) {
      reject(this, { option: 'extraArgs', got: flag, expected: 'a flag without its dash', instead: `write '${flag.replace(/^-+/, '')}'` });
    }
    const image = props.image ?? IMAGES.vmSingle;
    const parts = imageParts(image, this.node.path);
    const identity = { name: 'vmsingle', instance: name, component: 'store', version: parts.tag };
    const owner = { name, namespace: this.namespace, identity };
    const resources = resourceRequirements(props.resources ?? storeResources(nodeCount(this, props.nodes ?? 10)));
    const account = serviceAccount(this, 'ServiceAccount', { ...owner, name: `${name}-store` });
    this.serviceName = `vmsingle-${name}`;
    this.queryUrl = `http://${this.serviceName}.${this.namespace}.svc:${this.port}`;
    this.destination = { name: 'store', url: `${this.queryUrl}/api/v1/write`, relabelConfigs: [] };

    this.workload = new vm.VmSingle(this, 'VMSingle', {
      metadata: metadata(owner),
      spec: {
        image: { ...parts, pullPolicy: 'IfNotPresent' },
        ...placement(props, { nodeSelector: SYSTEM_NODES }),
        replicaCount: 1,
        // the contract's port; the operator then opens 8428 beside it
        port: String(this.port),
        retentionPeriod: this.retention(),
        // an owner reference on the claim would take the data along with the resource
        removePvcAfterDelete: false,
        storage: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: props.storageClassName,
          resources: { requests: { storage: vm.VmSingleSpecStorageResourcesRequests.fromString(quantity(this.storageSize)) } },
        },
        extraArgs: Lazy.any({ produce: (): { readonly [flag: string]: string } => ({ ...this.dedupFlag(), ...props.extraArgs }) }),
        serviceAccountName: account.name,
        disableAutomountServiceAccountToken: true,
        useStrictSecurity: true,
        useDefaultResources: false,
        resources: {
          requests: amountsAs(resources.requests, vm.VmSingleSpecResourcesRequests.fromString),
          limits: amountsAs(resources.limits, vm.VmSingleSpecResourcesLimits.fromString),
        },
        terminationGracePeriodSeconds: TERMINATION_GRACE.toSeconds(),
        disableSelfServiceScrape: true,
      },
    });

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
        endpoints: [{ port: 'http' }],
        provenance: Provenance.OPERATOR,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
      },
    ];
  }

  /** Samples of one series closer than this are merged into one. */
  get dedupInterval(): Duration {
    const intervals = this.collectors.flatMap(({ scrapedTargets }) => scrapedTargets.map(({ scrapeInterval }) => scrapeInterval));
    return this.givenDedup ?? shortest(intervals) ?? Duration.millis(1);
  }

  /** Told by each agent that writes here: its shortest interval is what samples may be merged to. */
  collectFrom(collector: ICollector): void {
    this.collectors.push(collector);
  }

  private dedupFlag(): { readonly [flag: string]: string } {
    return { 'dedup.minScrapeInterval': goDuration(this.dedupInterval) };
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

/** About 1 KiB of memory a series and five thousand series a node; CPU for writing them twice a minute and for queries. */
function storeResources(nodes: number): ComputeResources {
  return {
    cpuRequest: Cpu.millis(250 + 2 * nodes),
    memoryRequest: Size.mebibytes(1024 + 6 * nodes),
    memoryLimit: Size.mebibytes(2048 + 12 * nodes),
  };
}
