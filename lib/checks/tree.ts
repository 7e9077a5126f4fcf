import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';

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
  readonly labels: { readonly [key: string]: string };
  /** The whole object, as it is written. */
  readonly json: JsonObject;
}

/** All rendered objects of an app. */
export class Tree {
  /** Renders every object below a construct, once. */
  static of(root: IConstruct): Tree {
    const objects = root.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject);
    return new Tree(objects.map((object) => kubeObject(object.node.path, object.toJson() as JsonObject)));
  }

  /** @param objects the objects, in the order of the tree */
  constructor(readonly objects: readonly KubeObject[]) {}

  /** The objects of some kinds. */
  ofKind(...kinds: readonly string[]): KubeObject[] {
    return this.objects.filter(({ kind }) => kinds.includes(kind));
  }

  /** The object of a kind, name and namespace. */
  find(kind: string, name: string, namespace = ''): KubeObject | undefined {
    return this.objects.find((object) => object.kind === kind && object.name === name && object.namespace === namespace);
  }
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

/** An object of texts; values of other types are left out. */
export function strings(json: Json): { readonly [key: string]: string } {
  return Object.fromEntries(entries(json).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
}

/** Whether labels carry all of the wanted ones. */
export function matches(labels: { readonly [key: string]: string }, wanted: { readonly [key: string]: string }): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
