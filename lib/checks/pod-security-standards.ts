import { PodSecurityLevel } from '../common/namespaces';
import { podTemplates } from './pods';
import { at, entries, type Json, type JsonObject, type KubeObject, list, perTree, text, texts } from './tree';

/** Pods of one object. */
export interface Pods {
  /** The workload, or the resource of which the operator makes one. */
  readonly on: KubeObject;
  /** Their specification; of what the operator makes, as far as admission looks at it. */
  readonly spec: Json;
}

/** Something of a pod that stricter levels of the Pod Security Standards refuse. */
export interface Demand {
  /** The strictest level that admits it. */
  readonly level: PodSecurityLevel;
  /** What it is, alike in every pod that has it: `hostNetwork`, `hostPath /proc`. Reasons are given for it. */
  readonly of: string;
  /** The field of the pod: `volumes[proc].hostPath`. */
  readonly field: string;
  /** How messages say it: `hostPath in volume proc`. */
  readonly text: string;
}

const LEVELS = [PodSecurityLevel.RESTRICTED, PodSecurityLevel.BASELINE, PodSecurityLevel.PRIVILEGED];

/** Levels of admission in their order: less than nothing where the first is the stricter one. */
export function compareLevels(a: PodSecurityLevel, b: PodSecurityLevel): number {
  return LEVELS.indexOf(a) - LEVELS.indexOf(b);
}

/** The strictest level that admits all of some demands. */
export function levelFor(demands: readonly { readonly level: PodSecurityLevel }[]): PodSecurityLevel {
  return demands.map(({ level }) => level).reduce((a, b) => (compareLevels(a, b) > 0 ? a : b), PodSecurityLevel.RESTRICTED);
}

/** All pods of a tree, those included that the operator makes of its resources. */
export const podsIn = perTree((tree): readonly Pods[] => [
  ...podTemplates(tree).map(({ owner, spec }) => ({ on: owner, spec })),
  ...tree.ofKind('VMAgent', 'VMSingle').map((on) => ({ on, spec: operatorPod(on) })),
]);

/**
 * What of a pod a level below `privileged` refuses.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function demandsOf(spec: Json): Demand[] {
  return [
    ...[...baseline(spec)].map((refused) => ({ level: PodSecurityLevel.PRIVILEGED, ...refused })),
    ...[...restricted(spec)].map((refused) => ({ level: PodSecurityLevel.BASELINE, ...refused })),
  ];
}

type Refused = Omit<Demand, 'level'>;

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
const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** A pod or a container of it: whose security context, and how messages and fields call it. */
interface Part {
  readonly context: Json;
  readonly said: string;
  readonly field: string;
}

interface ContainerPart extends Part {
  readonly container: Json;
}

function podPart(spec: Json): Part {
  return { context: at(spec, 'securityContext'), said: '', field: 'securityContext' };
}

function containerParts(spec: Json): ContainerPart[] {
  return ['containers', 'initContainers'].flatMap((kind) =>
    list(at(spec, kind)).map((container) => {
      const name = text(at(container, 'name'));
      const context = at(container, 'securityContext');
      return { container, context, said: ` in container ${name}`, field: `${kind}[${name}].securityContext` };
    }),
  );
}

/** What the level `baseline` refuses. */
function* baseline(spec: Json): Iterable<Refused> {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) if (at(spec, field) === true) yield { of: field, field, text: field };
  for (const volume of list(at(spec, 'volumes'))) {
    const name = text(at(volume, 'name'));
    if (at(volume, 'hostPath') === undefined) continue;
    yield {
      of: `hostPath ${text(at(volume, 'hostPath', 'path'))}`,
      field: `volumes[${name}].hostPath`,
      text: `hostPath in volume ${name}`,
    };
  }
  for (const sysctl of list(at(spec, 'securityContext', 'sysctls')).map((one) => text(at(one, 'name')))) {
    if (!SAFE_SYSCTLS.includes(sysctl)) yield { of: `sysctl ${sysctl}`, field: 'securityContext.sysctls', text: `sysctl ${sysctl}` };
  }
  yield* baselineContext(podPart(spec));
  for (const part of containerParts(spec)) {
    const { container, context, said, field } = part;
    if (at(context, 'privileged') === true) yield { of: 'privileged', field: `${field}.privileged`, text: `privileged${said}` };
    const added = texts(at(context, 'capabilities', 'add')).filter((capability) => !ALLOWED_CAPABILITIES.includes(capability));
    if (added.length > 0) yield capabilities(added, part);
    const hostPorts = list(at(container, 'ports')).map((port) => Number(at(port, 'hostPort') ?? 0));
    for (const port of hostPorts.filter((number) => number !== 0)) {
      yield { of: `hostPort ${port}`, field: field.replace(/securityContext$/, 'ports.hostPort'), text: `hostPort${said}` };
    }
    yield* baselineContext(part);
    if ((at(context, 'procMount') ?? 'Default') !== 'Default') {
      yield { of: 'procMount', field: `${field}.procMount`, text: `procMount${said}` };
    }
    for (const handler of handlersWithHost(container)) {
      yield { of: `host of the ${handler}`, field: field.replace(/securityContext$/, handler), text: `host of the ${handler}${said}` };
    }
  }
}

