import { selects, Tree } from '../../../lib/checks/tree';
import { kube } from './support';

test('finds objects by kind, name and namespace', () => {
  const web = kube('Service', 'web');
  const other = kube('Service', 'web', {}, { namespace: 'other' });
  const role = kube('ClusterRole', 'web');
  const tree = new Tree([web, other, role]);
  expect(tree.find('Service', 'web', 'other')).toBe(other);
  expect(tree.find('ClusterRole', 'web')).toBe(role);
  expect(tree.find('Service', 'web')).toBeUndefined();
  expect(tree.ofKind('ClusterRole', 'Service')).toEqual([role, web, other]);
});

test.each([
  ['no selector', undefined, true],
  ['an empty selector', {}, true],
  ['matching labels', { matchLabels: { app: 'web' } }, true],
  ['other labels', { matchLabels: { app: 'web', tier: 'back' } }, false],
  ['In', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, true],
  ['In without the label', { matchExpressions: [{ key: 'tier', operator: 'In', values: ['web'] }] }, false],
  ['NotIn', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
  ['NotIn without the label', { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['web'] }] }, true],
  ['Exists', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
  ['DoesNotExist', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
])('selects labels as Kubernetes does: %s', (_, selector, expected) => {
  expect(selects(selector, { app: 'web' })).toBe(expected);
});
