import { CLUSTER_LABEL } from '../../../common/labels';
import { type Facts, isOurs } from '../facts';
import type { Question } from '../question';

/** The name of the cluster on every series. */
export const name: Question = {
  about: 'the name of the cluster on every series',
  option: 'cluster',
  needs: [],
  uses: ['namespaces', 'daemonsets.apps'],
  ask(facts, given) {
    if (given.cluster !== undefined) return chosen(given.cluster, 'given with --cluster');
    const applied = appliedName(facts);
    if (applied !== undefined)
      return chosen(applied, 'the pipeline that is applied already has this name; its own parts are not counted below');
    const { context } = facts.data;
    for (const [what, text] of [
      ['the cluster', context.cluster],
      ['the context', context.name],
    ] as const) {
      const made = asName(text);
      if (made === undefined) continue;
      const answer = chosen(made, `${what} is called ${JSON.stringify(text)} in the kubeconfig`);
      if (made === text) return answer;
      return {
        ...answer,
        doubts: [
          { option: 'cluster', text: `is ${made} what people call it? ${JSON.stringify(text)} cannot be a name; give one with --cluster` },
        ],
      };
    }
    return {
      ...chosen('soperator', 'nothing in the kubeconfig can be a name'),
      doubts: [{ option: 'cluster', text: 'what do people call this cluster? Give its name with --cluster' }],
    };
  },
};

function chosen(value: string, why: string) {
  return { choices: [{ option: 'cluster', value, why }] };
}

/** The name that a pipeline was applied with. */
function appliedName({ data: { objects } }: Facts): string | undefined {
  const ours = [...(objects.namespaces ?? []), ...(objects['daemonsets.apps'] ?? [])].filter(isOurs);
  return ours.map(({ metadata }) => metadata.labels?.[CLUSTER_LABEL]).find((label) => label !== undefined);
}

/** A text with what a name may have: `arn:aws:eks:eu-west-1:1:cluster/Prod_EU` is `prod-eu`. */
function asName(text: string): string | undefined {
  const last = text.split('/').at(-1) ?? '';
  const made = last
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 63)
    .replace(/^[.-]+|[.-]+$/g, '');
  return made === '' ? undefined : made;
}
