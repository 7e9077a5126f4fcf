import type * as z from 'zod/mini';
import { NOTES, type Notes, type Value } from './option';
import { formatPath, type PathKey } from './paths';

/** One option of the schema. */
export interface SchemaOption {
  /** Its path; items of a list are `[0]`, and fields of a shared type stand below its name: `Toleration.key`. */
  readonly path: string;
  /** What is known of it. */
  readonly notes: Notes;
}

type AnyValue = Value<unknown> | z.core.$ZodType;

/** All options of a type, each field of a shared type once. */
export function optionsOf(type: AnyValue): SchemaOption[] {
  const found: SchemaOption[] = [];
  const shared = new Set<string>();
  const visit = (value: AnyValue, path: readonly PathKey[]): void => {
    const { fields, item, id } = lookInto(value);
    if (id !== undefined && shared.has(id)) return;
    if (id !== undefined) shared.add(id);
    const base = id === undefined ? path : [id];
    if (item) visit(item, [...base, 0]);
    for (const [key, field] of Object.entries(fields ?? {})) {
      const below = [...base, key];
      found.push({ path: formatPath(below), notes: NOTES.get(field) ?? {} });
      visit(field, below);
    }
  };
  visit(type, []);
  return found;
}

/** The type that belongs to a path below a type, if there is one. */
export function typeAt(type: AnyValue, path: readonly PathKey[]): AnyValue | undefined {
  return path.reduce<AnyValue | undefined>((found, key) => {
    if (!found) return undefined;
    const { fields, item, entry } = lookInto(found);
    if (typeof key === 'number') return item;
    return fields && Object.hasOwn(fields, key) ? fields[key] : entry;
  }, type);
}

/** What a type is made of. */
export interface Contents {
  /** Name of the type, where several options share it. */
  readonly id?: string;
  /** Whether a value may be a secret by mistake. */
  readonly hidden?: boolean;
  /** The options of a map. */
  readonly fields?: { readonly [key: string]: AnyValue };
  /** The type of the items of a list. */
  readonly item?: AnyValue;
  /** The type of the values of a map with free keys. */
  readonly entry?: AnyValue;
}

/** Looks through what wraps a type: being optional, being converted, being one of several. */
export function lookInto(type: AnyValue): Contents {
  const { def } = (type as z.core.$ZodTypes)._zod;
  const { id, hidden } = NOTES.get(type) ?? {};
  const own = { ...(id === undefined ? {} : { id }), ...(hidden === undefined ? {} : { hidden }) };
  switch (def.type) {
    case 'optional':
    case 'nonoptional':
      return { ...lookInto(def.innerType), ...own };
    case 'pipe':
      return { ...lookInto(def.in), ...own };
    case 'union':
      return Object.assign({}, ...def.options.map(lookInto), own);
    case 'object':
      return { fields: def.shape, ...own };
    case 'array':
      return { item: def.element, ...own };
    case 'record':
      return { entry: def.valueType, ...own };
    default:
      return own;
  }
}
