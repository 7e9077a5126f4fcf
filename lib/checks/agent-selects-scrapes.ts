import { AGENT_LABEL } from '../common/labels';
import { type Agent, agents, broughtScrapes, isOf, keyReferences, selectorsOf, takes } from './agents';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { allows } from './grants';
import { operators } from './operators';
import { SCRAPE_KINDS } from './scrapes';
import { at, entries, type KubeObject, type Tree, titleOf } from './tree';

/**
 * A scrape that no agent selects is never read, and looks as healthy as any other. One that names a Secret out of the operator's reach
 * stops every further update of the agent that selects it.
 */
export const agentSelectsScrapes: Check = {
  name: 'agent-selects-scrapes',
  proves: 'every scrape is selected by the agent that it is meant for, and names only Secrets and ConfigMaps that the operator may read',
  *run(context: CheckContext): Iterable<Complaint> {
    const { tree, collectors } = context;
    const resources = tree.ofKind('VMAgent');
    const all = agents(context);
    const alone = all.filter(({ collector, resource }) => collector && !resource);
    for (const { collector, resource } of all) {
      if (!collector || !resource) continue;
      for (const kind of Object.keys(SCRAPE_KINDS)) {
        const lost = tree.ofKind(kind).filter((scrape) => isOf(collector, scrape) && !takes(tree, resource, scrape));
        const [first] = lost;
        if (first) yield notTaken(resource, first, lost);
      }
    }
    for (const scrape of broughtScrapes({ tree, collectors })) {
      const takers = resources.filter((resource) => takes(tree, resource, scrape));
      if (takers.length > 0) yield* unreadable(tree, scrape, takers);
      else if (resources.length > 0) yield takenByNobody(scrape, resources);
      else if (alone.length > 0) yield readByNobody(scrape, alone);
    }
  },
};

function notTaken(on: KubeObject, first: KubeObject, lost: readonly KubeObject[]): Complaint {
  return {
    on,
    message:
      `spec.${SCRAPE_KINDS[first.kind]?.selectedBy}Selector: got ${selection(on, first)}, expected ${lost.map(({ name }) => name).join(', ')} to be among them ` +
      `(${described(first)}), or they are never read; let the selectors of labels and of namespaces take them, too`,
  };
}

function takenByNobody(on: KubeObject, resources: readonly KubeObject[]): Complaint {
  return {
    on,
    severity: Severity.WARNING,
    message:
      `metadata: got ${described(on)}, expected what an agent selects, or it is never read: ` +
      `${resources.map((agent) => `${titleOf(agent)} takes ${selection(agent, on)}`).join('; ')}; move it there, add its namespace to the agent, or give it the label ${AGENT_LABEL}`,
  };
}

/** An agent without the operator knows its own targets only. */
function readByNobody(on: KubeObject, alone: readonly Agent[]): Complaint {
  return {
    on,
    severity: Severity.WARNING,
    message:
      `kind: got a ${on.kind} beside ${alone.map(({ title }) => title).join(' and ')} in standalone mode, expected targets that the agent is given, ` +
      `because in this mode no operator reads a ${on.kind}, so it is never scraped; give what it scrapes to the agent as a source, with its method scrape, or set mode to operator`,
  };
}

function* unreadable(tree: Tree, on: KubeObject, takers: readonly KubeObject[]): Iterable<Complaint> {
  for (const { kind, name, place } of keyReferences(on)) {
    for (const { owner, grants } of operators(tree)) {
      if (allows(grants, { verb: 'get', apiGroup: '', resource: `${kind.toLowerCase()}s`, namespace: on.namespace, name })) continue;
      yield {
        on,
        message:
          `${place}: got ${kind} ${on.namespace}/${name}, which the operator ${titleOf(owner)} may not get, expected one that it may, ` +
          `or ${takers.map(titleOf).join(' and ')} takes no change of any scrape any more; grant get on ${kind.toLowerCase()}s in ${on.namespace}, or move the scrape to the operator's namespace`,
      };
    }
  }
}

/** What decides about a scrape; labels of other origin decide nothing. */
function described({ namespace, labels }: KubeObject): string {
  return `namespace ${namespace}, ${AGENT_LABEL in labels ? `label ${AGENT_LABEL}: ${labels[AGENT_LABEL]}` : `no label ${AGENT_LABEL}`}`;
}

function selection(agent: KubeObject, scrape: KubeObject): string {
  if (at(agent.json, 'spec', 'ingestOnlyMode') === true) return 'none, because of ingestOnlyMode';
  if (at(agent.json, 'spec', 'daemonSetMode') === true && scrape.kind !== 'VMPodScrape')
    return 'only VMPodScrapes, because of daemonSetMode';
  const { selector, namespaceSelector } = selectorsOf(agent, scrape);
  if (selector === undefined && namespaceSelector === undefined) return 'none of the kind';
  const what = entries(selector).length === 0 ? 'all' : JSON.stringify(selector);
  const where =
    namespaceSelector === undefined ? `in namespace ${agent.namespace}` : `in namespaces of ${JSON.stringify(namespaceSelector)}`;
  return `${what} ${where}`;
}
