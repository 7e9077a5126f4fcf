import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { metadata, podSelector, podTemplate } from './common/deployment';
import { reject } from './common/errors';
import { imageOf } from './common/image-source';
import { IMAGES, imageParts } from './common/images';
import { selectorLabels } from './common/labels';
import { dnsName } from './common/names';
import { explained, fieldReasons } from './common/reasons';
import { steadyResources } from './common/units';
import { fieldEnv, httpProbe, kubeResources, placement, restrictedContainer, restrictedPod } from './common/workload';
import { nodeExporterCatalog } from './metrics/node-exporter';
import type { CounterSum } from './scrape/aggregation';
import { namesBeyond } from './scrape/schema/samples';
import {
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  Provenance,
  type ScrapeTarget,
  type SeriesEstimate,
} from './scrape/scrape-target';
import { endpointsOf, type SourceProps, scrapeTiming } from './scrape/source-props';

/** Options of {@link NodeExporter}. */
export interface NodeExporterProps extends SourceProps {
  /** Port on every node, 1 to 65535. Change it where something else listens there: the exporter is on the host's network. @default 9100 */
  readonly port?: number;
  /** More arguments of the exporter, such as `--collector.systemd`. @default - none */
  readonly extraArgs?: readonly string[];
}

const DEFAULT_NAME = 'node-exporter';
const DEFAULT_NAMESPACE = 'node-exporter-system';
/** Where the usual monitoring stacks put theirs. */
const EXTERNAL_NAMESPACE = 'monitoring-system';

/** File systems that belong to pods or to the kernel: one series per pod volume on every node is churn that no panel reads. */
const EXCLUDED_MOUNTS =
  '^/(dev|proc|sys|run/containerd/.+|run/k3s/.+|run/credentials/.+|var/lib/docker/.+|var/lib/kubelet/.+|var/lib/containers/.+|var/lib/containerd/.+)($|/)';
const EXCLUDED_FS_TYPES =
  '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|erofs|fusectl|fuse\\.lxcfs|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$';
/** Links that exist only while a pod does. */
const VIRTUAL_DEVICES =
  '^(veth.*|cali.*|lxc.*|cilium_.*|[a-f0-9]{15}|tunl.*|docker.*|cni.*|flannel.*|kube-.*|nodelocaldns|dummy.*|ifb.*|vxlan.*)$';

const PER_CPU = 'a node with 192 CPUs has eleven series of these for each, and every panel adds them up';

/** Sums over the CPUs of a node. */
export const NODE_EXPORTER_SUMS: readonly CounterSum[] = [
  'node_cpu_seconds_total',
  'node_cpu_guest_seconds_total',
  'node_softnet_dropped_total',
].map((metric) => ({
  why: PER_CPU,
  metric,
  as: `instance:${metric}:sum`,
  without: ['cpu'],
}));

/** What arrives of a GPU node, the larger kind; collectors that `extraArgs` adds come on top. */
const SERIES: SeriesEstimate = {
  // 440 of one disk, one network device and one file system, the exporter itself included; more disks of 20, file systems of 9 and what NFS
  // counts make the rest
  perNode: 600,
  // modes of CPU time with those of guests are 10, packet queues 7, the scheduler's 3
  perCpu: 20,
  // an InfiniBand device for each GPU: 30 of its port, 37 of its network device, which not every node has
  perGpu: 60,
};
/** The same where only what is read is taken. */
const READ_SERIES: SeriesEstimate = {
  // 290 of one disk, one network device and one file system
  perNode: 450,
  // turns of its tasks; times are summed over all CPUs
  perCpu: 1,
  // an InfiniBand port, and its network device
  perGpu: 24,
};

/**
 * Exports each node's CPU, memory, disks, network and InfiniBand.
 *
 * Runs on every node whatever its taints: a node that is unwell is the one to look at. It needs the host's network and a read-only
 * look at the host's files, which no Pod Security level but `privileged` admits; that is why it has a namespace of its own.
 *
 * With `deploy: false` it is scraped where somebody else deployed it, by default in `monitoring-system`, found by the pod label
 * `app.kubernetes.io/name=prometheus-node-exporter` and the container port `metrics`.
 */
export class NodeExporter extends Construct implements IMetricsSource {
  /** The DaemonSet, where it is rendered. */
  readonly workload?: k8s.KubeDaemonSet;
  /** What there is to scrape. */
  readonly targets: readonly ScrapeTarget[];
  /** Port on every node. */
  readonly port: number;
  /** Value of the label `job`. */
  readonly job = 'node-exporter';
  /** Namespace of the pods. */
  readonly namespace: string;

