import type { Check, CheckContext, Complaint } from './check';
import { containers, type PodTemplate, podTemplates } from './pods';
import { at, type Json, type KubeObject, list, matches, strings, type Tree, text, titleOf } from './tree';

/** What leads from outside the cluster to a Service by its name. */
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'];

/** Whoever reaches a Grafana with anonymous editors can ask its data sources anything, and change what others see. */
export const grafanaExposure: Check = {
  name: 'grafana-exposure',
  proves: 'no Grafana in which anonymous visitors may do more than look can be reached from outside the cluster',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    for (const pod of podTemplates(tree)) {
      const role = anonymousRole(pod);
      if (role === undefined) continue;
      for (const { on, place, how } of [...ports(pod), ...ways(tree, pod)]) {
        yield {
          on,
          message:
            `${place}: got ${how} to ${titleOf(pod.owner)}, where everybody is ${role} without a login, expected no way in from outside the cluster; ` +
            'set GF_AUTH_ANONYMOUS_ORG_ROLE to Viewer, or reach it by kubectl port-forward',
        };
      }
    }
  },
};

/** What an anonymous visitor is, where that is more than a viewer. */
function anonymousRole({ spec }: PodTemplate): string | undefined {
  for (const container of containers(spec)) {
    const variables = Object.fromEntries(
      list(at(container, 'env')).map((variable) => [text(at(variable, 'name')), text(at(variable, 'value'))]),
    );
    const role = variables.GF_AUTH_ANONYMOUS_ORG_ROLE || 'Viewer';
    if (variables.GF_AUTH_ANONYMOUS_ENABLED === 'true' && role !== 'Viewer') return role;
  }
  return undefined;
}

interface Way {
  readonly on: KubeObject;
  readonly place: string;
  readonly how: string;
}

/** Ports of the node that lead to a pod. */
function* ports({ owner, spec }: PodTemplate): Iterable<Way> {
  if (at(spec, 'hostNetwork') === true) yield { on: owner, place: 'hostNetwork', how: 'the ports of the node' };
  for (const container of containers(spec)) {
    for (const port of list(at(container, 'ports'))) {
      if (at(port, 'hostPort') !== undefined) yield { on: owner, place: 'hostPort', how: `port ${at(port, 'hostPort')} of the node` };
    }
  }
}

/** Services, Ingresses and routes that lead to a pod. */
function* ways(tree: Tree, pod: PodTemplate): Iterable<Way> {
  for (const service of tree.ofKind('Service')) {
    const selector = strings(at(service.json, 'spec', 'selector'));
    if (service.namespace !== pod.namespace || Object.keys(selector).length === 0 || !matches(pod.labels, selector)) continue;
    const type = text(at(service.json, 'spec', 'type'));
    if (type === 'NodePort' || type === 'LoadBalancer') yield { on: service, place: 'spec.type', how: `a Service of type ${type}` };
    if (list(at(service.json, 'spec', 'externalIPs')).length > 0)
      yield { on: service, place: 'spec.externalIPs', how: 'addresses from outside' };
    for (const ingress of tree.ofKind('Ingress')) {
      if (ingress.namespace === service.namespace && backends(ingress).includes(service.name))
        yield { on: ingress, place: 'spec', how: 'an Ingress' };
    }
    for (const route of tree.ofKind(...ROUTES)) {
      if (routed(route).includes(`${service.namespace}/${service.name}`)) yield { on: route, place: 'spec.rules', how: `a ${route.kind}` };
    }
  }
}

function backends({ json }: KubeObject): string[] {
  const { spec } = json;
  const paths = list(at(spec, 'rules')).flatMap((rule) => list(at(rule, 'http', 'paths')));
  return [at(spec, 'defaultBackend'), ...paths.map((path) => at(path, 'backend'))].map((backend: Json) =>
    text(at(backend, 'service', 'name')),
  );
}

function routed({ json, namespace }: KubeObject): string[] {
  const references = list(at(json, 'spec', 'rules')).flatMap((rule) => list(at(rule, 'backendRefs')));
  return references.map((reference) => `${text(at(reference, 'namespace')) || namespace}/${text(at(reference, 'name'))}`);
}
