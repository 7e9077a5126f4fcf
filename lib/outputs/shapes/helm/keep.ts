/** Says to Helm that an object outlives its release. The one thing that charts have and plain manifests have not. */
export const KEEP = { annotation: 'helm.sh/resource-policy', value: 'keep' } as const;

/** An object as it is written. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly annotations?: { readonly [key: string]: string }; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** An object that outlives its release. */
export function keepObject(object: KubeObject): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [KEEP.annotation]: KEEP.value } } };
}

/**
 * Definitions that outlive their release. They are put among the templates, and not into Helm's folder `crds`, because Helm never upgrades what
 * is in that one. Without a parser: they are a megabyte, of which each line stays as it was published.
 */
export function keepDefinitions(text: string): string {
  const kept = text.replace(/^metadata:\n {2}annotations:\n/gm, `$&    ${KEEP.annotation}: ${KEEP.value}\n`);
  const count = (pattern: RegExp) => kept.match(pattern)?.length ?? 0;
  const expected = count(/^kind: /gm);
  const done = count(new RegExp(`^    ${KEEP.annotation}: ${KEEP.value}$`, 'gm'));
  if (done !== expected) throw new Error(`definitions: ${done} of ${expected} have annotations as their first metadata, where ours goes`);
  return kept;
}
