import { load } from 'js-yaml';
import { at, entries, type Json, type JsonObject, type KubeObject, list, strings, type Tree, text } from '../../checks/tree';
import { CLUSTER_LABEL, INVENTORY_LABEL } from '../../common/labels';
import { LABEL_PREFIX } from '../../common/names';
import { type FieldChange, fieldChanges } from './fields';
import { Change, type ObjectDifference } from './kinds';
import type { Side } from './side';

/** An object on both sides of a difference, as far as it is there. */
export interface ObjectPair {
  readonly former?: KubeObject;
  readonly latter?: KubeObject;
  readonly fields: readonly FieldChange[];
  /** Whether what is written beside the pods says that something which they read only at their start is another. */
  readonly readsAnew: boolean;
}

const VERSION_LABEL = 'app.kubernetes.io/version';
const DASHBOARD_LABEL = 'grafana_dashboard';

/** Objects that come, go or differ; without what only repeats another difference: digests, versions of images, names of the cluster. */
export function objectPairs(former: Side, latter: Side): ObjectPair[] {
  const [before, after] = [byIdentity(former.tree), byIdentity(latter.tree)];
  const renewed = versions(former.tree, latter.tree);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): ObjectPair[] => {
    const [one, other] = [before.get(key), after.get(key)];
    if (!one || !other) return [{ former: one, latter: other, fields: [], readsAnew: false }];
    const all = fieldChanges(readable(one), readable(other));
    const fields = all.filter((change) => !isEcho(change, renewed));
    const readsAnew = all.some(({ path }) => path.includes(`annotations["${LABEL_PREFIX}/`));
    return fields.length > 0 || readsAnew ? [{ former: one, latter: other, fields, readsAnew }] : [];
  });
}

/** A pair as it is told. */
export function objectDifference({ former, latter, fields }: ObjectPair, meaning: readonly string[]): ObjectDifference {
  const { kind = '', namespace = '', name = '' } = latter ?? former ?? {};
  return { change: former && latter ? Change.CHANGED : latter ? Change.ADDED : Change.REMOVED, kind, namespace, name, fields, meaning };
}

/** Definitions that come, go or differ: of them only the version is told. */
export function definitionDifferences({ definitions: before }: Side, { definitions: after }: Side): ObjectDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): ObjectDifference[] => {
    const [one, other] = [before.get(name), after.get(name)];
    if (one === other) return [];
    const common = { kind: 'CustomResourceDefinition', namespace: '', name, fields: [] };
    if (one === undefined) return [{ change: Change.ADDED, ...common, meaning: [] }];
    if (other === undefined) return [{ change: Change.REMOVED, ...common, meaning: [] }];
    return [{ change: Change.CHANGED, ...common, meaning: ['another version of the definition'] }];
  });
}

function byIdentity(tree: Tree): Map<string, KubeObject> {
  return new Map(
    tree.objects.map((object) => {
      const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
      return [[group, object.kind, object.namespace, object.name].join('/'), object];
    }),
  );
}

/** An object with the files of a ConfigMap as what they hold; of dashboards, which have a report of their own, only that they are there. */
function readable({ kind, labels, json }: KubeObject): JsonObject {
  if (kind !== 'ConfigMap') return json;
  const files = Object.entries(strings(json.data)).map(([file, content]) => [
    file,
    contentOf(file, content, labels[DASHBOARD_LABEL] === '1'),
  ]);
  return { ...json, data: Object.fromEntries(files) };
}

function contentOf(file: string, content: string, isDashboard: boolean): Json {
  try {
    if (/\.ya?ml$/.test(file)) return load(content) as Json;
    if (file.endsWith('.json')) return isDashboard ? DASHBOARD : (JSON.parse(content) as Json);
  } catch {
    // what cannot be read is compared as text
  }
  return content.includes('\n') ? content.trimEnd().split('\n') : content;
}

const DASHBOARD = 'a dashboard';

/** Tags of images that differ, `former latter`: labels and annotations repeat them. */
function versions(former: Tree, latter: Tree): ReadonlySet<string> {
  const [before, after] = [tagsIn(former), tagsIn(latter)];
  return new Set([...before].flatMap((one) => [...after].map((other) => `${one} ${other}`)));
}

function tagsIn(tree: Tree): Set<string> {
  const tags = new Set<string>();
  const visit = (json: Json): void => {
    for (const item of list(json)) visit(item);
    for (const [key, value] of entries(json)) {
      if (key === 'tag') tags.add(text(value));
      else if (key === 'image' && typeof value === 'string') tags.add(value.split('@')[0]?.split(':').at(-1) ?? '');
      else visit(value);
    }
  };
  for (const { json } of tree.objects) visit(at(json, 'spec'));
  return tags;
}

/** Whether a field only repeats what is told elsewhere. */
function isEcho({ path, old, new: value }: FieldChange, renewed: ReadonlySet<string>): boolean {
  if (path.endsWith(`["${INVENTORY_LABEL}"]`) || path.endsWith(`["${CLUSTER_LABEL}"]`)) return true;
  if (path.includes(`template.metadata.annotations["${LABEL_PREFIX}/`)) return true;
  // the annotations of a template as a whole, where there were none
  if (/template\.metadata\.annotations$/.test(path))
    return [old, value].every((part) => entries(part).every(([key]) => key.startsWith(`${LABEL_PREFIX}/`)));
  return path.endsWith(`["${VERSION_LABEL}"]`) && renewed.has(`${old} ${value}`);
}
