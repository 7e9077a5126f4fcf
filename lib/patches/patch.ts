/** What one operation of a patch does. */
export enum PatchOp {
  /** Brings a value in, in front of an element of a list, or at the end of a list with `-`; its parent must be there. */
  ADD = 'add',
  /** Takes away what is there. */
  REMOVE = 'remove',
  /** Puts a value in place of what is there. */
  REPLACE = 'replace',
  /** Takes a value from one place to another. */
  MOVE = 'move',
  /** Brings the same value in at another place. */
  COPY = 'copy',
  /** Proves that a value is what it was when the patch was written. */
  TEST = 'test',
}

/**
 * One operation on one object, as a JSON Patch has it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export interface PatchOperation {
  /** What it does. */
  readonly op: PatchOp;
  /** Where, as a JSON pointer over the written manifest: `/spec/replicas`. In keys `~` is `~0`, and `/` is `~1`. */
  readonly path: string;
  /** The value; of add, replace and test. @default - none */
  readonly value?: unknown;
  /** Where the value comes from, as a pointer; of move and copy. @default - none */
  readonly from?: string;
}

/** Which rendered objects are meant. */
export interface ObjectSelector {
  /** Their kind: `Deployment`. */
  readonly kind: string;
  /** Their name. @default - every object of the kind */
  readonly name?: string;
  /** Their namespace. @default - any, and none */
  readonly namespace?: string;
}

/** Fields of an object with new values; `null` takes a field away, and a list is replaced as a whole. */
export interface MergedFields {
  readonly [field: string]: unknown;
}

/** A change of rendered objects. */
export interface ObjectPatch extends ObjectSelector {
  /** Operations, one after the other. @default - none */
  readonly patch?: readonly PatchOperation[];
  /** Fields with new values, after the operations. @default - none */
  readonly merge?: MergedFields;
}

/** What is wrong with a part of a patch: what was given, what is allowed and what to write instead. */
export interface PatchFault {
  /** The part: `patch[0].path`, `merge`, `name`. */
  readonly at: string;
  readonly got: unknown;
  readonly expected: string;
  readonly instead: string;
}

/** What an operation needs beside its path. */
const NEEDS: { readonly [op in PatchOp]: 'value' | 'from' | undefined } = {
  [PatchOp.ADD]: 'value',
  [PatchOp.REPLACE]: 'value',
  [PatchOp.TEST]: 'value',
  [PatchOp.MOVE]: 'from',
  [PatchOp.COPY]: 'from',
  [PatchOp.REMOVE]: undefined,
};

/** What is wrong with an operation, whatever it is applied to; `at` is the field. */
export function objectionToOperation(operation: PatchOperation): PatchFault | undefined {
  const { op } = operation;
  if (!Object.hasOwn(NEEDS, op)) {
    return { at: 'op', got: op, expected: `one of ${Object.values(PatchOp).join(', ')}`, instead: 'take one of these' };
  }
  for (const field of ['value', 'from'] as const) {
    const given = operation[field];
    if (NEEDS[op] === field && given === undefined) {
      const instead = field === 'value' ? 'write value: …' : "write from: '/…', where it is now";
      return { at: field, got: given, expected: `a ${field} beside op: ${op}`, instead };
    }
    if (NEEDS[op] !== field && given !== undefined) {
      return { at: field, got: given, expected: `none beside op: ${op}, which would not read it`, instead: 'remove it' };
    }
  }
  for (const field of ['path', 'from'] as const) {
    const given = operation[field];
    if (given === undefined || /^(\/([^~/]|~[01])*)+$/.test(given)) continue;
    const expected = 'a JSON pointer: each key behind a /, with ~1 for a / in a key and ~0 for a ~';
    return { at: field, got: given, expected, instead: `write ${mended(given)}` };
  }
  return undefined;
}

function mended(pointer: string): string {
  if (pointer === '') return "the path of a field: '/spec/replicas'";
  const escaped = pointer.replace(/~(?![01])/g, '~0');
  return JSON.stringify(escaped.startsWith('/') ? escaped : `/${escaped.replaceAll('.', '/').replace(/\[(\d+)\]/g, '/$1')}`);
}
