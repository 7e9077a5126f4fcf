import type { Check, CheckContext, Complaint } from './check';
import { operatorMade } from './operator-made';
import { containers, podTemplates } from './pods';
import { at, entries, type Json, type KubeObject, list, text } from './tree';

/** What a name may be. */
interface NameRule {
  readonly pattern: RegExp;
  readonly max: number;
  readonly expected: string;
}

const rule = (pattern: RegExp, max: number, expected: string): NameRule => ({ pattern, max, expected: `at most ${max} ${expected}` });
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const LABEL_WORDS = "lower-case letters, digits and '-', with a letter or digit at both ends";
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const USUAL = rule(SUBDOMAIN, 253, "lower-case letters, digits, '-' and '.', with a letter or digit at both ends");
/** Rights may be named after anything that a path can hold. */
const PATH = rule(/^(?!\.\.?$)[^/%]+$/, 253, "characters without '/' and '%'");

/** Kinds whose names end up in something narrower than the name itself. */
const NAMES: { readonly [kind: string]: NameRule } = {
  Namespace: rule(LABEL, 63, LABEL_WORDS),
  Service: rule(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, 63, "lower-case letters, digits and '-', with a letter first and a letter or digit last"),
  // pods carry the name and a hash of up to 10 digits in the label controller-revision-hash, and are called after it
  StatefulSet: rule(LABEL, 52, `${LABEL_WORDS}, because its pods carry the name with a hash in a label`),
  // its jobs carry the name and a time of 11 characters
  CronJob: rule(SUBDOMAIN, 52, `${LABEL_WORDS}, because its jobs are called after it and the time`),
  Job: rule(SUBDOMAIN, 63, `${LABEL_WORDS}, because its pods carry the name in a label`),
  // the name becomes part of the name of a Service; how long it may be depends on what else does
  VMAgent: rule(LABEL, 63, LABEL_WORDS),
  VMSingle: rule(LABEL, 63, LABEL_WORDS),
  Role: PATH,
  RoleBinding: PATH,
  ClusterRole: PATH,
  ClusterRoleBinding: PATH,
};

const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PORT = rule(
  /^(?!.*--)(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  15,
  "lower-case letters, digits and single '-', one letter at least",
);
const KEY = rule(/^[-._a-zA-Z0-9]+$/, 253, "letters, digits, '-', '_' and '.'");

/** A name that is too long for what is made of it is refused late: by the operator, or by a StatefulSet that never gets a pod. */
export const namesAndLabels: Check = {
  name: 'names-and-labels',
  proves: 'names, labels, port names and keys keep to the limits of Kubernetes, also with what the operator puts in front of them',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    for (const on of tree.objects) {
      const generated = at(on.json, 'metadata', 'generateName') !== undefined;
      if (!generated) yield* named(on, 'metadata.name', on.name, NAMES[on.kind] ?? USUAL);
      if (on.namespace) yield* named(on, 'metadata.namespace', on.namespace, rule(LABEL, 63, LABEL_WORDS));
      for (const [place, labels] of labelSets(on)) yield* labelled(on, place, labels);
      if (on.kind === 'ConfigMap' || on.kind === 'Secret') {
        for (const field of ['data', 'binaryData', 'stringData']) {
          for (const [key] of entries(at(on.json, field))) yield* named(on, field, key, KEY);
        }
      }
    }
    for (const { owner, spec } of podTemplates(tree)) yield* inPod(owner, spec);
    for (const made of operatorMade(tree)) yield* byOperator(made);
  },
};

function* named(on: KubeObject, place: string, name: string, { pattern, max, expected }: NameRule): Iterable<Complaint> {
  if (name.length <= max && pattern.test(name)) return;
  const got = name.length > max ? `"${name}" of ${name.length} characters` : `"${name}"`;
  yield { on, message: `${place}: got ${got}, expected ${expected}; choose another name` };
}

function* labelled(on: KubeObject, place: string, labels: Json): Iterable<Complaint> {
  for (const [key, value] of entries(labels)) {
    const [name = '', prefix = 'x'] = key.split('/').reverse();
    if (!LABEL_NAME.test(name) || !SUBDOMAIN.test(prefix) || prefix.length > 253 || key.split('/').length > 2) {
      yield {
        on,
        message: `${place}: got key "${key}", expected at most 63 letters, digits, '-', '_' and '.' behind an optional DNS name and '/', with a letter or digit at both ends; choose another key`,
      };
    }
    if (typeof value !== 'string' || !LABEL_VALUE.test(value)) {
      yield {
        on,
        message: `${place}["${key}"]: got ${JSON.stringify(value)}, expected a text of at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends; shorten it, or make it an annotation`,
      };
    }
  }
}

/** Every place of an object that holds labels. */
function labelSets({ kind, json }: KubeObject): [place: string, labels: Json][] {
  const places: (readonly string[])[] = [
    ['metadata', 'labels'],
    ['spec', 'selector', 'matchLabels'],
    ['spec', 'template', 'metadata', 'labels'],
    ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels'],
    ...(kind === 'Service' ? [['spec', 'selector']] : []),
  ];
  return places.map((path) => [path.join('.'), at(json, ...path)]);
}

function* inPod(on: KubeObject, spec: Json): Iterable<Complaint> {
  for (const container of containers(spec)) {
    const name = text(at(container, 'name'));
    yield* named(on, 'name of a container', name, rule(LABEL, 63, LABEL_WORDS));
    for (const port of list(at(container, 'ports'))) {
      const portName = text(at(port, 'name'));
      if (portName) yield* named(on, `name of a port of container ${name}`, portName, PORT);
    }
  }
  for (const volume of list(at(spec, 'volumes')))
    yield* named(on, 'name of a volume', text(at(volume, 'name')), rule(LABEL, 63, LABEL_WORDS));
}

/** The names of what the operator makes of a resource. */
function* byOperator({ resource, name }: { readonly resource: KubeObject; readonly name: string }): Iterable<Complaint> {
  const { spec } = resource.json;
  const shards = Number(at(spec, 'shardCount') ?? 1);
  const workload = shards > 1 ? `${name}-${shards - 1}` : name;
  const added = workload.length - resource.name.length;
  const [kind, max] = at(spec, 'statefulMode') === true ? ['StatefulSet', 52] : ['Service', 63];
  if (workload.length <= max) return;
  yield {
    on: resource,
    message:
      `metadata.name: got "${resource.name}" of ${resource.name.length} characters, expected at most ${max - added}, ` +
      `because the operator makes a ${kind} ${workload} of it and ${kind === 'StatefulSet' ? 'its pods carry that name with a hash in a label' : 'such a name ends at 63'}; shorten the name`,
  };
}
