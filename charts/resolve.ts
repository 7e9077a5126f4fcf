import type { Chart } from 'cdk8s';
import type { ApiServerScrapesProps } from '../lib/api-server-scrapes';
import type { Dashboard } from '../lib/common/dashboard';
import { reject } from '../lib/common/errors';
import { Mode } from '../lib/common/mode';
import { clusterName, dnsName } from '../lib/common/names';
import { PodSecurityLevel } from '../lib/common/namespaces';
import { resolveScale } from '../lib/common/scale';
import { SeriesProfile } from '../lib/common/series-profile';
import type { CoreDnsScrapesProps } from '../lib/core-dns-scrapes';
import { chosenDashboards, DASHBOARDS, JobAttribution, renderOnce } from '../lib/dashboards';
import type { DcgmExporterProps } from '../lib/dcgm-exporter';
import type { GrafanaProps } from '../lib/grafana';
import type { KubeStateMetricsProps } from '../lib/kube-state-metrics';
import type { KubeletScrapesProps } from '../lib/kubelet-scrapes';
import type { NodeExporterProps } from '../lib/node-exporter';
import type { NebiusCloudOptions } from '../lib/remote-write';
import { CredentialKind } from '../lib/scrape/destination';
import type { SlurmExporterProps } from '../lib/slurm-exporter';
import type { SoperatorControllerProps } from '../lib/soperator-controller';
import type { UserScrapes, VMAgentProps } from '../lib/vm-agent';
import type { VMOperatorProps } from '../lib/vm-operator';
import type { VMSingleProps } from '../lib/vm-single';
import type { PipelineNamespace } from './namespaces';
import { type GrafanaPart, type MetricsPipelineProps, type OptionalPartSwitch, type PartSwitch, Platform } from './options';
import { presets } from './platforms';

/** The options of every part, with the pipeline's names and the platforms' presets filled in; a part that is left out has none. */
export interface ResolvedOptions {
  /** The namespaces that are rendered: the pipeline's own. */
  readonly namespaces: readonly PipelineNamespace[];
  /** The SLURM exporter. */
  readonly slurmExporter?: SlurmExporterProps;
  /** The scrape of Soperator's manager. */
  readonly soperatorController?: SoperatorControllerProps;
  /** kube-state-metrics. */
  readonly kubeStateMetrics?: KubeStateMetricsProps;
  /** The GPU exporter. */
  readonly dcgmExporter?: DcgmExporterProps;
  /** The node exporter. */
  readonly nodeExporter?: NodeExporterProps;
  /** The scrapes of kubelets. */
  readonly kubelet?: KubeletScrapesProps;
  /** The scrape of the API server; none unless it is switched on. */
  readonly apiServer?: ApiServerScrapesProps;
  /** The scrape of CoreDNS; none unless it is switched on. */
  readonly coreDns?: CoreDnsScrapesProps;
  /** The agent; none where a collector replaces it. */
  readonly vmAgent?: VMAgentProps;
  /** The store; none where one replaces it. */
  readonly vmSingle?: VMSingleProps;
  /** Nebius Cloud; none unless it is switched on. */
  readonly nebiusCloud?: NebiusCloudOptions;
  /** The view. */
  readonly grafana?: GrafanaProps;
  /** What it shows. */
  readonly dashboards: readonly Dashboard[];
  /** The operator. */
  readonly vmOperator?: VMOperatorProps;
}

/**
 * Fills in what the parts share. The most specific wins: an option of the part, then the platform's, then the pipeline's.
 *
 * @throws InvalidOptionError when a name cannot be one, or options contradict each other
 */
