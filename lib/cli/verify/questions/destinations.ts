import type { Destination } from '../../../scrape/destination';
import type { KeyReference } from '../../../scrape/scrape-target';
import { type Facts, kubectl, labelArgument } from '../facts';
import { type Finding, few, grouped, Severity } from '../finding';
import type { Question } from '../question';
import { size, type Writing, writings } from '../writing';

/** Destinations that take nothing. */
export const destinations: Question = {
  name: 'destinations',
  proves: 'every destination takes what the agent writes',
  judge(facts) {
    const all = writings(facts);
    const stuck = grouped(
      all.filter(({ isStuck }) => isStuck),
      ({ destination }) => destination.name,
    );
    const lost = grouped(
      all.filter(({ givenUp, isStuck }) => givenUp.ever > 0 && !isStuck),
      ({ destination }) => destination.name,
    );
    return {
      findings: [
        ...[...stuck.values()].map((group) => ofStuck(group, facts)),
        ...[...lost].map(([name, group]) => {
          const isNow = group.some(({ givenUp }) => givenUp.now > 0);
          return {
            severity: isNow ? Severity.ERROR : Severity.WARNING,
            what: `${name}: refused ${group.reduce((sum, { givenUp }) => sum + givenUp.ever, 0)} blocks for good since the agent started${isNow ? ', and goes on' : ''}`,
            cause: 'it answered that they can never be taken (status 400, 404 or 409): samples too old, too many labels, or a wrong path',
            next: logs(facts),
            subjects: [name],
          };
        }),
        ...withoutSecret(facts, [...stuck.keys()]),
      ],
    };
  },
};

function ofStuck(group: readonly Writing[], facts: Facts): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group has at least one agent');
  const { destination } = first;
  const refusal = group.find((one) => one.refusal !== undefined)?.refusal;
  const isUnanswered = refusal === undefined || group.every(({ unanswered }) => unanswered > 0);
  const waiting = group.reduce((sum, { pending }) => sum + pending.after, 0);
  const kept = waiting > 0 ? `; ${size(waiting)} wait` : '';
  const from = group.length > 1 ? ` from ${few(group.map(({ agent }) => agent.name))}` : '';
  const said = isUnanswered ? 'does not answer' : `answers ${refusal}`;
  const missing = secretsOf(destination).filter((name) => facts.kube?.missingSecrets.includes(name));
  return {
    severity: Severity.ERROR,
    what: `${destination.name}: takes nothing${from}, ${said}${kept}`,
    ...(missing.length > 0
      ? {
          cause: `Secret ${few(missing)} is not in ${facts.expected.namespace}, so that there is no credential to send`,
          next: kubectl(facts, `create secret generic -n ${facts.expected.namespace} ${missing[0]} --from-file=…`),
        }
      : isUnanswered
        ? unreached(destination, facts)
        : refused(destination, refusal ?? 0, facts)),
    subjects: [destination.name],
  };
}

function refused(destination: Destination, status: number, facts: Facts): Pick<Finding, 'cause' | 'next'> {
  const { namespace } = facts.expected;
  const { credential, url } = destination;
  const [secret] = secretsOf(destination);
  if (status === 401 || status === 403) {
    if (credential?.hostDirectory) {
      return {
        cause: `it refuses the token in ${credential.hostDirectory}/${credential.file} of the agent's node: expired, or of another project`,
        next: logs(facts),
      };
    }
    if (credential === undefined)
      return { cause: 'it wants a credential, and none is given: set credential of this destination', next: logs(facts) };
    return {
      cause: `it refuses the ${credential.clientId ? 'client' : credential.username ? 'user' : 'token'} in Secret ${secret}: wrong, expired, or without leave to write`,
      next: kubectl(facts, `describe secret -n ${namespace} ${secret}`),
    };
  }
  if (status >= 500 && isReadOnly(destination, facts)) {
    return { cause: 'its volume is full, so that it is read-only', next: kubectl(facts, `get persistentvolumeclaims -n ${namespace}`) };
  }
  if (status >= 500)
    return {
      cause: 'it fails by itself; the agent keeps what it has and tries again',
      next: isOfCluster(url) ? podsBehind(url, facts) : logs(facts),
    };
  if (status === 429) return { cause: 'it takes no more for now: a limit of its side', next: logs(facts) };
  return { cause: `it does not take writes at ${url}: the path or the protocol is another one`, next: logs(facts) };
}

/** Whether it is the store that was asked, and says so itself. */
function isReadOnly({ speaksVm = false }: Destination, { store }: Facts): boolean {
  return speaksVm && (store?.looks?.after.sum('vm_storage_is_read_only') ?? 0) > 0;
}

function unreached({ url, tls, proxyUrl, credential }: Destination, facts: Facts): Pick<Finding, 'cause' | 'next'> {
  if (isOfCluster(url))
    return { cause: 'its Service has no pod that is ready, or a network policy is in between', next: podsBehind(url, facts) };
  const ways = [
    'its name is not found or nothing listens there',
    ...(url.startsWith('https:') || tls ? ['its certificate is not trusted'] : []),
    ...(proxyUrl ? ['the proxy does not let it through'] : []),
    ...(credential?.tokenUrl ? [`${credential.tokenUrl} issues no token`] : credential ? ['its credential cannot be read'] : []),
    'a network policy is in between',
  ];
  return { cause: ways.join(', or '), next: logs(facts) };
}

/** Destinations that still work and whose Secret is gone: they fail after the next start of the agent. */
function withoutSecret(facts: Facts, known: readonly string[]): Finding[] {
  return facts.expected.destinations.flatMap((destination) => {
    const missing = secretsOf(destination).filter((name) => facts.kube?.missingSecrets.includes(name));
    if (missing.length === 0 || known.includes(destination.name)) return [];
    return [
      {
        severity: Severity.ERROR,
        what: `${destination.name}: Secret ${few(missing)} is not in ${facts.expected.namespace}`,
        cause: 'it was never made, or somebody deleted it: the agent has nothing to send, or will have nothing after its next start',
        next: kubectl(facts, `create secret generic -n ${facts.expected.namespace} ${missing[0]} --from-file=…`),
        subjects: [destination.name],
      },
    ];
  });
}

/** Names of the Secrets that a destination needs. */
export function secretsOf({ credential, tls }: Destination): readonly string[] {
  const references: readonly (KeyReference | undefined)[] = [
    credential?.token,
    credential?.password,
    credential?.username,
    tls?.caSecret,
    tls?.certSecret,
    tls?.keySecret,
  ];
  return [...new Set(references.flatMap((reference) => reference?.name ?? []))];
}

function isOfCluster(url: string): boolean {
  return /^https?:\/\/[^/:]+\.svc(\.|:|\/|$)/.test(url);
}

function podsBehind(url: string, facts: Facts): string {
  const [service = '', namespace = ''] = new URL(url).hostname.split('.');
  return kubectl(facts, `get endpointslices -n ${namespace} -l kubernetes.io/service-name=${service}`);
}

function logs(facts: Facts): string {
  const { namespace, agentPods } = facts.expected;
  return kubectl(facts, `logs -n ${namespace} -l ${labelArgument(agentPods?.labels ?? {})} --tail=50`);
}
