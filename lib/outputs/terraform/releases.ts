import { join, resolve } from 'node:path';
import { provider, release } from '@cdktf/provider-helm';
import { Duration } from 'cdk8s';
import { AssetType, TerraformAsset, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { reject } from '../../common/errors';
import { chartVersion, digestOf, foldersWith, isChartFolder } from './chart-folder';

/** What Helm takes as the name of a release. */
const RELEASE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const RELEASE_NAME_LENGTH = 53;

/** Folders of the two charts in the folder of a cluster, as the shape `helm` writes them. */
const OPERATOR = 'operator';
const PIPELINE = 'pipeline';

/** Options of {@link MetricsPipelineReleases}. */
export interface MetricsPipelineReleasesProps {
  /**
   * The folder of one cluster that `soperator-metrics export helm` wrote. The chart `pipeline` must be in it; the chart `operator` is there
   * where the pipeline brings the operator. A relative path starts at the working directory.
   */
  readonly charts: string;

  /**
   * The configured provider, for a cluster that is reached otherwise than by a kubeconfig, such as with outputs of the module that made it.
   *
   * @default - one that reads the kubeconfig
   */
  readonly provider?: provider.HelmProvider;

  /**
   * The kubeconfig that the provider reads. A relative path starts where Terraform runs, and `~` is the home of who runs it. Not together
   * with `provider`.
   *
   * @default - the environment variable KUBE_CONFIG_PATH where Terraform runs
   */
  readonly configPath?: string;

  /**
   * The context of the kubeconfig. Not together with `provider`.
   *
   * @default - the environment variable KUBE_CTX where Terraform runs, then the current context
   */
  readonly configContext?: string;

  /**
   * The namespace of Helm's records of both releases, made where it is not there. None of the pipeline's own: those are objects of the charts,
   * and Helm refuses what it made without saying whose it is.
   *
   * @default 'soperator-metrics'
   */
  readonly namespace?: string;

  /**
   * Name of the operator's release: up to 53 characters.
   *
   * @default 'metrics-operator'
   */
  readonly operatorName?: string;

  /**
   * Name of the pipeline's release: up to 53 characters.
   *
   * @default 'metrics'
   */
  readonly pipelineName?: string;

  /**
   * Whether the releases take over objects that are there and that no release owns, or another one does: for the way from plain manifests, and for a
   * change of `mode` or `platform`, which moves namespaces between the releases.
   *
   * @default false
   */
  readonly takeOwnership?: boolean;

  /**
   * How long each release may take until its pods are ready, or its objects are gone: whole seconds.
   *
   * @default Duration.minutes(10)
   */
  readonly timeout?: Duration;

  /**
   * How many revisions of each release Helm remembers. Each is a Secret; 0 keeps all of them.
   *
   * @default 10
   */
  readonly maxHistory?: number;
}

/**
 * The two charts of a cluster as Helm releases in a Terraform stack: the operator, then the pipeline; removed the other way around.
 *
 * Each chart goes into the stack's assets, under the digest of what is in it. So the stack's folder is all that Terraform needs, and every
 * changed manifest shows as a changed release.
 *
 * Both wait, and the operator outlives the pipeline's resources only because they do: whoever sets `pipeline.wait = false` finds resources
 * that nobody takes apart after `terraform destroy`.
 */
export class MetricsPipelineReleases extends Construct {
  /** The provider of both releases. */
  readonly provider: provider.HelmProvider;
  /** The operator's release, unless the pipeline brings none. */
  readonly operator?: release.Release;
  /** The pipeline's release. */
  readonly pipeline: release.Release;

  /**
   * @throws InvalidOptionError when the folder is no cluster of the shape `helm`, both `provider` and a part of the kubeconfig are given, the
   *   stack has another Helm provider without an alias, or a name or number is none that Helm takes
   */
  constructor(scope: Construct, id: string, props: MetricsPipelineReleasesProps) {
    super(scope, id);
    const folder = resolve(props.charts);
    this.requireCharts(folder, props.charts);
    const options = {
      namespace: props.namespace ?? 'soperator-metrics',
      createNamespace: true,
      timeout: this.secondsOf(props.timeout ?? Duration.minutes(10)),
      maxHistory: this.requireCount(props.maxHistory ?? 10),
      takeOwnership: props.takeOwnership ?? false,
      // what helm cannot take apart or bring up in that time is an error, not a success
      wait: true,
      // a first apply that failed half way left a release behind: go on with it
      upgradeInstall: true,
    };

    this.provider = this.providerOf(props);
    const common = { ...options, provider: this.provider };
    if (isChartFolder(join(folder, OPERATOR))) {
      this.operator = new release.Release(this, 'Operator', {
        ...common,
        name: this.requireName('operatorName', props.operatorName ?? 'metrics-operator'),
        ...this.chart('OperatorChart', join(folder, OPERATOR)),
      });
    }
    this.pipeline = new release.Release(this, 'Pipeline', {
      ...common,
      name: this.requireName('pipelineName', props.pipelineName ?? 'metrics'),
      ...this.chart('PipelineChart', join(folder, PIPELINE)),
      ...(this.operator && { dependsOn: [this.operator] }),
    });
  }

  /**
   * Takes a chart into the stack; gives its path where Terraform runs, also when the stack is somebody's module, and its version: of a release that it
   * may go on with, the provider plans the version that is installed, whatever the chart says, unless it is told one.
   */
  private chart(id: string, folder: string): { readonly chart: string; readonly version: string } {
    const version = chartVersion(folder);
    if (version === undefined) {
      reject(this, {
        option: 'charts',
        got: folder,
        expected: 'a chart with a version in its Chart.yaml',
        instead: 'write it anew with `soperator-metrics export helm`',
      });
    }
    const asset = new TerraformAsset(this, id, { path: folder, type: AssetType.DIRECTORY, assetHash: digestOf(folder) });
    return { chart: `\${path.module}/${asset.path.replace(/\/$/, '')}`, version };
  }

  private providerOf({ provider: own, configPath, configContext }: MetricsPipelineReleasesProps): provider.HelmProvider {
    const kubernetes = { ...(configPath !== undefined && { configPath }), ...(configContext !== undefined && { configContext }) };
    const isKubeconfigGiven = Object.keys(kubernetes).length > 0;
    if (own) {
      if (isKubeconfigGiven) {
        reject(this, {
          option: Object.keys(kubernetes).join(', '),
          got: Object.values(kubernetes).join(', '),
          expected: 'nothing beside provider, which is configured already',
          instead: 'leave it out, or leave provider out',
        });
      }
      return own;
    }
    const other = TerraformStack.of(this)
      .node.findAll()
      .find((child) => child instanceof provider.HelmProvider && child.alias === undefined);
    if (other) {
      reject(this, {
        option: 'provider',
        got: undefined,
        expected: `a provider, because the stack has one without an alias at ${other.node.path}`,
        instead:
          "pass that one where it is the same cluster, pass new HelmProvider(stack, 'Other', { alias: 'other', … }), or take a stack a cluster",
      });
    }
    return new provider.HelmProvider(this, 'Provider', isKubeconfigGiven ? { kubernetes } : {});
  }

  private requireCharts(folder: string, given: string): void {
    if (isChartFolder(join(folder, PIPELINE))) return;
    const [cluster] = foldersWith(folder, (child) => isChartFolder(join(child, PIPELINE)));
    reject(this, {
      option: 'charts',
      got: given,
      expected: `the folder of one cluster, with the chart ${PIPELINE} in it`,
      instead:
        cluster === undefined
          ? 'write it with `soperator-metrics export helm FROM -o FOLDER` and give FOLDER/CLUSTER'
          : `use ${JSON.stringify(join(given, cluster))}`,
    });
  }

  private requireName(option: string, name: string): string {
    if (name.length <= RELEASE_NAME_LENGTH && RELEASE_NAME.test(name)) return name;
    return reject(this, {
      option,
      got: name,
      expected: `at most ${RELEASE_NAME_LENGTH} small letters, digits, "-" and ".", with a letter or digit at both ends`,
      instead: 'use "metrics"',
    });
  }

  private secondsOf(timeout: Duration): number {
    const seconds = timeout.toMilliseconds() / 1000;
    if (Number.isInteger(seconds) && seconds > 0) return seconds;
    return reject(this, {
      option: 'timeout',
      got: `${seconds}s`,
      expected: 'whole seconds, at least 1',
      instead: 'use Duration.minutes(10)',
    });
  }

  private requireCount(maxHistory: number): number {
    if (Number.isInteger(maxHistory) && maxHistory >= 0) return maxHistory;
    return reject(this, { option: 'maxHistory', got: maxHistory, expected: 'a whole number, at least 0', instead: 'use 10' });
  }
}
