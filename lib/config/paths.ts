/** One step of a path: a key of a map, or the position in a list. */
export type PathKey = string | number;

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** Writes a path as a user reads it: `remoteWrite[0].url`, `nodeSelector["kubernetes.io/os"]`. */
export function formatPath(path: readonly PathKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!PLAIN_KEY.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

/** Reads what {@link formatPath} writes; what it cannot read stays one key. */
export function parsePath(text: string): PathKey[] {
  const steps = [...text.matchAll(/(?:^|\.)([\w$-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)];
  if (steps.map(([step]) => step).join('') !== text) return [text];
  return steps.map(([, plain, position, quoted]) => {
    if (position !== undefined) return Number(position);
    return quoted === undefined ? (plain ?? '') : String(JSON.parse(quoted));
  });
}
