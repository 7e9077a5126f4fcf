import { Lazy, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import * as vm from '../../imports/operator.victoriametrics.com';
import { metadata, type ObjectOwner, serviceAccount } from '../common/deployment';
import { reject } from '../common/errors';
import { configReloaderImage, IMAGES, imageParts, operatorVersion } from '../common/images';
import { AGENT_LABEL, objectLabels } from '../common/labels';
import { clusterName, dnsName, nodeCount } from '../common/names';
import { grant, grantCluster } from '../common/rbac';
import { amountsAs, bytes, type ComputeResources, quantity, resourceRequirements, steadyResources } from '../common/units';
import { placement, SYSTEM_NODES, type WorkloadProps } from '../common/workload';
import { type ICollector, markCollector } from '../scrape/collector';
import type { Destination, IDestination } from '../scrape/destination';
import { type RightsRule, rightsOf } from '../scrape/rights';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../scrape/scrape-target';
import { type ScrapeProps, scrapeTiming } from '../scrape/source-props';
import { renderVmScrape } from '../scrape/vm-operator';
import { renderRemoteWrites } from './remote-writes';
import { agentSelectors, type UserScrapes } from './user-scrapes';

/** Options of {@link VMAgent} that another construct passes through. */
export interface VMAgentOptions extends WorkloadProps, ScrapeProps {
  /** Number of nodes that are scraped; sizes CPU and memory. 1 or more. @default 10 */
  readonly nodes?: number;
  /** Size of the volume that buffers samples while a destination is away. 1 GiB or more. @default Size.gibibytes(10) */
  readonly queueSize?: Size;
  /** Storage class of the queue's volume. @default - the cluster's default class */
  readonly queueStorageClassName?: string;
  /** Size of one scrape above which it is refused, the agent's own included, unless a source has its own limit. @default Size.mebibytes(32) */
  readonly maxScrapeSize?: Size;
  /** What becomes of scrapes that users add as objects of their own. @default - those in the agent's namespace are picked up */
  readonly userScrapes?: UserScrapes;
  /** User id that the agent runs as; 1 or more. Only for a token file that nobody else may read. @default 65534 */
  readonly runAsUser?: number;
  /** More command-line flags, without their dash. They win over the pipeline's own. @default - none */
  readonly extraArgs?: { readonly [flag: string]: string };
  /** Version of the operator that reads the resource: `0.74.1`. @default - the version that the pipeline was proven with */
  readonly operatorVersion?: string;
  /** Image of the operator's sidecar that reloads the configuration. @default - the one released with the operator's version */
  readonly configReloaderImage?: string;
}

/** Options of {@link VMAgent}. */
export interface VMAgentProps extends VMAgentOptions {
  /** Value of the label `cluster` on every series. */
  readonly cluster: string;
}

const DEFAULT_NAME = 'metrics';
const DEFAULT_NAMESPACE = 'monitoring-system';
/** The operator puts `vmagent-` in front, and a StatefulSet's name of more than 52 characters leaves no room for its pods' revision label. */
const MAX_NAME = 44;
/** vmagent writes its queue in files of this size, so a smaller queue cannot be kept. */
const MIN_QUEUE = Size.gibibytes(1);
/** Bytes of one file of the queue; vmagent rounds a smaller share up to it. */
const QUEUE_FILE = 512 * 1024 ** 2 + 128;
/** A tenth of the volume stays free: file systems slow down when full, and vmagent counts a little late. */
const QUEUE_FILL = 0.9;
/** Flags that belong to credentials; from outside they would send a token to every destination. */
export const GUARDED_FLAGS = /^remoteWrite\.(bearerToken|basicAuth|oauth2|tls|url|headers|aws)/;

/**
 * Scrapes all targets and sends the samples to all destinations, as a VMAgent resource of the VictoriaMetrics operator.
 *
 * Samples that a destination does not take are kept on a volume. The agent has a service account of its own, with the rights that its
 * targets need and no more.
 */
export class VMAgent extends Construct implements ICollector, IMetricsSource {
  /** The resource from which the operator makes StatefulSet and Service. */
  readonly workload: vm.VmAgent;
  /** Name of the Service that the operator makes. */
  readonly serviceName: string;
  /** Namespace of everything. */
  readonly namespace: string;
  /** Port of its own metrics and of its pages. */
  readonly port = 8429;
  /** Value of the label `job`. */
  readonly job = 'vmagent';
  /** What there is to scrape of the agent itself. */
  readonly targets: readonly ScrapeTarget[];
  /** Name of the service account whose token and rights the scrapes use. */
  readonly serviceAccountName: string;
  /** Value of the label `cluster` on every series. */
  readonly cluster: string;

  /** Size of the volume that buffers samples. */
  readonly queueSize: Size;

  private readonly owner: ObjectOwner & { readonly namespace: string };
  private readonly scraped: ScrapeTarget[] = [];
  private readonly written: Destination[] = [];
  private readonly discoveredNamespaces = new Set<string>();
  private readonly userScrapes: UserScrapes;
  private clusterGranted = false;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when the cluster is no label value, the queue too small, or a name, image, flag or limit cannot work
   */
  constructor(scope: Construct, id: string, props: VMAgentProps) {
    super(scope, id);
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME, MAX_NAME);
    this.namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    this.cluster = clusterName(this, props.cluster);
    const image = imageParts(props.image ?? IMAGES.vmAgent, this.node.path);
    const reloader = props.configReloaderImage ?? configReloaderImage(operatorVersion(this, props.operatorVersion));
    imageParts(reloader, this.node.path, 'configReloaderImage');
    this.queueSize = this.queue(props.queueSize ?? Size.gibibytes(10));
    this.guardFlags(props.extraArgs ?? {});
    this.userScrapes = props.userScrapes ?? {};
    this.owner = {
      name,
      namespace: this.namespace,
      identity: { name: 'vmagent', instance: name, component: 'collector', version: image.tag },
    };
    this.serviceName = `vmagent-${name}`;
    this.serviceAccountName = `${name}-agent`;
    const resources = resourceRequirements(props.resources ?? agentResources(nodeCount(this, props.nodes ?? 10)));

    // the pod is the operator's, which leaves it to the account whether the token is mounted
    serviceAccount(this, 'ServiceAccount', { ...this.owner, name: this.serviceAccountName }, true);
    // the reloader beside the agent reads the configuration that the operator writes for it
    this.grantNamespace('Configuration', this.namespace, `${this.serviceAccountName}-configuration`, () => [
      { apiGroups: [''], resources: ['secrets'], resourceNames: [this.serviceName], verbs: ['get', 'list', 'watch'] },
    ]);
    for (const namespace of this.userTargetNamespaces()) this.discover(namespace);

    const writes = () => renderRemoteWrites(this.written);
    this.workload = new vm.VmAgent(this, 'VMAgent', {
      metadata: metadata(this.owner),
      spec: {
        image: { ...image, pullPolicy: 'IfNotPresent' },
        ...placement(props, { nodeSelector: SYSTEM_NODES }),
        replicaCount: 1,
        port: String(this.port),
        // on every series, whatever scraped it
        externalLabels: { cluster: this.cluster },
        externalLabelName: '',
        serviceAccountName: this.serviceAccountName,
        ...agentSelectors(name, this.namespace, this.userScrapes),
        // a StatefulSet is what lets the queue outlive the pod
        statefulMode: true,
        statefulStorage: {
          volumeClaimTemplate: {
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: props.queueStorageClassName,
              resources: {
                requests: {
                  storage: vm.VmAgentSpecStatefulStorageVolumeClaimTemplateSpecResourcesRequests.fromString(quantity(this.queueSize)),
                },
              },
            },
          },
        },
        // typed, because a field that the generated type does not know would vanish without a word
        remoteWrite: Lazy.any({ produce: (): vm.VmAgentSpecRemoteWrite[] => writes().remoteWrite }),
        remoteWriteSettings: Lazy.any({
          produce: (): vm.VmAgentSpecRemoteWriteSettings => ({ maxDiskUsagePerUrl: String(this.shareOfQueue()) }),
        }),
        secrets: Lazy.any({ produce: (): string[] | undefined => writes().secrets }),
        volumes: Lazy.any({ produce: () => writes().volumes }),
        volumeMounts: Lazy.any({ produce: (): vm.VmAgentSpecVolumeMounts[] | undefined => writes().volumeMounts }),
        extraArgs: Lazy.any({
          produce: () => ({
            'promscrape.streamParse': 'true',
            'promscrape.maxScrapeSize': String(bytes(props.maxScrapeSize ?? Size.mebibytes(32))),
            ...writes().extraArgs,
            ...props.extraArgs,
          }),
        }),
        configReloaderImage: reloader,
        configReloaderResources: {
          requests: amountsAs(RELOADER.requests, vm.VmAgentSpecConfigReloaderResourcesRequests.fromString),
          limits: amountsAs(RELOADER.limits, vm.VmAgentSpecConfigReloaderResourcesLimits.fromString),
        },
        useStrictSecurity: true,
        ...(props.runAsUser === undefined ? {} : { securityContext: this.userContext(props.runAsUser) }),
        useDefaultResources: false,
        resources: {
          requests: amountsAs(resources.requests, vm.VmAgentSpecResourcesRequests.fromString),
          limits: amountsAs(resources.limits, vm.VmAgentSpecResourcesLimits.fromString),
        },
        terminationGracePeriodSeconds: 60,
        // the pipeline scrapes the agent itself, from the same model as everything else
        disableSelfServiceScrape: true,
      },
    });

    this.targets = [
      {
        ...scrapeTiming(this, { ...props, maxScrapeSize: undefined }),
        name: 'vmagent',
        job: this.job,
        discovery: {
          role: DiscoveryRole.SERVICES,
          namespaces: [this.namespace],
          matchLabels: { 'app.kubernetes.io/name': 'vmagent', 'app.kubernetes.io/instance': name },
        },
        endpoints: [{ port: 'http' }],
        provenance: Provenance.OPERATOR,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
      },
    ];
    markCollector(this);
    this.node.addValidation({ validate: () => this.missing() });
  }

  /** Everything that is scraped, in the order it was added; a copy. */
  get scrapedTargets(): readonly ScrapeTarget[] {
    return [...this.scraped];
  }

  /** All destinations, in the order they were added; a copy. */
  get destinations(): readonly Destination[] {
    return [...this.written];
  }

  /**
   * Adds everything that a source declares, and the rights that finding and reading it needs.
   *
   * @throws InvalidOptionError when a target of the same name is scraped already
   */
  scrape(source: IMetricsSource): void {
    for (const target of source.targets) {
      if (this.scraped.some(({ name }) => name === target.name)) {
        reject(this, {
          option: 'scrape',
          got: target.name,
          expected: 'a target with a name that no other target of this agent has',
          instead: 'give one of the two sources another name',
        });
      }
      this.scraped.push(target);
      renderVmScrape(this, target, {
        namespace: this.namespace,
        labels: { ...objectLabels(this.owner.identity), [AGENT_LABEL]: this.owner.name },
      });
      for (const namespace of target.discovery.namespaces) this.discover(namespace);
    }
    if (!this.clusterGranted && rightsOf(this.scraped).cluster.length > 0) {
      this.clusterGranted = true;
      // nodes belong to no namespace, and neither does the page that Soperator's manager protects
      grantCluster(this, 'Cluster', { ...this.owner, name: `${this.namespace}-${this.serviceAccountName}` }, this.subject(), () =>
        rightsOf(this.scraped).cluster.map(policyRule),
      );
    }
  }

  /**
   * Adds a destination. The order matters to a running agent: its queues belong to positions.
   *
   * @throws InvalidOptionError when a destination of the same name or URL is there already
   */
  writeTo(destination: IDestination): void {
    const { name, url } = destination.destination;
    if (this.written.some((other) => other.name === name || other.url === url)) {
      reject(this, {
        option: 'writeTo',
        got: `${name} ${url}`,
        expected: 'a destination with a name and URL that no other destination of this agent has',
        instead: 'leave one of the two out, or give it another name',
      });
    }
    this.written.push(destination.destination);
    destination.collectFrom?.(this);
  }

  private subject() {
    return { name: this.serviceAccountName, namespace: this.namespace };
  }

  private userTargetNamespaces(): readonly string[] {
    return this.userScrapes.enabled === false ? [] : (this.userScrapes.targetNamespaces ?? [this.namespace]);
  }

  /** Lets the agent discover what it must in one namespace; once for each. */
  private discover(namespace: string): void {
    if (this.discoveredNamespaces.has(namespace)) return;
    this.discoveredNamespaces.add(namespace);
    this.grantNamespace(`Discovery-${namespace}`, namespace, `${this.serviceAccountName}-discovery`, () => {
      const own = (rightsOf(this.scraped).namespaces.get(namespace) ?? []).map(policyRule);
      return this.userTargetNamespaces().includes(namespace) ? DISCOVER_ANYTHING.map(policyRule) : own;
    });
  }

  private grantNamespace(id: string, namespace: string, name: string, rules: Parameters<typeof grant>[4]): void {
    grant(this, id, { ...this.owner, name, namespace }, this.subject(), rules);
  }

  private queue(size: Size): Size {
    if (bytes(size) < bytes(MIN_QUEUE)) {
      reject(this, {
        option: 'queueSize',
        got: quantity(size),
        expected: `${quantity(MIN_QUEUE)} or more`,
        instead: 'use Size.gibibytes(10): vmagent keeps its queue in files of half a gigabyte, one at least for each destination',
      });
    }
    return size;
  }

  private guardFlags(flags: { readonly [flag: string]: string }): void {
    for (const flag of Object.keys(flags)) {
      if (flag.startsWith('-') || GUARDED_FLAGS.test(flag)) {
        reject(this, {
          option: 'extraArgs',
          got: flag,
          expected: 'a flag without its dash that names no destination and no credential',
          instead: 'use agent.writeTo(RemoteWrite.toUrl(…)): a flag would count for every destination',
        });
      }
    }
  }

  private userContext(uid: number) {
    if (!Number.isInteger(uid) || uid < 1) {
      reject(this, {
        option: 'runAsUser',
        got: uid,
        expected: 'a user id of 1 or more: the agent does not run as root',
        instead: 'make the token file readable for the agent, or put the token into a Secret',
      });
    }
    // given at all, the context replaces the operator's strict one, so that is repeated here
    return {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: uid,
      fsGroup: uid,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    };
  }

  /** What each destination may use of the queue's volume, in bytes. */
  private shareOfQueue(): number {
    return Math.floor((bytes(this.queueSize) * QUEUE_FILL) / Math.max(1, this.written.length));
  }

  private missing(): string[] {
    const problems: string[] = [];
    if (this.written.length === 0) {
      problems.push('writeTo: got nothing, expected at least one destination; use agent.writeTo(new VMSingle(…)) or RemoteWrite.toUrl(…)');
    }
    const share = this.shareOfQueue();
    if (this.written.length > 0 && share < QUEUE_FILE) {
      const enough = Math.ceil((QUEUE_FILE * this.written.length) / QUEUE_FILL / 1024 ** 3);
      problems.push(
        `queueSize: got ${quantity(this.queueSize)} for ${this.written.length} destinations, expected half a gigabyte for each: vmagent keeps its queue in files of that size; use Size.gibibytes(${enough})`,
      );
    }
    if (this.scraped.length === 0)
      problems.push('scrape: got nothing, expected at least one source; use agent.scrape(new SlurmExporter(…))');
    return problems;
  }
}

const RELOADER = resourceRequirements(steadyResources(10, Size.mebibytes(64)));

/** What scrapes of users may look for; the operator asks for endpoints where a scrape names no other role. */
const DISCOVER_ANYTHING: readonly RightsRule[] = [
  { apiGroups: [''], resources: ['endpoints', 'pods', 'services'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
];

/** About five thousand series a node, twice a minute: a node costs two thousandths of a core and two mebibytes. No CPU limit: a throttled agent scrapes late. */
function agentResources(nodes: number): ComputeResources {
  return {
    cpuRequest: Cpu.millis(100 + 2 * nodes),
    memoryRequest: Size.mebibytes(256 + 2 * nodes),
    memoryLimit: Size.mebibytes(512 + 4 * nodes),
  };
}

function policyRule(rule: RightsRule) {
  return {
    ...(rule.apiGroups ? { apiGroups: [...rule.apiGroups] } : {}),
    ...(rule.resources ? { resources: [...rule.resources] } : {}),
    ...(rule.nonResourceUrls ? { nonResourceUrLs: [...rule.nonResourceUrls] } : {}),
    verbs: [...rule.verbs],
  };
}
