import { DiscoveryRole, InstanceLabel } from '../../../scrape/scrape-target';
import { findable, matchingPods, matchingServices } from '../discovered';
import type { ExpectedPage } from '../expected';
import { type Facts, type KubeFacts, kubectl, labelArgument, targetsOf } from '../facts';
import { counted, type Finding, few, grouped, type Note, Severity } from '../finding';
import type { Question } from '../question';

/** The agent may take this long to see what has become ready, in ms. */
const NOTICED_MS = 60_000;

/** Targets that the cluster file says there are and that no agent knows. */
export const missingTargets: Question = {
  name: 'missing-targets',
  proves: 'the agent found every target of the cluster file',
  judge(facts) {
    // without an agent nobody knows
    if (facts.agents.length === 0) return { findings: [] };
    const verdicts = facts.expected.pages.map((page) => judge(page, facts));
    const alike = grouped(
      verdicts.flatMap(({ nowhere }) => nowhere ?? []),
      ({ severity, cause, next }) => [severity, cause, next].join(),
    );
    return {
      findings: [...[...alike.values()].map(together), ...verdicts.flatMap(({ finding }) => finding ?? [])],
      notes: verdicts.flatMap(({ note }) => note ?? []),
    };
  },
};

/** Scrapes that find nothing for the same reason, as one finding. */
function together(group: readonly Finding[]): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group has at least one finding');
  if (group.length === 1) return first;
  const subjects = group.flatMap((one) => one.subjects);
  return { ...first, what: `${group.length} scrapes: no target discovered, expected at least one for each (${few(subjects)})`, subjects };
}

/** What became of one page. */
interface Found {
  /** Some are missing. */
  readonly finding?: Finding;
  /** All are. */
  readonly nowhere?: Finding;
  readonly note?: Note;
}

function judge(page: ExpectedPage, facts: Facts): Found {
  const active = targetsOf(facts).filter(({ pool }) => page.pools.includes(pool));
  const { kube } = facts;
  const there = kube && findable(page, kube);
  if (there === undefined || there.length === 0) {
    if (active.length > 0) return {};
    if (kube && isNowhere(page, kube)) {
      return { note: { what: `${page.title}: no targets`, because: 'no node of the cluster is of the kind that it runs on' } };
    }
    return { nowhere: ofNone(page, facts) };
  }
  const urls = new Set(active.map(({ url }) => url.replace(/\?.*$/, '')));
  const missing = there.filter(({ url, since = 0 }) => !urls.has(url) && facts.at - since > NOTICED_MS);
  if (missing.length === 0) return {};
  const { cause, next } = ignored(page, facts);
  return {
    finding: {
      severity: Severity.ERROR,
      what: `${page.title}: ${missing.length} of ${counted(there.length, 'target')} not discovered (${few(missing.map(({ title }) => title))})`,
      cause,
      next,
      subjects: missing.map(({ url }) => url),
    },
  };
}

/** Nobody is there that could be found. */
function ofNone(page: ExpectedPage, facts: Facts): Finding {
  const where = facts.kube ? unready(page, facts, facts.kube) : ignored(page, facts);
  // what lives on nodes is nowhere where no node is of its kind
  const mayBeNone = !facts.kube && page.target.instance === InstanceLabel.NODE && page.target.discovery.role !== DiscoveryRole.NODES;
  return {
    severity: mayBeNone ? Severity.WARNING : Severity.ERROR,
    what: `${page.title}: no target discovered, expected at least one`,
    ...where,
    subjects: [page.title],
  };
}

/** Whether a DaemonSet exposes it that no node is meant for. */
function isNowhere(page: ExpectedPage, kube: KubeFacts): boolean {
  if (page.target.instance !== InstanceLabel.NODE) return false;
  const selectors =
    page.target.discovery.role === DiscoveryRole.SERVICES
      ? matchingServices(page, kube).map(({ selector }) => selector)
      : [page.target.discovery.matchLabels];
  const workloads = kube.workloads.filter((workload) => selectors.some((selector) => selects(selector, workload.podLabels)));
  return workloads.length > 0 && workloads.every(({ kind, desired }) => kind === 'DaemonSet' && desired === 0);
}

