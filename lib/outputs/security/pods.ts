import { OPERATOR_GROUP, operatorMade } from '../../checks/operator-made';
import { levelOf } from '../../checks/pod-security';
import { demandsOf, levelFor, type Pods, podsIn } from '../../checks/pod-security-standards';
import { containers } from '../../checks/pods';
import { at, type Json, type KubeObject, list, type Tree, text, texts } from '../../checks/tree';
import type { ReasonBook } from './reasons';
import type { FieldReport, NamespaceReport, WorkloadReport } from './report';

/** Where a service account's token appears in containers. */
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The reloader that the operator puts beside an agent: it reads the configuration from a Secret, once before the start and then on changes. */
const RELOADERS = ['config-init', 'config-reloader'];
const RELOADER_PORT = 'reloader-http 8435';

/** Every namespace that is rendered, or that something is rendered for, in alphabetic order. */
export function namespacesIn(tree: Tree, book: ReasonBook): NamespaceReport[] {
  const pods = podsIn(tree);
  const rendered = tree.ofKind('Namespace').map(({ name }) => name);
  const names = [...new Set([...rendered, ...tree.objects.map(({ namespace }) => namespace)])].filter((name) => name !== '').sort();
  return names.map((namespace) => {
    const workloads = pods
      .filter(({ on }) => on.namespace === namespace)
      .map((one) => workloadOf(tree, one, book))
      .sort((a, b) => (a.workload < b.workload ? -1 : 1));
    const enforces = levelOf(tree.find('Namespace', namespace));
    return {
      namespace,
      isRendered: rendered.includes(namespace),
      ...(enforces === undefined ? {} : { enforces }),
      needs: levelFor(workloads.flatMap(({ because }) => because)),
      workloads,
    };
  });
}

/** Name of the service account that pods run as; the operator makes one where its resource names none. */
export function accountOf({ on, spec }: Pods): string {
  if (!isOperators(on)) return text(at(spec, 'serviceAccountName')) || 'default';
  return text(at(on.json, 'spec', 'serviceAccountName')) || `${on.kind.toLowerCase()}-${on.name}`;
}

/** Whether the operator makes the pods of an object. */
export function isOperators({ apiVersion }: KubeObject): boolean {
  return apiVersion.startsWith(`${OPERATOR_GROUP}/`);
}

/** Names of the containers that get the token of the pod's service account. */
export function tokenHolders(tree: Tree, pods: Pods): string[] {
  const { on, spec } = pods;
  const ofPod = isOperators(on)
    ? at(on.json, 'spec', 'disableAutomountServiceAccountToken') === true
      ? false
      : undefined
    : at(spec, 'automountServiceAccountToken');
  const ofAccount = at(tree.find('ServiceAccount', accountOf(pods), on.namespace)?.json, 'automountServiceAccountToken');
  const all = (ofPod ?? ofAccount) !== false;
  const projected = list(at(spec, 'volumes'))
    .filter((volume) => list(at(volume, 'projected', 'sources')).some((source) => at(source, 'serviceAccountToken') !== undefined))
    .map((volume) => text(at(volume, 'name')));
  const holders = containers(spec)
    .filter((container) => {
      const mounts = list(at(container, 'volumeMounts'));
      const own = mounts.some((mount) => projected.includes(text(at(mount, 'name'))));
      const hidden = mounts.some((mount) => text(at(mount, 'mountPath')) === TOKEN_PATH);
      return own || (all && !hidden);
    })
    .map((container) => text(at(container, 'name')));
  return all && on.kind === 'VMAgent' ? [...RELOADERS, ...holders] : holders;
}

function workloadOf(tree: Tree, pods: Pods, book: ReasonBook): WorkloadReport {
  const { on, spec } = pods;
  const because = demandsOf(spec).map(({ field, of, level }): FieldReport => {
    const why = book(on, of)?.why;
    return { field, of, level, ...(why === undefined ? {} : { why }) };
  });
  const pod = at(spec, 'securityContext');
  const contexts = containers(spec).map((container) => at(container, 'securityContext'));
  const each = (value: (context: Json) => string) => [...new Set(contexts.map(value))].sort();
  const user = (context: Json) => at(context, 'runAsUser') ?? at(pod, 'runAsUser');
  return {
    workload: `${on.kind} ${on.name}`,
    account: accountOf(pods),
    needs: levelFor(because),
    because,
    users: each((context) => (typeof user(context) === 'number' ? String(user(context)) : "the image's")),
    isRootReadOnly: contexts.every((context) => at(context, 'readOnlyRootFilesystem') === true),
    capabilities: [...new Set(contexts.flatMap((context) => texts(at(context, 'capabilities', 'add'))))].sort(),
    dropsAll: contexts.every((context) => texts(at(context, 'capabilities', 'drop')).includes('ALL')),
    seccomp: each((context) => text(at(context, 'seccompProfile', 'type') ?? at(pod, 'seccompProfile', 'type')) || 'none'),
    host: hostAccess(spec),
    tokenIn: tokenHolders(tree, pods),
    secrets: secretsOf(pods),
    ports: portsOf(tree, pods),
  };
}

function hostAccess(spec: Json): string[] {
  const flags = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => at(spec, field) === true);
  const privileged = containers(spec).some((container) => at(container, 'securityContext', 'privileged') === true);
  const paths = list(at(spec, 'volumes')).flatMap((volume) => {
    const path = text(at(volume, 'hostPath', 'path'));
    const mounts = containers(spec).flatMap((container) =>
      list(at(container, 'volumeMounts')).filter((mount) => at(mount, 'name') === at(volume, 'name')),
    );
    const readOnly = mounts.length > 0 && mounts.every((mount) => at(mount, 'readOnly') === true);
    return path === '' ? [] : [`hostPath ${path}${readOnly ? '' : ', writable'}`];
  });
  return [...flags, ...(privileged ? ['privileged'] : []), ...paths];
}

function secretsOf({ on, spec }: Pods): string[] {
  // the operator's own: the configuration that it writes, and keys that scrapes name, which it copies
  const ofOperator = on.kind === 'VMAgent' ? [`tls-assets-vmagent-${on.name}`, `vmagent-${on.name}`] : [];
  const mounted = list(at(spec, 'volumes')).flatMap((volume) => [
    text(at(volume, 'secret', 'secretName')),
    ...list(at(volume, 'projected', 'sources')).map((source) => text(at(source, 'secret', 'name'))),
  ]);
  const inVariables = containers(spec).flatMap((container) => [
    ...list(at(container, 'env')).map((variable) => text(at(variable, 'valueFrom', 'secretKeyRef', 'name'))),
    ...list(at(container, 'envFrom')).map((source) => text(at(source, 'secretRef', 'name'))),
  ]);
  return [...new Set([...ofOperator, ...mounted, ...inVariables])].filter((name) => name !== '').sort();
}

function portsOf(tree: Tree, { on, spec }: Pods): string[] {
  const made = operatorMade(tree).find(({ resource }) => resource === on);
  const own = made ? [`${made.portName} ${made.port}`, ...(on.kind === 'VMAgent' ? [RELOADER_PORT] : [])] : [];
  const declared = containers(spec).flatMap((container) =>
    list(at(container, 'ports')).map((port) => `${text(at(port, 'name'))} ${at(port, 'containerPort')}`.trim()),
  );
  return [...own, ...declared];
}
