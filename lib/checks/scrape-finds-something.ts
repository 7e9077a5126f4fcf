import type { ICollector } from '../scrape/collector';
import { DiscoveryRole, Provenance, type ScrapeTarget } from '../scrape/scrape-target';
import type { Check, CheckContext, Complaint } from './check';
import { operatorMade } from './operator-made';
import { containerPorts, podTemplates } from './pods';
import { at, list, matches, strings, type Tree, text } from './tree';

/** A scrape that finds nothing is silent: no target is down, there is none. */
export const scrapeFindsSomething: Check = {
  name: 'scrape-finds-something',
  proves:
    'every scrape finds a Service, pods or a resource of the operator that are rendered beside it, and each of its ports exists there by name',
  *run({ tree, collectors }: CheckContext): Iterable<Complaint> {
    for (const collector of collectors) {
      for (const target of collector.scrapedTargets) {
        if (target.provenance === Provenance.OPERATOR) yield* resources(tree, collector, target);
        if (target.provenance !== Provenance.RENDERED) continue;
        if (target.discovery.role === DiscoveryRole.SERVICES) yield* services(tree, collector, target);
        if (target.discovery.role === DiscoveryRole.PODS) yield* pods(tree, collector, target);
      }
    }
  },
};

/** The operator puts kind and name of a resource into the labels of what it makes of it. */
function* resources(tree: Tree, on: ICollector, target: ScrapeTarget): Iterable<Complaint> {
  const { namespaces, matchLabels } = target.discovery;
  const found = operatorMade(tree).filter(
    ({ resource, labels }) => namespaces.includes(resource.namespace) && matches(labels, matchLabels),
  );
  if (found.length === 0) yield { on, message: nothingFound(target, 'a VMAgent or VMSingle in this app whose Service carries them') };
  for (const { resource, portName } of found) {
    for (const { port } of target.endpoints) {
      if (port && port !== portName)
        yield { on, message: noPort(target, port, `${resource.kind} ${resource.namespace}/${resource.name}`, [portName]) };
    }
  }
}

function* services(tree: Tree, on: ICollector, target: ScrapeTarget): Iterable<Complaint> {
  const { namespaces, matchLabels } = target.discovery;
  const found = tree.ofKind('Service').filter((service) => namespaces.includes(service.namespace) && matches(service.labels, matchLabels));
  if (found.length === 0) yield { on, message: nothingFound(target, 'a Service in this app that carries them') };
  for (const service of found) {
    const ports = list(at(service.json, 'spec', 'ports')).map((port) => text(at(port, 'name')));
    for (const { port } of target.endpoints) {
      if (port && !ports.includes(port)) yield { on, message: noPort(target, port, `Service ${service.namespace}/${service.name}`, ports) };
    }
    const selector = strings(at(service.json, 'spec', 'selector'));
    const selected = podTemplates(tree).filter((pod) => pod.namespace === service.namespace && matches(pod.labels, selector));
    if (selected.length === 0) {
      yield {
        on: service,
        message: `spec.selector: got ${JSON.stringify(selector)}, expected the labels of pods that are rendered in ${service.namespace}; use the labels of the workload's pod template`,
      };
    }
    for (const pod of selected) {
      for (const port of list(at(service.json, 'spec', 'ports'))) {
        const targetPort = at(port, 'targetPort');
        const names = containerPorts(pod.spec);
        if (typeof targetPort === 'string' && !names.includes(targetPort)) {
          yield {
            on: service,
            message: `spec.ports[${text(at(port, 'name'))}].targetPort: got "${targetPort}", expected one of the ports ${names.join(', ')} of ${pod.owner.kind} ${pod.owner.name}; name the container's port alike`,
          };
        }
      }
    }
  }
}

function* pods(tree: Tree, on: ICollector, target: ScrapeTarget): Iterable<Complaint> {
  const { namespaces, matchLabels } = target.discovery;
  const found = podTemplates(tree).filter((pod) => namespaces.includes(pod.namespace) && matches(pod.labels, matchLabels));
  if (found.length === 0) yield { on, message: nothingFound(target, 'a workload in this app whose pods carry them') };
  for (const { owner, spec } of found) {
    const ports = containerPorts(spec);
    for (const { port } of target.endpoints) {
      if (port && !ports.includes(port))
        yield { on, message: noPort(target, port, `${owner.kind} ${owner.namespace}/${owner.name}`, ports) };
    }
  }
}

function nothingFound({ name, discovery }: ScrapeTarget, what: string): string {
  return `scrape of ${name}: got labels ${JSON.stringify(discovery.matchLabels)} in ${discovery.namespaces.join(', ')}, expected ${what}; mend the labels, or set deploy to false where somebody else deploys it`;
}

function noPort({ name }: ScrapeTarget, port: string, where: string, ports: readonly string[]): string {
  return `scrape of ${name}: got port "${port}", expected one of ${ports.join(', ') || 'none'} of ${where}; name the port alike in both places`;
}
