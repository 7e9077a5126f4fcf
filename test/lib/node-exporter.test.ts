import { Duration } from 'cdk8s';
import { RE2JS } from 're2js';
import { NodeExporter, type NodeExporterProps } from '../../lib/node-exporter';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import {
  containerOf,
  exposition,
  familiesOf,
  flagOf,
  GIVEN_CONTAINER,
  GIVEN_POD,
  GIVEN_TARGET,
  mergedSeries,
  podOf,
  render,
  SOURCE_PROPS,
  storedSeries,
  targetLabels,
  targetOf,
} from '../support';

const exporter = (props?: NodeExporterProps) => render((chart) => new NodeExporter(chart, 'NodeExporter', props));
const daemonSet = (props?: NodeExporterProps) => exporter(props).find('DaemonSet', 'node-exporter', 'node-exporter-system');
const container = (props?: NodeExporterProps) => containerOf(daemonSet(props), 'exporter');
const target = (props?: NodeExporterProps) => targetOf(exporter(props).made, props?.name ?? 'node-exporter');

/** What discovery of pods knows of the exporter, and the labels that the operator's rules make of it. */
const DISCOVERED = {
  __meta_kubernetes_pod_name: 'node-exporter-l859w',
  __meta_kubernetes_pod_node_name: 'gpu-0',
  pod: 'node-exporter-l859w',
  container: 'exporter',
  namespace: 'node-exporter-system',
  endpoint: 'metrics',
};

describe('the workload', () => {
  test('runs on every Linux node whatever its taints', () => {
    expect(podOf(daemonSet())).toMatchObject({
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ operator: 'Exists' }],
      priorityClassName: 'system-node-critical',
    });
  });

  test('is replaced on a tenth of the nodes at a time, so that a thousand of them do not take days', () => {
    expect(daemonSet().spec).toMatchObject({ updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } });
  });

  test("sees the host's network and files, and cannot write them", () => {
    expect(podOf(daemonSet())).toMatchObject({ hostNetwork: true });
    expect(podOf(daemonSet())).not.toHaveProperty('hostPID', true);
    const mounts = container().volumeMounts as readonly { readonly readOnly?: boolean }[];
    expect(mounts).not.toEqual([]);
    expect(mounts.filter(({ readOnly }) => readOnly !== true)).toEqual([]);
  });

  test.each([
    ['--path.procfs', '/proc'],
    ['--path.sysfs', '/sys'],
    ['--path.rootfs', '/'],
  ])('finds what %s names where the host has it', (flag, hostPath) => {
    const volume = podOf(daemonSet()).volumes?.find(
      (candidate) => JSON.stringify(candidate.hostPath) === JSON.stringify({ path: hostPath }),
    );
    expect(container().volumeMounts).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: volume?.name, mountPath: flagOf(container(), flag) })]),
    );
  });

  test('listens on the address of its node only, in the form that IPv6 needs too', () => {
    expect(flagOf(container(), '--web.listen-address')).toBe('[$(HOST_IP)]:9100');
    expect(container().env).toEqual([{ name: 'HOST_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.hostIP' } } }]);
  });

  test('has no other argument in which Kubernetes would replace something', () => {
    expect(container().args?.filter((arg) => arg.includes('$(') || arg.includes('$$'))).toEqual(['--web.listen-address=[$(HOST_IP)]:9100']);
  });

  test('moves to another port as a whole', () => {
    const moved = containerOf(exporter({ port: 9101 }).find('DaemonSet', 'node-exporter'), 'exporter');
    expect(flagOf(moved, '--web.listen-address')).toBe('[$(HOST_IP)]:9101');
    expect(moved.ports).toEqual([expect.objectContaining({ name: 'metrics', containerPort: 9101, hostPort: 9101 })]);
    expect(exporter({ port: 9101 }).made.port).toBe(9101);
    expect(JSON.stringify(exporter({ port: 9101 }).all())).not.toContain('9100');
    expect(target({ port: 9101 })).toEqual(target());
  });

  test('gets no token of the cluster, for which it has no use', () => {
    expect(podOf(daemonSet()).automountServiceAccountToken).toBe(false);
    expect(exporter().all('ServiceAccount')).toEqual([]);
  });

  test('reads InfiniBand, over which GPU nodes talk', () => {
    expect(container().args).toContain('--collector.infiniband');
  });
});

