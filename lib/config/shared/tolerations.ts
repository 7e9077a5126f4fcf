import type { Toleration } from '../../common/workload';
import { NOTES, option, options, Refusal } from '../option';
import { choice, list, text } from '../values';

const toleration = options<Toleration>(
  {
    key: option(text({ expected: 'the key of a taint', example: 'nvidia.com/gpu' }), 'Key of the taint.', {
      otherwise: 'every key',
      example: 'nvidia.com/gpu',
    }),
    operator: option(choice(['Exists', 'Equal']), 'How the value is compared.', {
      otherwise: 'Equal when there is a value, else Exists',
      example: 'Equal',
    }),
    value: option(text({ expected: 'the value of a taint', example: "'true'" }), 'Value of the taint.', {
      otherwise: 'every value',
      example: 'true',
    }),
    effect: option(choice(['NoSchedule', 'PreferNoSchedule', 'NoExecute']), 'Effect of the taint.', {
      otherwise: 'every effect',
      example: 'NoSchedule',
    }),
  },
  [
    {
      reads: ['operator', 'value'],
      check: ({ operator, value }) =>
        operator === 'Exists' && value !== undefined
          ? new Refusal('to be left out, because the operator is Exists; remove the value, or write operator: Equal', ['value'])
          : undefined,
    },
    {
      reads: ['operator', 'key', 'value'],
      check: ({ operator, key, value }) =>
        key === undefined && (operator === 'Equal' || value !== undefined)
          ? new Refusal('the key of the taint, because its value is compared; write the key, or operator: Exists', ['key'])
          : undefined,
    },
  ],
  'a toleration; write {key: nvidia.com/gpu, effect: NoSchedule}',
).register(NOTES, { id: 'Toleration' });

/** Tolerations. */
export const tolerations = list(toleration, '{key: …, effect: NoSchedule}');
