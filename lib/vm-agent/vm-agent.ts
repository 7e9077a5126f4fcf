import { type ApiObject, Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { type ObjectOwner, serviceAccount } from '../common/deployment';
import { reject } from '../common/errors';
import { imageOf } from '../common/image-source';
import { IMAGES, imageParts } from '../common/images';
import { withLate } from '../common/late';
import { Mode } from '../common/mode';
import { clusterName, dnsName } from '../common/names';
import { type ClusterRule, grant, grantCluster, NODES_HAVE_NO_NAMESPACE, type Rule } from '../common/rbac';
import { type ResolvedScale, resolveScale } from '../common/scale';
import { bytes, type ComputeResources } from '../common/units';
import { withOptions } from '../metrics/catalog';
import { flagsOn } from '../metrics/victoriametrics';
import { VMAGENT_CATALOG } from '../metrics/vmagent';
import { type ICollector, markCollector } from '../scrape/collector';
import type { Destination, IDestination } from '../scrape/destination';
import { type Load, loadOf, scrapeSizeOf, shareOf } from '../scrape/load';
import { QueueBudget } from '../scrape/queue-budget';
import { type NeededRule, neededRights, needsText, type RightsRule } from '../scrape/rights';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../scrape/scrape-target';
import { agentResources, MAX_SENDERS, queuesFor, SENDER_SAMPLES, shardsFor, typicalLoad } from '../scrape/sizing';
import { scrapeTiming } from '../scrape/source-props';
import { OperatorAgent } from './operator';
import type { VMAgentProps } from './options';
import type { AgentBackend, AgentPlan } from './plan';
import { type QueueOptions, queueProblems, queuesOf } from './queues';
import { positional, remoteWriteFiles } from './remote-writes';
import { podsOfAgent, shardBudget } from './shards';
import { StandaloneAgent } from './standalone';
import type { UserScrapes } from './user-scrapes';

const DEFAULT_NAME = 'metrics';
const DEFAULT_NAMESPACE = 'monitoring-system';
/** The operator puts `vmagent-` in front, and a StatefulSet's name of more than 52 characters leaves no room for its pods' revision label. */
const MAX_NAME = 44;
/** The usual outage that is to lose nothing: a night without somebody on call is longer, a maintenance is not. */
const DEFAULT_BUFFER = QueueBudget.outage(Duration.hours(6));
const MAX_SHARDS = 100;
/**
 * Flags that follow from other options; another value would leave targets unscraped or counters unsummed, drop all that is not summed, or put
 * the queue where no volume is.
 */
export const OWN_FLAGS =
  /^(promscrape\.(config$|cluster\.)|streamAggr\.(config|keepInput|dropInput|dropInputLabels)$|remoteWrite\.(tmpDataPath|disableOnDiskQueue)|httpListenAddr)/;
/** A destination that is back is written to within this time; the usual minute would let a short fault delay samples for long. */
const RETRY = '10s';
/** Flags that belong to credentials; from outside they would send a token to every destination. */
export const GUARDED_FLAGS = /^remoteWrite\.(bearerToken|basicAuth|oauth2|tls|url|headers|aws)/;

/**
 * Scrapes all targets and sends the samples to all destinations: as a VMAgent resource of the VictoriaMetrics operator, or as a StatefulSet
 * with a scrape configuration.
 *
 * Samples that a destination does not take are kept on a volume. The agent has a service account of its own, with the rights that its
 * targets need and no more.
 */
export class VMAgent extends Construct implements ICollector, IMetricsSource {
  /** What makes the pods: the resource, or the StatefulSet of the first shard. */
  readonly workload: ApiObject;
  /** The same for every shard, where there are several; the resource stands for all of them. */
  readonly workloads: readonly ApiObject[];
  /** Name of the Service, whoever makes it. */
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
  /** What makes the workload. */
  readonly mode: Mode;
  /** Number of agents that share the targets. */
  readonly shards: number;
  /** What the cluster grows to. */
  readonly scale: ResolvedScale;

  private readonly owner: ObjectOwner & { readonly namespace: string };
  private readonly backend: AgentBackend;
  private readonly props: VMAgentProps;
  private readonly scraped: ScrapeTarget[] = [];
  private readonly written: Destination[] = [];
  private readonly discoveredNamespaces = new Set<string>();
  private readonly userScrapes: UserScrapes;
  private readonly maxScrapeSize: Size;
  private clusterGranted = false;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when the cluster is no label value, a budget cannot be kept, or a name, image, flag, number or limit cannot work
   */
  constructor(scope: Construct, id: string, props: VMAgentProps) {
    super(scope, id);
    this.namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    this.cluster = clusterName(this, props.cluster);
    this.mode = props.mode ?? Mode.OPERATOR;
    this.props = props;
    const image = imageOf(this, props.image, IMAGES.vmAgent);
    const { version } = imageParts(image, this.node.path);
    this.guardFlags(props.extraArgs ?? {});
    this.checkNumbers(props);
    this.refuseIdle(props);
    this.scale = resolveScale(this, props.scale);
    this.shards = props.shards ?? shardsFor(typicalLoad(this.scale, props.seriesProfile));
    // several shards have their numbers at the end
    const numbered = this.shards > 1 ? `-${this.shards - 1}`.length : 0;
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME, MAX_NAME - numbered);
    this.maxScrapeSize = props.maxScrapeSize ?? Size.mebibytes(32);
    // only an operator reads such objects
    this.userScrapes = this.mode === Mode.OPERATOR ? (props.userScrapes ?? {}) : { enabled: false };
    this.owner = {
      name,
      namespace: this.namespace,
      identity: { name: 'vmagent', instance: name, component: 'collector', version },
    };
    this.serviceName = `vmagent-${name}`;
    this.serviceAccountName = `${name}-agent`;

    // the operator leaves it to the account whether the token is mounted
    serviceAccount(this, 'ServiceAccount', { ...this.owner, name: this.serviceAccountName }, this.mode === Mode.OPERATOR);
    for (const namespace of this.userTargetNamespaces()) this.discover(namespace);
    const plan: AgentPlan = {
      owner: this.owner,
      props,
      image,
      cluster: this.cluster,
      serviceName: this.serviceName,
      serviceAccountName: this.serviceAccountName,
      port: this.port,
      shards: this.shards,
      targets: () => this.scraped.map((target) => this.limited(target)),
      destinations: () => this.written,
      queueSize: () => this.queueSize,
      resources: () => this.resources,
      flags: () => this.flags(),
    };
    this.backend = this.mode === Mode.OPERATOR ? new OperatorAgent(this, plan) : new StandaloneAgent(this, plan);
    const [first] = this.backend.workloads;
    if (!first) throw new Error('an agent has at least one shard');
    this.workload = first;
    this.workloads = [...this.backend.workloads];
    if (this.shards > 1) shardBudget(this, this.owner);

    this.targets = [
      {
        ...scrapeTiming(this, { ...props, maxScrapeSize: undefined }),
        name: 'vmagent',
        job: this.job,
        discovery: { role: DiscoveryRole.SERVICES, namespaces: [this.namespace], matchLabels: podsOfAgent(this.owner) },
        endpoints: [{ port: 'http', catalog: withOptions(VMAGENT_CATALOG, (option) => this.isOn(option)) }],
        provenance: this.mode === Mode.OPERATOR ? Provenance.OPERATOR : Provenance.RENDERED,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        replicas: this.shards,
        // its histograms, and some for each destination
        series: { fixed: 1_000 * this.shards },
        readSeries: { fixed: 200 * this.shards },
      },
    ];
    markCollector(this);
    this.node.addValidation({ validate: () => this.missing() });
  }

  /** Size of the volume that holds what is kept for destinations, of each shard. */
  get queueSize(): Size {
    return queuesOf(this.queueOptions()).volume;
  }

  /** Bytes that each destination may keep, in the order of the destinations; of each shard. */
  get queueLimits(): readonly number[] {
    return queuesOf(this.queueOptions()).limits;
  }

  /** CPU and memory of each shard. */
  get resources(): ComputeResources {
    return this.props.resources ?? agentResources(this.loadOfShard());
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
      this.backend.scrape(this.limited(target));
      for (const namespace of target.discovery.namespaces) this.discover(namespace);
    }
    if (!this.clusterGranted && neededRights(this.scraped).cluster.length > 0) {
      this.clusterGranted = true;
      grantCluster(this, 'Cluster', { ...this.owner, name: `${this.namespace}-${this.serviceAccountName}` }, this.subject(), () =>
        neededRights(this.scraped).cluster.map(clusterRule),
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
      const own = (neededRights(this.scraped).namespaces.get(namespace) ?? []).map(neededRule);
      return this.userTargetNamespaces().includes(namespace) ? DISCOVER_ANYTHING : own;
    });
  }

  private grantNamespace(id: string, namespace: string, name: string, rules: Parameters<typeof grant>[4]): void {
    grant(this, id, { ...this.owner, name, namespace }, this.subject(), rules);
  }

  /** A target whose scrapes outgrow the agent's limit by the scale of the cluster gets a limit of its own. */
  private limited(target: ScrapeTarget): ScrapeTarget {
    const size = scrapeSizeOf(target, this.scale);
    if (target.maxScrapeSize || size <= bytes(this.maxScrapeSize)) return target;
    return withLate(target, { maxScrapeSize: () => Size.kibibytes(size / 1024) });
  }

  private loadOfShard(): Load {
    return shareOf(loadOf(this.scraped, this.scale), this.shards);
  }

  private queueOptions(): QueueOptions {
    return {
      destinations: this.written,
      load: this.loadOfShard(),
      buffer: this.props.buffer ?? DEFAULT_BUFFER,
      bufferGiven: this.props.buffer !== undefined,
      queueSize: this.props.queueSize,
    };
  }

  private flags(): { readonly [flag: string]: string } {
    return {
      'promscrape.streamParse': 'true',
      'promscrape.maxScrapeSize': String(bytes(this.maxScrapeSize)),
      // each sender holds a block that is lost when the agent is killed, and vmagent's own number grows with the CPUs of its node
      'remoteWrite.queues': String(queuesFor(this.loadOfShard())),
      'remoteWrite.retryMaxInterval': RETRY,
      'remoteWrite.maxDiskUsagePerURL': positional(this.queueLimits.map(String)),
      ...remoteWriteFiles(this.written).flags,
      ...this.props.extraArgs,
    };
  }

  /** Whether an option of the agent is on; what destinations and scrapes of users bring is not known yet. */
  private isOn(option: string): boolean | undefined {
    if (option === 'kubernetes_sd_configs' || option === 'flag -promscrape.config') return true;
    if (option === 'flag -remoteWrite.urlRelabelConfig') return undefined;
    return flagsOn(this.props.extraArgs ?? {})(option) ?? (this.userScrapes.enabled === false ? false : undefined);
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
      if (OWN_FLAGS.test(flag)) {
        reject(this, {
          option: 'extraArgs',
          got: flag,
          expected: 'a flag that does not follow from other options',
          instead: 'use shards, buffer, queueSize and the sums of targets, or remove it',
        });
      }
    }
  }

  private checkNumbers({ runAsUser, shards }: VMAgentProps): void {
    if (runAsUser !== undefined && (!Number.isInteger(runAsUser) || runAsUser < 1)) {
      reject(this, {
        option: 'runAsUser',
        got: runAsUser,
        expected: 'a user id of 1 or more: the agent does not run as root',
        instead: 'make the token file readable for the agent, or put the token into a Secret',
      });
    }
    if (shards !== undefined && (!Number.isInteger(shards) || shards < 1 || shards > MAX_SHARDS)) {
      reject(this, {
        option: 'shards',
        got: shards,
        expected: `a whole number of 1 to ${MAX_SHARDS}`,
        instead: 'leave it out: the number follows from scale',
      });
    }
  }

  /** In the mode where nobody reads such objects, an option about them would change nothing without a word. */
  private refuseIdle({ userScrapes }: VMAgentProps): void {
    for (const option of ['namespaces', 'targetNamespaces', 'requireLabel'] as const) {
      if (this.mode !== Mode.STANDALONE || userScrapes?.[option] === undefined) continue;
      reject(this, {
        option: `userScrapes.${option}`,
        got: userScrapes[option],
        expected: 'to be left out in standalone mode, where no operator reads scrapes that users add as objects',
        instead: 'remove it and give such scrapes as sources of the library, or use mode operator',
      });
    }
  }

  /** More than its senders move would wait in the queue for ever. */
  private tooMuch(): string[] {
    const senders = Number(this.props.extraArgs?.['remoteWrite.queues'] ?? MAX_SENDERS);
    const most = senders * SENDER_SAMPLES;
    const { samplesPerSecond } = this.loadOfShard();
    if (samplesPerSecond <= most) return [];
    const enough = shardsFor(loadOf(this.scraped, this.scale));
    return [
      `shards: got ${this.shards} for ${Math.ceil(samplesPerSecond)} samples a second each, expected ${most} or fewer, which is what the senders of an agent move; ` +
        `use shards: ${enough}, longer intervals, or the scale that the cluster really has`,
    ];
  }

  private missing(): string[] {
    const problems = queueProblems(this.queueOptions());
    if (this.written.length === 0) {
      problems.push('writeTo: got nothing, expected at least one destination; use agent.writeTo(new VMSingle(…)) or RemoteWrite.toUrl(…)');
    }
    problems.push(...this.tooMuch());
    if (this.scraped.length === 0)
      problems.push('scrape: got nothing, expected at least one source; use agent.scrape(new SlurmExporter(…))');
    return problems;
  }
}

