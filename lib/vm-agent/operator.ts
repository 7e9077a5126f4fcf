import { type ApiObject, Lazy } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import * as vm from '../../imports/operator.victoriametrics.com';
import { metadata } from '../common/deployment';
import { imageOf } from '../common/image-source';
import { configReloaderImage, imageParts, operatorImage, operatorVersion } from '../common/images';
import { AGENT_LABEL, objectLabels } from '../common/labels';
import { grant } from '../common/rbac';
import { explained } from '../common/reasons';
import { amountsAs, quantity, resourceRequirements, Size, steadyResources } from '../common/units';
import { CRITICAL, placement, SYSTEM_NODES } from '../common/workload';
import { streamAggregation } from '../scrape/aggregation';
import type { ScrapeTarget } from '../scrape/scrape-target';
import { renderVmScrape } from '../scrape/vm-operator';
import { type AgentBackend, type AgentPlan, TERMINATION_GRACE_S } from './plan';
import { remoteWriteFiles, tokenFileReasons } from './remote-writes';
import { spreadShards } from './shards';
import { agentSelectors } from './user-scrapes';

const RELOADER = resourceRequirements(steadyResources(10, Size.mebibytes(64)));

/** The agent as a VMAgent resource, and each target as a resource that it selects. */
export class OperatorAgent implements AgentBackend {
  readonly workloads: readonly ApiObject[];

  /**
   * @param scope the construct that everything is put into
   * @throws InvalidOptionError when the reloader's image or the operator's version is none
   */
  constructor(
    private readonly scope: Construct,
    private readonly plan: AgentPlan,
  ) {
    const { owner, props } = plan;
    const reloader = imageOf(scope, props.configReloaderImage, configReloaderImage(operatorVersion(scope, props.operatorVersion)));
    imageParts(reloader, scope.node.path, 'configReloaderImage');
    grant(
      scope,
      'Configuration',
      { ...owner, name: `${plan.serviceAccountName}-configuration` },
      { name: plan.serviceAccountName, namespace: owner.namespace },
      [
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: [plan.serviceName],
          verbs: ['get', 'list', 'watch'],
          why: 'the reloader beside the agent reads the scrape configuration that the operator writes into this Secret, or the agent does not start',
        },
      ],
    );
    this.workloads = [this.resource(reloader)];
  }

  scrape(target: ScrapeTarget): void {
    const { owner } = this.plan;
    renderVmScrape(this.scope, target, {
      namespace: owner.namespace,
      labels: { ...objectLabels(owner.identity), [AGENT_LABEL]: owner.name },
    });
  }

  private resource(reloader: string): vm.VmAgent {
    const { plan } = this;
    const { owner, props } = plan;
    const files = () => remoteWriteFiles(plan.destinations());
    const resource = new vm.VmAgent(this.scope, 'VMAgent', {
      metadata: metadata(owner),
      spec: {
        image: operatorImage(this.scope, plan.image),
        ...placement(this.scope, props, { nodeSelector: SYSTEM_NODES, priorityClassName: CRITICAL }),
        replicaCount: 1,
        ...(plan.shards > 1 ? { shardCount: plan.shards, topologySpreadConstraints: [spreadShards(owner)] } : {}),
        port: String(plan.port),
        // on every series, whatever scraped it
        externalLabels: { cluster: plan.cluster },
        externalLabelName: '',
        serviceAccountName: plan.serviceAccountName,
        ...agentSelectors(owner.name, owner.namespace, props.userScrapes ?? {}),
        // a StatefulSet is what lets the queue outlive the pod
        statefulMode: true,
        statefulStorage: {
          volumeClaimTemplate: {
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: props.queueStorageClassName,
              resources: Lazy.any({
                produce: (): vm.VmAgentSpecStatefulStorageVolumeClaimTemplateSpecResources => ({
                  requests: {
                    storage: vm.VmAgentSpecStatefulStorageVolumeClaimTemplateSpecResourcesRequests.fromString(quantity(plan.queueSize())),
                  },
                }),
              }),
            },
          },
        },
        // typed, because a field that the generated type does not know would vanish without a word
        remoteWrite: Lazy.any({ produce: (): vm.VmAgentSpecRemoteWrite[] => this.remoteWrites() }),
        volumes: Lazy.any({ produce: (): k8s.Volume[] | undefined => unlessEmpty(files().volumes) }),
        volumeMounts: Lazy.any({ produce: (): vm.VmAgentSpecVolumeMounts[] | undefined => unlessEmpty(files().volumeMounts) }),
        extraArgs: Lazy.any({ produce: () => plan.flags() }),
        streamAggrConfig: Lazy.any({ produce: (): vm.VmAgentSpecStreamAggrConfig | undefined => this.sums() }),
        configReloaderImage: reloader,
        configReloaderResources: {
          requests: amountsAs(RELOADER.requests, vm.VmAgentSpecConfigReloaderResourcesRequests.fromString),
          limits: amountsAs(RELOADER.limits, vm.VmAgentSpecConfigReloaderResourcesLimits.fromString),
        },
        useStrictSecurity: true,
        ...(props.runAsUser === undefined ? {} : { securityContext: strictContext(props.runAsUser) }),
        useDefaultResources: false,
        resources: Lazy.any({
          produce: (): vm.VmAgentSpecResources => {
            const { requests, limits } = resourceRequirements(plan.resources());
            return {
              requests: amountsAs(requests, vm.VmAgentSpecResourcesRequests.fromString),
              limits: amountsAs(limits, vm.VmAgentSpecResourcesLimits.fromString),
            };
          },
        }),
        terminationGracePeriodSeconds: TERMINATION_GRACE_S,
        // the pipeline scrapes the agent itself, from the same model as everything else
        disableSelfServiceScrape: true,
      },
    });
    return explained(resource, () => tokenFileReasons(plan.destinations()));
  }

  private sums(): vm.VmAgentSpecStreamAggrConfig | undefined {
    const sums = streamAggregation(this.plan.targets());
    return (
      sums && {
        keepInput: sums.keepInput,
        rules: sums.rules.map(({ output_relabel_configs: renames, ...rule }) => ({
          ...rule,
          outputRelabelConfigs: renames.map(({ target_label: targetLabel, replacement }) => ({ targetLabel, replacement })),
        })),
      }
    );
  }

  private remoteWrites(): vm.VmAgentSpecRemoteWrite[] {
    return this.plan.destinations().map(({ url, proxyUrl, relabelConfigs }) => ({
      url,
      proxyUrl,
      inlineUrlRelabelConfig: relabelConfigs.length > 0 ? relabelConfigs.map((rule) => rule._toKube()) : undefined,
    }));
  }
}

/** Given at all, the context replaces the operator's strict one, so that is repeated here. */
function strictContext(uid: number) {
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

function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