describe('what it leaves out', () => {
  /** Whether the exporter leaves a value out: it looks for the regex anywhere, as RE2 does. */
  const excludes = (flag: string) => {
    const regex = RE2JS.compile(flagOf(container(), flag) ?? 'the flag is missing');
    return (value: string) => regex.matcher(value).find();
  };

  describe('mount points', () => {
    const excluded = excludes('--collector.filesystem.mount-points-exclude');

    test.each(['/', '/boot/efi', '/home', '/mnt/jail', '/var/lib/kubelet', '/var/lib/containerd', '/devices', '/system'])(
      'of the host are kept: %s',
      (mountPoint) => {
        expect(excluded(mountPoint)).toBe(false);
      },
    );

    test.each([
      '/dev',
      '/dev/shm',
      '/proc/sys/fs/binfmt_misc',
      '/sys/fs/cgroup',
      '/run/credentials/systemd-sysusers.service',
      '/run/containerd/io.containerd.grpc.v1.cri/sandboxes/5f/shm',
      '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/1',
      '/var/lib/kubelet/pods/34b7f45d-c6f4-4cce-b329-1825d22d0803/volumes/kubernetes.io~projected/kube-api-access-x',
      '/var/lib/kubelet/plugins/kubernetes.io/csi/disk.csi.example/globalmount',
      '/var/lib/docker/overlay2/x/merged',
    ])('of the kernel and of pods are left out: %s', (mountPoint) => {
      expect(excluded(mountPoint)).toBe(true);
    });
  });

  describe('file systems', () => {
    const excluded = excludes('--collector.filesystem.fs-types-exclude');

    test.each(['ext4', 'xfs', 'btrfs', 'nfs4', 'virtiofs', 'lustre', 'fuse.weka', 'tmpfs', 'vfat'])('that fill up are kept: %s', (type) => {
      expect(excluded(type)).toBe(false);
    });

    test.each(['proc', 'sysfs', 'cgroup', 'cgroup2', 'overlay', 'squashfs', 'nsfs', 'tracefs', 'fuse.lxcfs'])(
      'of the kernel and of containers are left out: %s',
      (type) => {
        expect(excluded(type)).toBe(true);
      },
    );
  });

  describe.each(['--collector.netdev.device-exclude', '--collector.netclass.ignored-devices'])('network devices by %s', (flag) => {
    const excluded = excludes(flag);

    test.each(['eth0', 'ens3', 'enp0s31f6', 'ib0', 'ibs8f0', 'bond0', 'bond0.100', 'lo', 'wg0'])('of the host are kept: %s', (device) => {
      expect(excluded(device)).toBe(false);
    });

    test.each([
      'veth01c38910',
      'cali12ab34cd56e',
      'lxc0a1b2c3d4e5f',
      'cilium_host',
      'cilium_vxlan',
      'docker0',
      'cni0',
      'flannel.1',
      'tunl0',
      'kube-ipvs0',
    ])('of pods are left out: %s', (device) => {
      expect(excluded(device)).toBe(true);
    });
  });
});

describe('the scrape', () => {
  test('finds the pods that are rendered, by the name of their port, every 30 s', () => {
    const rendered = exporter();
    const { discovery, endpoints, scrapeInterval, provenance } = targetOf(rendered.made, 'node-exporter');
    expect(discovery).toMatchObject({ role: DiscoveryRole.PODS, namespaces: ['node-exporter-system'] });
    expect(rendered.find('DaemonSet', 'node-exporter').spec).toMatchObject({
      selector: { matchLabels: discovery.matchLabels },
      template: { metadata: { labels: discovery.matchLabels } },
    });
    expect(endpoints).toMatchObject([{ port: 'metrics' }]);
    expect(scrapeInterval).toEqual(Duration.seconds(30));
    expect(provenance).toBe(Provenance.RENDERED);
    expect(rendered.made).toMatchObject({ job: 'node-exporter', namespace: 'node-exporter-system' });
  });

  test("names the node and nothing of the exporter's pod, so that series outlive it", () => {
    expect(targetLabels(target(), DISCOVERED)).toEqual({ job: 'node-exporter', instance: 'gpu-0' });
  });

  test('keeps every series as it is', () => {
    const stored = storedSeries(target(), exposition('node-exporter-some'), { job: 'node-exporter', instance: 'gpu-0' });
    expect(mergedSeries(stored)).toEqual([]);
    for (const [{ device_error, ...before }, after] of stored) expect(after).toMatchObject(before);
  });
});

describe('with deploy: false', () => {
  test('renders nothing and scrapes the pods of the usual chart', () => {
    const rendered = exporter({ deploy: false });
    expect(rendered.all()).toEqual([]);
    expect(rendered.made.workload).toBeUndefined();
    expect(targetOf(rendered.made, 'node-exporter')).toMatchObject({
      discovery: { role: DiscoveryRole.PODS, matchLabels: { 'app.kubernetes.io/name': 'prometheus-node-exporter' } },
      endpoints: [{ port: 'metrics' }],
      provenance: Provenance.EXTERNAL,
    });
  });

  test('gives the same labels as its own exporter does', () => {
    expect(targetLabels(target({ deploy: false }), DISCOVERED)).toEqual(targetLabels(target(), DISCOVERED));
  });
});

