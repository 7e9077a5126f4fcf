import { containers, podTemplates } from '../../checks/pods';
import { at, type Json, list, type Tree, text, texts, titleOf } from '../../checks/tree';
import { Danger, type Warning } from './kinds';
import type { Side } from './side';

/** What to know of pods that reach further into their node than before. */
export function hostAccessWarnings(former: Side, latter: Side): Warning[] {
  const before = accessIn(former.tree);
  return [...accessIn(latter.tree)].flatMap(([subject, accesses]): Warning[] => {
    const more = accesses.filter((access) => !before.get(subject)?.includes(access));
    return more.length === 0 ? [] : [{ danger: Danger.RIGHTS, subject, message: `its pods ${more.join(', ')}` }];
  });
}

function accessIn(tree: Tree): Map<string, string[]> {
  return new Map([
    ...podTemplates(tree).map(({ owner, spec }): [string, string[]] => [titleOf(owner), accessOf(spec)]),
    ...tree.ofKind('VMAgent', 'VMSingle').map((object): [string, string[]] => [titleOf(object), accessOf(object.json.spec)]),
  ]);
}

/** What a pod may do to its node. */
function accessOf(spec: Json): string[] {
  const flags = ['hostNetwork', 'hostPID', 'hostIPC']
    .filter((field) => at(spec, field) === true)
    .map((field) => `use ${field} of the node`);
  const paths = list(at(spec, 'volumes')).flatMap((volume) => {
    const path = text(at(volume, 'hostPath', 'path'));
    return path === '' ? [] : [`see ${path} of the node`];
  });
  const privileges = [spec, ...containers(spec)].flatMap((part) => {
    const context = at(part, 'securityContext');
    const added = texts(at(context, 'capabilities', 'add'));
    return [
      ...(at(context, 'privileged') === true ? ['are privileged'] : []),
      ...(at(context, 'runAsUser') === 0 ? ['run as root'] : []),
      ...added.map((capability) => `have ${capability}`),
    ];
  });
  return [...new Set([...flags, ...paths, ...privileges])];
}
