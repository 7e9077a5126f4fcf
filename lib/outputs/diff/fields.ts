import { isDeepStrictEqual } from 'node:util';
import compare from 'microdiff';
import { at, type Json, type JsonObject } from '../../checks/tree';

/** One field that differs. */
export interface FieldChange {
  /** Where it is: `spec.template.spec.containers[vmagent].image`. Elements of lists go by their name where they have one. */
  readonly path: string;
  /** What it was. @default - it was not there */
  readonly old?: Json;
  /** What it is. @default - it is not there any more */
  readonly new?: Json;
}

/** What stands for the order of a list whose elements all stay. */
const ORDER = '[order]';

/** Every field that differs. Elements of lists are compared with their namesakes, so that one more element is one difference. */
export function fieldChanges(former: Json, latter: Json): FieldChange[] {
  const [a, b] = paired(former, latter);
  if (!isMap(a) || !isMap(b)) return isDeepStrictEqual(a, b) ? [] : [change('', former, latter)];
  return compare(a, b, { cyclesFix: false }).map((one) => {
    const path = pathText(one.path);
    if (one.type === 'CREATE') return change(path, undefined, one.value as Json);
    if (one.type === 'REMOVE') return change(path, one.oldValue as Json, undefined);
    return change(path, one.oldValue as Json, one.value as Json);
  });
}

function change(path: string, former: Json, latter: Json): FieldChange {
  return { path, ...(former === undefined ? {} : { old: former }), ...(latter === undefined ? {} : { new: latter }) };
}

function pathText(keys: readonly (string | number)[]): string {
  return keys.reduce<string>((path, key) => {
    const name = String(key);
    if (name.startsWith('[')) return `${path}${name}`;
    if (!/^[\w-]+$/.test(name)) return `${path}["${name}"]`;
    return path === '' ? name : `${path}.${name}`;
  }, '');
}

function isMap(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Two values with their lists as maps in which what belongs together has one key. What only one of them has stays as it is. */
function paired(a: Json, b: Json): readonly [Json, Json] {
  if (Array.isArray(a) && Array.isArray(b)) return pairedLists(a, b);
  if (!isMap(a) || !isMap(b)) return [a, b];
  const pairs = [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, paired(a[key], b[key])] as const);
  const side = (from: JsonObject, which: 0 | 1) =>
    Object.fromEntries(pairs.flatMap(([key, pair]) => (from[key] === undefined ? [] : [[key, pair[which]]])));
  return [side(a, 0), side(b, 1)];
}

function pairedLists(a: readonly Json[], b: readonly Json[]): readonly [JsonObject, JsonObject] {
  const former: { [key: string]: Json } = {};
  const latter: { [key: string]: Json } = {};
  const order: [key: string, inA: number, inB: number][] = [];
  for (const name of new Set([...a, ...b].map(nameOf))) {
    const pairs = pairsOf(indicesOf(a, name), indicesOf(b, name), (i, j) => isDeepStrictEqual(a[i], b[j]));
    for (const [count, [i, j]] of pairs.entries()) {
      const key = `[${pairs.length === 1 ? name : `${name} #${count + 1}`}]`;
      const [one, other] =
        i === undefined || j === undefined ? [elementOf(a, i), elementOf(b, j)] : paired(elementOf(a, i), elementOf(b, j));
      if (i !== undefined) former[key] = one;
      if (j !== undefined) latter[key] = other;
      if (i !== undefined && j !== undefined) order.push([key, i, j]);
    }
  }
  const inA = [...order].sort((x, y) => x[1] - y[1]).map(([key]) => key);
  const inB = [...order].sort((x, y) => x[2] - y[2]).map(([key]) => key);
  // of plain words only what there is counts
  if ([...a, ...b].some(isMap) && !isDeepStrictEqual(inA, inB)) {
    former[ORDER] = inA.join(' ');
    latter[ORDER] = inB.join(' ');
  }
  return [former, latter];
}

function indicesOf(list: readonly Json[], name: string): number[] {
  return list.flatMap((element, index) => (nameOf(element) === name ? [index] : []));
}

/** Elements of one name: those that are equal belong together, then the others in their order. */
function pairsOf(a: readonly number[], b: readonly number[], equal: (i: number, j: number) => boolean) {
  const free = [...b];
  const same = new Map<number, number>();
  for (const i of a) {
    const found = free.findIndex((j) => equal(i, j));
    if (found >= 0) same.set(i, free.splice(found, 1)[0] ?? 0);
  }
  const pairs: [number | undefined, number | undefined][] = a.map((i) => [i, same.get(i) ?? free.shift()]);
  return [...pairs, ...free.map((j): [undefined, number] => [undefined, j])];
}

/** Flags are compared by their values; the name is the key already. */
function elementOf(list: readonly Json[], index: number | undefined): Json {
  const element = index === undefined ? undefined : list[index];
  const flag = typeof element === 'string' ? FLAG.exec(element) : null;
  return flag ? (flag[2] ?? '') : element;
}

const FLAG = /^(--?[\w.-]+)=([\s\S]*)$/;
/** Fields that tell elements of a list apart, the best first. */
const NAMES = ['job_name', 'name', 'url', 'uid', 'containerPort', 'mountPath', 'match', 'key', 'port', 'ip'];

/** How an element of a list is called; several may have one name. */
function nameOf(element: Json): string {
  if (!isMap(element)) return typeof element === 'string' ? (FLAG.exec(element)?.[1] ?? element) : JSON.stringify(element);
  const { action } = element;
  if (typeof action === 'string') return ruleName(action, element);
  const rights = element.resources ?? element.nonResourceURLs;
  if (Array.isArray(rights)) return rights.join(',');
  const field = NAMES.find((name) => ['string', 'number'].includes(typeof element[name]));
  if (field === undefined) return '';
  return field === 'port' && typeof element.path === 'string' ? `${element.port} ${element.path}` : String(element[field]);
}

/** A relabel rule, by what it does to which labels. */
function ruleName(action: string, rule: JsonObject): string {
  const sources = at(rule, 'sourceLabels') ?? at(rule, 'source_labels');
  const target = at(rule, 'targetLabel') ?? at(rule, 'target_label');
  return [action, ...(Array.isArray(sources) ? sources : []), ...(typeof target === 'string' ? ['to', target] : [])].join(' ');
}
