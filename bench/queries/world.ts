import { between, chance, oneOf } from './random';

/** How large the cluster is, and how much of its past there is. */
export interface WorldOptions {
  /** Nodes with GPUs. */
  readonly gpuNodes: number;
  /** Seconds of the past. */
  readonly lengthS: number;
  /** CPUs of each node that have series of their own. @default - all */
  readonly cpus?: number;
}

/** A node of Kubernetes. */
export interface Host {
  readonly name: string;
  /** Name of the SLURM node that runs there; none on nodes of the system. */
  readonly worker?: string;
  readonly rack?: string;
  readonly pods: readonly Pod[];
}

/** A pod with its containers. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly owner: string;
  readonly containers: readonly Container[];
  /** Claim of a volume that it mounts. */
  readonly claim?: string;
}

/** A container of a pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
}

/** A job of SLURM. Times are seconds since the start of the data, and may be before it. */
export interface Job {
  readonly id: string;
  readonly user: string;
  readonly partition: string;
  readonly workers: readonly string[];
  readonly submitted: number;
  readonly started: number;
  readonly ended: number;
  /** What it ended as. */
  readonly outcome: string;
}

/** A cluster and its past: what the series are about. The same options give the same cluster. */
export interface World {
  readonly lengthS: number;
  readonly cpus: number;
  readonly hosts: readonly Host[];
  readonly jobs: readonly Job[];
}

export const GPUS_OF_A_NODE = 8;
export const CPUS_OF_A_NODE = 192;
/** Nodes that have the series of which pages read one node only. */
export const NODES_IN_FULL = 3;

const RACK = 18;
const PARTITIONS = ['main', 'high', 'background'] as const;
const USERS = 40;
/** Nodes of the jobs that run one after another on the same workers: mostly small ones, a few large ones. */
const JOB_SIZES = [1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 16, 32, 64, 128];
/** How long SLURM lists a job that has ended. */
const LISTED_S = 8 * 3600;

export function makeWorld({ gpuNodes, lengthS, cpus = CPUS_OF_A_NODE }: WorldOptions): World {
  const system = Math.max(3, Math.round(gpuNodes / 50));
  const hosts = [
    ...Array.from({ length: gpuNodes }, (_, index) => gpuHost(index)),
    ...Array.from({ length: system }, (_, index) => systemHost(index)),
  ];
  return { lengthS, cpus, hosts, jobs: jobsOf(gpuNodes, lengthS) };
}

/** The GPU nodes. */
export const gpuHostsOf = ({ hosts }: World): readonly (Host & { readonly worker: string })[] =>
  hosts.flatMap((host) => (host.worker === undefined ? [] : [{ ...host, worker: host.worker }]));

function gpuHost(index: number): Host {
  const name = `gpu-${String(index).padStart(4, '0')}`;
  const worker = `worker-${index}`;
  const slurmd = pod('soperator', worker, 'worker', ['slurmd', 'munge']);
  return { name, worker, rack: `rack-${Math.floor(index / RACK)}`, pods: [...daemons(name), ...gpuDaemons(name), slurmd] };
}

function systemHost(index: number): Host {
  const name = `system-${String(index).padStart(3, '0')}`;
  const first = index === 0 ? SYSTEM : [];
  const logins = index === 0 ? [] : [pod('soperator', `login-${index}`, 'login', ['sshd', 'munge'])];
  return { name, pods: [...daemons(name), ...first, ...logins] };
}

function pod(namespace: string, name: string, owner: string, containers: readonly string[], claim?: string): Pod {
  return {
    namespace,
    name,
    owner,
    containers: containers.map((container) => ({ name: container, image: `cr.example.com/soperator/${owner}:1.2.3` })),
    ...(claim === undefined ? {} : { claim }),
  };
}

const daemonSet = (node: string, namespace: string, owner: string, ...containers: readonly string[]): Pod =>
  pod(namespace, `${owner}-${Math.floor(chance(`${node} ${owner}`) * 36 ** 5).toString(36)}`, owner, containers);

/** Pods of every node. */
const daemons = (node: string): readonly Pod[] => [
  daemonSet(node, 'kube-system', 'cilium', 'cilium-agent'),
  daemonSet(node, 'kube-system', 'cilium-envoy', 'cilium-envoy'),
  daemonSet(node, 'kube-system', 'kube-proxy', 'kube-proxy'),
  daemonSet(node, 'kube-system', 'csi-node', 'driver', 'node-driver-registrar', 'liveness-probe'),
  daemonSet(node, 'kube-system', 'node-problem-detector', 'node-problem-detector'),
  daemonSet(node, 'kube-system', 'node-local-dns', 'node-cache'),
  daemonSet(node, 'logs-system', 'logs-collector', 'collector'),
  daemonSet(node, 'monitoring-system', 'node-exporter', 'node-exporter'),
  daemonSet(node, 'soperator', 'jail-mount', 'mount'),
];