export function resolveOptions(chart: Chart, props: MetricsPipelineProps): ResolvedOptions {
  clusterName(chart, props.cluster);
  const names = {
    monitoring: props.namespaces?.monitoring ?? 'monitoring-system',
    slurm: props.namespaces?.slurm ?? 'soperator',
    soperatorSystem: props.namespaces?.soperatorSystem ?? 'soperator-system',
    nodeExporter: props.namespaces?.nodeExporter ?? 'node-exporter-system',
  };
  for (const [option, name] of Object.entries(names)) dnsName(chart, `namespaces.${option}`, name);
  const also = props.namespaces?.alsoMonitored ?? [];
  for (const [index, name] of also.entries()) dnsName(chart, `namespaces.alsoMonitored[${index}]`, name);
  const preset = presets(checkedPlatforms(chart, props.platforms ?? []), names.monitoring);
  const monitored = [...new Set([names.monitoring, names.slurm, names.soperatorSystem, ...also])];
  const mode = props.mode ?? Mode.OPERATOR;
  const scale = resolveScale(chart, props.scale);
  const slurmCluster = props.slurmCluster ?? 'soperator';
  const nebiusCloud = nebiusOptions(chart, props);
  const ownUserScrapes = given(props.vmAgent?.userScrapes);
  const userScrapes: UserScrapes =
    (props.vmAgent?.mode ?? mode) === Mode.STANDALONE
      ? ownUserScrapes
      : { targetNamespaces: monitored, ...preset.vmAgent?.userScrapes, ...ownUserScrapes };
  const vmAgent = props.collector
    ? undefined
    : {
        namespace: names.monitoring,
        mode,
        scale,
        ...given(props.vmAgent),
        cluster: props.cluster,
        userScrapes,
        seriesProfile: props.series?.profile ?? SeriesProfile.STANDARD,
      };
  const vmSingle = props.store ? undefined : part(props.vmSingle, { namespace: names.monitoring, mode, scale });
  const operated = [mode, vmAgent?.mode, vmSingle?.mode].includes(Mode.OPERATOR);
  const nodeExporter = part(props.nodeExporter, {
    namespace: props.nodeExporter?.deploy === false ? names.monitoring : names.nodeExporter,
  });
  const dcgmExporter = part(props.dcgmExporter, { namespace: names.slurm, ...preset.dcgmExporter });
  const { dashboards: dashboardNames, jobAttribution = JobAttribution.JOIN, ...grafana } = props.grafana ?? {};
  if (jobAttribution === JobAttribution.LABEL) requireJobLabel(chart, dcgmExporter);
  // in standalone mode there is no use for one, but what somebody else runs is scraped all the same
  const vmOperator =
    !operated && (props.vmOperator?.deploy ?? preset.vmOperator?.deploy) !== false
      ? undefined
      : part(props.vmOperator, {
          namespace: names.monitoring,
          workloadNamespaces: [vmAgent?.namespace ?? props.collector?.namespace, vmSingle?.namespace].filter(
            (name): name is string => name !== undefined,
          ),
          scrapeNamespaces: vmAgent && userScrapes.enabled !== false ? userScrapes.namespaces : undefined,
          ...preset.vmOperator,
        });
  const apiServer = optionalPart(chart, 'apiServer', props.apiServer);
  const coreDns = optionalPart(chart, 'coreDns', props.coreDns);
  const deploysNodeExporter = nodeExporter !== undefined && nodeExporter.deploy !== false;

  return {
    namespaces: ownNamespaces(
      [names.slurm, names.soperatorSystem],
      [
        { name: names.monitoring, podSecurity: monitoringLevel(props, preset.namespaces?.monitoringPodSecurity, nebiusCloud) },
        ...(deploysNodeExporter && nodeExporter.namespace === names.nodeExporter
          ? [{ name: names.nodeExporter, podSecurity: PodSecurityLevel.PRIVILEGED }]
          : []),
      ],
    ),
    slurmExporter: part(props.slurmExporter, { namespace: names.slurm, slurmCluster, ...preset.slurmExporter }),
    soperatorController: part(props.soperatorController, { namespace: names.soperatorSystem }),
    kubeStateMetrics: part(props.kubeStateMetrics, { namespace: names.monitoring }),
    dcgmExporter,
    nodeExporter,
    kubelet: part(props.kubelet, {}),
    apiServer,
    coreDns,
    vmAgent,
    vmSingle,
    nebiusCloud,
    grafana: part<GrafanaPart>(grafana, { namespace: names.monitoring, dashboardNamespaces: monitored }),
    dashboards: chosenDashboards(DASHBOARDS, dashboardNames, chart, 'grafana.dashboards').map((definition) =>
      renderOnce(definition, {
        jobAttribution,
        operator: vmOperator !== undefined,
        apiServer: apiServer !== undefined,
        coreDns: coreDns !== undefined,
      }),
    ),
    vmOperator,
  };
}

