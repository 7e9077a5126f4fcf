import type { FamilyLabel } from '../../common/metric-family';
import type { Destination } from '../../scrape/destination';
import { metaLabelKey } from '../../scrape/identity-rules';
import { RelabelAction } from '../../scrape/relabel-rule';
import type { Arrival } from '../../scrape/schema';
import { exposedLabels } from '../../scrape/schema/samples';
import { targetLabels, targetRules } from '../../scrape/schema/target-labels';
import type { ScrapeTarget } from '../../scrape/scrape-target';
import { type ToldRule, toldRule, writerOf } from './rules';

/** Who gives series a label. */
export enum LabelOrigin {
  /** The program that exposes them. */
  EXPORTER = 'exporter',
  /** The target: discovery and the rules over it. */
  TARGET = 'target',
  /** The agent, on everything. */
  AGENT = 'agent',
  /** A rule over samples, or over what one destination is sent. */
  RULE = 'rule',
}

/** A label of the series of a metric. */
export interface ToldLabel {
  readonly name: string;
  /** Every value that it can have. @default - any */
  readonly values?: readonly string[];
  /** Some series are without it. @default false */
  readonly optional?: boolean;
}

/** A label with which series arrive. */
export interface ArrivingLabel extends ToldLabel {
  readonly from: LabelOrigin;
  /** How the exporter calls it. @default - the same */
  readonly was?: string;
  /** What a rule makes it of, in words: `node label topology.kubernetes.io/zone`. @default - of nothing in particular */
  readonly source?: string;
  /** The rule that writes it, or may. @default - none does */
  readonly rule?: ToldRule;
}

/** A label that is taken away. */
export interface LostLabel {
  readonly name: string;
  readonly from: LabelOrigin;
  readonly rule: ToldRule;
}

/** The labels of series as their exporter has them. */
export function exposed({ sample }: Arrival): ToldLabel[] {
  return exposedLabels('', sample)
    .filter(([name]) => name !== '__name__')
    .map(([name, label]) => told(name, label));
}

/** The labels with which series arrive at a destination, each with who gives it. */
export function arriving(arrival: Arrival, destination?: Destination): ArrivingLabel[] {
  const { target, endpoint, sample } = arrival;
  const own = new Map(exposedLabels('', sample));
  const ofTarget = targetLabels(target, endpoint).labels;
  const present = [...own.keys(), ...ofTarget.keys()];
  const samples = sample.family ? target.metricRelabelConfigs : [];
  const origin = (label: string): Omit<ArrivingLabel, keyof ToldLabel> => {
    const bySent = writerOf(destination?.relabelConfigs ?? [], label, present);
    if (bySent) return byRule(toldRule(bySent, sentTo(destination)));
    const bySample = writerOf(samples, label, present);
    if (bySample) return byRule(toldRule(bySample, `samples of ${target.name}`), own.has(label) && !ofTarget.has(label));
    const isOwn = own.has(label) && (target.honorLabels === true || !ofTarget.has(label));
    if (isOwn) return { from: LabelOrigin.EXPORTER };
    if (ofTarget.has(label)) {
      const rule = writerOf(targetRules(target, endpoint), label, present);
      const by = rule && toldRule(rule, `targets of ${target.name}`);
      const source = by?.reads?.map((each) => metaText(each, target)).join(', ');
      return { from: LabelOrigin.TARGET, ...(source && { source }), ...(by && { rule: by }) };
    }
    const was = label.replace(/^exported_/, '');
    if (was !== label && own.has(was)) return { from: LabelOrigin.EXPORTER, was };
    return { from: LabelOrigin.AGENT };
  };
  return [...arrival.labels]
    .filter(([name]) => name !== '__name__')
    .map(([name, label]) => ({ ...told(name, label), ...origin(name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param isOwn the exporter has it, too, and the rule may leave that as it is */
function byRule(rule: ToldRule, isOwn = false): Omit<ArrivingLabel, keyof ToldLabel> {
  const source = rule.reads?.join(', ');
  return { from: isOwn ? LabelOrigin.EXPORTER : LabelOrigin.RULE, ...(source && { source }), rule };
}

const META: { readonly [label: string]: string } = {
  __address__: 'address of the target',
  __metrics_path__: 'path of the page',
  __meta_kubernetes_namespace: 'namespace of the pod',
  __meta_kubernetes_node_name: 'name of the node',
  __meta_kubernetes_pod_name: 'name of the pod',
  __meta_kubernetes_pod_node_name: 'name of the node of the pod',
};

/** What a label of discovery holds. */
function metaText(label: string, { nodeLabels = {} }: ScrapeTarget): string {
  const key = Object.values(nodeLabels).find((each) => label === `__meta_kubernetes_node_label_${metaLabelKey(each)}`);
  return key === undefined ? (META[label] ?? label) : `node label ${key}`;
}

/** The labels that series had and do not arrive with. */
export function lost(arrival: Arrival, destination?: Destination): LostLabel[] {
  const { target, endpoint, sample } = arrival;
  const own = exposedLabels('', sample).map(([name]) => name);
  const ofTarget = [...targetLabels(target, endpoint).labels.keys()];
  const renamed = own.filter((name) => ofTarget.includes(name) && !target.honorLabels).map((name) => `exported_${name}`);
  const isSum = target.sums?.some(({ as }) => as === arrival.labels.get('__name__')?.values?.[0]) === true;
  return [...new Set([...own, ...ofTarget, ...renamed])]
    .filter((name) => name !== '__name__' && !arrival.labels.has(name))
    .flatMap((name) => {
      const rule = arrival.lostTo(name);
      if (rule === undefined) return [];
      const bySent = destination?.relabelConfigs.includes(rule);
      const over = bySent
        ? sentTo(destination)
        : target.metricRelabelConfigs.includes(rule)
          ? `samples of ${target.name}`
          : isSum && rule.action === RelabelAction.LABEL_DROP
            ? `sums of ${target.name}`
            : `targets of ${target.name}`;
      const from = own.includes(name) || renamed.includes(name) ? LabelOrigin.EXPORTER : LabelOrigin.TARGET;
      return [{ name, from, rule: toldRule(rule, over) }];
    });
}

/** How rules over what one destination is sent are called. */
export function sentTo(destination: Destination | undefined): string {
  return `what is sent to ${destination?.name}`;
}

function told(name: string, { values, optional }: FamilyLabel): ToldLabel {
  return { name, ...(values && { values }), ...(optional && { optional }) };
}
