import { App, Chart, Duration } from 'cdk8s';
import { stringify } from 'yaml';
import type { MetricsPipelineProps } from '../../../charts/options';
import { resolveOptions } from '../../../charts/resolve';
import { parseCluster } from '../../config';
import { defaultOf } from './defaults';
import type { Facts } from './facts';
import type { Choice, Given, Question, Remark } from './question';

/** A choice, and whether it needs to be said. */
export interface Decision extends Choice {
  /** False where it follows from the defaults and the platform anyway. */
  readonly written: boolean;
}

/** What follows from the facts. */
export interface Plan {
  /** Options that are decided. */
  readonly decisions: readonly Decision[];
  /** What was seen and decides nothing. */
  readonly remarks: readonly Remark[];
  /** What is ambiguous, or will not work as it is. */
  readonly doubts: readonly Remark[];
}

/** Options of the whole cluster: said even where they are the default, because they are what the cluster is. */
const OF_CLUSTER = /^(cluster|slurmCluster|platform|mode)$|^(scale|namespaces)\./;
/** Options of a workload's place: without meaning where somebody else deploys it. */
const OF_PLACE = /^(\w+)\.(nodeSelector|tolerations)$/;

/** Asks every question. One whose kinds may not be read gives a doubt, and its options follow their defaults. */
export function plan(facts: Facts, given: Given, questions: readonly Question[]): Plan {
  const answers = questions.map((question) => {
    const hidden = question.needs.filter((kind) => !facts.knows(kind));
    if (hidden.length === 0) return question.ask(facts, given);
    const text = `${question.about}: could not be asked, because ${hidden.join(' and ')} may not be read; the defaults count`;
    return { doubts: [{ option: question.option, text }] };
  });
  const settle = settler(answers.flatMap(({ choices = [] }) => choices));
  return {
    decisions: answers.flatMap(({ choices = [] }) =>
      choices.filter(settle.counts).map((choice) => ({ ...choice, written: settle.isNew(choice) })),
    ),
    remarks: answers.flatMap(({ remarks = [] }) => remarks),
    doubts: answers.flatMap(({ doubts = [] }) => doubts.filter(settle.counts)),
  };
}

/** Tells which choices say more than the defaults and the platform do, and which are about nothing. */
function settler(choices: readonly Choice[]) {
  const ofCluster = choices.filter(({ option }) => OF_CLUSTER.test(option));
  const wanted = propsOf(choices);
  // dashboards are most of the work, and no option here depends on them
  const base = { ...propsOf(ofCluster), grafana: { dashboards: [] } };
  const implied: { readonly [part: string]: unknown } = { ...resolveOptions(new Chart(new App(), 'init'), base) };
  const isDeployed = (part: string) =>
    implied[part] !== undefined && (at(wanted, [part, 'deploy']) ?? at(implied, [part, 'deploy']) ?? true) !== false;
  return {
    counts: ({ option }: Remark | Choice): boolean => {
      const [, part] = OF_PLACE.exec(option) ?? [];
      return part === undefined || isDeployed(part);
    },
    isNew: ({ option }: Choice): boolean => {
      if (OF_CLUSTER.test(option)) return true;
      const path = option.split('.');
      const otherwise = at(implied, path) ?? defaultOf(path) ?? (path.at(-1) === 'deploy' ? true : undefined);
      return same(at(wanted, path)) !== same(otherwise);
    },
  };
}

/** The options as a file would give them. */
function propsOf(choices: readonly Choice[]): MetricsPipelineProps {
  const data: Tree = {};
  for (const { option, value } of choices) {
    const keys = option.split('.');
    const last = keys.pop() ?? '';
    let below = data;
    for (const key of keys) {
      const next = (below[key] ?? {}) as Tree;
      below[key] = next;
      below = next;
    }
    below[last] = value;
  }
  return parseCluster('init', stringify(data)).props;
}

interface Tree {
  [key: string]: unknown;
}

function at(from: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Tree)[key] : undefined), from);
}

/** A value so that equal ones have equal texts; durations of other units are the same. */
function same(value: unknown): string {
  return value instanceof Duration ? `${value.toMilliseconds()} ms` : (JSON.stringify(value) ?? '');
}