/**
 * The namespaces that are rendered; one that serves two purposes has the looser of their levels.
 *
 * @param others names of namespaces that hold something of somebody else, whatever of ours is put there, too
 */
function ownNamespaces(others: readonly string[], wanted: readonly PipelineNamespace[]): PipelineNamespace[] {
  const unmanaged = wanted.filter(({ podSecurity }) => podSecurity === PodSecurityLevel.UNMANAGED).map(({ name }) => name);
  const levels = [PodSecurityLevel.RESTRICTED, PodSecurityLevel.BASELINE, PodSecurityLevel.PRIVILEGED];
  const own = new Map<string, PodSecurityLevel>();
  for (const { name, podSecurity } of wanted.filter(({ name }) => !others.includes(name) && !unmanaged.includes(name))) {
    const other = own.get(name);
    own.set(name, other && levels.indexOf(other) > levels.indexOf(podSecurity) ? other : podSecurity);
  }
  return [...own.entries()].map(([name, podSecurity]) => ({ name, podSecurity }));
}

/** Options without those that are given as undefined: they count as not given. */
function given<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A part's own options over its defaults, or nothing where it is left out. */
function part<T extends PartSwitch>(own: T | undefined, defaults: NoInfer<T>): T | undefined {
  return own?.enabled === false ? undefined : { ...defaults, ...given(own) };
}

/** The options of a part that is there only when it is switched on; others would change nothing, silently, where nobody says which is meant. */
function optionalPart<T extends OptionalPartSwitch>(chart: Chart, option: string, own: T | undefined): Partial<T> | undefined {
  const options = given(own);
  if (own && options.enabled === undefined) {
    reject(chart, {
      option: `${option}.enabled`,
      got: undefined,
      expected: 'true or false beside other options, for the part is off otherwise',
      instead: 'write enabled: true',
    });
  }
  return options.enabled ? options : undefined;
}

function monitoringLevel(props: MetricsPipelineProps, preset: PodSecurityLevel | undefined, cloud?: NebiusCloudOptions): PodSecurityLevel {
  const destinations = (props.destinations ?? []).map(({ destination }) => destination.credential?.kind);
  const tokenFile =
    (cloud && !cloud.credential) ||
    cloud?.credential?._data.kind === CredentialKind.TOKEN_FILE ||
    destinations.includes(CredentialKind.TOKEN_FILE);
  return props.namespaces?.monitoringPodSecurity ?? preset ?? (tokenFile ? PodSecurityLevel.PRIVILEGED : PodSecurityLevel.RESTRICTED);
}

function nebiusOptions(chart: Chart, props: MetricsPipelineProps): NebiusCloudOptions | undefined {
  if (props.publicEndpointEnabled && !props.nebiusCloud) {
    reject(chart, {
      option: 'nebiusCloud',
      got: undefined,
      expected: 'region and projectId, because publicEndpointEnabled is true',
      instead: "write nebiusCloud: { region: 'eu-north1', projectId: '…' }",
    });
  }
  return props.publicEndpointEnabled ? props.nebiusCloud : undefined;
}

/** What we deploy ourselves writes the label only with a directory to read it from; of what others deploy nothing is known. */
function requireJobLabel(chart: Chart, dcgmExporter: DcgmExporterProps | undefined): void {
  if (!dcgmExporter || dcgmExporter.deploy === false || dcgmExporter.jobMappingDirectory !== undefined) return;
  reject(chart, {
    option: 'grafana.jobAttribution',
    got: JobAttribution.LABEL,
    expected: 'dcgmExporter.jobMappingDirectory beside it, without which no series of a GPU has the label hpc_job',
    instead: `give that directory, or leave jobAttribution out for '${JobAttribution.JOIN}'`,
  });
}

function checkedPlatforms(chart: Chart, platforms: readonly Platform[]): readonly Platform[] {
  if (platforms.includes(Platform.NONE) && platforms.length > 1) {
    reject(chart, {
      option: 'platforms',
      got: platforms,
      expected: "'none' alone, or any of 'soperator' and 'gpu-operator'",
      instead: "leave 'none' out",
    });
  }
  return platforms;
}