/** What scrapes of users may look for; the operator asks for endpoints where a scrape names no other role. */
const DISCOVER_ANYTHING: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: ['endpoints', 'pods', 'services'],
    verbs: ['list', 'watch'],
    why: 'finds targets of the pipeline and of scrapes that users add, or they are not scraped; endpoints are for scrapes that name no other role',
  },
  {
    apiGroups: ['discovery.k8s.io'],
    resources: ['endpointslices'],
    verbs: ['list', 'watch'],
    why: 'finds the addresses behind Services, or they are not scraped',
  },
];

function neededRule(needed: NeededRule): Rule {
  return { ...policyRule(needed.rule), why: needsText(needed) };
}

function clusterRule(needed: NeededRule): ClusterRule {
  const { resources, nonResourceUrls } = needed.rule;
  const ofNodes = resources?.every((resource) => /^nodes(\/|$)/.test(resource));
  const everywhere = nonResourceUrls ? 'a path belongs to no namespace' : ofNodes ? NODES_HAVE_NO_NAMESPACE : 'the scrape asks for it so';
  return { ...neededRule(needed), everywhere };
}

function policyRule(rule: RightsRule) {
  return {
    ...(rule.apiGroups ? { apiGroups: [...rule.apiGroups] } : {}),
    ...(rule.resources ? { resources: [...rule.resources] } : {}),
    ...(rule.nonResourceUrls ? { nonResourceUrLs: [...rule.nonResourceUrls] } : {}),
    verbs: [...rule.verbs],
  };
}
