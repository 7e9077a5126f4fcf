import { at, type KubeObject, list, type Tree, text, texts } from '../../checks/tree';
import { Change, Danger, type PermissionDifference, type Warning } from './kinds';
import type { Side } from './side';
import { listed } from './words';

/** One verb on one thing in one place. */
interface Right {
  readonly subject: string;
  readonly verb: string;
  /** `pods`, `deployments.apps`, `secrets "a"`, `path /metrics`. */
  readonly thing: string;
  /** The same without the group, which hardly ever tells two of them apart. */
  readonly word: string;
  /** `in namespace soperator`, `in the whole cluster`. */
  readonly where: string;
}

/** What accounts may do on one side and not on the other. */
export function permissionDifferences(former: Side, latter: Side): PermissionDifference[] {
  const [before, after] = [rightsIn(former.tree), rightsIn(latter.tree)];
  const missing = (from: ReadonlyMap<string, Right>, to: ReadonlyMap<string, Right>) =>
    [...from].flatMap(([key, right]) => (to.has(key) ? [] : [right]));
  return [
    ...inWords(missing(after, before)).map((one) => ({ change: Change.ADDED as const, ...one })),
    ...inWords(missing(before, after)).map((one) => ({ change: Change.REMOVED as const, ...one })),
  ];
}

/** Rights that are more than looking at what is no secret. */
const STRONG = /^do |\bsecrets\b|\b(bind|create|delete|deletecollection|escalate|impersonate|patch|update)\b|\beverything\b/;

/** What to know of rights that are new: the strong ones in full. */
export function permissionWarnings(differences: readonly PermissionDifference[]): Warning[] {
  const added = differences.filter(({ change }) => change === Change.ADDED);
  return [...new Set(added.map(({ subject }) => subject))].map((subject) => {
    const own = added.filter((one) => one.subject === subject).map(({ may }) => may);
    const strong = own.filter((may) => STRONG.test(may));
    const rest = own.length - strong.length;
    const message =
      strong.length === 0
        ? 'more rights than before (see Permissions)'
        : `may ${strong.join('; ')}${rest > 0 ? '; and more (see Permissions)' : ''}`;
    return { danger: Danger.RIGHTS, subject, message };
  });
}

function rightsIn(tree: Tree): Map<string, Right> {
  const rights = tree.ofKind('RoleBinding', 'ClusterRoleBinding').flatMap((binding) =>
    list(at(binding.json, 'subjects')).flatMap((subject) => {
      const kind = text(at(subject, 'kind'));
      const namespace = kind === 'ServiceAccount' ? text(at(subject, 'namespace')) || binding.namespace : '';
      const who = `${kind} ${namespace ? `${namespace}/` : ''}${text(at(subject, 'name'))}`;
      return rightsOfBinding(tree, binding).map((right) => ({ subject: who, ...right }));
    }),
  );
  return new Map(rights.map((right) => [JSON.stringify(right), right]));
}

function rightsOfBinding(tree: Tree, binding: KubeObject): Omit<Right, 'subject'>[] {
  const where = binding.kind === 'ClusterRoleBinding' ? 'in the whole cluster' : `in namespace ${binding.namespace}`;
  const kind = text(at(binding.json, 'roleRef', 'kind'));
  const name = text(at(binding.json, 'roleRef', 'name'));
  const role = tree.find(kind, name, kind === 'Role' ? binding.namespace : '');
  // what a role of somebody else allows is not in the manifests
  if (!role) return [{ verb: 'do', thing: `${kind} ${name}`, word: `what ${kind} ${name} allows`, where }];
  return list(at(role.json, 'rules')).flatMap((rule) => {
    const names = texts(at(rule, 'resourceNames'));
    const groups = texts(at(rule, 'apiGroups'));
    const named = (thing: string, word: string) =>
      names.length === 0 ? [{ thing, word }] : names.map((one) => ({ thing: `${thing} "${one}"`, word: `${word} "${one}"` }));
    const resources = texts(at(rule, 'resources')).flatMap((resource) =>
      groups.flatMap((group) =>
        named(group === '' ? resource : `${resource}.${group}`, resource === '*' ? `everything of ${group || 'the core'}` : resource),
      ),
    );
    const urls = texts(at(rule, 'nonResourceURLs')).map((url) => ({ thing: `path ${url}`, word: `path ${url}` }));
    const verbs = texts(at(rule, 'verbs')).map((verb) => (verb === '*' ? 'do anything with' : verb));
    return verbs.flatMap((verb) => [...resources, ...urls].map((one) => ({ verb, ...one, where })));
  });
}

/** Rights in as few sentences as say them: verbs of one thing, then things of the same verbs, then places of the same of both. */
function inWords(rights: readonly Right[]): { readonly subject: string; readonly may: string }[] {
  const verbs = grouped(
    rights,
    ({ subject, word, where }) => [subject, where, word],
    ({ verb }) => verb,
  );
  const things = grouped(
    verbs,
    ({ key: [subject = '', where = ''], values }) => [subject, where, listed(values)],
    ({ key }) => key[2] ?? '',
  );
  const places = grouped(
    things,
    ({ key: [subject = '', , verb = ''], values }) => [subject, verb, listed(values)],
    ({ key }) => key[1] ?? '',
  );
  return places.map(({ key: [subject = '', verb, thing], values }) => ({ subject, may: `${verb} ${thing} ${placesText(values)}` }));
}

function placesText(places: readonly string[]): string {
  const names = places.flatMap((place) => /^in namespace (.+)$/.exec(place)?.[1] ?? []);
  return names.length > 1 && names.length === places.length ? `in namespaces ${listed(names)}` : listed(places);
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => readonly string[], wordOf: (one: T) => string) {
  const groups = new Map<string, { readonly key: readonly string[]; readonly values: string[] }>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(JSON.stringify(key)) ?? { key, values: [] };
    groups.set(JSON.stringify(key), group);
    group.values.push(wordOf(one));
  }
  return [...groups.values()].map(({ key, values }) => ({ key, values: [...new Set(values)].sort() }));
}
