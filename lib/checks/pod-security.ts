import { POD_SECURITY_LABEL, PodSecurityLevel } from '../common/namespaces';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { compareLevels, demandsOf, levelFor, type Pods, podsIn } from './pod-security-standards';
import { type Writer, writers } from './remote-writes';
import type { KubeObject } from './tree';

/** Pods that admission refuses are missing without a trace: the workload is there and has none, and an operator evicts the old ones first. */
export const podSecurity: Check = {
  name: 'pod-security',
  proves: 'every pod is admitted at the Pod Security level that its namespace enforces, and the level is no looser than they need',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    const all = podsIn(tree);
    for (const pods of all) yield* admitted(pods, levelOf(tree.find('Namespace', pods.on.namespace)));
    for (const namespace of tree.ofKind('Namespace')) {
      yield* noLooser(
        namespace,
        all.filter(({ on }) => on.namespace === namespace.name),
      );
    }
    // shards name the same file in the same place, which is said once
    const told = new Set<string>();
    for (const writer of writers(tree)) yield* tokenFiles(writer, told);
  },
};

/** The level that a namespace enforces; nothing where it is not rendered, or says nothing. */
export function levelOf(namespace: KubeObject | undefined): PodSecurityLevel | undefined {
  const level = namespace?.labels[POD_SECURITY_LABEL];
  return [PodSecurityLevel.RESTRICTED, PodSecurityLevel.BASELINE, PodSecurityLevel.PRIVILEGED].find((known) => known === level);
}

function* admitted({ on, spec }: Pods, level: PodSecurityLevel | undefined): Iterable<Complaint> {
  if (level === undefined) return;
  const refused = demandsOf(spec).filter((demand) => compareLevels(demand.level, level) > 0);
  if (refused.length === 0) return;
  const file = refused.some(({ of }) => of.startsWith('hostPath'));
  yield {
    on,
    message:
      `pods: got ${refused.map(({ text }) => text).join('; ')}, expected what namespace ${on.namespace} admits, which enforces Pod Security level "${level}"; ` +
      `${file ? 'take the file from a Secret instead of the node' : 'tighten the security context'}, or raise the level of the namespace`,
  };
}

/** A level that nobody needs any more admits whatever is put there by somebody who should not. */
function* noLooser(namespace: KubeObject, pods: readonly Pods[]): Iterable<Complaint> {
  const level = levelOf(namespace);
  const needed = levelFor(pods.flatMap(({ spec }) => demandsOf(spec)));
  if (level === undefined || pods.length === 0 || compareLevels(level, needed) <= 0) return;
  yield {
    on: namespace,
    severity: Severity.WARNING,
    message:
      `metadata.labels["${POD_SECURITY_LABEL}"]: got "${level}", expected "${needed}", which admits every pod that is rendered for it; ` +
      'leave the level out, or have the namespace unmanaged where pods of somebody else need more',
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
