import { ApiObject, type JsonPatch } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { complaint } from '../common/errors';
import { nearest } from '../common/nearest';
import { applyPatch } from './apply';
import type { MergedFields, ObjectPatch, ObjectSelector, PatchFault, PatchOperation } from './patch';

/** A patch, and where it counts. */
interface Registered {
  /** Objects below it are meant. */
  readonly scope: IConstruct;
  readonly patch: ObjectPatch;
  /** How messages call a part of it. */
  nameOf(part: string): string;
}

/** Patches by the root of their tree, in the order in which they are applied. */
const REGISTERED = new WeakMap<IConstruct, Registered[]>();
/** How objects render that patches are applied to, without them. */
const UNPATCHED = new WeakMap<ApiObject, () => unknown>();

/**
 * Patches rendered objects below a construct, those included that are made later. Paths are those of the written manifest.
 *
 * A selector that selects nothing and a path that is not there are errors when the app is synthesised, all of them at once.
 *
 * @param scope objects below it are meant: an app, a chart, a pipeline, one component
 * @param operations of cdk8s: `JsonPatch.add('/spec/minReadySeconds', 10)`
 */
export function patchObjects(scope: IConstruct, selector: ObjectSelector, ...operations: readonly JsonPatch[]): void {
  const patch = operations.map((operation): PatchOperation => operation._toJson());
  register(scope, { ...selector, patch }, (part) => called(selector, part));
}

/**
 * Gives rendered objects below a construct other values, as {@link patchObjects} does, in the form of the fields that change.
 *
 * @param scope objects below it are meant
 * @param fields fields with new values; `null` takes a field away, and a list is replaced as a whole
 */
export function mergeIntoObjects(scope: IConstruct, selector: ObjectSelector, fields: MergedFields): void {
  register(scope, { ...selector, merge: fields }, (part) => called(selector, part));
}

/** Patches that are options of a construct, named by their places in the list. */
export function patchByOption(scope: IConstruct, option: string, patches: readonly ObjectPatch[]): void {
  for (const [index, patch] of patches.entries()) register(scope, patch, (part) => `${option}[${index}].${part}`);
}

/** How messages call a part of a patch that a program made: `patch of Deployment slurm-exporter, patch[0].path`. */
function called({ kind, name, namespace }: ObjectSelector, part: string): string {
  return `patch of ${titleOf({ kind, name: name ?? '*', namespace })}, ${part}`;
}

function register(scope: IConstruct, patch: ObjectPatch, nameOf: Registered['nameOf']): void {
  const { root } = scope.node;
  const registered = REGISTERED.get(root) ?? [];
  REGISTERED.set(root, registered);
  if (!registered.some((other) => other.scope === scope)) scope.node.addValidation({ validate: () => problemsOf(scope) });
  registered.push({ scope, patch, nameOf });
  installPatches(root);
}

/** Lets every object of an app render with its patches; to be called before objects are rendered, for some may have been made since. */
export function installPatches(root: IConstruct): void {
  const registered = REGISTERED.get(root.node.root);
  if (!registered) return;
  for (const object of root.node.root.node.findAll().filter(isObject)) {
    if (UNPATCHED.has(object) || !registered.some((one) => selects(one, object))) continue;
    const render = object.toJson.bind(object);
    UNPATCHED.set(object, render);
    // cdk8s patches objects before generated classes give fields their names and leave out what they do not know; this is behind all that
    object.toJson = () =>
      registered
        .filter((one) => selects(one, object))
        .reduce((json, one) => applyPatch(json, one.patch, titleOfObject(object)).json, render());
  }
}

/** Everything that is wrong with the patches of a scope. */
function problemsOf(scope: IConstruct): string[] {
  installPatches(scope);
  const all = REGISTERED.get(scope.node.root) ?? [];
  const objects = scope.node.findAll().filter(isObject);
  return all
    .filter((one) => one.scope === scope)
    .flatMap((one) => {
      const selected = objects.filter((object) => selects(one, object));
      const faults = selected.length > 0 ? selected.flatMap((object) => faultsOn(object, one, all)) : [unselected(one.patch, objects)];
      return faults.map((fault) => complaint({ ...fault, option: one.nameOf(fault.at) }));
    });
}

/** What is wrong with a patch on one object, after those that come before it. */
function faultsOn(object: ApiObject, patch: Registered, all: readonly Registered[]): readonly PatchFault[] {
  const earlier = all.slice(0, all.indexOf(patch)).filter((one) => selects(one, object));
  const render = UNPATCHED.get(object) ?? (() => object.toJson());
  const json = earlier.reduce((made, one) => applyPatch(made, one.patch, titleOfObject(object)).json, render());
  return applyPatch(json, patch.patch, titleOfObject(object)).faults;
}

function isObject(construct: IConstruct): construct is ApiObject {
  return ApiObject.isApiObject(construct);
}

function selects({ scope, patch }: Registered, object: ApiObject): boolean {
  const { kind, name = object.name, namespace = namespaceOf(object) } = patch;
  return kind === object.kind && name === object.name && namespace === namespaceOf(object) && object.node.scopes.includes(scope);
}

function namespaceOf({ metadata }: ApiObject): string {
  return metadata.namespace ?? '';
}

function titleOfObject(object: ApiObject): string {
  return titleOf({ kind: object.kind, name: object.name, namespace: namespaceOf(object) });
}

function titleOf({ kind, name, namespace }: { readonly kind: string; readonly name: string; readonly namespace?: string }): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** Names above which a list of them helps nobody. */
const FEW = 20;

/** Which part of a selector fits no object, and what would. */
function unselected({ kind, name, namespace }: ObjectSelector, objects: readonly ApiObject[]): PatchFault {
  const ofKind = objects.filter((object) => object.kind === kind);
  if (ofKind.length === 0) return unlike('kind', kind, 'a kind of which there is an object', kinds(objects));
  const named = ofKind.filter((object) => name === undefined || object.name === name);
  if (name !== undefined && named.length === 0) {
    const expected = `the name of a ${kind}`;
    const elsewhere = objects.find((object) => object.name === name);
    const fault = unlike('name', name, expected, namesOf(ofKind));
    return elsewhere ? { ...fault, instead: `write kind: ${elsewhere.kind} for what has this name` } : fault;
  }
  const namespaces = [...new Set(named.map(namespaceOf))];
  if (namespaces.every((other) => other === '')) {
    const expected = `none, for a ${kind} belongs to the cluster as a whole`;
    return { at: 'namespace', got: namespace, expected, instead: 'remove it' };
  }
  return unlike('namespace', namespace ?? '', `the namespace of ${name ? `${kind} ${name}` : `a ${kind}`}`, namespaces);
}

function unlike(at: string, got: string, expected: string, there: readonly string[]): PatchFault {
  const close = nearest(got, there);
  const listed = there.length > FEW ? [...there.slice(0, FEW), `${there.length - FEW} more`] : there;
  const of = listed.length === 0 ? 'but there are no objects at all' : listed.join(', ');
  return {
    at,
    got,
    expected: `${expected}: ${of}`,
    instead: close === undefined ? 'take one of these, or remove the patch' : `write ${close}`,
  };
}

function kinds(objects: readonly ApiObject[]): string[] {
  return [...new Set(objects.map(({ kind }) => kind))].sort();
}

function namesOf(objects: readonly ApiObject[]): string[] {
  return [...new Set(objects.map(({ name }) => name))].sort();
}
