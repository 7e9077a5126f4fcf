import { type ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { dump } from 'js-yaml';
import { claim, flagList, metadata, type ObjectOwner, podSelector, podTemplate } from '../common/deployment';
import { digest } from '../common/digest';
import { LABEL_PREFIX } from '../common/names';
import { explained } from '../common/reasons';
import {
  CRITICAL,
  httpProbe,
  kubeResources,
  NOBODY,
  placement,
  restrictedContainer,
  restrictedPod,
  SYSTEM_NODES,
} from '../common/workload';
import { type StreamAggregation, streamAggregation } from '../scrape/aggregation';
import { renderScrapeConfig } from '../scrape/scrape-config';
import type { KeyReference } from '../scrape/scrape-target';
import { type AgentBackend, type AgentPlan, TERMINATION_GRACE_S } from './plan';
import { positional, remoteWriteFiles, tokenFileReasons } from './remote-writes';
import { podsOfAgent, spreadShards } from './shards';

/** Label of a shard's pod: its number. */
const SHARD_LABEL = `${LABEL_PREFIX}/shard`;
/** Where the queue's volume is mounted, and where in it the queue is: as the operator has it, so that a queue outlives a change of the mode. */
const QUEUE_PATH = '/vmagent_pq/vmagent-remotewrite-data';
const CONFIGURATION = '/etc/soperator-metrics/scrape';
const AUTHORITIES = '/etc/soperator-metrics/authorities';
const SCRAPES = 'scrape.yaml';
const SUMS = 'sums.yaml';

/** The agent as workloads: one StatefulSet a shard, with one scrape configuration for all of them. */
export class StandaloneAgent implements AgentBackend {
  readonly workloads: readonly ApiObject[];

  /** @param scope the construct that everything is put into */
  constructor(
    scope: Construct,
    private readonly plan: AgentPlan,
  ) {
    const { owner, shards, serviceName } = plan;
    new k8s.KubeConfigMap(scope, 'Configuration', {
      metadata: metadata({ ...owner, name: serviceName }),
      data: Lazy.any({ produce: () => ({ [SCRAPES]: this.scrapeConfig(), ...this.filesReadOnce() }) }),
    });
    new k8s.KubeService(scope, 'Service', {
      metadata: metadata({ ...owner, name: serviceName }),
      spec: {
        // what looks at one agent looks at its pod; there is nothing to balance
        clusterIp: 'None',
        selector: { ...podsOfAgent(owner) },
        ports: [{ name: 'http', port: plan.port, targetPort: k8s.IntOrString.fromString('http'), protocol: 'TCP' }],
      },
    });
    this.workloads = Array.from({ length: shards }, (_, shard) =>
      this.shard(scope, shard, shards > 1 ? `${serviceName}-${shard}` : serviceName),
    );
  }

  scrape(): void {
    // everything stands in the one configuration, which is written when the tree is rendered
  }

  /** A StatefulSet of its own with a claim of its own: claims made of a template could never grow. */
  private shard(scope: Construct, shard: number, name: string): k8s.KubeStatefulSet {
    const { plan } = this;
    const { owner, props } = plan;
    const ofShard: ObjectOwner = { ...owner, name };
    const shardLabel = { [SHARD_LABEL]: String(shard) };
    const template = podTemplate(ofShard, this.pod(scope, shard, `persistent-queue-data-${name}-0`), {
      // sums, and rules over what is sent to single destinations, are read at the start only
      [`${LABEL_PREFIX}/relabel`]: Lazy.any({ produce: () => digest(JSON.stringify(this.filesReadOnce())) }),
    });
    // named as the operator names it, so that what is in it outlives a change of the mode
    claim(
      scope,
      `Queue${shard}`,
      { ...owner, name: `persistent-queue-data-${name}-0` },
      () => plan.queueSize(),
      props.queueStorageClassName,
    );
    const workload = new k8s.KubeStatefulSet(scope, `StatefulSet${shard}`, {
      metadata: metadata(ofShard),
      spec: {
        replicas: 1,
        revisionHistoryLimit: 2,
        serviceName: plan.serviceName,
        // the usual way would wait for a pod that does not get ready, so that what mends it would never run
        podManagementPolicy: 'Parallel',
        // the former pod ends before the next one starts, so nothing is scraped twice
        updateStrategy: { type: 'RollingUpdate' },
        selector: { matchLabels: { ...podSelector(ofShard).matchLabels, ...shardLabel } },
        template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...shardLabel } } },
      },
    });
    return explained(workload, () => tokenFileReasons(plan.destinations()));
  }

  private pod(scope: Construct, shard: number, queueClaim: string): k8s.PodSpec {
    const { plan } = this;
    const { props, owner } = plan;
    return {
      ...placement(scope, props, { nodeSelector: SYSTEM_NODES, priorityClassName: CRITICAL }),
      ...(plan.shards > 1 ? { topologySpreadConstraints: [spreadShards(owner)] } : {}),
      serviceAccountName: plan.serviceAccountName,
      automountServiceAccountToken: true,
      enableServiceLinks: false,
      securityContext: restrictedPod(props.runAsUser ?? NOBODY, true),
      terminationGracePeriodSeconds: TERMINATION_GRACE_S,
      containers: [
        {
          name: 'vmagent',
          image: plan.image,
          imagePullPolicy: 'IfNotPresent',
          args: Lazy.any({ produce: () => this.args(shard) }),
          ports: [{ name: 'http', containerPort: plan.port }],
          // it is ready once it has looked for its targets for the first time
          readinessProbe: httpProbe('/ready', 'http', { periodSeconds: 5, failureThreshold: 3 }),
          livenessProbe: httpProbe('/health', 'http', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
          resources: Lazy.any({ produce: (): k8s.ResourceRequirements => kubeResources(plan.resources()) }),
          securityContext: restrictedContainer(),
          volumeMounts: Lazy.any({
            produce: (): k8s.VolumeMount[] => [
              { name: 'persistent-queue-data', mountPath: QUEUE_PATH },
              { name: 'configuration', mountPath: CONFIGURATION, readOnly: true },
              ...this.authorities().map((name) => ({ name: authorityVolume(name), mountPath: `${AUTHORITIES}/${name}`, readOnly: true })),
              ...remoteWriteFiles(plan.destinations()).volumeMounts,
            ],
          }),
        },
      ],
      volumes: Lazy.any({
        produce: (): k8s.Volume[] => [
          { name: 'persistent-queue-data', persistentVolumeClaim: { claimName: queueClaim } },
          { name: 'configuration', configMap: { name: plan.serviceName } },
          // without it only the scrapes fail that need it
          ...this.authorities().map((name) => ({ name: authorityVolume(name), configMap: { name, optional: true } })),
          ...remoteWriteFiles(plan.destinations()).volumes,
        ],
      }),
    };
  }

  private args(shard: number): string[] {
    const { plan } = this;
    const destinations = plan.destinations();
    const sums = this.sums();
    /** A flag with a value for each URL, where at least one has one. */
    const perUrl = (flag: string, values: readonly string[]): { readonly [flag: string]: string } =>
      values.some((value) => value !== '') ? { [flag]: positional(values) } : {};
    return [
      ...destinations.map(({ url }) => `-remoteWrite.url=${url}`),
      ...flagList({
        httpListenAddr: `:${plan.port}`,
        'promscrape.config': `${CONFIGURATION}/${SCRAPES}`,
        // a changed configuration is read without a restart, once the kubelet has brought it
        'promscrape.configCheckInterval': '5s',
        'remoteWrite.tmpDataPath': QUEUE_PATH,
        'promscrape.cluster.membersCount': String(plan.shards),
        'promscrape.cluster.memberNum': String(shard),
        ...(sums ? { 'streamAggr.config': `${CONFIGURATION}/${SUMS}`, 'streamAggr.keepInput': String(sums.keepInput) } : {}),
        ...perUrl(
          'remoteWrite.urlRelabelConfig',
          destinations.map(({ name, relabelConfigs }) => (relabelConfigs.length > 0 ? `${CONFIGURATION}/${relabelFile(name)}` : '')),
        ),
        ...perUrl(
          'remoteWrite.proxyURL',
          destinations.map(({ proxyUrl }) => proxyUrl ?? ''),
        ),
        ...plan.flags(),
      }),
    ];
  }

  private scrapeConfig(): string {
    const { plan } = this;
    const fileOf = ({ name, key }: KeyReference) => `${AUTHORITIES}/${name}/${key}`;
    return dump(renderScrapeConfig(plan.targets(), { cluster: plan.cluster, fileOf }), { lineWidth: -1, noRefs: true });
  }

  /** What is summed before it is sent; nothing where nothing is. */
  private sums(): StreamAggregation | undefined {
    return streamAggregation(this.plan.targets());
  }

  private filesReadOnce(): { readonly [file: string]: string } {
    const sums = this.sums();
    const files = this.plan
      .destinations()
      .filter(({ relabelConfigs }) => relabelConfigs.length > 0)
      .map(({ name, relabelConfigs }) => [
        relabelFile(name),
        dump(
          relabelConfigs.map((rule) => rule._toConfig()),
          { lineWidth: -1, noRefs: true },
        ),
      ]);
    return { ...(sums && { [SUMS]: dump(sums.rules, { lineWidth: -1, noRefs: true }) }), ...Object.fromEntries(files) };
  }

  /** ConfigMaps with certificate authorities of targets, by name. */
  private authorities(): string[] {
    return [...new Set(this.plan.targets().flatMap(({ tls }) => (tls?.caConfigMap ? [tls.caConfigMap.name] : [])))];
  }
}

function relabelFile(destination: string): string {
  return `relabel-${destination}.yaml`;
}

/** Names of ConfigMaps may have dots, as kube-root-ca.crt does, and 253 characters; those of volumes may not. */
function authorityVolume(configMap: string): string {
  return `authority-${digest(configMap)}`;
}
