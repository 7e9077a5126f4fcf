import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { metadata, podSelector, podTemplate, service } from './common/deployment';
import { reject } from './common/errors';
import { imageOf } from './common/image-source';
import { IMAGES, imageParts } from './common/images';
import { type Identity, type Labels, selectorLabels } from './common/labels';
import type { MetricCatalog } from './common/metric-family';
import { dnsName, serviceName } from './common/names';
import { nearest } from './common/nearest';
import { explained, fieldReasons } from './common/reasons';
import { steadyResources } from './common/units';
import { fieldEnv, httpProbe, kubeResources, placement, type Toleration } from './common/workload';
import { withOptions, withoutLabels } from './metrics/catalog';
import { DCGM_EXPORTER_CATALOG, DCGM_JOB_LABEL } from './metrics/dcgm-exporter';
import { DCGM_FIELDS, type DcgmField, DEFAULT_DCGM_FIELDS } from './metrics/dcgm-fields';
import { RelabelRule } from './scrape/relabel-rule';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from './scrape/scrape-target';
import { endpointsOf, type SourceProps, scrapeTiming } from './scrape/source-props';

/** Options of {@link DcgmExporter}. */
export interface DcgmExporterProps extends SourceProps {
  /** Namespaces to look in with `deploy: false`, where the exporters are spread over several. @default - only `namespace` */
  readonly namespaces?: readonly string[];
  /** Names of the DCGM fields to read, each of which becomes a metric. @default - utilisation, temperature, power, memory, errors and the profiler's view */
  readonly counters?: readonly string[];
  /**
   * Directory on the node where SLURM's prolog writes which job uses which GPU. With it every GPU series carries `hpc_job`;
   * without it jobs are found by joining `slurm_node_job`.
   *
   * @default - none: no label `hpc_job`
   */
  readonly jobMappingDirectory?: string;
  /** Key of the node label that names the NVLink group. Platforms disagree. @default 'nebius.com/nvlink-instance-group' */
  readonly nvlinkGroupNodeLabel?: string;
  /** Runtime class that gives containers the driver's libraries. @default - the node's default runtime does */
  readonly runtimeClassName?: string;
}

const DEFAULT_NAME = 'nvidia-dcgm-exporter';
const DEFAULT_NAMESPACE = 'soperator';
const SCRAPE_INTERVAL = Duration.seconds(15);
const COUNTERS_DIRECTORY = '/etc/dcgm-exporter';
const COUNTERS_FILE = 'counters.csv';
const POD_RESOURCES = '/var/lib/kubelet/pod-resources';

