import { isDeepStrictEqual } from 'node:util';
import type { Cluster, Run } from './cluster';
import { type KubeObject, titleOf } from './objects';

/** Metadata that says who wrote an object and when, and not what it is. */
const BOOKKEEPING = ['managedFields', 'resourceVersion'];

/** How files are applied: the arguments behind `kubectl apply --server-side`. */
export interface Applier {
  /** Who it is, for messages. */
  readonly name: string;
  /** Its arguments. */
  readonly flags: readonly string[];
}

/** Who applied the tests' pipeline. */
export const SAME_MANAGER: Applier = { name: 'the manager that applied it', flags: [] };
/** GitOps controllers: each by the name that it owns fields by, and with its way of taking them over. */
export const CONTROLLERS: readonly Applier[] = [
  { name: "Flux's kustomize-controller", flags: ['--field-manager=kustomize-controller', '--force-conflicts'] },
  { name: 'Argo CD', flags: ['--field-manager=argocd-controller', '--force-conflicts'] },
];

/** What the API server would make of some files, beside what is there. */
export interface DryRun {
  /** How many objects were looked at. */
  readonly objects: number;
  /** One line each: what applying would change, or what refuses it. */
  readonly changes: readonly string[];
}

/** Applies files as a dry run of the API server, and compares each object that it answers with the one that lives. */
export async function dryRun(
  cluster: Cluster,
  paths: readonly string[],
  live: ReadonlyMap<string, KubeObject>,
  applier: Applier,
): Promise<DryRun> {
  const files = paths.flatMap((path) => ['-f', path]);
  const run = await cluster.run('kubectl', ['apply', '--server-side', '--dry-run=server', ...applier.flags, '-o', 'json', ...files]);
  if (run.code !== 0) return { objects: live.size, changes: refusals(run) };
  const answered = objectsOf(run.stdout);
  const changes = answered.flatMap((object) => {
    const title = titleOf(object);
    return differences(settled(live.get(title)), settled(object)).map((line) => `${title} ${line}`);
  });
  return { objects: answered.length, changes };
}

/** The objects of some files as they live, by their titles. */
export async function living(cluster: Cluster, paths: readonly string[]): Promise<ReadonlyMap<string, KubeObject>> {
  const objects = objectsOf(await cluster.kubectl('get', '-o', 'json', ...paths.flatMap((path) => ['-f', path])));
  return new Map(objects.map((object) => [titleOf(object), object]));
}

/** Where what lives is not what was rendered: a field that somebody changed, took away or wrote otherwise. Fields beside ours are nobody's business. */
export function unlike(rendered: unknown, live: unknown, path = ''): string[] {
  if (Array.isArray(rendered)) {
    if (!Array.isArray(live)) return [otherwise(path, rendered, live)];
    const longer = live.length > rendered.length ? [otherwise(`${path}.length`, rendered.length, live.length)] : [];
    return [...rendered.flatMap((item, index) => unlike(item, live[index], `${path}[${index}]`)), ...longer];
  }
  if (isRecord(rendered)) {
    if (!isRecord(live)) return [otherwise(path, rendered, live)];
    return Object.entries(rendered).flatMap(([key, value]) => unlike(value, live[key], path === '' ? key : `${path}.${key}`));
  }
  return isDeepStrictEqual(rendered, live) ? [] : [otherwise(path, rendered, live)];
}

/** Where two values differ, in either direction. */
function differences(before: unknown, after: unknown): string[] {
  return [...new Set([...unlike(after, before), ...unlike(before, after).map(reversed)])];
}

const BETWEEN = ' lives as ';

function otherwise(path: string, rendered: unknown, live: unknown): string {
  return `${path}: ${short(rendered)}${BETWEEN}${short(live)}`;
}

function reversed(line: string): string {
  const [, path = '', from = '', to = ''] = new RegExp(`^(\\S+): (.*)${BETWEEN}(.*)$`).exec(line) ?? [];
  return `${path}: ${to}${BETWEEN}${from}`;
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 120);
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object without what says who wrote it, and without its status, which nobody applies. Its generation stays: a change makes a new one. */
function settled(object: KubeObject | undefined): unknown {
  if (object === undefined) return undefined;
  const { status: _, ...rest } = object as KubeObject & { readonly status?: unknown };
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !BOOKKEEPING.includes(key)));
  return { ...rest, metadata };
}

function objectsOf(json: string): KubeObject[] {
  const answer = JSON.parse(json);
  return answer.kind === 'List' ? answer.items : [answer];
}

/** What kubectl says of each object that it may not apply, without its advice. */
function refusals({ stderr }: Run): string[] {
  const lines = stderr.trim().split('\n');
  const reasons = lines.filter((line) => /^(error|Error|Apply failed)|conflict with|is invalid/.test(line));
  return reasons.length > 0 ? reasons : lines;
}