/** Pods of every GPU node beside its worker: with the worker and those above 20 of them. */
const gpuDaemons = (node: string): readonly Pod[] => [
  daemonSet(node, 'soperator', 'dcgm-exporter', 'dcgm-exporter'),
  daemonSet(node, 'soperator', 'soperatorchecks', 'checks'),
  daemonSet(node, 'gpu-operator', 'gpu-feature-discovery', 'gpu-feature-discovery'),
  daemonSet(node, 'gpu-operator', 'container-toolkit', 'toolkit'),
  daemonSet(node, 'gpu-operator', 'device-plugin', 'device-plugin'),
  daemonSet(node, 'gpu-operator', 'operator-validator', 'validator'),
  daemonSet(node, 'gpu-operator', 'node-feature-discovery-worker', 'worker'),
  daemonSet(node, 'network-operator', 'mofed', 'mofed'),
  daemonSet(node, 'network-operator', 'rdma-shared-device-plugin', 'device-plugin'),
  daemonSet(node, 'kruise-system', 'kruise-daemon', 'daemon'),
];

/** What there is once. */
const SYSTEM: readonly Pod[] = [
  pod('soperator', 'controller-0', 'controller', ['slurmctld', 'munge'], 'controller-spool-controller-0'),
  pod('soperator', 'accounting-6d5f', 'accounting', ['slurmdbd', 'munge']),
  pod('soperator', 'rest-5c8b', 'rest', ['slurmrestd']),
  pod('soperator', 'slurm-exporter-7f9c', 'slurm-exporter', ['exporter']),
  pod('soperator-system', 'soperator-controller-manager-85dd', 'slurm-operator', ['manager', 'kube-rbac-proxy']),
  pod('monitoring-system', 'vmagent-metrics-0', 'vmagent', ['vmagent', 'config-reloader'], 'queue-vmagent-metrics-0'),
  pod('monitoring-system', 'vmsingle-metrics-6c5d', 'vmsingle', ['vmsingle'], 'vmsingle-metrics'),
  pod('monitoring-system', 'metrics-grafana-7b4f', 'grafana', ['grafana']),
  pod('monitoring-system', 'metrics-kube-state-metrics-5f6c', 'kube-state-metrics', ['kube-state-metrics']),
  pod('monitoring-system', 'metrics-victoria-metrics-operator-9d8f', 'vm-operator', ['operator']),
  pod('kube-system', 'coredns-7c65-1', 'coredns', ['coredns']),
  pod('kube-system', 'coredns-7c65-2', 'coredns', ['coredns']),
];
/** Jobs one after another on each block of workers, from before the data begins to its end; and jobs that wait. */
function jobsOf(workers: number, lengthS: number): Job[] {
  const jobs: Job[] = [];
  const next = () => String(10_000 + jobs.length);
  for (let block = 0, first = 0; first < workers; block++) {
    const size = Math.min(JOB_SIZES[block % JOB_SIZES.length] ?? 1, workers - first);
    const on = Array.from({ length: size }, (_, index) => `worker-${first + index}`);
    first += size;
    let started = -between(`begin ${block}`, 0, LISTED_S);
    for (let turn = 0; started < lengthS; turn++) {
      const seed = `job ${block} ${turn}`;
      // small jobs are short: ten minutes to two hours; large ones take up to a day
      const ended = started + between(seed, 600, size < 4 ? 7200 : 86_400);
      if (ended + LISTED_S > 0) jobs.push(job(next(), seed, on, started - between(`${seed} wait`, 10, 3600), started, ended));
      started = ended + between(`${seed} pause`, 5, 120);
    }
  }
  const waiting = Math.max(5, Math.round(workers / 10));
  for (let index = 0; index < waiting; index++) {
    const seed = `waiting ${index}`;
    jobs.push(job(next(), seed, [], between(seed, -7200, lengthS - 600), Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY));
  }
  return jobs;
}

function job(id: string, seed: string, workers: readonly string[], submitted: number, started: number, ended: number): Job {
  return {
    id,
    user: `user-${between(`${seed} user`, 1, USERS)}`,
    partition: oneOf(`${seed} partition`, PARTITIONS),
    workers,
    submitted,
    started,
    ended,
    outcome: oneOf(`${seed} outcome`, ['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL']),
  };
}

/** Until when SLURM lists a job. */
export const listedUntil = ({ ended }: Job): number => ended + LISTED_S;
/** Partitions of a worker. */
export const partitionsOf = (worker: string): readonly string[] => [PARTITIONS[0], oneOf(worker, [PARTITIONS[1], PARTITIONS[2]])];
