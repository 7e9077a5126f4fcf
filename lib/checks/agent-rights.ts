import type { ICollector } from '../scrape/collector';
import { DiscoveryRole } from '../scrape/scrape-target';
import { type Agent, agents, scrapesOf } from './agents';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { allows, allowsUrl, type Grant, type GrantedRule, grantsOf } from './grants';
import type { Scrape } from './scrapes';
import { at, type KubeObject, list, text } from './tree';

/** What a scraper does with the API server. */
const READING = ['get', 'list', 'watch'];
/** Resources that give away more than metrics, even to somebody who may only read them. */
const TELLTALE = ['secrets', 'nodes/proxy', 'pods/exec', 'pods/attach', 'pods/portforward', 'services/proxy', 'pods/proxy'];

/** One right that a scrape needs, and the scrape. */
interface Need {
  readonly on: ICollector | KubeObject;
  readonly title: string;
  readonly verbs: readonly string[];
  /** Namespace in which it is needed. @default - everywhere */
  readonly namespace?: string;
  readonly apiGroup?: string;
  readonly resource?: string;
  readonly url?: string;
}

const WATCH = ['list', 'watch'];

/**
 * Without the right to discover, an agent finds no targets and says so in its log only; without the right to read, the target answers 403.
 * More rights than that are a way into the cluster for whoever gets into the agent.
 */
export const agentRights: Check = {
  name: 'agent-rights',
  proves: 'the service account of every agent may find and read everything that the agent scrapes, and not much more',
  *run(context: CheckContext): Iterable<Complaint> {
    for (const agent of agents(context)) {
      yield* identified(context, agent);
      // without a name the operator makes account and rights
      if (agent.account === '') continue;
      const account = { name: agent.account, namespace: agent.namespace };
      const grants = grantsOf(context.tree, account);
      const rendered = context.tree.find('ServiceAccount', account.name, account.namespace) !== undefined;
      if (rendered || grants.length > 0) yield* missing(context, agent, grants);
      for (const grant of grants) yield* excess(agent, grant);
    }
  },
};

/** Where a service account's token appears in containers. */
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Rights count for pods that run as the account and get its token. A VMAgent's are the operator's business. */
function* identified(context: CheckContext, agent: Agent): Iterable<Complaint> {
  const { namespace, account, workloads } = agent;
  const [need] = needs(context, agent);
  if (!need) return;
  for (const { pods, container } of workloads) {
    const given = text(at(pods.spec, 'serviceAccountName')) || 'default';
    if (given !== account) {
      yield {
        on: pods.owner,
        message: `${pods.place}.serviceAccountName: got "${given}", expected "${account}", whose rights the scrapes use, or nothing is found or read; write serviceAccountName: ${account}`,
      };
    }
    const ofPod = at(pods.spec, 'automountServiceAccountToken');
    const ofAccount = at(context.tree.find('ServiceAccount', given, namespace)?.json, 'automountServiceAccountToken');
    const mounted = list(at(container, 'volumeMounts')).some((mount) => text(at(mount, 'mountPath')).replace(/\/$/, '') === TOKEN_PATH);
    if ((ofPod ?? ofAccount) !== false || mounted) continue;
    yield {
      on: pods.owner,
      message:
        `${pods.place}.automountServiceAccountToken: got false${ofPod === undefined ? ` of ServiceAccount ${namespace}/${given}` : ''}, expected true, ` +
        'because without the token of its service account the agent finds and reads nothing; write automountServiceAccountToken: true',
    };
  }
}