/** Nodes that the GPU operator, or the platform in its place, marks for this exporter. */
const GPU_NODES: Labels = { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' };
/** GPU nodes are tainted so that only GPU work lands there. */
const GPU_TAINTS: readonly Toleration[] = [{ key: 'nvidia.com/gpu', operator: 'Exists' }];

/**
 * Exports the state of NVIDIA GPUs: utilisation, temperature, power, memory, links and errors.
 *
 * The series of a GPU that a worker uses carry the worker's pod as `exported_pod`.
 *
 * With `deploy: false` it is scraped where Soperator or the GPU operator deployed it, found by the pod label
 * `app=nvidia-dcgm-exporter`.
 */
export class DcgmExporter extends Construct implements IMetricsSource {
  /** The DaemonSet, where it is rendered. */
  readonly workload?: k8s.KubeDaemonSet;
  /** The Service, where it is rendered. */
  readonly service?: k8s.KubeService;
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port of the metrics. */
  readonly port = 9400;
  /** Value of the label `job`. */
  readonly job = 'dcgm-exporter';
  /** The fields that are read. */
  readonly counters: readonly DcgmField[];

  /**
   * @param props see the interface
   * @throws InvalidOptionError when a counter is unknown, or a name, image, directory, duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: DcgmExporterProps = {}) {
    super(scope, id);
    const deploy = props.deploy ?? true;
    const namespace = dnsName(this, 'namespace', props.namespace ?? DEFAULT_NAMESPACE);
    const name = serviceName(this, 'name', props.name ?? DEFAULT_NAME);
    const image = imageOf(this, props.image, IMAGES.dcgmExporter);
    const identity = {
      name: 'dcgm-exporter',
      instance: name,
      component: 'gpu-exporter',
      version: imageParts(image, this.node.path).version,
    };
    const owner = { name, namespace, identity };
    const timing = scrapeTiming(this, props, { scrapeInterval: SCRAPE_INTERVAL, metricRelabelConfigs: workerLabels() });
    for (const [index, other] of (props.namespaces ?? []).entries()) dnsName(this, `namespaces[${index}]`, other);
    if (props.namespaces?.length === 0) {
      reject(this, { option: 'namespaces', got: [], expected: 'at least one namespace', instead: 'leave it out for namespace alone' });
    }
    if (props.namespaces && deploy) {
      reject(this, {
        option: 'namespaces',
        got: props.namespaces,
        expected: 'to be left out while the exporter is deployed',
        instead: 'use namespace, or set deploy to false',
      });
    }
    this.counters = props.counters ? this.fields(props.counters) : DEFAULT_DCGM_FIELDS;
    if (props.jobMappingDirectory !== undefined && !/^(\/[\w-][\w.-]*)+$/.test(props.jobMappingDirectory)) {
      reject(this, {
        option: 'jobMappingDirectory',
        got: props.jobMappingDirectory,
        expected: 'an absolute path on the node',
        instead: "write the directory that SLURM's prolog fills, such as '/var/run/nebius/slurm'",
      });
    }

    if (deploy) {
      this.workload = this.daemonSet(props, owner, image, timing.scrapeInterval);
      this.service = service(this, 'Service', owner, [{ name: 'gpu-metrics', port: this.port }]);
    }

    this.targets = [
      {
        ...timing,
        name,
        job: this.job,
        discovery: deploy
          ? { role: DiscoveryRole.SERVICES, namespaces: [namespace], matchLabels: selectorLabels(identity) }
          : {
              role: DiscoveryRole.PODS,
              namespaces: [...(props.namespaces ?? [namespace])],
              matchLabels: props.selector ?? { app: 'nvidia-dcgm-exporter' },
            },
        // the Service's port and the container's port have different names wherever somebody else deployed the exporter
        endpoints: endpointsOf(this, props, [{ port: deploy ? 'gpu-metrics' : 'metrics', catalog: this.catalog(props) }]),
        wanted: props.counters ?? [],
        provenance: deploy ? Provenance.RENDERED : Provenance.EXTERNAL,
        instance: InstanceLabel.NODE,
        targetLabels: [TargetLabel.NAMESPACE],
        nodeLabels: {
          nvlink_instance_group: props.nvlinkGroupNodeLabel ?? 'nebius.com/nvlink-instance-group',
          slurm_nodeset: 'slurm.nebius.ai/nodeset',
          slurm_nodeset_name: 'slurm.nebius.ai/nodeset-name',
        },
        collectionInterval: deploy ? timing.scrapeInterval : undefined,
        // each field is a series of each GPU, but those that the exporter turns into labels; somebody else's list is about as long
        series: { perGpu: this.counters.filter(({ type }) => type !== 'label').length },
      },
    ];
  }

  /** Of somebody else's exporter only the list may be known, and only where it is given. */
  private catalog({ deploy = true, counters, jobMappingDirectory }: DcgmExporterProps): MetricCatalog {
    if (!deploy && !counters) return { ...DCGM_EXPORTER_CATALOG, others: /^DCGM_/ };
    const read = new Set(this.counters.map(({ name }) => name));
    const listed = withOptions(DCGM_EXPORTER_CATALOG, (option) => read.has(option.replace(/^counter /, '')));
    const labels = [...DCGM_FIELDS.values()].filter(({ type, name }) => type === 'label' && !read.has(name)).map(({ name }) => name);
    return withoutLabels(listed, deploy && !jobMappingDirectory ? [...labels, DCGM_JOB_LABEL] : labels);
  }

  private profiles(): boolean {
    return this.counters.some(({ name }) => name.startsWith('DCGM_FI_PROF_'));
  }

  private fields(names: readonly string[]): DcgmField[] {
    const twice = names.findIndex((name, index) => names.indexOf(name) < index);
    if (names.length === 0 || twice >= 0) {
      reject(this, {
        option: names.length === 0 ? 'counters' : `counters[${twice}]`,
        got: names.length === 0 ? [] : names[twice],
        expected: 'at least one field, and each once',
        instead: 'leave counters out for the default list',
      });
    }
    return names.map((name, index) => {
      const field = DCGM_FIELDS.get(name);
      if (field) return field;
      const near = nearest(name, [...DCGM_FIELDS.keys()]);
      return reject(this, {
        option: `counters[${index}]`,
        got: name,
        expected: 'the name of a DCGM field that the exporter knows',
        instead: near ? `use '${near}'` : 'take a name from lib/metrics/dcgm-fields.ts',
      });
    });
  }

  private daemonSet(
    props: DcgmExporterProps,
    owner: { name: string; namespace: string; identity: Identity },
    image: string,
    interval: Duration,
  ): k8s.KubeDaemonSet {
    const counters = new k8s.KubeConfigMap(this, 'Counters', {
      metadata: { ...metadata(owner), name: `${owner.name}-counters` },
      data: { [COUNTERS_FILE]: this.counters.map(({ name, type, help }) => `${name}, ${type}, ${help}\n`).join('') },
    });
    const mapping = props.jobMappingDirectory;
    const workload = new k8s.KubeDaemonSet(this, 'DaemonSet', {
      metadata: metadata(owner),
      spec: {
        revisionHistoryLimit: 2,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromString('10%') } },
        selector: podSelector(owner),
        template: podTemplate(owner, {
          ...placement(this, props, { nodeSelector: GPU_NODES, tolerations: GPU_TAINTS, priorityClassName: 'system-node-critical' }),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          runtimeClassName: props.runtimeClassName,
          containers: [
            {
              name: 'exporter',
              image,
              imagePullPolicy: 'IfNotPresent',
              env: [
                { name: 'DCGM_EXPORTER_LISTEN', value: `:${this.port}` },
                { name: 'DCGM_EXPORTER_KUBERNETES', value: 'true' },
                { name: 'DCGM_EXPORTER_COLLECTORS', value: `${COUNTERS_DIRECTORY}/${COUNTERS_FILE}` },
                // left at its 30 s, every second scrape would read the same values again
                { name: 'DCGM_EXPORTER_INTERVAL', value: String(interval.toMilliseconds()) },
                fieldEnv('NODE_NAME', 'spec.nodeName'),
                ...(mapping ? [{ name: 'DCGM_HPC_JOB_MAPPING_DIR', value: mapping }] : []),
              ],
              ports: [{ name: 'gpu-metrics', containerPort: this.port }],
              volumeMounts: [
                { name: 'counters', mountPath: COUNTERS_DIRECTORY, readOnly: true },
                { name: 'pod-resources', mountPath: POD_RESOURCES, readOnly: true },
                ...(mapping ? [{ name: 'job-mapping', mountPath: mapping, readOnly: true, mountPropagation: 'HostToContainer' }] : []),
              ],
              // the first reading of eight GPUs with the profiler takes most of a minute
              startupProbe: httpProbe('/health', 'gpu-metrics', { periodSeconds: 5, failureThreshold: 60 }),
              livenessProbe: httpProbe('/health', 'gpu-metrics', { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 6 }),
              readinessProbe: httpProbe('/health', 'gpu-metrics', { periodSeconds: 10, timeoutSeconds: 5 }),
              resources: kubeResources(props.resources ?? steadyResources(100, Size.mebibytes(512))),
              securityContext: {
                // the kubelet's socket belongs to root, and the profiler's fields are open to SYS_ADMIN only
                runAsUser: 0,
                runAsNonRoot: false,
                // the NVIDIA runtime writes the driver's libraries and their cache into the container
                readOnlyRootFilesystem: false,
                capabilities: { drop: ['ALL'], add: this.profiles() ? ['SYS_ADMIN'] : undefined },
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
          volumes: [
            { name: 'counters', configMap: { name: counters.name } },
            { name: 'pod-resources', hostPath: { path: POD_RESOURCES, type: 'Directory' } },
            ...(mapping ? [{ name: 'job-mapping', hostPath: { path: mapping, type: 'DirectoryOrCreate' } }] : []),
          ],
        }),
      },
    });
    return explained(workload, () => fieldReasons(this.reasons(mapping)));
  }

  /** What it needs of the node. It has no token, and no way into the cluster. */
  private reasons(mapping: string | undefined): { readonly [field: string]: string } {
    const root = "the kubelet's socket belongs to root, or series do not say which worker uses a GPU";
    return {
      [`hostPath ${POD_RESOURCES}`]: "asks the kubelet's socket which pod uses which GPU, or series do not say so; mounted read-only",
      ...(mapping ? { [`hostPath ${mapping}`]: 'reads which job runs on which GPU, or series lack the job; mounted read-only' } : {}),
      'capabilities SYS_ADMIN':
        'reads the profiling counters (DCGM_FI_PROF_*), which the driver opens to nobody else; not asked for where none is chosen',
      'runAsUser 0': root,
      runAsNonRoot: root,
      allowPrivilegeEscalation: this.profiles()
        ? 'not switched off, for beside SYS_ADMIN that would keep nothing out'
        : 'left to the image, whose program runs as root anyway',
    };
  }
}

/** Names the worker that uses a GPU alike on all its series, and keeps one spelling of the host's name. */
function workerLabels(): RelabelRule[] {
  return [
    ...['pod', 'container'].map((label) =>
      RelabelRule.replace('it is the worker that uses the GPU, unless the exporter has a label of this name as a target', {
        sourceLabels: [`exported_${label}`, label],
        regex: ';(.+)',
        targetLabel: `exported_${label}`,
      }),
    ),
    RelabelRule.dropLabels('they would be read as those of the exporter', 'pod', 'container'),
    RelabelRule.copyLabel('newer exporters write the host in lower case', 'hostname', 'Hostname'),
    RelabelRule.dropLabels('one spelling is enough', 'hostname'),
  ];
}
