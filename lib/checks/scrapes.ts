import type { Labels } from '../common/labels';
import { prometheusDuration } from '../common/units';
import type { ICollector } from '../scrape/collector';
import { metaLabelKey } from '../scrape/identity-rules';
import type { LabelSet } from '../scrape/relabel-evaluate';
import { DiscoveryRole, type ScrapeTarget } from '../scrape/scrape-target';
import { type OperatorMade, operatorMade } from './operator-made';
import { containers, type PodTemplate, podTemplates } from './pods';
import { at, entries, type Json, type KubeObject, list, matches, perTree, selects, strings, type Tree, text, texts, titleOf } from './tree';

/** What a scrape looks for in Kubernetes. */
export interface Search {
  /** Kind of object. */
  readonly role: DiscoveryRole;
  /** Namespaces to look in. @default - all */
  readonly namespaces?: readonly string[];
  /** Label selector, as it is written. */
  readonly selector: Json;
  /** Name of the port, of Service or container as the role has it. @default - any */
  readonly port?: string;
  /** Name or number of the container's port. @default - any */
  readonly targetPort?: string;
  /** What is watched besides Services and their pods. @default 'endpointslices' */
  readonly through?: 'service' | 'endpoints' | 'endpointslices';
  /** What relabel rules of a configuration make of what is discovered. @default - the selector and the port say what is scraped */
  readonly keeps?: Keeps;
}

/** With which port and path something that was discovered is scraped; nothing when it is dropped, or when nobody can tell. */
export type Keeps = (discovered: LabelSet, port: string) => { readonly port: string; readonly path: string } | undefined;

/** One port and path that is scraped, whoever declares it: a target of a collector, or an object in the tree. */
export interface Scrape {
  /** What complaints are about. */
  readonly on: ICollector | KubeObject;
  /** Where in it: `scrape of dcgm-exporter`, `spec.endpoints[0]`. */
  readonly place: string;
  /** How messages about others call it: `scrape of dcgm-exporter`, `VMServiceScrape apps/web`. */
  readonly title: string;
  /** What it looks for; nothing when it does not ask Kubernetes. */
  readonly search?: Search;
  /** Addresses that it scrapes without looking, `host:port`. */
  readonly addresses: readonly string[];
  /** Whether labels of the node are attached to what it finds. */
  readonly nodeLabels: boolean;
  /** Path and query of the metrics. */
  readonly path: string;
  /** Time between two scrapes, as it is written. @default - the agent's */
  readonly interval?: string;
  /** Time after which it is given up, as it is written. @default - the agent's */
  readonly timeout?: string;
}

/** A kind of object that makes an agent scrape something. */
export interface ScrapeKind {
  /** What it looks for; nothing when it does not look. */
  readonly role?: DiscoveryRole;
  /** The list of its endpoints. @default - the specification is the one endpoint */
  readonly endpoints?: string;
  /** Begin of the fields by which agents select it: `serviceScrape` of `serviceScrapeSelector`. */
  readonly selectedBy: string;
}

/** What agents of the VictoriaMetrics operator select. */
export const SCRAPE_KINDS: { readonly [kind: string]: ScrapeKind } = {
  VMServiceScrape: { role: DiscoveryRole.SERVICES, endpoints: 'endpoints', selectedBy: 'serviceScrape' },
  VMPodScrape: { role: DiscoveryRole.PODS, endpoints: 'podMetricsEndpoints', selectedBy: 'podScrape' },
  VMNodeScrape: { role: DiscoveryRole.NODES, selectedBy: 'nodeScrape' },
  VMStaticScrape: { endpoints: 'targetEndpoints', selectedBy: 'staticScrape' },
  VMProbe: { selectedBy: 'probe' },
  VMScrapeConfig: { selectedBy: 'scrapeConfig' },
};

