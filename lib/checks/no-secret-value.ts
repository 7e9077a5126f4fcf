import { PART_OF } from '../common/names';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { positions } from './flags';
import { at, type Json, type JsonObject, type KubeObject, strings, text } from './tree';

/** Manifests are published: in CI logs, artifacts and repositories. A secret in one is a secret no more. */
export const noSecretValue: Check = {
  name: 'no-secret-value',
  proves: 'no manifest holds a password, token or key, be it in a Secret, a variable, an argument, a URL or a configuration file',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    for (const object of tree.objects) {
      // the schemas of custom resources are long and hold no values
      if (object.kind === 'CustomResourceDefinition') continue;
      if (object.kind === 'Secret') yield* secretObject(object);
      else yield* otherObject(object);
    }
  },
};

/** Secrets of other charts in the same app are their owners' business; ours have none. */
function* secretObject(on: KubeObject): Iterable<Complaint> {
  const keys = (['data', 'stringData'] as const).flatMap((field) =>
    Object.entries(strings(on.json[field])).filter(([, value]) => value !== ''),
  );
  if (keys.length === 0) return;
  yield {
    on,
    severity: on.labels['app.kubernetes.io/part-of'] === PART_OF ? Severity.ERROR : Severity.WARNING,
    message: `data: got values of ${keys.map(([key]) => key).join(', ')}, expected no Secret with values, because manifests are published; create it in the cluster, or by an operator for secrets`,
  };
}

function* otherObject(on: KubeObject): Iterable<Complaint> {
  for (const { place, what, instead } of secretsIn(on.json)) {
    yield { on, message: `${place}: got ${what}, expected no secret, because manifests are published; ${instead}` };
  }
}

interface SecretFound {
  readonly place: string;
  readonly what: string;
  readonly instead: string;
}

/** Values that say where a secret is, or nothing at all. */
const NO_SECRET = /^$|^(true|false|none|null|\d+)$|^\/|^file:|^https?:\/\/[^@]*$|^[$%]|^<.*>$|^\*+$/;
/** Variables that hold a secret; those that end in _FILE, _PATH or _NAME say where one is. */
const SECRET_VARIABLE =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|CREDENTIALS?|(API|AUTH|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION)_?KEY)$/i;
/** Arguments whose value is a secret. */
const SECRET_ARGUMENT = /^--?[\w.-]*?(?:password|passwd|passphrase|token|bearer-?token|api-?key|auth-?key|client-?secret)=(.*)$/is;
/** Flags of the operator's resources, which come as keys, and fields that hold a secret in every API. */
const SECRET_KEY = /(^|[._-])(password|passwd|passphrase|bearer_?token|api_?key|auth_?key|client_?secret|private_?key|secret_?key)$/i;
/** A line of a configuration file that sets a secret. */
const SECRET_LINE =
  /^[ \t]*-?[ \t]*["']?([\w.-]*(?:password|passwd|passphrase|bearer_?token|api_?key|auth_?key|client_?secret|private_?key|secret_?key|secret_?access_?key))["']?[ \t]*[:=][ \t]*["']?([^\s"',]+)/gim;

/** Texts that are secrets wherever they stand. Each begins with something quick to look for. */
const TELLTALES: readonly { readonly sign: string; readonly pattern: RegExp; readonly what: string }[] = [
  { sign: '://', pattern: /:\/\/(?![$%<])[^\s/:@"'<>{}]+:(?![$%<*])[^\s/@"'<>{}]+@[\w[]/, what: 'a URL with user and password' },
  { sign: 'eyJ', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/, what: 'a token (JWT)' },
  { sign: 'PRIVATE KEY', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, what: 'a private key' },
  { sign: 'earer ', pattern: /\b[Bb]earer\s+(?=[\w.~+/=-]*\d)[\w.~+/=-]{20,}/, what: 'a bearer token' },
];

/** No text below this length is any of them. */
const SHORTEST = 12;

const TO_SECRET = 'keep it in a Secret and name the Secret and its key';

/** Everything in an object that looks like a secret. */
function secretsIn(json: Json): SecretFound[] {
  const found: SecretFound[] = [];
  const keys: (string | number)[] = [];
  const visit = (value: Json): void => {
    if (typeof value === 'string') {
      for (const secret of inText(value, keys)) found.push({ ...secret, place: placeOf(keys) });
    } else if (typeof value === 'object' && value !== null) {
      for (const secret of inVariable(value)) found.push({ ...secret, place: placeOf([...keys, 'value']) });
      for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
        keys.push(key);
        visit(item);
        keys.pop();
      }
    }
  };
  visit(json);
  return found;
}

function placeOf(keys: readonly (string | number)[]): string {
  const steps = keys.map((key) => (typeof key === 'number' ? `[${key}]` : /^\w+$/.test(key) ? `.${key}` : `["${key}"]`));
  return steps.join('').replace(/^\./, '');
}

function inVariable(json: JsonObject | readonly Json[]): Omit<SecretFound, 'place'>[] {
  const name = text(at(json, 'name'));
  const isSecret = name !== '' && SECRET_VARIABLE.test(name) && !NO_SECRET.test(text(at(json, 'value')));
  return isSecret ? [{ what: `a value of ${name}`, instead: 'use valueFrom.secretKeyRef' }] : [];
}

/** Whether a value, or one of the values of a flag that has several, is a secret. */
function holdsSecret(value: string): boolean {
  return !NO_SECRET.test(value) && positions(value).some((given) => !NO_SECRET.test(given));
}

function inText(value: string, keys: readonly (string | number)[]): Omit<SecretFound, 'place'>[] {
  const found: Omit<SecretFound, 'place'>[] = [];
  const [last = '', former = ''] = [keys.at(-1), keys.at(-2)];
  if (typeof last === 'string' && SECRET_KEY.test(last) && holdsSecret(value)) found.push({ what: 'a secret', instead: TO_SECRET });
  if ((former === 'args' || former === 'command') && holdsSecret(SECRET_ARGUMENT.exec(value)?.[1] ?? '')) {
    found.push({ what: `a secret in the argument ${value.split('=')[0]}`, instead: 'give the program a file or a variable from a Secret' });
  }
  if (value.length < SHORTEST) return found;
  for (const { sign, pattern, what } of TELLTALES) {
    if (value.includes(sign) && pattern.test(value)) found.push({ what, instead: TO_SECRET });
  }
  if (value.includes('\n') || keys[0] === 'data') {
    const line = [...value.matchAll(SECRET_LINE)].find(([, , given = '']) => !NO_SECRET.test(given));
    if (line) found.push({ what: `a secret in its line ${line[1]}`, instead: 'let the program read it from a file or variable' });
  }
  return found;
}
