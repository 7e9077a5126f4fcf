import { CLUSTER_LABEL, INVENTORY_LABEL } from '../../../common/labels';
import { kubectl } from '../facts';
import { counted, type Finding, few, Severity } from '../finding';
import type { Question } from '../question';

const WORKLOADS = ['DaemonSet', 'Deployment', 'StatefulSet'];
const RESOURCES = ['VMAgent', 'VMSingle'];

/** Workloads and resources that were rendered and are not there, not ready, or of another rendering. */
export const workloads: Question = {
  name: 'workloads',
  proves: 'everything that was rendered runs, and nothing of a former rendering is left',
  judge(facts) {
    const { kube, expected } = facts;
    if (kube === undefined) return { findings: [] };
    const { tree } = expected;
    const rendered = tree.ofKind(...WORKLOADS, ...RESOURCES);
    const actual = [...kube.workloads.filter(({ inventory }) => inventory !== undefined), ...kube.resources];
    const key = ({ kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string }) =>
      `${kind} ${namespace}/${name}`;
    const absent = rendered.filter((object) => !actual.some((one) => key(one) === key(object)));
    const findings: Finding[] = [];
    if (absent.length > 0) {
      findings.push({
        severity: Severity.ERROR,
        what: `${counted(absent.length, 'rendered workload')} not in the cluster: ${few(absent.map(key))}`,
        cause:
          absent.length === rendered.length
            ? 'this cluster file was never applied to this context'
            : 'it was not applied, or somebody deleted it',
        next: kubectl(facts, 'apply --server-side -f the files of soperator-metrics synth'),
        subjects: absent.map(key),
      });
    }
    for (const { kind, namespace, name, desired, ready, inventory } of kube.workloads) {
      if (inventory === undefined || ready >= desired) continue;
      const what = `${kind.toLowerCase()}/${name}`;
      findings.push({
        severity: Severity.ERROR,
        what: `${kind} ${namespace}/${name}: ${ready} of ${counted(desired, 'pod')} ready`,
        cause: troubleOf(kube.pods.filter((pod) => pod.namespace === namespace && pod.name.startsWith(`${name}-`))),
        next: kubectl(facts, `describe -n ${namespace} ${what}`),
        subjects: [`${kind} ${namespace}/${name}`],
      });
    }
    for (const { kind, namespace, name, status, reason } of kube.resources) {
      if (status === 'operational') continue;
      findings.push({
        severity: Severity.ERROR,
        what: `${kind} ${namespace}/${name} is ${status || 'without a status'}`,
        cause:
          reason ||
          (status === '' ? 'the VictoriaMetrics operator has not looked at it: it may not run' : 'the operator is not done with it'),
        next: kubectl(facts, `describe -n ${namespace} ${kind.toLowerCase()}/${name}`),
        subjects: [`${kind} ${namespace}/${name}`],
      });
    }
    const digest = rendered[0]?.labels[INVENTORY_LABEL];
    const former = kube.workloads.filter(({ inventory }) => inventory !== undefined && inventory !== digest);
    const isLeftOver = former.filter((one) => !rendered.some((object) => key(object) === key(one)));
    if (isLeftOver.length > 0) {
      findings.push({
        severity: Severity.WARNING,
        what: `${counted(isLeftOver.length, 'workload')} left over of a former rendering: ${few(isLeftOver.map(key))}`,
        cause: 'a part was switched off and what was rendered of it never deleted',
        next: kubectl(
          facts,
          `get deployments,daemonsets,statefulsets -A -l ${CLUSTER_LABEL}=${expected.cluster},${INVENTORY_LABEL}!=${digest}`,
        ),
        subjects: isLeftOver.map(key),
      });
    } else if (former.length > 0) {
      findings.push({
        severity: Severity.WARNING,
        what: `${counted(former.length, 'workload')} of another rendering: ${few(former.map(key))}`,
        cause: 'the cluster file or the version of this package was changed since it was applied, or another one was',
        next: 'soperator-metrics synth, then kubectl diff --server-side -f on its files',
        subjects: former.map(key),
      });
    }
    return { findings };
  },
};

function troubleOf(
  pods: readonly { readonly name: string; readonly trouble: string; readonly phase: string; readonly ready: boolean }[],
): string {
  const broken = pods.find(({ ready }) => !ready);
  if (broken === undefined) return 'its pods are not made: a quota, an admission rule or no fitting node is in the way';
  return `pod ${broken.name} is ${broken.trouble || broken.phase || 'not ready'}`;
}
