import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { at, entries, type KubeObject, strings } from './tree';

/** All annotations of an object together may not be larger. */
const ANNOTATIONS = 262_144;
/** The values of a ConfigMap or Secret together may not be larger. */
const VALUES = 1_048_576;
/** What the API server's store takes in one request. */
const REQUEST = 1_572_864;

/** What is too large is refused when it is applied, long after the review. */
export const applySize: Check = {
  name: 'apply-size',
  proves: 'every object fits into the API server, and those that only server-side apply can bring there are named',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    for (const on of tree.objects) {
      const values = on.kind === 'ConfigMap' || on.kind === 'Secret' ? valueBytes(on) : 0;
      if (values > VALUES) {
        yield { on, message: `data: got ${values} bytes, expected at most ${VALUES} in one ${on.kind}; share the keys out over several` };
        continue;
      }
      const json = JSON.stringify(on.json);
      // a character of six bytes is the worst case
      if (json.length * 6 <= ANNOTATIONS) continue;
      const bytes = Buffer.byteLength(json);
      if (bytes > REQUEST) {
        yield {
          on,
          message: `object: got ${bytes} bytes, expected at most ${REQUEST}, which is all that the API server stores; split it up`,
        };
        continue;
      }
      // kubectl keeps a copy of the object in an annotation, and its encoder writes these as six characters
      const annotation = bytes + 5 * (json.match(/[<>&]/g)?.length ?? 0) + annotationBytes(on);
      if (annotation > ANNOTATIONS) {
        yield {
          on,
          severity: Severity.WARNING,
          message: `object: got ${annotation} bytes, expected at most ${ANNOTATIONS} for a client-side apply, which keeps a copy of the object in an annotation; use kubectl apply --server-side`,
        };
      }
    }
  },
};

function valueBytes({ json }: KubeObject): number {
  const bytes = (field: string, ofOne: (value: string) => number) =>
    Object.values(strings(json[field])).reduce((sum, value) => sum + ofOne(value), 0);
  const decoded = (value: string) => Buffer.byteLength(value, 'base64');
  return (
    bytes('data', json.kind === 'Secret' ? decoded : (value) => Buffer.byteLength(value)) +
    bytes('binaryData', decoded) +
    bytes('stringData', (value) => Buffer.byteLength(value))
  );
}

function annotationBytes({ json }: KubeObject): number {
  return entries(at(json, 'metadata', 'annotations')).reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
}