/** Kinds of another operator, of which the VictoriaMetrics operator makes scrapes where it is told so. */
export const MONITOR_KINDS: { readonly [kind: string]: ScrapeKind } = {
  ServiceMonitor: { role: DiscoveryRole.SERVICES, endpoints: 'endpoints', selectedBy: 'serviceScrape' },
  PodMonitor: { role: DiscoveryRole.PODS, endpoints: 'podMetricsEndpoints', selectedBy: 'podScrape' },
};

/** The scrapes that the targets of a collector stand for. */
export function scrapesOfCollector(collector: ICollector): Scrape[] {
  return collector.scrapedTargets.flatMap((target) => target.endpoints.map((_, index) => scrapeOfTarget(collector, target, index)));
}

function scrapeOfTarget(on: ICollector, target: ScrapeTarget, index: number): Scrape {
  const { role, namespaces, matchLabels } = target.discovery;
  const endpoint = target.endpoints[index];
  return {
    on,
    place: `scrape of ${target.name}`,
    title: `scrape of ${target.name}`,
    search: {
      role,
      namespaces: role === DiscoveryRole.NODES ? undefined : namespaces,
      selector: { matchLabels: { ...matchLabels } },
      port: endpoint?.port,
    },
    addresses: [],
    nodeLabels: Object.keys(target.nodeLabels ?? {}).length > 0,
    path: endpoint?.path ?? '/metrics',
    interval: prometheusDuration(target.scrapeInterval),
    timeout: prometheusDuration(target.scrapeTimeout),
  };
}

/** The scrapes that an object of the tree stands for; none of an object of another kind. */
export function scrapesOfObject(object: KubeObject): Scrape[] {
  const kind = SCRAPE_KINDS[object.kind] ?? MONITOR_KINDS[object.kind];
  if (!kind) return [];
  const { spec } = object.json;
  const endpoints = kind.endpoints ? list(at(spec, kind.endpoints)) : [spec];
  return endpoints.map((endpoint, index) => {
    const params = entries(at(endpoint, 'params'));
    return {
      on: object,
      place: kind.endpoints ? `spec.${kind.endpoints}[${index}]` : 'spec',
      title: titleOf(object),
      search: kind.role && {
        role: kind.role,
        namespaces: kind.role === DiscoveryRole.NODES ? undefined : searchedNamespaces(object),
        selector: at(spec, 'selector'),
        port: portOf(at(endpoint, 'port')),
        targetPort: portOf(at(endpoint, 'targetPort')) ?? portOf(at(endpoint, 'portNumber')),
        through: object.kind === 'VMServiceScrape' ? throughOf(at(spec, 'discoveryRole')) : undefined,
      },
      addresses: texts(at(endpoint, 'targets')),
      nodeLabels: [spec, endpoint].some((part) => at(part, 'attach_metadata', 'node') === true),
      path: (text(at(endpoint, 'path')) || '/metrics') + (params.length > 0 ? `?${JSON.stringify(params)}` : ''),
      interval: text(at(endpoint, 'scrape_interval')) || text(at(endpoint, 'interval')) || undefined,
      timeout: text(at(endpoint, 'scrapeTimeout')) || undefined,
    };
  });
}

/** The scrape that the operator makes of its own program, unless it is told not to. */
export function selfScrape({ resource, labels, portName }: OperatorMade): Scrape {
  return {
    on: resource,
    place: 'spec.disableSelfServiceScrape',
    title: `the operator's scrape of ${titleOf(resource)}`,
    search: { role: DiscoveryRole.SERVICES, namespaces: [resource.namespace], selector: { matchLabels: labels }, port: portName },
    addresses: [],
    nodeLabels: false,
    path: '/metrics',
  };
}

function searchedNamespaces(object: KubeObject): readonly string[] | undefined {
  const selector = at(object.json, 'spec', 'namespaceSelector');
  const names = texts(at(selector, 'matchNames'));
  return at(selector, 'any') === true ? undefined : names.length > 0 ? names : [object.namespace];
}

/** How a VMServiceScrape finds what is behind Services: the operator asks for endpoints where it does not say. */
function throughOf(role: Json): Search['through'] {
  if (text(role).startsWith('endpointslice')) return 'endpointslices';
  return role === 'service' ? 'service' : 'endpoints';
}

