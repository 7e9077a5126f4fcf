import type { KeyReference } from '../../scrape/scrape-target';
import { NOTES, options, required } from '../option';
import { dnsLabel, dottedName, text } from '../values';

/** A key of a Secret. */
export const secretKey = options<KeyReference>(
  {
    name: required(dnsLabel('metrics-writer'), 'Name of the Secret, in the namespace of the agent.', 'metrics-writer'),
    key: required(
      text({ expected: 'a key of the Secret', example: 'token', pattern: /^[-._a-zA-Z0-9]+$/, hidden: true }),
      'Key inside it.',
      'token',
    ),
  },
  [],
  'the name and the key of a Secret; write {name: metrics-writer, key: token}',
).register(NOTES, { id: 'SecretKey', hidden: true });

/** A key of a ConfigMap. */
export const configMapKey = options<KeyReference>(
  {
    name: required(dottedName('kubelet-ca'), 'Name of the ConfigMap, in the namespace of the agent.', 'kubelet-ca'),
    key: required(
      text({ expected: 'a key of the ConfigMap', example: 'ca.crt', pattern: /^[-._a-zA-Z0-9]+$/ }),
      'Key inside it.',
      'ca.crt',
    ),
  },
  [],
  'the name and the key of a ConfigMap; write {name: kubelet-ca, key: ca.crt}',
).register(NOTES, { id: 'ConfigMapKey' });
