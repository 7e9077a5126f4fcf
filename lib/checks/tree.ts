import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Labels } from '../common/labels';
import { installPatches } from '../patches';

/** Anything that JSON can hold. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One rendered object. */
export interface KubeObject {
  /** Path of its construct. */
  readonly path: string;
  /** `Deployment`. */
  readonly kind: string;
  /** `apps/v1`. */
  readonly apiVersion: string;
  /** Its name. */
  readonly name: string;
  /** Its namespace; empty for what belongs to the cluster. */
  readonly namespace: string;
  /** Its labels. */
  readonly labels: Labels;
  /** The whole object, as it is written. */
  readonly json: JsonObject;
}

const SHARED = new WeakMap<IConstruct, Tree>();

/** All rendered objects of an app. */
export class Tree {
  /** Renders every object below a construct. */
  static of(root: IConstruct): Tree {
    const shared = SHARED.get(root);
    if (shared) return shared;
    installPatches(root);
    const objects = root.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject);
    return new Tree(objects.map((object) => kubeObject(object.node.path, object.toJson() as JsonObject)));
  }

  /**
   * Renders every object below a construct once for all that ask while some work is done. The work must not change the objects.
   */
  static sharing<T>(root: IConstruct, work: (tree: Tree) => T): T {
    const tree = Tree.of(root);
    SHARED.set(root, tree);
    try {
      return work(tree);
    } finally {
      SHARED.delete(root);
    }
  }

  private readonly kinds = new Map<string, KubeObject[]>();

  /** @param objects the objects, in the order of the tree */
  constructor(readonly objects: readonly KubeObject[]) {
    for (const object of objects) {
      const alike = this.kinds.get(object.kind);
      if (alike) alike.push(object);
      else this.kinds.set(object.kind, [object]);
    }
  }

  /** The objects of some kinds. */
  ofKind(...kinds: readonly string[]): KubeObject[] {
    return kinds.flatMap((kind) => this.kinds.get(kind) ?? []);
  }

  /** The object of a kind, name and namespace. */
  find(kind: string, name: string, namespace = ''): KubeObject | undefined {
    return this.kinds.get(kind)?.find((object) => object.name === name && object.namespace === namespace);
  }
}

/** Works something out once for each tree, however many checks ask for it. */
export function perTree<T extends object>(work: (tree: Tree) => T): (tree: Tree) => T {
  const known = new WeakMap<Tree, T>();
  return (tree) => {
    const value = known.get(tree) ?? work(tree);
    known.set(tree, value);
    return value;
  };
}

/** Reads the parts of a rendered object that checks ask for. */
export function kubeObject(path: string, json: JsonObject): KubeObject {
  const metadata = at(json, 'metadata');
  return {
    path,
    json,
    kind: text(json.kind),
    apiVersion: text(json.apiVersion),
    name: text(at(metadata, 'name')),
    namespace: text(at(metadata, 'namespace')),
    labels: strings(at(metadata, 'labels')),
  };
}

/** How messages call an object: `Deployment soperator/slurm-exporter`. */
export function titleOf({ kind, name, namespace }: Pick<KubeObject, 'kind' | 'name' | 'namespace'>): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** The value at a path of keys, or nothing where the path ends early. */
export function at(json: Json, ...path: readonly (string | number)[]): Json {
  let value: Json = json;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Array.isArray(value) ? value[Number(key)] : (value as JsonObject)[key];
  }
  return value;
}

/** The elements of a list, or none where there is no list. */
export function list(json: Json): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

/** The keys and values of an object, or none where there is no object. */
export function entries(json: Json): readonly (readonly [key: string, value: Json])[] {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json as JsonObject) : [];
}

/** A text, or the empty one where there is none. */
export function text(json: Json): string {
  return typeof json === 'string' ? json : '';
}

/** The texts of a list. */
export function texts(json: Json): string[] {
  return list(json).filter((value): value is string => typeof value === 'string');
}

/** An object of texts; values of other types are left out. */
export function strings(json: Json): Labels {
  return Object.fromEntries(entries(json).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
}

/** Whether labels carry all of the wanted ones. */
export function matches(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Whether a label selector of Kubernetes, as it is written, selects labels. An empty one selects everything. */
export function selects(selector: Json, labels: Labels): boolean {
  return (
    matches(labels, strings(at(selector, 'matchLabels'))) &&
    list(at(selector, 'matchExpressions')).every((expression) => {
      const value = labels[text(at(expression, 'key'))];
      const wanted = texts(at(expression, 'values'));
      switch (text(at(expression, 'operator'))) {
        case 'In':
          return value !== undefined && wanted.includes(value);
        case 'NotIn':
          return value === undefined || !wanted.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}