/** What it refuses in the security context of a pod and of a container alike. */
function* baselineContext({ context, said, field }: Part): Iterable<Refused> {
  const refused = (of: string, key: string) => ({ of, field: `${field}.${key}`, text: `${of}${said}` });
  if (at(context, 'seccompProfile', 'type') === 'Unconfined') yield refused('seccompProfile Unconfined', 'seccompProfile');
  if (at(context, 'appArmorProfile', 'type') === 'Unconfined') yield refused('appArmorProfile Unconfined', 'appArmorProfile');
  if (at(context, 'windowsOptions', 'hostProcess') === true) yield refused('hostProcess', 'windowsOptions.hostProcess');
  const selinux = at(context, 'seLinuxOptions');
  if (!SELINUX_TYPES.includes(text(at(selinux, 'type'))) || text(at(selinux, 'user')) || text(at(selinux, 'role'))) {
    yield refused('seLinuxOptions', 'seLinuxOptions');
  }
}

function handlersWithHost(container: Json): string[] {
  const withHost = (handler: Json) => ['httpGet', 'tcpSocket'].some((kind) => text(at(handler, kind, 'host')) !== '');
  return [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].filter((probe) => withHost(at(container, probe))),
    ...['postStart', 'preStop'].filter((hook) => withHost(at(container, 'lifecycle', hook))),
  ];
}

/** What the level `restricted` refuses beyond that. */
function* restricted(spec: Json): Iterable<Refused> {
  const pod = at(spec, 'securityContext');
  for (const volume of list(at(spec, 'volumes'))) {
    const kind = entries(volume).find(([key]) => key !== 'name')?.[0] ?? 'emptyDir';
    if (kind === 'hostPath' || ALLOWED_VOLUMES.includes(kind)) continue;
    const name = text(at(volume, 'name'));
    yield { of: `volume of kind ${kind}`, field: `volumes[${name}].${kind}`, text: `${kind} in volume ${name}` };
  }
  if (at(pod, 'runAsUser') === 0) yield { of: 'runAsUser 0', field: 'securityContext.runAsUser', text: 'runAsUser 0' };
  for (const part of containerParts(spec)) {
    const { context, said, field } = part;
    const refused = (of: string, words: string) => ({ of, field: `${field}.${of}`, text: `${words}${said}` });
    if (at(context, 'allowPrivilegeEscalation') !== false) yield refused('allowPrivilegeEscalation', 'no allowPrivilegeEscalation: false');
    if ((at(context, 'runAsNonRoot') ?? at(pod, 'runAsNonRoot')) !== true) yield refused('runAsNonRoot', 'no runAsNonRoot: true');
    if (at(context, 'runAsUser') === 0) yield { of: 'runAsUser 0', field: `${field}.runAsUser`, text: `runAsUser 0${said}` };
    if (!SAFE_PROFILES.includes(text(at(context, 'seccompProfile', 'type') ?? at(pod, 'seccompProfile', 'type')))) {
      yield refused('seccompProfile', 'no seccompProfile RuntimeDefault');
    }
    if (!texts(at(context, 'capabilities', 'drop')).includes('ALL')) yield refused('capabilities.drop', 'no capabilities.drop: ALL');
    const added = texts(at(context, 'capabilities', 'add')).filter(
      (capability) => ALLOWED_CAPABILITIES.includes(capability) && capability !== 'NET_BIND_SERVICE',
    );
    if (added.length > 0) yield capabilities(added, part);
  }
}

function capabilities(added: readonly string[], { said, field }: Part): Refused {
  const of = `capabilities ${added.join(', ')}`;
  return { of, field: `${field}.capabilities.add`, text: `${of}${said}` };
}

/** What the operator writes into pod and containers when it is told to be strict. */
const STRICT: JsonObject = {
  runAsNonRoot: true,
  runAsUser: 65534,
  seccompProfile: { type: 'RuntimeDefault' },
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
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
    containers: [{ name: kind.toLowerCase(), securityContext: context, volumeMounts: at(spec, 'volumeMounts') }, ...own('containers')],
    initContainers: own('initContainers'),
  };
}
