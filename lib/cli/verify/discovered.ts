import { identityRules, metaLabelKey } from '../../scrape/identity-rules';
import { evaluateRelabeling, type LabelSet } from '../../scrape/relabel-evaluate';
import { DiscoveryRole } from '../../scrape/scrape-target';
import type { ExpectedPage } from './expected';
import type { KubeFacts, NodeFacts, PodFacts, ServiceFacts } from './facts';

/** Something in the cluster that a scrape should find. */
export interface Findable {
  /** What it is: `pod soperator/slurm-exporter-1`. */
  readonly title: string;
  /** What is scraped. */
  readonly url: string;
  /** Since when it can be found, in ms. @default - nobody knows */
  readonly since?: number;
}

/** Everything that a page's discovery should find, by what the API server has; what its rules drop is left out. */
export function findable(page: ExpectedPage, kube: KubeFacts): readonly Findable[] {
  const { role } = page.target.discovery;
  switch (role) {
    case DiscoveryRole.NODES:
      return kube.nodes.filter((node) => carries(node.labels, page)).flatMap((node) => kept(page, `node ${node.name}`, ofNode(node)));
    case DiscoveryRole.PODS:
      return matchingPods(page, kube)
        .filter(({ phase, ip }) => phase === 'Running' && ip !== '')
        .flatMap((pod) =>
          pod.ports
            .filter(({ name }) => name === page.endpoint.port)
            .flatMap(({ number }) => kept(page, podTitle(pod), ofPod(pod, number, kube), pod)),
        );
    case DiscoveryRole.SERVICES:
      return matchingServices(page, kube).flatMap((service) =>
        service.endpoints
          .filter(({ port }) => port === page.endpoint.port)
          .flatMap((endpoint) => {
            const pod = kube.pods.find(({ namespace, name }) => namespace === service.namespace && name === endpoint.pod);
            const title = endpoint.pod === '' ? `endpoint ${endpoint.ip}:${endpoint.number}` : `pod ${service.namespace}/${endpoint.pod}`;
            return kept(page, title, ofEndpoint(service, endpoint, kube, pod), pod);
          }),
      );
  }
}

/** Services that a page's discovery looks at. */
export function matchingServices(page: ExpectedPage, { services }: KubeFacts): readonly ServiceFacts[] {
  return services.filter(({ namespace, labels }) => isInside(namespace, page) && carries(labels, page));
}

/** Pods that a page's discovery looks at, by their own labels. */
export function matchingPods(page: ExpectedPage, { pods }: KubeFacts): readonly PodFacts[] {
  return pods.filter(({ namespace, labels }) => isInside(namespace, page) && carries(labels, page));
}

/** How messages call a pod. */
export function podTitle({ namespace, name }: PodFacts): string {
  return `pod ${namespace}/${name}`;
}

function isInside(namespace: string, { target }: ExpectedPage): boolean {
  return target.discovery.namespaces.includes(namespace);
}

function carries(labels: Readonly<Record<string, string>>, { target }: ExpectedPage): boolean {
  return Object.entries(target.discovery.matchLabels).every(([key, value]) => labels[key] === value);
}

/** What is left of it by the target's rules. */
function kept(page: ExpectedPage, title: string, discovered: LabelSet, pod?: PodFacts): Findable[] {
  const { target, endpoint } = page;
  const before = { ...discovered, __scheme__: target.tls ? 'https' : 'http', __metrics_path__: endpoint.path ?? '/metrics' };
  const after = evaluateRelabeling([...identityRules(target), ...target.relabelConfigs], before);
  if (after === undefined || !after.__address__) return [];
  const url = `${after.__scheme__}://${after.__address__}${after.__metrics_path__}`;
  return [{ title, url, ...(pod?.readySince !== undefined && { since: pod.readySince }) }];
}

function ofNode({ name, ip, kubeletPort, labels }: NodeFacts): LabelSet {
  return { __address__: address(ip, kubeletPort), __meta_kubernetes_node_name: name, ...meta('node', labels) };
}

function ofPod(pod: PodFacts, port: number, { nodes }: KubeFacts): LabelSet {
  const node = nodes.find(({ name }) => name === pod.node);
  return {
    __address__: address(pod.ip, port),
    __meta_kubernetes_namespace: pod.namespace,
    __meta_kubernetes_pod_name: pod.name,
    __meta_kubernetes_pod_node_name: pod.node,
    __meta_kubernetes_pod_phase: pod.phase,
    ...meta('pod', pod.labels),
    ...meta('node', node?.labels ?? {}),
  };
}

function ofEndpoint(
  service: ServiceFacts,
  { ip, number, pod: podName, node }: ServiceFacts['endpoints'][number],
  kube: KubeFacts,
  pod: PodFacts | undefined,
): LabelSet {
  return {
    ...(pod ? ofPod(pod, number, kube) : {}),
    __address__: address(ip, number),
    __meta_kubernetes_namespace: service.namespace,
    __meta_kubernetes_service_name: service.name,
    __meta_kubernetes_pod_name: podName,
    __meta_kubernetes_pod_node_name: node,
    ...meta('service', service.labels),
  };
}

function meta(of: 'node' | 'pod' | 'service', labels: Readonly<Record<string, string>>): LabelSet {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`__meta_kubernetes_${of}_label_${metaLabelKey(key)}`, value]));
}

function address(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
