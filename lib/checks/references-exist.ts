import { PART_OF } from '../common/names';
import type { Check, CheckContext, Complaint } from './check';
import { mountedFile } from './files';
import { Flags, positions } from './flags';
import { containers, type PodTemplate, placedContainers, podTemplates } from './pods';
import { at, entries, type Json, type KubeObject, list, type Tree, text, titleOf } from './tree';

/** ConfigMaps that the cluster puts into every namespace. */
const BUILT_IN_CONFIG_MAPS = ['kube-root-ca.crt', 'openshift-service-ca.crt'];
/** ClusterRoles that every cluster has. */
const BUILT_IN_ROLE = /^(cluster-admin|admin|edit|view|system:.+)$/;
const OPERATED = ['VMAgent', 'VMSingle'];

/** Something that an object names. */
interface Reference {
  readonly place: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Keys that a ConfigMap must have. @default - none in particular */
  readonly keys?: readonly string[];
}

/** A pod whose account or ConfigMap is missing never starts, and a binding to a role that is missing grants nothing. */
export const referencesExist: Check = {
  name: 'references-exist',
  proves:
    'service accounts, ConfigMaps with their keys, claims and roles that the pipeline names are rendered beside it; Secrets are yours',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    const references: (readonly [KubeObject, Iterable<Reference>])[] = [
      ...podTemplates(tree).map(({ owner, spec }) => [owner, inPod(owner, spec)] as const),
      ...tree.ofKind(...OPERATED).map((on) => [on, inResource(on)] as const),
      ...tree.ofKind('RoleBinding', 'ClusterRoleBinding').map((on) => [on, inBinding(on)] as const),
    ];
    for (const [on, named] of references) {
      if (on.labels['app.kubernetes.io/part-of'] !== PART_OF) continue;
      for (const reference of named) {
        if (!exists(tree, reference)) yield missing(on, reference);
        else yield* withoutKeys(tree, on, reference);
      }
    }
    for (const template of podTemplates(tree)) {
      if (template.owner.labels['app.kubernetes.io/part-of'] === PART_OF) yield* files(tree, template);
    }
  },
};

function* withoutKeys(tree: Tree, on: KubeObject, { place, kind, name, namespace, keys = [] }: Reference): Iterable<Complaint> {
  const config = tree.find(kind, name, namespace);
  for (const key of keys) {
    if (!config || keysOf(config).includes(key)) continue;
    yield {
      on,
      message: `${place.replace(/\.name$/, '')}: got key "${key}" of ${titleOf(config)}, expected ${oneOf(keysOf(config))}; render the key, or correct its name`,
    };
  }
}

/** A program that is given a file which its ConfigMap does not have ends at once, or goes on without it. */
function* files(tree: Tree, template: PodTemplate): Iterable<Complaint> {
  for (const { container, place } of placedContainers(template)) {
    const mounts = { volumes: list(at(template.spec, 'volumes')), volumeMounts: list(at(container, 'volumeMounts')) };
    for (const { place: where, values } of new Flags(container, place).all()) {
      for (const path of values.flatMap(positions).filter((value) => /^\/[^*?]*[^*?/]$/.test(value))) {
        const found = mountedFile(mounts, path)?.keys ?? [];
        const configs = found.flatMap(({ kind, name }) => tree.find(kind, name, template.namespace) ?? []);
        const known = found.every(({ kind, optional }) => kind === 'ConfigMap' && !optional) && configs.length === found.length;
        if (found.length === 0 || !known || found.some(({ key }, index) => keysOf(configs[index]).includes(key))) continue;
        yield {
          on: template.owner,
          message: `${where}: got "${path}" of ${configs.map(titleOf).join(' and ')}, expected ${oneOf(configs.flatMap(keysOf))} there; render the file, or correct the path`,
        };
      }
    }
  }
}

function keysOf(config: KubeObject | undefined): string[] {
  return ['data', 'binaryData'].flatMap((field) => entries(config?.json[field]).map(([key]) => key));
}

function oneOf(keys: readonly string[]): string {
  return keys.length > 1 ? `one of ${keys.join(', ')}` : (keys[0] ?? 'none');
}

function missing(on: KubeObject, { place, kind, name, namespace }: Reference): Complaint {
  return {
    on,
    message: `${place}: got "${name}", expected a ${kind} that is rendered${namespace ? ` in ${namespace}` : ''}; render it, or correct the name`,
  };
}

function exists(tree: Tree, { kind, name, namespace }: Reference): boolean {
  if (kind === 'ConfigMap' && BUILT_IN_CONFIG_MAPS.includes(name)) return true;
  if (kind === 'ClusterRole' && BUILT_IN_ROLE.test(name)) return true;
  return tree.find(kind, name, namespace) !== undefined;
}

function* inResource(on: KubeObject): Iterable<Reference> {
  yield* account(on, on.json.spec, 'spec.serviceAccountName');
  yield* inVolumes(on, on.json.spec, 'spec.');
}

function* inPod(on: KubeObject, spec: Json): Iterable<Reference> {
  const { namespace } = on;
  yield* account(on, spec, 'serviceAccountName');
  yield* inVolumes(on, spec, '');
  for (const container of containers(spec)) {
    const place = `container ${text(at(container, 'name'))}`;
    for (const variable of list(at(container, 'env'))) {
      yield* configMap(namespace, `${place}.env ${text(at(variable, 'name'))}`, at(variable, 'valueFrom', 'configMapKeyRef'));
    }
    for (const source of list(at(container, 'envFrom'))) yield* configMap(namespace, `${place}.envFrom`, at(source, 'configMapRef'));
  }
}

function* inVolumes({ namespace }: KubeObject, spec: Json, prefix: string): Iterable<Reference> {
  for (const volume of list(at(spec, 'volumes'))) {
    const place = `${prefix}volume ${text(at(volume, 'name'))}`;
    const sources = [volume, ...list(at(volume, 'projected', 'sources'))];
    for (const source of sources) yield* configMap(namespace, `${place}.configMap.name`, at(source, 'configMap'));
    const claim = text(at(volume, 'persistentVolumeClaim', 'claimName'));
    if (claim) yield { place: `${place}.persistentVolumeClaim.claimName`, kind: 'PersistentVolumeClaim', name: claim, namespace };
  }
}

function* account({ namespace }: { readonly namespace: string }, spec: Json, place: string): Iterable<Reference> {
  const name = text(at(spec, 'serviceAccountName'));
  if (name && name !== 'default') yield { place, kind: 'ServiceAccount', name, namespace };
}

function* configMap(namespace: string, place: string, source: Json): Iterable<Reference> {
  const name = text(at(source, 'name'));
  if (!name || at(source, 'optional') === true) return;
  const keys = [...list(at(source, 'items')).map((item) => text(at(item, 'key'))), text(at(source, 'key'))].filter((key) => key !== '');
  yield { place, kind: 'ConfigMap', name, namespace, keys };
}

function* inBinding({ json, namespace }: KubeObject): Iterable<Reference> {
  const kind = text(at(json, 'roleRef', 'kind'));
  yield { place: 'roleRef.name', kind, name: text(at(json, 'roleRef', 'name')), namespace: kind === 'Role' ? namespace : '' };
  for (const [index, subject] of list(at(json, 'subjects')).entries()) {
    if (text(at(subject, 'kind')) !== 'ServiceAccount') continue;
    yield {
      place: `subjects[${index}].name`,
      kind: 'ServiceAccount',
      name: text(at(subject, 'name')),
      namespace: text(at(subject, 'namespace')) || namespace,
    };
  }
}
