import { allows, type Grant, grantsOf } from './grants';
import { OPERATOR_GROUP } from './operator-made';
import { containers, type PodTemplate, podTemplates } from './pods';
import { at, list, perTree, text } from './tree';

/** A workload of the tree that makes workloads of the VictoriaMetrics operator's resources. */
export interface Operator extends PodTemplate {
  /** What its service account may do. */
  readonly grants: readonly Grant[];
  /** Kinds of another operator that it makes scrapes of. */
  readonly converts: readonly string[];
}

/** Kinds that can be converted: their resource, and the variable that older operators switch the conversion off with. */
const CONVERTED: { readonly [kind: string]: { readonly resource: string; readonly variable: string } } = {
  ServiceMonitor: { resource: 'servicemonitors', variable: 'VM_ENABLEDPROMETHEUSCONVERTER_SERVICESCRAPE' },
  PodMonitor: { resource: 'podmonitors', variable: 'VM_ENABLEDPROMETHEUSCONVERTER_PODMONITOR' },
};

/** The operators of a tree, known by their rights: who may change VMAgents is one. */
export const operators = perTree((tree): readonly Operator[] =>
  podTemplates(tree)
    .map((template) => {
      const grants = grantsOf(tree, { name: text(at(template.spec, 'serviceAccountName')) || 'default', namespace: template.namespace });
      const known = grants.filter(({ rules }) => rules !== undefined);
      return {
        ...template,
        grants,
        operates: ['patch', 'update'].some((verb) =>
          allows(known, { verb, apiGroup: OPERATOR_GROUP, resource: 'vmagents', namespace: template.namespace }),
        ),
        converts: Object.keys(CONVERTED).filter((kind) => converts(template, known, kind)),
      };
    })
    .filter(({ operates }) => operates),
);

function converts({ spec, namespace }: PodTemplate, grants: readonly Grant[], kind: string): boolean {
  const { resource = '', variable = '' } = CONVERTED[kind] ?? {};
  const off = containers(spec).some((container) => {
    const args = [...list(at(container, 'args')), ...list(at(container, 'command'))].map(text);
    const disabled = args.flatMap((arg) => /^--?controller\.disableReconcileFor=(.*)$/.exec(arg)?.[1]?.split(',') ?? []);
    return (
      disabled.includes(kind) || list(at(container, 'env')).some((env) => at(env, 'name') === variable && at(env, 'value') === 'false')
    );
  });
  return !off && allows(grants, { verb: 'watch', apiGroup: 'monitoring.coreos.com', resource, namespace });
}
