/** How bad a finding is. */
export enum Severity {
  /** Something is missing, refused or lost now. */
  ERROR = 'error',
  /** Nothing is lost yet, or nobody can tell. */
  WARNING = 'warning',
}

/** Something that is not as it was rendered, or not well. */
export interface Finding {
  readonly severity: Severity;
  /** What is wrong, with names and figures. */
  readonly what: string;
  /** Why that is, as far as it can be told from outside. */
  readonly cause: string;
  /** A command that shows more or mends it. */
  readonly next: string;
  /** Everything that it is about: targets, metrics, panels. */
  readonly subjects: readonly string[];
}

/** Something that is well, though it may surprise: an empty panel with its reason, a question that could not be asked. */
export interface Note {
  readonly what: string;
  readonly because: string;
}

/** The first few of many, and how many more there are. */
export function few(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

/** A number with its thing: `1 target`, `3 targets`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** Items by a key, in the order of their first. */
export function grouped<T>(items: Iterable<T>, keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