  /**
   * @param props see the interface
   * @throws InvalidOptionError when the port, a name, image, duration or limit cannot work
   */
  constructor(scope: Construct, id: string, props: NodeExporterProps = {}) {
    super(scope, id);
    const deploy = props.deploy ?? true;
    this.namespace = dnsName(this, 'namespace', props.namespace ?? (deploy ? DEFAULT_NAMESPACE : EXTERNAL_NAMESPACE));
    const name = dnsName(this, 'name', props.name ?? DEFAULT_NAME);
    const image = imageOf(this, props.image, IMAGES.nodeExporter);
    this.port = props.port ?? 9100;
    if (!Number.isInteger(this.port) || this.port < 1 || this.port > 65535) {
      reject(this, { option: 'port', got: this.port, expected: 'a port number of 1 to 65535', instead: 'leave it out for 9100' });
    }
    this.checkArgs(props.extraArgs ?? []);
    const identity = { name: DEFAULT_NAME, instance: name, component: 'node-exporter', version: imageParts(image, this.node.path).version };
    const owner = { name, namespace: this.namespace, identity };

    if (deploy) {
      this.workload = new k8s.KubeDaemonSet(this, 'DaemonSet', {
        metadata: metadata(owner),
        spec: {
          revisionHistoryLimit: 2,
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromString('10%') } },
          selector: podSelector(owner),
          template: podTemplate(owner, {
            ...placement(this, props, {
              nodeSelector: { 'kubernetes.io/os': 'linux' },
              tolerations: [{ operator: 'Exists' }],
              priorityClassName: 'system-node-critical',
            }),
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            // the node's devices and addresses are those of the host's network, not of a pod's
            hostNetwork: true,
            securityContext: restrictedPod(),
            containers: [
              {
                name: 'exporter',
                image,
                imagePullPolicy: 'IfNotPresent',
                // the node's own address only, not each that it has; a port-forward would look for it on another
                args: [
                  `--web.listen-address=[$(HOST_IP)]:${this.port}`,
                  '--path.procfs=/host/proc',
                  '--path.sysfs=/host/sys',
                  '--path.rootfs=/host/root',
                  '--path.udev.data=/host/root/run/udev/data',
                  `--collector.filesystem.mount-points-exclude=${EXCLUDED_MOUNTS}`,
                  `--collector.filesystem.fs-types-exclude=${EXCLUDED_FS_TYPES}`,
                  `--collector.netdev.device-exclude=${VIRTUAL_DEVICES}`,
                  `--collector.netclass.ignored-devices=${VIRTUAL_DEVICES}`,
                  '--collector.infiniband',
                  ...(props.extraArgs ?? []),
                ],
                env: [fieldEnv('HOST_IP', 'status.hostIP')],
                ports: [{ name: 'metrics', containerPort: this.port, hostPort: this.port }],
                volumeMounts: [
                  { name: 'proc', mountPath: '/host/proc', readOnly: true },
                  { name: 'sys', mountPath: '/host/sys', readOnly: true },
                  { name: 'root', mountPath: '/host/root', readOnly: true, mountPropagation: 'HostToContainer' },
                ],
                readinessProbe: httpProbe('/', 'metrics', { periodSeconds: 10 }),
                livenessProbe: httpProbe('/', 'metrics', { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 6 }),
                resources: kubeResources(props.resources ?? steadyResources(50, Size.mebibytes(128))),
                securityContext: restrictedContainer(),
              },
            ],
            volumes: [
              { name: 'proc', hostPath: { path: '/proc' } },
              { name: 'sys', hostPath: { path: '/sys' } },
              { name: 'root', hostPath: { path: '/' } },
            ],
          }),
        },
      });
      explained(this.workload, () => fieldReasons(this.reasons()));
    }

    this.targets = [
      {
        ...scrapeTiming(this, props),
        name,
        job: this.job,
        discovery: {
          role: DiscoveryRole.PODS,
          namespaces: [this.namespace],
          matchLabels: deploy ? selectorLabels(identity) : (props.selector ?? { 'app.kubernetes.io/name': 'prometheus-node-exporter' }),
        },
        endpoints: endpointsOf(this, props, [
          { port: 'metrics', catalog: nodeExporterCatalog(deploy ? (props.extraArgs ?? []) : undefined) },
        ]),
        // of somebody else's exporter nobody knows what was switched on
        wanted: deploy ? namesBeyond(nodeExporterCatalog(props.extraArgs ?? []), nodeExporterCatalog([])) : [],
        provenance: deploy ? Provenance.RENDERED : Provenance.EXTERNAL,
        instance: InstanceLabel.NODE,
        targetLabels: [],
        series: SERIES,
        readSeries: READ_SERIES,
        sums: NODE_EXPORTER_SUMS,
      },
    ];
  }

  /** What it needs of the node; all of it is read as `nobody`, without a capability and without writing anything. */
  private reasons(): { readonly [field: string]: string } {
    return {
      hostNetwork: "reads devices, addresses and sockets of the node's network, or there are those of a pod only",
      [`hostPort ${this.port}`]: "its port is the node's, as follows from the host's network",
      'hostPath /proc': 'reads CPU, memory, load and network of the node, or there are no such metrics',
      'hostPath /sys': 'reads devices, clocks, sensors and InfiniBand of the node, or there are no such metrics',
      'hostPath /': 'asks each file system of the node how full it is, or there are no such metrics; mounted read-only',
    };
  }

  /** The exporter ends when a flag is given twice, or a list to include beside a list to exclude. */
  private checkArgs(args: readonly string[]): void {
    for (const [index, arg] of args.entries()) {
      const flag = /^--(?:no-)?([a-z0-9][\w.-]*)(=|$)/.exec(arg)?.[1];
      if (flag && !OWN_FLAGS.includes(flag) && !OWN_FLAGS.includes(flag.replace(/include$/, 'exclude'))) continue;
      reject(this, {
        option: `extraArgs[${index}]`,
        got: arg,
        expected: flag ? 'a flag that the pipeline does not set itself' : 'a flag with two dashes',
        instead: flag ? `leave ${OWN_FLAGS.join(', ')} alone` : "write it as '--collector.systemd'",
      });
    }
  }
}

/** Flags that the component sets. */
const OWN_FLAGS = [
  'web.listen-address',
  'path.procfs',
  'path.sysfs',
  'path.rootfs',
  'path.udev.data',
  'collector.filesystem.mount-points-exclude',
  'collector.filesystem.fs-types-exclude',
  'collector.netdev.device-exclude',
  'collector.netclass.ignored-devices',
  'collector.infiniband',
];