function portOf(port: Json): string | undefined {
  return typeof port === 'number' ? String(port) : text(port) || undefined;
}

/** Pods of the tree, as scrapes see them. */
interface Pods {
  readonly title: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly ports: readonly { readonly name: string; readonly number: string }[];
}

/** A Service of the tree, or one that the operator makes. */
export interface ServiceInTree {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly ports: readonly { readonly name: string; readonly number: string; readonly target: string }[];
  readonly pods: readonly Pods[];
}

const pods = perTree((tree): readonly Pods[] => [
  ...podTemplates(tree).map((template: PodTemplate) => ({
    title: titleOf(template.owner),
    namespace: template.namespace,
    labels: template.labels,
    annotations: template.annotations,
    ports: containers(template.spec).flatMap((container) =>
      list(at(container, 'ports')).map((port) => ({ name: text(at(port, 'name')), number: String(at(port, 'containerPort')) })),
    ),
  })),
  ...operatorMade(tree).map(({ resource, labels, portName, port }) => ({
    title: titleOf(resource),
    namespace: resource.namespace,
    labels,
    annotations: {},
    ports: [{ name: portName, number: String(port) }],
  })),
]);

/** The Services of a tree, those that the operator makes among them. */
export const services = perTree((tree): readonly ServiceInTree[] => [
  ...tree.ofKind('Service').map((service) => {
    const selector = strings(at(service.json, 'spec', 'selector'));
    const chosen =
      Object.keys(selector).length === 0
        ? []
        : pods(tree).filter((pod) => pod.namespace === service.namespace && matches(pod.labels, selector));
    return {
      name: service.name,
      namespace: service.namespace,
      labels: service.labels,
      annotations: strings(at(service.json, 'metadata', 'annotations')),
      ports: list(at(service.json, 'spec', 'ports')).map((port) => ({
        name: text(at(port, 'name')),
        number: String(at(port, 'port')),
        target: portOf(at(port, 'targetPort')) ?? String(at(port, 'port')),
      })),
      pods: chosen,
    };
  }),
  ...operatorMade(tree).map(({ resource, name, labels, portName, port }) => ({
    name,
    namespace: resource.namespace,
    labels,
    annotations: {},
    ports: [{ name: portName, number: String(port), target: portName }],
    pods: pods(tree).filter((pod) => pod.title === titleOf(resource)),
  })),
]);

/**
 * What a scrape reads, as far as the tree knows: `Deployment soperator/slurm-exporter 8080/metrics`. A thing that is found on several
 * ways is there several times. Nothing for what somebody else deploys, and for nodes.
 */
export function readBy(tree: Tree, scrape: Scrape): string[] {
  const { search, addresses, path } = scrape;
  if (search?.keeps) return keptBy(tree, search, search.keeps);
  const inside = (namespace: string) => search?.namespaces?.includes(namespace) ?? true;
  const ports = (pod: Pods, wanted: string | undefined) => portsOf(pod, wanted).map(({ number }) => `${pod.title} ${number}${path}`);
  const throughService = (service: ServiceInTree, wanted: (port: ServiceInTree['ports'][number]) => boolean) =>
    service.ports.filter(wanted).flatMap(({ target }) => service.pods.flatMap((pod) => ports(pod, target)));

  const given = addresses.flatMap((address) => {
    const [host = '', port] = address.split(':');
    const [name, namespace] = host.split('.');
    const found = services(tree)
      .filter((service) => service.name === name && service.namespace === namespace)
      .flatMap((service) => throughService(service, ({ number }) => number === port));
    return found.length > 0 ? found : [`${address}${path}`];
  });
  switch (search?.role) {
    case DiscoveryRole.PODS:
      return pods(tree)
        .filter((pod) => inside(pod.namespace) && selects(search.selector, pod.labels))
        .flatMap((pod) => ports(pod, search.port ?? search.targetPort));
    case DiscoveryRole.SERVICES:
      return services(tree)
        .filter((service) => inside(service.namespace) && selects(search.selector, service.labels))
        .flatMap((service) =>
          search.port === undefined && search.targetPort !== undefined
            ? service.pods.flatMap((pod) => ports(pod, search.targetPort))
            : throughService(service, ({ name }) => search.port === undefined || name === search.port),
        );
    default:
      return given;
  }
}

