import { type ActiveTarget, type Facts, kubectl, labelArgument, targetsOf } from '../facts';
import { counted, type Finding, few, grouped, Severity } from '../finding';
import type { Question } from '../question';

/** Targets that the agent knows and that do not answer it. */
export const downTargets: Question = {
  name: 'down-targets',
  proves: 'every target that was found answers the agent',
  judge(facts) {
    const targets = targetsOf(facts);
    const down = grouped(
      targets.filter(({ health }) => health !== 'up'),
      ({ pool, health, error }) => `${pool} ${health} ${kindOf(error)?.said ?? withoutAddresses(error)}`,
    );
    return { findings: [...down.values()].map((group) => judge(group, targets, facts)) };
  },
};

function judge(group: readonly ActiveTarget[], all: readonly ActiveTarget[], facts: Facts): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group has at least one target');
  const page = facts.expected.pages.find(({ pools }) => pools.includes(first.pool));
  const title = page?.title ?? first.pool;
  const count = all.filter(({ pool }) => pool === first.pool).length;
  const names = few(group.map(({ labels, url }) => labels.instance ?? url));
  const subjects = group.map(({ url }) => url);
  if (first.health !== 'down') {
    return {
      severity: Severity.WARNING,
      what: `${title}: ${group.length} of ${counted(count, 'target')} not scraped yet (${names})`,
      cause: 'it was found a moment ago, and its first scrape is still to come',
      next: 'soperator-metrics verify --wait 2m',
      subjects,
    };
  }
  const kind = kindOf(first.error);
  const pod = facts.kube?.pods.find(({ ip, namespace }) => {
    const isNear = page?.target.discovery.namespaces.includes(namespace) ?? false;
    return isNear && ip !== '' && first.url.includes(`//${ip}:`);
  });
  const isBroken = pod && !pod.ready;
  return {
    severity: Severity.ERROR,
    what: `${title}: ${group.length} of ${counted(count, 'target')} down (${names}): ${shortened(first.error)}`,
    cause: isBroken ? `pod ${pod.name} is ${pod.trouble || pod.phase}` : (kind?.cause ?? 'the exporter answers nothing that can be read'),
    next:
      isBroken || pod
        ? kubectl(facts, `${kind?.isOfAgent ? 'describe pod' : 'logs'} -n ${pod.namespace} ${pod.name}`)
        : commandFor(page?.target.discovery, facts),
    subjects,
  };
}

function commandFor(
  discovery: { readonly namespaces: readonly string[]; readonly matchLabels: Readonly<Record<string, string>> } | undefined,
  facts: Facts,
): string {
  const [namespace] = discovery?.namespaces ?? [];
  if (discovery === undefined || namespace === undefined) return kubectl(facts, 'get nodes');
  return kubectl(facts, `get pods,endpointslices -n ${namespace} -l ${labelArgument(discovery.matchLabels)}`);
}

interface Kind {
  readonly said: RegExp;
  readonly cause: string;
  /** Whether the agent's side of it is to blame. @default false */
  readonly isOfAgent?: boolean;
}

/** What errors of vmagent mean, the first that matches. */
const KINDS: readonly Kind[] = [
  {
    said: /max_scrape_size|maxScrapeSize|exceeds .*size/i,
    cause: 'its page is larger than maxScrapeSize allows; raise that option of its source',
  },
  { said: /sample_limit|label_limit/i, cause: 'its page has more than sampleLimit allows; raise that option of its source' },
  { said: /status code.* 401|\b401\b/, cause: "it does not accept the agent's token", isOfAgent: true },
  { said: /status code.* 403|\b403\b/, cause: "the agent's account may not read it: a right is missing", isOfAgent: true },
  { said: /x509|certificate|tls:/i, cause: 'its certificate is not the one that the scrape expects', isOfAgent: true },
  { said: /connection refused/i, cause: 'nothing listens on that port: the exporter is stopped or starting' },
  { said: /no such host/i, cause: 'its name leads nowhere' },
  { said: /no route to host|network is unreachable/i, cause: 'no way leads there: the node is gone, or a network policy is in between' },
  {
    said: /timeout|deadline exceeded|timed out/i,
    cause: 'it is too slow or does not answer: a network policy may be in between, or scrapeTimeout is too short',
  },
  { said: /status code.* 5\d\d|\b5\d\d\b/, cause: 'the exporter fails; its log says why' },
  { said: /status code.* 404|\b404\b/, cause: 'it has no page under that path' },
];

function kindOf(error: string): Kind | undefined {
  return KINDS.find(({ said }) => said.test(error));
}

/** The end of an error, where the reason is: what is before it repeats the address. */
function shortened(error: string): string {
  const text = error.replace(/\s+/g, ' ').trim();
  if (text.length <= 120) return text || 'without a reason';
  return `…${text.slice(-119)}`;
}

/** So that what befalls many targets is one finding. */
function withoutAddresses(error: string): string {
  return error.replace(/https?:\/\/[^\s"]+|\d+(\.\d+)*/g, '');
}
