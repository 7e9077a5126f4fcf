/** Functions that work a field out whenever it is asked for. */
type Late<T> = { readonly [field in keyof T]?: () => T[field] };

/** An object with some fields that are worked out whenever they are asked for; the others stay as they are, also where they are such fields themselves. */
export function withLate<T extends object>(object: T, fields: Late<T>): T {
  const late = Object.entries(fields).map(([name, get]) => [name, { get: get as () => unknown, enumerable: true }]);
  return Object.defineProperties({} as T, { ...Object.getOwnPropertyDescriptors(object), ...Object.fromEntries(late) });
}
