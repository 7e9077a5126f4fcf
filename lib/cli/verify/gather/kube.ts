import { CLUSTER_LABEL, INVENTORY_LABEL } from '../../../common/labels';
import { rightsOf } from '../../../scrape/rights';
import type { Expected } from '../expected';
import type { KubeFacts, NodeFacts, PodFacts, ResourceFacts, RightFacts, ServiceFacts, WorkloadFacts } from '../facts';
import { secretsOf } from '../questions/destinations';
import type { Kubectl } from './kubectl';
import { each, Unanswered } from './source';

interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface PodObject {
  readonly metadata: Meta;
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[] }[];
  };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly state?: { readonly waiting?: { readonly reason?: string }; readonly terminated?: { readonly reason?: string } };
}

interface ServiceObject {
  readonly metadata: Meta;
  readonly spec: { readonly selector?: Readonly<Record<string, string>> };
}

interface SliceObject {
  readonly metadata: Meta;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
        readonly nodeName?: string;
        readonly targetRef?: { readonly kind: string; readonly name: string };
      }[]
    | null;
  readonly ports?: readonly { readonly name?: string; readonly port: number }[] | null;
}

interface NodeObject {
  readonly metadata: Meta;
  readonly status: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
  };
}

interface WorkloadObject {
  readonly kind: string;
  readonly metadata: Meta;
  readonly spec: { readonly replicas?: number; readonly template: { readonly metadata?: Partial<Meta> } };
  readonly status?: { readonly desiredNumberScheduled?: number; readonly numberReady?: number; readonly readyReplicas?: number };
}

interface ResourceObject {
  readonly kind: string;
  readonly metadata: Meta;
  readonly status?: { readonly updateStatus?: string; readonly reason?: string };
}

/** Asks the API server for everything that scrapes look at, and what was made of the rendered manifests. @throws Unanswered when it does not answer */
export async function askKube(kubectl: Kubectl, expected: Expected): Promise<KubeFacts> {
  const found = expected.pages.flatMap(({ target }) => target.discovery.namespaces);
  const namespaces = [...new Set([expected.namespace, ...found])];
  const in_ = <T>(kind: string) => each(namespaces, (namespace) => kubectl.list<T>(kind, '-n', namespace)).then((lists) => lists.flat());
  const kinds = ['VMAgent', 'VMSingle'].filter((kind) => expected.tree.ofKind(kind).length > 0);
  const resourceKinds = kinds.map((kind) => `${kind.toLowerCase()}s.operator.victoriametrics.com`).join(',');
  const mine = ['-A', '-l', `${CLUSTER_LABEL}=${expected.cluster}`];
  const nodes = (await kubectl.listOr<NodeObject>('nodes')).map(nodeOf);
  const pods = (await in_<PodObject>('pods')).map(podOf);
  const services = servicesOf(await in_<ServiceObject>('services'), await in_<SliceObject>('endpointslices.discovery.k8s.io'));
  const workloads = [...(await kubectl.list<WorkloadObject>(WORKLOADS, ...mine)), ...(await in_<WorkloadObject>(WORKLOADS))];
  const resources = kinds.length === 0 ? [] : await kubectl.listOr<ResourceObject>(resourceKinds, ...mine);
  const rights = await askRights(kubectl, expected);
  return {
    nodes,
    pods,
    services,
    workloads: unique(workloads.map((workload) => workloadOf(workload, expected.cluster))),
    resources: resources.map(resourceOf),
    ...(rights && { rights }),
    missingSecrets: await missingSecrets(kubectl, expected),
  };
}

const WORKLOADS = 'deployments.apps,daemonsets.apps,statefulsets.apps';

function podOf({ metadata, spec, status }: PodObject): PodFacts {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled');
  const waiting = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].flatMap(
    ({ state }) => state?.waiting?.reason ?? state?.terminated?.reason ?? [],
  );
  const isUnschedulable = scheduled?.status === 'False';
  const trouble = isUnschedulable ? (scheduled.message ?? 'not scheduled') : (waiting.find((reason) => reason !== 'Completed') ?? '');
  const since = Date.parse(ready?.lastTransitionTime ?? '');
  const isReady = ready?.status === 'True';
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    node: spec.nodeName ?? '',
    ip: status.podIP ?? '',
    phase: status.phase ?? '',
    ready: isReady,
    ...(isReady && !Number.isNaN(since) && { readySince: since }),
    trouble: isReady ? '' : trouble || (status.phase === 'Running' ? 'running and not ready' : ''),
    labels: metadata.labels ?? {},
    ports: spec.containers.flatMap(({ ports = [] }) => ports.map(({ name = '', containerPort }) => ({ name, number: containerPort }))),
  };
}

