import { type Binary, type Call, type Expr, type LabelName, passes, readQuery, type Selector } from '../../../lib/promql';

export type Labels = { readonly [label: string]: string };

/** A series at one moment. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/**
 * What a store that has these series would answer at one moment: for the few parts of PromQL of which joins of workers and hosts are made.
 * Windows are not looked at, so that a function over time gives what is there.
 *
 * @param variables values of the dashboard's variables
 */
export function answer(text: string, series: readonly Sample[], variables: Labels): Sample[] {
  const evaluate = (expr: Expr): Sample[] => {
    switch (expr.kind) {
      case 'selector':
        return series.filter(({ labels }) => selects(expr, labels, variables));
      case 'call':
        return called(expr, evaluate);
      case 'binary':
        return combined(expr, evaluate(expr.left), evaluate(expr.right));
      case 'aggregation': {
        const { name, operand, grouping } = expr;
        if (grouping?.by !== true || !['max', 'topk'].includes(name)) throw new Error(`${name}: got none of what is known here`);
        const groups = new Map<string, Sample>();
        for (const sample of evaluate(operand)) {
          const group = keyOf(sample.labels, grouping.labels);
          const most = groups.get(group);
          if (most === undefined || most.value < sample.value) groups.set(group, sample);
        }
        // `topk`: the first one, for it is asked for one only
        return [...groups.values()].map((most) => (name === 'topk' ? most : { ...most, labels: only(most.labels, grouping.labels) }));
      }
      default:
        throw new Error(`${expr.kind}: got none of what is known here`);
    }
  };
  return evaluate(readQuery(text, Object.keys(variables)).expr);
}

function selects({ name, matchers }: Selector, labels: Labels, variables: Labels): boolean {
  const filled = (value: string) => value.replace(/\$(\w+)/g, (_, variable: string) => variables[variable] ?? '');
  return (
    labels.__name__ === name &&
    matchers.every((matcher) => passes({ ...matcher, value: filled(matcher.value) }, labels[matcher.label] ?? ''))
  );
}

function called({ name, args }: Call, evaluate: (expr: Expr) => Sample[]): Sample[] {
  const [operand, ...words] = args;
  if (operand === undefined) throw new Error(`${name}: got no operand`);
  if (name === 'max_over_time') return evaluate(operand);
  if (name !== 'label_replace') throw new Error(`${name}: got none of what is known here`);
  const [to = '', replacement, from = '', pattern = ''] = words.map((word) => (word.kind === 'string' ? word.value : ''));
  if (replacement !== '$1') throw new Error(`label_replace: got ${replacement}, expected $1`);
  return evaluate(operand).map((sample) => {
    const [, group] = new RegExp(`^(?:${pattern})$`).exec(sample.labels[from] ?? '') ?? [];
    return group === undefined ? sample : { ...sample, labels: { ...sample.labels, [to]: group } };
  });
}

function combined({ op, matching }: Binary, left: readonly Sample[], right: readonly Sample[]): Sample[] {
  if (matching?.on !== true) throw new Error(`${op}: got no on (…)`);
  const key = ({ labels }: Sample) => keyOf(labels, matching.labels);
  const has = (side: readonly Sample[]) => {
    const keys = new Set(side.map(key));
    return (sample: Sample) => keys.has(key(sample));
  };
  const [inLeft, inRight] = [has(left), has(right)];
  if (op === 'and') return left.filter(inRight);
  if (op === 'unless') return left.filter((sample) => !inRight(sample));
  if (op === 'or') return [...left, ...right.filter((sample) => !inLeft(sample))];
  if (op !== '*' || matching.many !== 'left') throw new Error(`${op}: got none of what is known here`);
  return left.flatMap((many) => {
    const ones = right.filter((one) => key(one) === key(many));
    if (ones.length > 1) throw new Error(`many-to-many: ${JSON.stringify(ones.map(({ labels }) => labels))}`);
    return ones.map((one) => ({ labels: { ...many.labels, ...only(one.labels, matching.include) }, value: many.value * one.value }));
  });
}

const only = (labels: Labels, names: readonly LabelName[]): Labels =>
  Object.fromEntries(names.flatMap(({ name }) => (labels[name] ? [[name, labels[name]]] : [])));
const keyOf = (labels: Labels, names: readonly LabelName[]): string => JSON.stringify(names.map(({ name }) => labels[name] ?? ''));
