import { PART_OF } from '../common/names';
import type { Check, CheckContext, Complaint } from './check';
import { containers, podTemplates } from './pods';
import { at, type Json, type KubeObject, list, type Tree, text } from './tree';

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
}

/** A pod whose account or ConfigMap is missing never starts, and a binding to a role that is missing grants nothing. */
export const referencesExist: Check = {
  name: 'references-exist',
  proves: 'service accounts, ConfigMaps, claims and roles that the pipeline names are rendered beside it; Secrets are yours',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    const references: (readonly [KubeObject, Iterable<Reference>])[] = [
      ...podTemplates(tree).map(({ owner, spec }) => [owner, inPod(owner, spec)] as const),
      ...tree.ofKind(...OPERATED).map((on) => [on, account(on, on.json.spec, 'spec.serviceAccountName')] as const),
      ...tree.ofKind('RoleBinding', 'ClusterRoleBinding').map((on) => [on, inBinding(on)] as const),
    ];
    for (const [on, named] of references) {
      if (on.labels['app.kubernetes.io/part-of'] !== PART_OF) continue;
      for (const reference of named) if (!exists(tree, reference)) yield missing(on, reference);
    }
  },
};

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

function* inPod({ namespace }: KubeObject, spec: Json): Iterable<Reference> {
  yield* account({ namespace }, spec, 'serviceAccountName');
  for (const volume of list(at(spec, 'volumes'))) {
    const place = `volume ${text(at(volume, 'name'))}`;
    const sources = [volume, ...list(at(volume, 'projected', 'sources'))];
    for (const source of sources) yield* configMap(namespace, `${place}.configMap.name`, at(source, 'configMap'));
    const claim = text(at(volume, 'persistentVolumeClaim', 'claimName'));
    if (claim) yield { place: `${place}.persistentVolumeClaim.claimName`, kind: 'PersistentVolumeClaim', name: claim, namespace };
  }
  for (const container of containers(spec)) {
    const place = `container ${text(at(container, 'name'))}`;
    for (const variable of list(at(container, 'env'))) {
      yield* configMap(namespace, `${place}.env ${text(at(variable, 'name'))}`, at(variable, 'valueFrom', 'configMapKeyRef'));
    }
    for (const source of list(at(container, 'envFrom'))) yield* configMap(namespace, `${place}.envFrom`, at(source, 'configMapRef'));
  }
}

function* account({ namespace }: { readonly namespace: string }, spec: Json, place: string): Iterable<Reference> {
  const name = text(at(spec, 'serviceAccountName'));
  if (name && name !== 'default') yield { place, kind: 'ServiceAccount', name, namespace };
}

function* configMap(namespace: string, place: string, source: Json): Iterable<Reference> {
  const name = text(at(source, 'name'));
  if (name && at(source, 'optional') !== true) yield { place, kind: 'ConfigMap', name, namespace };
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