function* missing(context: CheckContext, agent: Agent, grants: readonly Grant[]): Iterable<Complaint> {
  const lacking = new Map<string, Need & { readonly titles: Set<string> }>();
  for (const need of needs(context, agent)) {
    const verbs = need.verbs.filter((verb) => !may(grants, verb, need));
    if (verbs.length === 0) continue;
    // what several targets of one agent lack is one complaint
    const right = [...verbs, need.url ?? need.resource, need.namespace, 'json' in need.on ? need.on.path : ''].join(' ');
    const known = lacking.get(right) ?? { ...need, verbs, titles: new Set() };
    known.titles.add(need.title);
    lacking.set(right, known);
  }
  for (const { on, titles, verbs, url, resource, namespace, apiGroup } of lacking.values()) {
    const where = namespace ? ` in ${namespace}` : '';
    yield {
      on,
      message:
        `${[...titles].join(', ')}: got service account ${agent.namespace}/${agent.account} that may not ${verbs.join(' and ')} ${url ?? resource}${where}, ` +
        'expected it to be allowed, or nothing is found or read; ' +
        `grant it in a ${namespace ? 'Role' : 'ClusterRole'}${where}${apiGroup ? `, group ${apiGroup}` : ''}`,
    };
  }
}

function may(grants: readonly Grant[], verb: string, { url, apiGroup = '', resource = '', namespace }: Need): boolean {
  return url === undefined ? allows(grants, { verb, apiGroup, resource, namespace }) : allowsUrl(grants, verb, url);
}

function* needs(context: CheckContext, agent: Agent): Iterable<Need> {
  for (const scrape of scrapesOf(context, agent)) yield* discoveryNeeds(scrape);
  for (const { name, rights = [] } of agent.collector?.scrapedTargets ?? []) {
    const scrape = { on: agent.on, title: `scrape of ${name}` };
    for (const { verbs, apiGroup, resources = [], nonResourceUrls = [] } of rights) {
      for (const resource of resources) yield { ...scrape, verbs, apiGroup, resource };
      for (const url of nonResourceUrls) yield { ...scrape, verbs, url };
    }
  }
}

function* discoveryNeeds({ on, title, search, nodeLabels }: Scrape): Iterable<Need> {
  if (!search) return;
  const watch = (resource: string, apiGroup?: string) =>
    (search.namespaces ?? [undefined]).map((namespace) => ({ on, title, verbs: WATCH, namespace, resource, apiGroup }));
  // labels of a node are attached from a watch on nodes
  if (search.role === DiscoveryRole.NODES || nodeLabels) yield { on, title, verbs: WATCH, resource: 'nodes' };
  if (search.role === DiscoveryRole.PODS) yield* watch('pods');
  if (search.role === DiscoveryRole.SERVICES) {
    const { through = 'endpointslices' } = search;
    yield* watch('services');
    if (through !== 'service') yield* watch('pods');
    if (through === 'endpoints') yield* watch('endpoints');
    if (through === 'endpointslices') yield* watch('endpointslices', 'discovery.k8s.io');
  }
}

function* excess(agent: Agent, { binding, role, rules = [] }: Grant): Iterable<Complaint> {
  for (const [index, rule] of rules.entries()) {
    const got = tooMuch(agent, rule, (role ?? binding).namespace);
    if (got === undefined) continue;
    const on: KubeObject = role ?? binding;
    yield {
      on,
      severity: Severity.WARNING,
      message:
        `${role ? `rules[${index}]` : 'roleRef'}: got ${got} for service account ${agent.namespace}/${agent.account}, ` +
        'expected get, list and watch of what the agent scrapes, because whoever gets into the agent gets its rights; name only what the scrapes need',
    };
  }
}

function tooMuch(
  agent: Agent,
  { verbs, apiGroups, resources, resourceNames, nonResourceUrls }: GrantedRule,
  namespace: string,
): string | undefined {
  const changing = verbs.filter((verb) => !READING.includes(verb));
  if (changing.length > 0) return `the right to ${changing.join(', ')} ${[...resources, ...nonResourceUrls].join(', ')}`;
  if (apiGroups.includes('*') || resources.includes('*')) return `the right to read resources "*"`;
  if (nonResourceUrls.includes('*')) return 'the right to read paths "*"';
  // the configuration that the operator writes for a VMAgent is a Secret beside it; without the operator it is none
  const itsOwn = agent.resource !== undefined && resourceNames.length > 0 && namespace === agent.namespace;
  const telltale = resources.filter((resource) => TELLTALE.includes(resource) && !itsOwn);
  return telltale.length > 0 ? `the right to read ${telltale.join(', ')}${namespace ? ` in ${namespace}` : ' everywhere'}` : undefined;
}
