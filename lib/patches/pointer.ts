import { nearest } from '../common/nearest';

/** The keys of a JSON pointer. */
export function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The JSON pointer of keys. */
export function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether a pointer leads to another one or to what is above it. */
export function leadsTo(pointer: string, other: string): boolean {
  return other === pointer || other.startsWith(`${pointer}/`);
}

const INDEX = /^(0|[1-9]\d*)$/;

/** What is at a key of a value, if anything is. */
export function below(value: unknown, key: string): { readonly value: unknown } | undefined {
  if (Array.isArray(value)) return INDEX.test(key) && Number(key) < value.length ? { value: value[Number(key)] } : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return { value: (value as { readonly [key: string]: unknown })[key] };
}

/** What is at a pointer, if anything is. */
export function find(json: unknown, pointer: string): { readonly value: unknown } | undefined {
  let found: { readonly value: unknown } | undefined = { value: json };
  for (const key of keysOf(pointer)) found = found && below(found.value, key);
  return found;
}

/** Whether a value can be added at a key of a container. */
export function takes(container: unknown, key: string): boolean {
  if (Array.isArray(container)) return key === '-' || (INDEX.test(key) && Number(key) <= container.length);
  return typeof container === 'object' && container !== null;
}

/** Keys above which a list of them helps nobody. */
const FEW = 15;

/** Where a path ends early. */
export interface DeadEnd {
  /** What there is: `/spec has replicas, selector, template`. */
  readonly there: string;
  /** The path that was probably meant. @default - none is like it */
  readonly meant?: string;
  /** The pointer of what is not there. */
  readonly missing: string;
}

/** What there is instead of a path that leads nowhere. */
export function deadEnd(json: unknown, pointer: string): DeadEnd {
  const keys = keysOf(pointer);
  let value = json;
  for (const [depth, key] of keys.entries()) {
    const next = below(value, key);
    if (next) {
      value = next.value;
      continue;
    }
    const above = keys.slice(0, depth);
    const missing = pointerOf([...above, key]);
    const place = pointerOf(above) || 'its top';
    if (Array.isArray(value)) {
      const there = value.length === 0 ? 'an empty list' : `a list of 0 to ${value.length - 1}`;
      return { there: `${place} is ${there}`, missing };
    }
    if (typeof value !== 'object' || value === null) return { there: `${place} is ${JSON.stringify(value)}`, missing };
    const names = Object.keys(value);
    const close = nearest(key, names);
    const listed = names.length > FEW ? [...names.slice(0, FEW), `${names.length - FEW} more`] : names;
    return {
      there: `${place} has ${listed.length === 0 ? 'nothing' : listed.join(', ')}`,
      missing,
      ...(close === undefined ? {} : { meant: pointerOf([...above, close, ...keys.slice(depth + 1)]) }),
    };
  }
  return { there: `${pointer} is there`, missing: pointer };
}
