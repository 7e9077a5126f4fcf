import { isDeepStrictEqual } from 'node:util';
import { JsonPatch } from 'cdk8s';
import { type MergedFields, type ObjectPatch, objectionToOperation, type PatchFault, PatchOp, type PatchOperation } from './patch';
import { deadEnd, find, keysOf, leadsTo, pointerOf, takes } from './pointer';

/** An object after a patch, and which parts of the patch could not be applied. */
export interface Patched {
  readonly json: unknown;
  readonly faults: readonly PatchFault[];
}

/** What others refer to an object by, and what says into which file it goes. */
const IDENTITY = ['/kind', '/metadata/name', '/metadata/namespace'];

type Fault = PatchFault | undefined;

/**
 * Applies a patch to an object. Parts that do not fit are left out and told; so are those that would only follow from them.
 *
 * @param json the object, which stays as it is
 * @param title how messages call it
 */
export function applyPatch(json: unknown, { patch = [], merge }: ObjectPatch, title: string): Patched {
  const faults: PatchFault[] = [];
  const failed: string[] = [];
  let made: unknown = cloned(json);
  for (const [index, operation] of patch.entries()) {
    const { path, from = path } = operation;
    const fault = objectionToOperation(operation) ?? faultOf(made, operation, title);
    if (!fault) {
      made = JsonPatch.apply(made, jsonPatch(operation));
      continue;
    }
    // what needs a place that an earlier operation did not make is not told, too
    if (!failed.some((place) => leadsTo(place, path) || leadsTo(place, from))) {
      faults.push({ ...fault, at: `patch[${index}].${fault.at}` });
    }
    failed.push(path);
  }
  if (merge !== undefined) {
    const found = faultsOfMerge(made, merge, title);
    faults.push(...found);
    if (found.length === 0) made = merged(made, merge);
  }
  return { json: made, faults };
}

function jsonPatch({ op, path, value, from = '' }: PatchOperation): JsonPatch {
  switch (op) {
    case PatchOp.ADD:
      return JsonPatch.add(path, value);
    case PatchOp.REMOVE:
      return JsonPatch.remove(path);
    case PatchOp.REPLACE:
      return JsonPatch.replace(path, value);
    case PatchOp.MOVE:
      return JsonPatch.move(from, path);
    case PatchOp.COPY:
      return JsonPatch.copy(from, path);
    case PatchOp.TEST:
      return JsonPatch.test(path, value);
  }
}

/** What is wrong with an operation on an object. */
function faultOf(json: unknown, operation: PatchOperation, title: string): Fault {
  const { op, path, value, from = '' } = operation;
  switch (op) {
    case PatchOp.TEST: {
      const found = find(json, path);
      if (!found) return missing(json, 'path', path, title);
      if (isDeepStrictEqual(found.value, cloned(value))) return undefined;
      const expected = `what ${title} has at ${path}: ${JSON.stringify(found.value)}`;
      return { at: 'value', got: value, expected, instead: 'see whether the other operations still fit, and test for that' };
    }
    case PatchOp.REMOVE:
      return identity('path', path, title) ?? (find(json, path) ? undefined : missing(json, 'path', path, title));
    case PatchOp.REPLACE:
      return identity('path', path, title) ?? (find(json, path) ? undefined : missing(json, 'path', path, title, 'use op: add'));
    case PatchOp.ADD:
      return identity('path', path, title) ?? unfit(json, path, title);
    default:
      if (op === PatchOp.MOVE && path !== from && leadsTo(from, path)) {
        return { at: 'path', got: path, expected: `a place that is not below ${from}, from which it is taken`, instead: 'use op: copy' };
      }
      return (
        (op === PatchOp.MOVE ? identity('from', from, title) : undefined) ??
        identity('path', path, title) ??
        (find(json, from) ? unfit(json, path, title) : missing(json, 'from', from, title))
      );
  }
}

function identity(at: string, path: string, title: string): Fault {
  if (!IDENTITY.some((own) => leadsTo(path, own))) return undefined;
  const expected = `a path that leaves kind, name and namespace of ${title} alone, for other objects refer to them`;
  return { at, got: path, expected, instead: 'give the part another name or namespace by its options' };
}

/** Nothing can be added where there is nothing to hold it. */
function unfit(json: unknown, path: string, title: string): Fault {
  const keys = keysOf(path);
  const above = pointerOf(keys.slice(0, -1));
  const container = find(json, above);
  if (!container) return missing(json, 'path', path, title, `add ${deadEnd(json, path).missing} first`);
  if (takes(container.value, keys.at(-1) ?? '')) return undefined;
  return missing(json, 'path', path, title, Array.isArray(container.value) ? `write ${above}/- for its end` : undefined);
}

/** @param otherwise what to write where no other path is like the given one */
function missing(
  json: unknown,
  at: string,
  path: string,
  title: string,
  otherwise = 'take a path that is there, or leave it out',
): PatchFault {
  const { there, meant } = deadEnd(json, path);
  return { at, got: path, expected: `a path of ${title}, where ${there}`, instead: meant === undefined ? otherwise : `write ${meant}` };
}

/** Fields that a merge would take away and that are not there, and those that say which object it is. */
function faultsOfMerge(json: unknown, fields: MergedFields, title: string, above: readonly string[] = []): PatchFault[] {
  return Object.entries(fields).flatMap(([key, value]): PatchFault[] => {
    const pointer = pointerOf([...above, key]);
    if (IDENTITY.includes(pointer) || (value === null && pointer === '/metadata')) {
      const fault = identity('merge', pointer, title);
      return fault ? [fault] : [];
    }
    if (value === null) {
      if (find(json, pointer)) return [];
      const { there, meant } = deadEnd(json, pointer);
      const expected = `null for a field of ${title} that is there, where ${there}`;
      return [{ at: 'merge', got: `null at ${pointer}`, expected, instead: meant === undefined ? 'leave it out' : `write ${meant}` }];
    }
    return isFields(value) ? faultsOfMerge(json, value, title, [...above, key]) : [];
  });
}

function isFields(value: unknown): value is MergedFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @see https://www.rfc-editor.org/rfc/rfc7396 */
function merged(json: unknown, fields: MergedFields): MergedFields {
  const result: { [field: string]: unknown } = isFields(json) ? { ...json } : {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete result[key];
    else result[key] = isFields(value) ? merged(result[key], value) : cloned(value);
  }
  return result;
}

/** A copy of what is JSON, made of plain objects whatever it was made of. */
function cloned<T>(json: T): T {
  return json === undefined ? json : (JSON.parse(JSON.stringify(json)) as T);
}