describe('with every option set', () => {
  const props: Required<NodeExporterProps> = { ...SOURCE_PROPS, port: 19100, extraArgs: ['--collector.systemd'] };

  test('scrapes as it is told what somebody else deployed', () => {
    const given = targetOf(exporter(props).made, 'given');
    expect(given).toMatchObject({
      ...GIVEN_TARGET,
      discovery: { namespaces: ['elsewhere'], matchLabels: { team: 'operations' } },
      endpoints: [{ port: 'given-port' }],
    });
    expect(targetLabels(given, DISCOVERED)).toMatchObject({ pool: 'operations' });
    const [series] = storedSeries(given, exposition('node-exporter-some'), {}).values();
    expect(series).toMatchObject({ pod: 'of-the-user' });
  });

  test('deploys what it is told', () => {
    const { selector, portNames, ...own } = props;
    const given = exporter({ ...own, deploy: true }).find('DaemonSet', 'given', 'elsewhere');
    expect(podOf(given)).toMatchObject(GIVEN_POD);
    expect(containerOf(given, 'exporter')).toMatchObject({
      ...GIVEN_CONTAINER,
      args: expect.arrayContaining(['--web.listen-address=[$(HOST_IP)]:19100', '--collector.systemd']),
    });
  });
});

describe('fails', () => {
  test.each([0, 65536, 9100.5])('when the port is %d', (port) => {
    expect(() => exporter({ port })).toThrow(
      Error(`[test/NodeExporter] port: got ${port}, expected a port number of 1 to 65535; leave it out for 9100`),
    );
  });
});

test.each([
  ['--web.listen-address=:9999', 'a flag that the pipeline does not set itself'],
  ['--no-collector.infiniband', 'a flag that the pipeline does not set itself'],
  ['--collector.netdev.device-include=eth0', 'a flag that the pipeline does not set itself'],
  ['collector.systemd', 'a flag with two dashes'],
])('fails for the argument %s, with which the exporter would not start', (arg, expected) => {
  expect(() => exporter({ extraArgs: ['--collector.systemd', arg] })).toThrow(
    `[test/NodeExporter] extraArgs[1]: got "${arg}", expected ${expected}; `,
  );
});

test('takes the exporter of somebody else where monitoring stacks put theirs', () => {
  expect(target({ deploy: false }).discovery.namespaces).toEqual(['monitoring-system']);
});

describe('the families that it says it exposes', () => {
  const families = (...extraArgs: string[]) => familiesOf(target({ extraArgs }));
  const others = (...extraArgs: string[]) => target({ extraArgs }).endpoints[0]?.catalog?.others;

  test('are those of the collectors that are on, which is no condition then', () => {
    expect(families().get('node_load1')?.when).toBeUndefined();
    expect(families().get('node_infiniband_port_data_received_bytes_total')?.when).toEqual({ hardware: 'InfiniBand or RoCE adapter' });
    expect(families('--no-collector.loadavg').has('node_load1')).toBe(false);
    expect(families('--no-collector.loadavg').has('node_boot_time_seconds')).toBe(true);
  });

  test('are InfiniBand alone where the usual collectors are off, and what is switched on again', () => {
    const few = families('--collector.disable-defaults', '--collector.loadavg');
    expect([...new Set([...few.keys()].map((name) => /^node_([a-z]+)/.exec(name)?.[1] ?? 'itself'))].sort()).toEqual([
      'exporter',
      'infiniband',
      'itself',
      'load',
      'scrape',
    ]);
  });

  test('need the flag of a collector where they need one', () => {
    expect(families().has('node_softirqs_total')).toBe(false);
    expect(families('--collector.stat.softirq').get('node_softirqs_total')?.when).toBeUndefined();
    expect(families('--collector.stat.softirq', '--no-collector.stat').has('node_softirqs_total')).toBe(false);
    expect(families('--collector.stat.softirq=false').has('node_softirqs_total')).toBe(false);
  });

  test('leave the exporter itself out where it is told to', () => {
    expect(families().has('process_open_fds')).toBe(true);
    expect([...families('--web.disable-exporter-metrics').keys()].filter((name) => !name.startsWith('node_'))).toEqual([]);
  });

  test('may be more where a collector is on that is usually off, or fields are chosen', () => {
    expect(others()).toBeUndefined();
    expect(others('--no-collector.loadavg', '--collector.filesystem.mount-timeout=3s')).toBeUndefined();
    expect(others('--collector.systemd')?.test('node_systemd_units')).toBe(true);
    expect(others('--collector.vmstat.fields=.*')?.test('node_vmstat_nr_dirty')).toBe(true);
  });

  test('may be any where somebody else deployed it', () => {
    const given = target({ deploy: false });
    expect(familiesOf(given).get('node_load1')?.when).toEqual({ option: 'collector loadavg' });
    expect(given.endpoints[0]?.catalog?.others?.test('node_systemd_units')).toBe(true);
  });
});
