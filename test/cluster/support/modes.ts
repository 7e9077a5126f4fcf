import { Mode } from '../../../lib';
import { type Cluster, report } from './cluster';
import { eventually } from './eventually';
import type { Manifests } from './manifests';
import type { KubeObject } from './objects';
import { MONITORING, operational } from './pipeline';
import { shellBlock } from './readme';
import { query, type Sample } from './store';

/** What the README and its pages have a block for, in either mode. */
export type Step = 'apply' | 'wait' | 'diff' | 'prune' | 'remove';

/** Names of the blocks of the page about the standalone mode; the README's are called as the steps. */
const STANDALONE: { readonly [step in Step]: string } = {
  apply: 'apply-standalone',
  wait: 'wait-standalone',
  diff: 'diff-standalone',
  prune: 'prune-standalone',
  remove: 'remove-standalone',
};

/** The block of a step. */
export function blockOf(mode: Mode, step: Step): string {
  return shellBlock(mode === Mode.STANDALONE ? STANDALONE[step] : step);
}

/** Does a step with some manifests, as a reader would. */
export async function step(cluster: Cluster, manifests: Manifests, mode: Mode, name: Step): Promise<void> {
  await cluster.shell(blockOf(mode, name), manifests.folder);
}

/** Applies manifests, and waits until everything runs in its new form. */
export async function applied(cluster: Cluster, manifests: Manifests, mode: Mode): Promise<void> {
  await step(cluster, manifests, mode, 'apply');
  if (mode === Mode.OPERATOR) await operational(cluster);
  await step(cluster, manifests, mode, 'wait');
}

/** Removes one pipeline and applies another of the other mode, as the page about modes says. */
export async function change(cluster: Cluster, from: Manifests, to: Manifests, mode: Mode): Promise<void> {
  await step(cluster, from, mode === Mode.STANDALONE ? Mode.OPERATOR : Mode.STANDALONE, 'remove');
  await cluster.shell(shellBlock('gone'), to.folder);
  if (mode === Mode.OPERATOR) await cluster.shell(shellBlock('adopt'), to.folder);
  await applied(cluster, to, mode);
}

/** The claims of agent and store, each with its identity: one that was deleted and made again is another. */
export async function claims(cluster: Cluster): Promise<string[]> {
  const found = await cluster.list<KubeObject>('persistentvolumeclaims', '-n', MONITORING);
  return found.map(({ metadata: { name, uid } }) => `${name} ${uid}`).sort();
}

/** Metrics as panels see them: name, job, and which labels they have, in the minute before some moment. */
export async function shapes(cluster: Cluster, at = Date.now() / 1000): Promise<ReadonlySet<string>> {
  const samples = await query(cluster, `last_over_time({__name__!=""}[${WINDOW_S}s] @ ${at})`);
  return new Set(samples.map(shape).filter((one) => !PASSING.test(one)));
}

/** What one look takes in: every target is scraped at least once in it. */
const WINDOW_S = 60;
/** A pod that has no address yet, which a scrape may meet or not. */
const PASSING = /^kube-state-metrics kube_pod_info\{(?!.*pod_ip)/;

/** What a mode shows, in two looks: one moment shows what the next may not, such as a pod on its way. */
export interface Shown {
  /** What both looks saw; the other mode has to have it. */
  readonly always: ReadonlySet<string>;
  /** What either saw; the other mode may have nothing else. */
  readonly ever: ReadonlySet<string>;
}

/** What the running mode shows now and showed a minute ago. */
export async function shown(cluster: Cluster): Promise<Shown> {
  const now = Date.now() / 1000;
  const [late, early] = await Promise.all([shapes(cluster, now), shapes(cluster, now - WINDOW_S)]);
  return { always: new Set([...late].filter((one) => early.has(one))), ever: new Set([...late, ...early]) };
}

function shape({ labels }: Sample): string {
  const { __name__: name, job, ...others } = labels;
  return `${job} ${name}{${Object.keys(others).sort().join(',')}}`;
}

/** A difference between the modes that is meant: a family that is there in one of them alone. One with other labels never is. */
export interface AllowedDifference {
  /** Job and name of the family. */
  readonly family: RegExp;
  /** Why. */
  readonly because: string;
}

/** What one set has and another has not, without what is allowed. */
export function missing(from: ReadonlySet<string>, other: ReadonlySet<string>, allowed: readonly AllowedDifference[]): string[] {
  const familyOf = (one: string) => one.slice(0, one.indexOf('{'));
  const known = new Set([...other].map(familyOf));
  const isAllowed = (family: string) => !known.has(family) && allowed.some(({ family: pattern }) => pattern.test(family));
  return [...from].filter((one) => !other.has(one) && !isAllowed(familyOf(one))).sort();
}

/** Waits until the other mode shows the same as the one before. */
export async function sameShapes(
  cluster: Cluster,
  before: Shown,
  allowed: readonly AllowedDifference[],
  seconds: number,
): Promise<ReadonlySet<string>> {
  const began = Date.now();
  let last: readonly string[] = [];
  const same = await eventually('the series are those of the other mode', seconds, async () => {
    const now = await shapes(cluster);
    const difference = { onlyBefore: missing(before.always, now, allowed), onlyNow: missing(now, before.ever, allowed) };
    const different = [...difference.onlyBefore, ...difference.onlyNow];
    if (different.length > 0) last = different;
    expect(difference).toEqual({ onlyBefore: [], onlyNow: [] });
    return now;
  });
  report(`the same after ${((Date.now() - began) / 1000).toFixed(1)} s; the last to come or go: ${last.slice(0, 3).join(', ') || 'none'}`);
  return same;
}