/** The part of the cluster that is missing between the scrape and what it looks for. */
function unready(page: ExpectedPage, facts: Facts, kube: KubeFacts): Pick<Finding, 'cause' | 'next'> {
  const { role, namespaces, matchLabels } = page.target.discovery;
  const labels = labelArgument(matchLabels);
  const [namespace = ''] = namespaces;
  const get = (kind: string) => kubectl(facts, `get ${kind} -n ${namespace} -l ${labels}`);
  if (role === DiscoveryRole.NODES) return { cause: 'no node carries the labels that it looks for', next: kubectl(facts, 'get nodes') };
  const services = matchingServices(page, kube);
  if (role === DiscoveryRole.SERVICES && services.length === 0) {
    return { cause: `no Service in ${namespaces.join(', ')} carries ${labels}`, next: get('services') };
  }
  const selectors = role === DiscoveryRole.SERVICES ? services.map(({ selector }) => selector) : [matchLabels];
  const workload = kube.workloads.find(
    (one) => namespaces.includes(one.namespace) && selectors.some((selector) => selects(selector, one.podLabels)),
  );
  if (workload?.desired === 0) {
    const what = `${workload.kind.toLowerCase()}/${workload.name}`;
    const scale =
      workload.kind === 'DaemonSet' ? `describe -n ${workload.namespace} ${what}` : `scale -n ${workload.namespace} ${what} --replicas=1`;
    return { cause: `${workload.kind} ${workload.name} is scaled to 0`, next: kubectl(facts, scale) };
  }
  const pods =
    role === DiscoveryRole.PODS
      ? matchingPods(page, kube)
      : kube.pods.filter((pod) => namespaces.includes(pod.namespace) && selectors.some((selector) => selects(selector, pod.labels)));
  const [pod] = pods;
  if (pod === undefined) {
    const selector = labelArgument(selectors[0] ?? {});
    return { cause: 'no pod of it is there', next: kubectl(facts, `get pods -n ${namespace} -l ${selector}`) };
  }
  if (pod.ready) {
    const ports = pod.ports.map(({ name, number }) => name || String(number)).join(', ') || 'none';
    return {
      cause: `pod ${pod.name} is ready and has no port ${page.endpoint.port}, but ${ports}`,
      next: kubectl(facts, `describe pod -n ${pod.namespace} ${pod.name}`),
    };
  }
  return {
    cause: `pod ${pod.name} is ${pod.trouble || pod.phase || 'not ready'}`,
    next: kubectl(facts, `describe pod -n ${pod.namespace} ${pod.name}`),
  };
}

function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Why the agent does not see what is there. */
function ignored(page: ExpectedPage, facts: Facts): Pick<Finding, 'cause' | 'next'> {
  const { namespace, expected } = { namespace: facts.expected.namespace, expected: facts.expected };
  const silent = facts.silent.filter(({ what }) => what === 'agent');
  if (silent.length > 0) {
    return {
      cause: `${few(silent.map(({ name }) => name))} did not answer and may have it`,
      next: kubectl(facts, `get pods -n ${namespace} -l ${labelArgument(expected.agentPods?.labels ?? {})}`),
    };
  }
  const known = facts.agents.filter(({ pools }) => pools !== undefined);
  if (known.length > 0 && known.every(({ pools = [] }) => !page.pools.some((pool) => pools.includes(pool)))) {
    return {
      cause: "the agent's configuration has no such scrape: it was not applied, or not taken over yet",
      next: `soperator-metrics diff OLD NEW, then apply; ${kubectl(facts, `get vmservicescrapes,vmpodscrapes,vmnodescrapes,configmaps -n ${namespace}`)}`,
    };
  }
  const refused = (facts.kube?.rights ?? []).filter(
    ({ isAllowed, namespace: where }) => !isAllowed && (where === undefined || page.target.discovery.namespaces.includes(where)),
  );
  if (refused.length > 0) {
    return {
      cause: `the agent may not ${few(refused.map(({ what, namespace: where }) => (where ? `${what} in ${where}` : what)))}`,
      next: 'soperator-metrics synth, then apply: the roles are in 30-pipeline.yaml',
    };
  }
  return {
    cause: facts.kube ? 'the agent looks for it and was not told of it' : 'nobody exposes it, or the agent may not look for it',
    next: kubectl(facts, `logs -n ${namespace} -l ${labelArgument(expected.agentPods?.labels ?? {})} --tail=100`),
  };
}