function servicesOf(services: readonly ServiceObject[], slices: readonly SliceObject[]): ServiceFacts[] {
  return services.map(({ metadata, spec }) => {
    const own = slices.filter(
      (slice) => slice.metadata.namespace === metadata.namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
    );
    return {
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      labels: metadata.labels ?? {},
      selector: spec.selector ?? {},
      endpoints: own.flatMap(({ endpoints, ports }) =>
        (endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .flatMap(({ addresses, nodeName = '', targetRef }) =>
            (ports ?? []).flatMap(({ name = '', port }) =>
              addresses.map((ip) => ({
                port: name,
                number: port,
                ip,
                pod: targetRef?.kind === 'Pod' ? targetRef.name : '',
                node: nodeName,
              })),
            ),
          ),
      ),
    };
  });
}

function nodeOf({ metadata, status }: NodeObject): NodeFacts {
  return {
    name: metadata.name,
    ip: status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
    kubeletPort: status.daemonEndpoints?.kubeletEndpoint?.Port ?? 10250,
    labels: metadata.labels ?? {},
  };
}

function workloadOf({ kind, metadata, spec, status = {} }: WorkloadObject, cluster: string): WorkloadFacts {
  const isOurs = metadata.labels?.[CLUSTER_LABEL] === cluster;
  const inventory = metadata.labels?.[INVENTORY_LABEL];
  return {
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    desired: kind === 'DaemonSet' ? (status.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1),
    ready: (kind === 'DaemonSet' ? status.numberReady : status.readyReplicas) ?? 0,
    ...(isOurs && inventory !== undefined && { inventory }),
    podLabels: spec.template.metadata?.labels ?? {},
  };
}

function resourceOf({ kind, metadata, status }: ResourceObject): ResourceFacts {
  return {
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    status: status?.updateStatus ?? '',
    reason: status?.reason ?? '',
  };
}

function unique(workloads: readonly WorkloadFacts[]): WorkloadFacts[] {
  return [...new Map(workloads.map((one) => [`${one.kind} ${one.namespace}/${one.name}`, one])).values()];
}

/** What the agent must be allowed, one question each. */
function rightsToAsk({ collector }: Expected): readonly Omit<RightFacts, 'isAllowed'>[] {
  const { cluster, namespaces } = rightsOf(collector.scrapedTargets);
  const whats = ({ apiGroups = [''], resources = [], nonResourceUrls = [], verbs }: (typeof cluster)[number]) =>
    verbs.flatMap((verb) => [
      ...nonResourceUrls.map((url) => `${verb} ${url}`),
      ...resources.flatMap((resource) => apiGroups.map((group) => `${verb} ${grouped(resource, group)}`)),
    ]);
  return [
    ...cluster.flatMap(whats).map((what) => ({ what })),
    ...[...namespaces].flatMap(([namespace, rules]) => rules.flatMap(whats).map((what) => ({ what, namespace }))),
  ];
}

/** A resource as kubectl takes it: `endpointslices.discovery.k8s.io`, `nodes --subresource=metrics`; behind a slash it expects a name. */
function grouped(resource: string, group: string): string {
  const [whole, part] = resource.split('/');
  return `${whole}${group === '' ? '' : `.${group}`}${part === undefined ? '' : ` --subresource=${part}`}`;
}

/** Asks whether the agent's account may do what it must; nothing where one may not ask for others. */
async function askRights(kubectl: Kubectl, expected: Expected): Promise<readonly RightFacts[] | undefined> {
  const { namespace, serviceAccountName } = expected.collector;
  const as = `--as=system:serviceaccount:${namespace}:${serviceAccountName}`;
  let isRefused = false;
  const answers = await each(rightsToAsk(expected), async (right): Promise<RightFacts | undefined> => {
    if (isRefused) return undefined;
    const { stdout, stderr } = await kubectl.run(
      'auth',
      'can-i',
      ...right.what.split(' '),
      as,
      ...(right.namespace ? ['-n', right.namespace] : []),
    );
    const said = stdout.trim().split(/\s/)[0];
    if (said === 'yes' || said === 'no') return { ...right, isAllowed: said === 'yes' };
    if (!/forbidden/i.test(stderr)) throw new Unanswered(stderr.trim().split('\n').at(-1) ?? '');
    isRefused = true;
    return undefined;
  });
  return isRefused ? undefined : answers.filter((answer) => answer !== undefined);
}

/** Secrets of destinations that are not in the agent's namespace. What is in them stays there. */
async function missingSecrets(kubectl: Kubectl, { destinations, namespace }: Expected): Promise<readonly string[]> {
  const names = [...new Set(destinations.flatMap(secretsOf))];
  const absent = await each(names, async (name) => {
    const { code, stderr } = await kubectl.run('get', 'secret', '-n', namespace, name, '-o', 'name');
    return code !== 0 && /NotFound/.test(stderr) ? [name] : [];
  });
  return absent.flat();
}
