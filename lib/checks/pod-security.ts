import { POD_SECURITY_LABEL, PodSecurityLevel } from '../common/namespaces';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { containers, podTemplates } from './pods';
import { type Writer, writers } from './remote-writes';
import { at, entries, type Json, type JsonObject, type KubeObject, list, text, texts } from './tree';

/** Pods of one object. */
interface Pods {
  readonly on: KubeObject;
  readonly spec: Json;
}

/** Pods that admission refuses are missing without a trace: the workload is there and has none, and an operator evicts the old ones first. */
export const podSecurity: Check = {
  name: 'pod-security',
  proves: 'every pod is admitted at the Pod Security level that its namespace enforces',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    const all: Pods[] = [
      ...podTemplates(tree).map(({ owner, spec }) => ({ on: owner, spec })),
      ...tree.ofKind('VMAgent', 'VMSingle').map((on) => ({ on, spec: operatorPod(on) })),
    ];
    for (const pods of all) {
      const level = tree.find('Namespace', pods.on.namespace)?.labels[POD_SECURITY_LABEL];
      yield* admitted(pods, level);
    }
    // shards name the same file in the same place, which is said once
    const told = new Set<string>();
    for (const writer of writers(tree)) yield* tokenFiles(writer, told);
  },
};

function* admitted({ on, spec }: Pods, level: string | undefined): Iterable<Complaint> {
  if (level !== PodSecurityLevel.RESTRICTED && level !== PodSecurityLevel.BASELINE) return;
  const refused = [...baseline(spec), ...(level === PodSecurityLevel.RESTRICTED ? restricted(spec) : [])];
  if (refused.length === 0) return;
  const file = refused.some((reason) => reason.startsWith('hostPath'));
  yield {
    on,
    message:
      `pods: got ${refused.join('; ')}, expected what namespace ${on.namespace} admits, which enforces Pod Security level "${level}"; ` +
      `${file ? 'take the file from a Secret instead of the node' : 'tighten the security context'}, or raise the level of the namespace`,
  };
}

/** A file of the node needs a namespace that admits everything, and is read by whoever gets onto the node. */
function* tokenFiles({ on, urls }: Writer, told: Set<string>): Iterable<Complaint> {
  for (const { place, source, onNode } of urls.flatMap(({ credentials }) => credentials)) {
    const same = [on.namespace, place, source].join(' ');
    if (!onNode || told.has(same)) continue;
    told.add(same);
    yield {
      on,
      severity: Severity.WARNING,
      message: `${place}: got ${source}, expected a Secret, because only a namespace of Pod Security level "privileged" admits pods with files of the node; use a Secret where something renews the token in it`,
    };
  }
}

const ALLOWED_CAPABILITIES = [
  ...[
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'NET_BIND_SERVICE',
    'SETFCAP',
    'SETGID',
    'SETPCAP',
    'SETUID',
  ],
  'SYS_CHROOT',
];
const ALLOWED_VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];
const SAFE_PROFILES = ['RuntimeDefault', 'Localhost'];

/**
 * What the level `baseline` refuses.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
function* baseline(spec: Json): Iterable<string> {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) if (at(spec, field) === true) yield field;
  for (const volume of list(at(spec, 'volumes')))
    if (at(volume, 'hostPath') !== undefined) yield `hostPath in volume ${text(at(volume, 'name'))}`;
  if (at(spec, 'securityContext', 'seccompProfile', 'type') === 'Unconfined') yield 'seccompProfile Unconfined';
  for (const container of containers(spec)) {
    const name = `in container ${text(at(container, 'name'))}`;
    const context = at(container, 'securityContext');
    if (at(context, 'privileged') === true) yield `privileged ${name}`;
    const added = texts(at(context, 'capabilities', 'add')).filter((capability) => !ALLOWED_CAPABILITIES.includes(capability));
    if (added.length > 0) yield `capabilities ${added.join(', ')} ${name}`;
    if (list(at(container, 'ports')).some((port) => Number(at(port, 'hostPort') ?? 0) !== 0)) yield `hostPort ${name}`;
    if (at(context, 'seccompProfile', 'type') === 'Unconfined') yield `seccompProfile Unconfined ${name}`;
    if ((at(context, 'procMount') ?? 'Default') !== 'Default') yield `procMount ${name}`;
    for (const handler of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (['httpGet', 'tcpSocket'].some((kind) => text(at(container, handler, kind, 'host')) !== ''))
        yield `host of the ${handler} ${name}`;
    }
  }
}

/** What the level `restricted` refuses beyond that. */
function* restricted(spec: Json): Iterable<string> {
  const pod = at(spec, 'securityContext');
  for (const volume of list(at(spec, 'volumes'))) {
    const kind = entries(volume).find(([key]) => key !== 'name')?.[0] ?? 'emptyDir';
    if (kind !== 'hostPath' && !ALLOWED_VOLUMES.includes(kind)) yield `${kind} in volume ${text(at(volume, 'name'))}`;
  }
  if (at(pod, 'runAsUser') === 0) yield 'runAsUser 0';
  for (const container of containers(spec)) {
    const name = `in container ${text(at(container, 'name'))}`;
    const context = at(container, 'securityContext');
    if (at(context, 'allowPrivilegeEscalation') !== false) yield `no allowPrivilegeEscalation: false ${name}`;
    if ((at(context, 'runAsNonRoot') ?? at(pod, 'runAsNonRoot')) !== true) yield `no runAsNonRoot: true ${name}`;
    if (at(context, 'runAsUser') === 0) yield `runAsUser 0 ${name}`;
    if (!SAFE_PROFILES.includes(text(at(context, 'seccompProfile', 'type') ?? at(pod, 'seccompProfile', 'type'))))
      yield `no seccompProfile RuntimeDefault ${name}`;
    if (!texts(at(context, 'capabilities', 'drop')).includes('ALL')) yield `no capabilities.drop: ALL ${name}`;
    const added = texts(at(context, 'capabilities', 'add')).filter(
      (capability) => ALLOWED_CAPABILITIES.includes(capability) && capability !== 'NET_BIND_SERVICE',
    );
    if (added.length > 0) yield `capabilities ${added.join(', ')} ${name}`;
  }
}

/** What the operator writes into pod and containers when it is told to be strict. */
const STRICT: JsonObject = {
  runAsNonRoot: true,
  runAsUser: 65534,
  seccompProfile: { type: 'RuntimeDefault' },
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/** The pod that the operator makes of a resource, as far as admission looks at it. A security context of the resource replaces the strict one. */
function operatorPod({ kind, json }: KubeObject): Json {
  const { spec } = json;
  const given = at(spec, 'securityContext');
  const context = entries(given).length > 0 ? given : at(spec, 'useStrictSecurity') === true ? STRICT : {};
  const own = (field: string) =>
    list(at(spec, field)).map((container) => ({
      ...Object.fromEntries(entries(container)),
      securityContext: at(container, 'securityContext') ?? context,
    }));
  return {
    hostNetwork: at(spec, 'hostNetwork'),
    volumes: at(spec, 'volumes'),
    securityContext: context,
    containers: [{ name: kind.toLowerCase(), securityContext: context }, ...own('containers')],
    initContainers: own('initContainers'),
  };
}
