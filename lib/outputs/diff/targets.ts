import { fieldChanges } from './fields';
import { Change, Danger, type TargetDifference, type ValueChange, type Warning } from './kinds';
import type { Side } from './side';
import { inMetaLabels, targetsOfModel, targetsOfObjects } from './target-views';

/** What is scraped on one side and not on the other, or in another way. */
export function targetDifferences(former: Side, latter: Side): TargetDifference[] {
  // the model says the same in both modes; where a side has none, both are read from the objects
  const models = former.model && latter.model && ([former.model, latter.model] as const);
  const [a, b] = models ? models.map(targetsOfModel) : [former, latter].map(({ tree }) => targetsOfObjects(tree));
  const before = new Map(a?.map((target) => [target.name, target]));
  const after = new Map(b?.map((target) => [target.name, target]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): TargetDifference[] => {
    const [one, other] = [before.get(name), after.get(name)];
    const view = other ?? one;
    if (!view) return [];
    const change = one && other ? Change.CHANGED : other ? Change.ADDED : Change.REMOVED;
    const isAlike = one?.writer === other?.writer;
    const fields =
      one && other && !isAlike
        ? valueChanges(inMetaLabels(one), inMetaLabels(other))
        : valueChanges(one?.fields ?? {}, other?.fields ?? {});
    const rules = (which: 'targetRules' | 'sampleRules') => (one && other ? fieldChanges(one[which], other[which]) : []);
    // whoever writes the rules of a target adds some of its own
    const targetRules = isAlike ? rules('targetRules') : [];
    const sampleRules = rules('sampleRules');
    if (fields.length + targetRules.length + sampleRules.length === 0) return [];
    return [{ change, name, job: view.fields.job ?? view.scrape, fields, targetRules, sampleRules }];
  });
}

/** Fields that are the label of a series, and so what queries hang on. */
const LABELS: { readonly [field: string]: string } = {
  job: 'job',
  instance: 'instance',
  'label namespace': 'namespace',
  'labels of the node': 'of the node',
};

/** What to know of targets that differ. */
export function targetWarnings(differences: readonly TargetDifference[]): Warning[] {
  return differences
    .filter(({ change }) => change === Change.CHANGED)
    .flatMap(({ name, fields, targetRules }) => [
      ...fields
        .filter(({ field }) => LABELS[field] !== undefined)
        .map(({ field, old = 'none', new: value = 'none' }) => ({
          danger: Danger.LABELS,
          subject: `scrape of ${name}`,
          message: `label ${LABELS[field]} changes from ${old} to ${value}: its series end and new ones begin; queries and alerts that name the label need the new value`,
        })),
      ...(targetRules.length > 0
        ? [
            {
              danger: Danger.LABELS,
              subject: `scrape of ${name}`,
              message: 'rules over the labels of the target differ: where a label gets another value, its series end and new ones begin',
            },
          ]
        : []),
    ]);
}

/** What differs between two sets of words. */
export function valueChanges(a: { readonly [field: string]: string }, b: { readonly [field: string]: string }): ValueChange[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => a[field] !== b[field])
    .map((field) => ({
      field,
      ...(a[field] === undefined ? {} : { old: a[field] }),
      ...(b[field] === undefined ? {} : { new: b[field] }),
    }));
}
