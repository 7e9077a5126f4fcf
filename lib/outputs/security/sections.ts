import type { AccountReport, NamespaceReport, RuleReport, SecurityReport, WorkloadReport } from './report';

/** A part of the report as people read it. */
export interface SecuritySection {
  readonly title: string;
  /** Sentences before the table. */
  readonly lines: readonly string[];
  /** Names of the columns. @default - there is no table */
  readonly head?: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What stands where nobody has said what something is for. */
const NO_REASON = 'no reason given';
const NONE = '-';

/** The report in its parts: rights by account, then levels by namespace, then how pods run. */
export function securitySections({ accounts, unbound, namespaces, networkPolicies }: SecurityReport): SecuritySection[] {
  const [idle, entitled] = [accounts.filter(({ rules }) => rules.length === 0), accounts.filter(({ rules }) => rules.length > 0)];
  return [
    ...entitled.map(accountSection),
    ...(idle.length > 0 ? [idleSection(idle)] : []),
    ...unbound.map(({ role, rules }) => ({
      title: role,
      lines: ['Nothing that is rendered binds it.'],
      head: ['where', 'may', 'what', 'what for'],
      rows: ruleRows(rules),
    })),
    levelSection(namespaces),
    podSection(namespaces),
    {
      title: 'NetworkPolicies',
      lines: [networkPolicies.length > 0 ? networkPolicies.join(', ') : 'None is rendered: who may reach a pod is left to the cluster.'],
      rows: [],
    },
  ];
}

function accountSection(account: AccountReport): SecuritySection {
  return {
    title: titleOf(account),
    lines: [`${usersText(account)}. ${tokenText(account)}`],
    head: ['where', 'may', 'what', 'what for'],
    rows: ruleRows(account.rules),
  };
}

function idleSection(accounts: readonly AccountReport[]): SecuritySection {
  return {
    title: 'Accounts without rights',
    lines: [],
    head: ['account', 'used by', 'token'],
    rows: accounts.map((account) => [titleOf(account), account.usedBy.join(', ') || NONE, account.tokenIn.join(', ') || 'not mounted']),
  };
}

function titleOf({ kind, namespace, name }: AccountReport): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function usersText({ isOurs, usedBy }: AccountReport): string {
  if (usedBy.length > 0) return `Used by ${usedBy.join(', ')}`;
  return isOurs ? 'Used by nothing that is rendered' : 'Of somebody else: the account is not rendered';
}

function tokenText({ kind, tokenIn, usedBy }: AccountReport): string {
  if (kind !== 'ServiceAccount' || usedBy.length === 0) return '';
  return tokenIn.length === 0
    ? 'Its token is not mounted.'
    : `Its token is in ${tokenIn.map((one) => one.replace(/ of .*$/, '')).join(', ')}.`;
}

/** Rules in as few rows as say them: what is alike in several namespaces stands once. */
function ruleRows(rules: readonly RuleReport[]): string[][] {
  const rows = new Map<string, { readonly places: string[]; readonly cells: readonly string[] }>();
  for (const rule of rules) {
    const cells = [rule.verbs.join(', ') || NONE, thingText(rule), reasonText(rule)];
    const key = JSON.stringify([rule.namespace === undefined, cells]);
    const row = rows.get(key) ?? { places: [], cells };
    rows.set(key, row);
    const place = rule.namespace ?? 'cluster';
    if (!row.places.includes(place)) row.places.push(place);
  }
  return [...rows.values()].map(({ places, cells }) => [places.sort().join(', '), ...cells]);
}

function thingText({ isKnown, role, apiGroups, resources, resourceNames, nonResourceURLs }: RuleReport): string {
  if (!isKnown) return `whatever ${role} allows`;
  const named = resourceNames.length > 0 ? ` named ${resourceNames.join(', ')}` : '';
  const groups = apiGroups.map((group) => group || 'core').join(' and ');
  const things = resources.length === 0 ? [] : [`${resources.join(', ')}${groups === 'core' ? '' : ` of ${groups}`}${named}`];
  return [...things, ...nonResourceURLs.map((url) => `path ${url}`)].join(', ') || NONE;
}

function reasonText({ namespace, why, everywhere }: RuleReport): string {
  const where = namespace === undefined && everywhere !== undefined ? ` (cluster-wide: ${everywhere})` : '';
  return `${why ?? NO_REASON}${where}`;
}

function levelSection(namespaces: readonly NamespaceReport[]): SecuritySection {
  const rows = namespaces.flatMap((one) => {
    const head = [one.namespace, one.enforces ?? (one.isRendered ? 'nothing' : 'left to its owner'), one.needs];
    const strict = one.workloads.filter(({ because }) => because.length === 0).map(({ workload }) => workload);
    const loose = one.workloads.filter(({ because }) => because.length > 0).flatMap((workload) => fieldRows(workload));
    const own = [...loose, ...(strict.length > 0 ? [[strict.join(', '), 'restricted', NONE, 'nothing that a level refuses']] : [])];
    return (own.length > 0 ? own : [[NONE, NONE, NONE, 'nothing runs there']]).map((row, index) => [
      ...(index === 0 ? head : head.map(() => '')),
      ...row,
    ]);
  });
  return {
    title: 'Pod Security',
    lines: ['The level that each namespace enforces, the strictest one that would admit its pods, and what in them needs it.'],
    head: ['namespace', 'enforces', 'must admit', 'pods of', 'need', 'because of', 'what for'],
    rows,
  };
}

/** Fields of one workload; those of the same level and reason in one row. */
function fieldRows({ workload, because }: WorkloadReport): string[][] {
  const rows = new Map<string, string[]>();
  for (const { field, of, level, why = NO_REASON } of because) {
    const key = JSON.stringify([level, why]);
    const text = fieldText(field, of);
    rows.set(key, [...(rows.get(key) ?? []), text]);
  }
  return [...rows].map(([key, fields], index) => {
    const [level, why] = JSON.parse(key) as [string, string];
    return [index === 0 ? workload : '', level, fields.join(', '), why];
  });
}

/** `volume proc: hostPath /proc`, `exporter: capabilities.add SYS_ADMIN`: of a container its name is enough. */
function fieldText(field: string, of: string): string {
  const short = field
    .replace(/^(?:containers|initContainers)\[(.*?)\]\.(?:securityContext\.)?/, '$1: ')
    .replace(/^volumes\[(.*?)\]\./, 'volume $1: ');
  const value = /^(?:hostPath|capabilities|runAsUser|hostPort) (.*)$/.exec(of)?.[1];
  return value === undefined ? short : `${short} ${value}`;
}

function podSection(namespaces: readonly NamespaceReport[]): SecuritySection {
  return {
    title: 'How pods run',
    lines: [],
    head: ['pods of', 'user', 'own files', 'capabilities', 'seccomp', 'of the node', 'token in', 'Secrets mounted', 'listens on'],
    rows: namespaces.flatMap(({ namespace, workloads }) =>
      workloads.map((one) => [
        `${namespace}: ${one.workload}`,
        one.users.map((user) => (user === '0' ? '0 (root)' : user)).join(', '),
        one.isRootReadOnly ? 'read-only' : 'writable',
        [...one.capabilities.map((capability) => `+${capability}`), ...(one.dropsAll ? [] : ['not dropped'])].join(', ') || 'none',
        one.seccomp.join(', '),
        one.host.join(', ') || NONE,
        one.tokenIn.join(', ') || NONE,
        one.secrets.join(', ') || NONE,
        one.ports.join(', ') || NONE,
      ]),
    ),
  };
}