function portsOf({ ports }: Pods, wanted: string | undefined): Pods['ports'] {
  return ports.filter(({ name, number }) => wanted === undefined || name === wanted || number === wanted);
}

/** What is left of everything that discovery offers to a configuration. */
function keptBy(tree: Tree, { role, namespaces }: Search, keeps: Keeps): string[] {
  const inside = ({ namespace }: { readonly namespace: string }) => namespaces?.includes(namespace) ?? true;
  const kept = (pod: Pods, port: Pods['ports'][number], service: LabelSet) => {
    const found = keeps({ ...podLabels(pod, port), ...service }, port.number);
    return found ? [`${pod.title} ${found.port}${found.path}`] : [];
  };
  switch (role) {
    case DiscoveryRole.PODS:
      return pods(tree)
        .filter(inside)
        .flatMap((pod) => pod.ports.flatMap((port) => kept(pod, port, {})));
    case DiscoveryRole.SERVICES:
      return services(tree)
        .filter(inside)
        .flatMap((service) =>
          service.ports.flatMap(({ name, number, target }) =>
            service.pods.flatMap((pod) => portsOf(pod, target).flatMap((port) => kept(pod, port, serviceLabels(service, name, number)))),
          ),
        );
    default:
      return [];
  }
}

/** What discovery says about one port of a pod. */
function podLabels({ namespace, labels, annotations }: Pods, { name, number }: Pods['ports'][number]): LabelSet {
  return {
    ...metaLabels('pod', labels, annotations),
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_name: 'pod',
    __meta_kubernetes_pod_node_name: 'node',
    __meta_kubernetes_pod_phase: 'Running',
    __meta_kubernetes_pod_ready: 'true',
    __meta_kubernetes_pod_container_port_name: name,
    __meta_kubernetes_pod_container_port_number: number,
    __meta_kubernetes_pod_container_port_protocol: 'TCP',
  };
}

/** What discovery says about one port of a Service, in any of the roles that look at Services. */
function serviceLabels(
  { name, namespace, labels, annotations }: Omit<ServiceInTree, 'ports' | 'pods'>,
  port: string,
  number = '',
): LabelSet {
  return {
    ...metaLabels('service', labels, annotations),
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_service_name: name,
    __meta_kubernetes_service_port_name: port,
    __meta_kubernetes_service_port_number: number,
    __meta_kubernetes_endpoint_port_name: port,
    __meta_kubernetes_endpoint_ready: 'true',
    __meta_kubernetes_endpointslice_port_name: port,
    __meta_kubernetes_endpointslice_port: number,
    __meta_kubernetes_endpointslice_endpoint_conditions_ready: 'true',
  };
}

/** What discovery would say about something that a search looks for and that the tree does not have. */
export function sought({ namespaces: [namespace = ''] = [], selector, port = '' }: Search): LabelSet {
  const labels = strings(at(selector, 'matchLabels'));
  const service = serviceLabels({ name: '', namespace, labels, annotations: {} }, port);
  return { ...podLabels({ title: '', namespace, labels, annotations: {}, ports: [] }, { name: port, number: '' }), ...service };
}

function metaLabels(of: 'pod' | 'service', labels: Labels, annotations: Labels): LabelSet {
  const named = (what: string, values: Labels) =>
    Object.entries(values).flatMap(([key, value]) => [
      [`__meta_kubernetes_${of}_${what}_${metaLabelKey(key)}`, value],
      [`__meta_kubernetes_${of}_${what}present_${metaLabelKey(key)}`, 'true'],
    ]);
  return Object.fromEntries([...named('label', labels), ...named('annotation', annotations)]);
}
