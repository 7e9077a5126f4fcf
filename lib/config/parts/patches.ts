import * as z from 'zod/mini';
import { type ObjectPatch, objectionToOperation, PatchOp, type PatchOperation } from '../../patches';
import { converted, NOTES, option, options, Refusal, required, type Value } from '../option';
import { anyText, choice, dnsLabel, list, record, text } from '../values';

const OPERATION = '{op: add, path: /spec/minReadySeconds, value: 10}';
const PATCH = `{kind: Deployment, name: slurm-exporter, patch: [${OPERATION}]}`;
const IN_OPERATIONS = { otherwise: 'none' } as const;

const operation = converted(
  options<PatchOperation>(
    {
      op: required(choice(Object.values(PatchOp)), 'What it does, as RFC 6902 has it.', PatchOp.ADD),
      path: required(
        anyText(),
        'Where, as a JSON pointer over the written manifest; / in a key is ~1, ~ is ~0, and - is the end of a list.',
        '/spec/minReadySeconds',
      ),
      value: option(anything(), 'The value; of add, replace and test.', { ...IN_OPERATIONS, example: 10 }),
      from: option(anyText(), 'Where the value comes from, as a pointer; of move and copy.', {
        ...IN_OPERATIONS,
        example: '/metadata/labels',
      }),
    },
    [],
    `an operation; write ${OPERATION}`,
  ),
  (given) => {
    const objection = objectionToOperation(given);
    return objection ? new Refusal(`${objection.expected}; ${objection.instead}`, [objection.at]) : given;
  },
).register(NOTES, { id: 'PatchOperation' });

const patch = converted(
  options<ObjectPatch>(
    {
      kind: required(
        text({
          expected: 'the kind of an object, as its manifest has it',
          example: 'Deployment',
          pattern: /^[A-Z][A-Za-z0-9]*$/,
          mend: (given) => given.charAt(0).toUpperCase() + given.slice(1),
        }),
        'Kind of the objects that change.',
        'Deployment',
      ),
      name: option(text({ expected: 'the name of an object', example: 'slurm-exporter' }), 'Their name.', {
        otherwise: 'every object of the kind',
        example: 'slurm-exporter',
      }),
      namespace: option(dnsLabel('soperator'), 'Their namespace.', { otherwise: 'any, and none', example: 'soperator' }),
      patch: option(list(operation, OPERATION, 1), 'Operations, one after the other.', {
        otherwise: 'none',
        example: [{ op: PatchOp.ADD, path: '/spec/minReadySeconds', value: 10 }],
      }),
      merge: option(
        record(anyText(), anything(), "fields with new values; write them as 'key: value'"),
        'Fields with new values, after the operations; null takes a field away, and a list is replaced as a whole.',
        { otherwise: 'none', example: { spec: { minReadySeconds: 10 } } },
      ),
    },
    [],
    `a patch; write ${PATCH}`,
  ),
  (given) => (given.patch || given.merge ? given : new Refusal(`patch, merge or both beside kind; write ${PATCH}`)),
).register(NOTES, { id: 'ObjectPatch' });

/** Any data: what an object may hold is the API server's to say. */
function anything(): Value<unknown> {
  return z.unknown();
}

/** Changes of rendered objects. */
export const patches = option(
  list(patch, PATCH),
  'Changes of rendered objects, for what no option does. One that matches nothing is an error, and checks look at what comes out.',
  { otherwise: 'none', example: [{ kind: 'Deployment', name: 'slurm-exporter', merge: { spec: { minReadySeconds: 10 } } }] },
);
