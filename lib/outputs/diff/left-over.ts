import { type Tree, titleOf } from '../../checks/tree';
import { queueVolumes, storeVolumes } from './destinations';
import { Change, Danger, type ObjectDifference, type Warning } from './kinds';
import type { Side } from './side';
import { counted, few } from './words';

/** What objects go on doing that are no longer rendered. */
const GOES_ON: readonly (readonly [kinds: RegExp, what: (count: number) => string])[] = [
  [/^VM\w*Scrape$|^VMProbe$/, (count) => `${counted(count, 'scrape')} ${count === 1 ? 'goes' : 'go'} on`],
  [
    /^(Deployment|StatefulSet|DaemonSet|VMAgent|VMSingle|Job|CronJob)$/,
    (count) => `${counted(count, 'workload')} ${count === 1 ? 'runs' : 'run'} on`,
  ],
  [/^((Cluster)?Role(Binding)?|ServiceAccount)$/, () => 'rights stay granted'],
];
const DASHBOARD_LABEL = 'grafana_dashboard';
/** Kinds that no prune of the documentation touches, because data goes with them. */
const KEPT = /^(Namespace|PersistentVolumeClaim|CustomResourceDefinition)$/;

/** What to know of what vanishes from the manifests: applying them deletes nothing. */
export function leftOverWarnings(objects: readonly ObjectDifference[], former: Tree, latter: Tree): Warning[] {
  const removed = objects.filter(({ change }) => change === Change.REMOVED);
  const kept = removed.filter(({ kind }) => KEPT.test(kind));
  // of the other mode, all of it is removed before
  const pruned = isOtherMode(former, latter) ? [] : removed.filter(({ kind }) => !KEPT.test(kind));
  const isUsed = (namespace: string) => latter.objects.some((object) => object.namespace === namespace);
  const goesOn = GOES_ON.flatMap(([kinds, what]) => {
    const count = pruned.filter(({ kind }) => kinds.test(kind)).length;
    return count === 0 ? [] : [what(count)];
  });
  const shown = pruned.filter(({ kind, namespace, name }) => former.find(kind, name, namespace)?.labels[DASHBOARD_LABEL] === '1').length;
  if (shown > 0) goesOn.push(`${counted(shown, 'dashboard')} ${shown === 1 ? 'is' : 'are'} still shown`);
  const until = goesOn.length === 0 ? '' : `; until then ${goesOn.join(', ')}`;
  const titled = kept.filter(({ kind }) => kind !== 'CustomResourceDefinition').map((one) => ({ ...one, title: titleOf(one) }));
  const inUse = titled.filter(({ kind, name }) => kind === 'Namespace' && isUsed(name)).map(({ title }) => title);
  const names = titled.map(({ title }) => title).filter((title) => !inUse.includes(title));
  const definitions = kept.filter(({ kind }) => kind === 'CustomResourceDefinition').length;
  return [
    ...(pruned.length > 0
      ? [
          {
            danger: Danger.LEFT_OVER,
            subject: counted(pruned.length, 'object'),
            message: `no longer rendered, which deletes nothing: prune after applying, or delete by hand${until}`,
          },
        ]
      : []),
    ...(names.length > 0
      ? [
          {
            danger: Danger.LEFT_OVER,
            subject: few(names),
            message: 'no longer rendered; no prune deletes it, because data goes with it: delete it by hand once nobody needs that',
          },
        ]
      : []),
    ...(inUse.length > 0
      ? [
          {
            danger: Danger.LEFT_OVER,
            subject: few(inUse),
            message: "no longer rendered, and still used: leave it, it is somebody else's from now on",
          },
        ]
      : []),
    ...(definitions > 0
      ? [
          {
            danger: Danger.LEFT_OVER,
            subject: counted(definitions, 'definition'),
            message: 'no longer rendered; leave them in the cluster: deleting one deletes every resource of its kind, of anybody',
          },
        ]
      : []),
  ];
}

/** What to know of namespaces that are used and not rendered: nothing can be applied into one that is not there. */
export function namespaceWarnings(former: Tree, latter: Tree): Warning[] {
  if (former.objects.length === 0) return [];
  const used = (tree: Tree) => new Set(tree.objects.map(({ namespace }) => namespace));
  const before = used(former);
  return [...used(latter)]
    .filter((namespace) => namespace !== '' && !before.has(namespace) && !latter.find('Namespace', namespace))
    .map((namespace) => ({
      danger: Danger.REFUSED,
      subject: `namespace ${namespace}`,
      message: 'must be there before anything is applied into it: it is not among the manifests',
    }));
}

/** What to know where data or queues are on other volumes than before, or somebody else makes the workloads. */
export function volumeWarnings(former: Side, latter: Side): Warning[] {
  const [stores, next] = [storeVolumes(former), storeVolumes(latter)];
  const [queues, nextQueues] = [queueVolumes(former), queueVolumes(latter)];
  const gone = (before: readonly string[], after: readonly string[]) => before.filter((volume) => !after.includes(volume));
  const lostStores = gone(stores, next);
  const lostQueues = gone(queues, nextQueues);
  return [
    ...modeWarning(former.tree, latter.tree),
    ...(lostStores.length > 0
      ? [
          {
            danger: Danger.DATA,
            subject: `volume ${few(lostStores)}`,
            message:
              next.length > 0
                ? `is not used any more: the store begins empty on ${few(gone(next, stores))}`
                : 'is not used any more: there is no store that answers queries',
          },
        ]
      : []),
    ...(lostQueues.length > 0
      ? [
          {
            danger: Danger.QUEUE,
            subject: `volume ${few(lostQueues)}`,
            message: 'is not used any more: what waits there is written by nobody; apply while vmagent_remotewrite_pending_data_bytes is 0',
          },
        ]
      : []),
  ];
}

function isOperators(tree: Tree): boolean {
  return tree.ofKind('VMAgent', 'VMSingle').length > 0;
}

/** Whether the operator makes the workloads of one side, and the manifests those of the other. */
function isOtherMode(former: Tree, latter: Tree): boolean {
  return [former, latter].every(({ objects }) => objects.length > 0) && isOperators(former) !== isOperators(latter);
}

function modeWarning(former: Tree, latter: Tree): Warning[] {
  if (!isOtherMode(former, latter)) return [];
  return [
    {
      danger: Danger.STEPS,
      subject: `mode ${isOperators(latter) ? 'operator' : 'standalone'}`,
      message:
        'workloads have the same names in both modes: remove the former pipeline before the new one is applied (docs/standalone.md, "From one mode to the other"); data and queues stay on their volumes',
    },
  ];
}
