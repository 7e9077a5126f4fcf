import { GRAFANA_CATALOG } from '../../../lib/metrics/grafana';
import { disagreements } from './comparison';

test('knows what the page of Grafana has', () => {
  expect(disagreements(GRAFANA_CATALOG, 'grafana', { partial: true })).toEqual([]);
});
