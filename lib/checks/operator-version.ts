import type { Check, CheckContext, Complaint } from './check';
import { DIGESTS_SINCE, OLDEST_OPERATOR, OPERATOR_FIELDS } from './operator-fields';
import { OPERATOR_GROUP } from './operator-made';
import { at, type Json, type KubeObject, list, text } from './tree';

/**
 * An operator ignores fields that it does not know, or, since 0.71.0, refuses to create the object.
 *
 * @see https://docs.victoriametrics.com/operator/changelog/
 */
export const operatorVersion: Check = {
  name: 'operator-version',
  proves: 'the VictoriaMetrics operator is recent enough to know every field of the resources that are written for it',
  *run({ tree, operatorVersion: version }: CheckContext): Iterable<Complaint> {
    if (version === undefined) return;
    const resources = tree.objects.filter(({ apiVersion }) => apiVersion.startsWith(`${OPERATOR_GROUP}/`));
    const [first] = resources;
    if (first && isOlder(version, OLDEST_OPERATOR)) {
      yield { on: first, message: `operator: got version ${version}, expected ${OLDEST_OPERATOR} or newer; update the operator` };
      return;
    }
    for (const on of resources) {
      for (const { kinds, path, since } of OPERATOR_FIELDS) {
        if (!kinds.includes(on.kind) || !isOlder(version, since)) continue;
        for (const place of given(on.json, path.split('.'))) yield unknown(on, place, version, since);
      }
      if (isOlder(version, DIGESTS_SINCE) && /^sha\d+:/.test(text(at(on.json, 'spec', 'image', 'tag')))) {
        yield {
          on,
          message: `spec.image.tag: got a digest, expected a tag, because operators before ${DIGESTS_SINCE} make no valid image of it and yours is ${version}; write the tag, or update the operator`,
        };
      }
    }
  },
};

function unknown(on: KubeObject, place: string, version: string, since: string): Complaint {
  return {
    on,
    message: `${place}: got a value, expected none, because operators know the field since ${since} and yours is ${version}; leave it out, or update the operator`,
  };
}

/** The places at which a path of fields leads to a value. */
function given(json: Json, [first = '', ...rest]: readonly string[], place = ''): string[] {
  const name = first.replace('[]', '');
  const here = place === '' ? name : `${place}.${name}`;
  const value = at(json, name);
  const values: readonly (readonly [string, Json])[] =
    first === name ? [[here, value]] : list(value).map((item, index) => [`${here}[${index}]`, item]);
  return values.flatMap(([where, item]) => (rest.length > 0 ? given(item, rest, where) : item === undefined ? [] : [where]));
}

/** Whether one version of the operator came out before another. */
export function isOlder(version: string, than: string): boolean {
  const [a = [], b = []] = [version, than].map((text) => text.replace(/^v/, '').split('.').map(Number));
  const different = b.findIndex((number, index) => (a[index] ?? 0) !== number);
  return different >= 0 && (a[different] ?? 0) < (b[different] ?? 0);
}
