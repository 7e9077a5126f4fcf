import { SOPERATOR_CONTROLLER_CATALOG } from '../../../lib/metrics/soperator-controller';
import { VM_OPERATOR_CATALOG } from '../../../lib/metrics/vm-operator';
import { disagreements } from './comparison';

test.each([
  ['soperator-controller', SOPERATOR_CONTROLLER_CATALOG],
  ['vm-operator', VM_OPERATOR_CATALOG],
])('agrees with the page of %s', (file, catalog) => {
  expect(disagreements(catalog, file, { options: ['leader election'] })).toEqual([]);
});
