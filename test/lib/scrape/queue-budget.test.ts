import { Duration, Size } from 'cdk8s';
import { QueueBudget } from '../../../lib/scrape/queue-budget';

test('a budget is a time or a size, never both', () => {
  const outage = QueueBudget.outage(Duration.hours(6));
  expect([outage.duration?.toSeconds(), outage.bound]).toEqual([21_600, undefined]);
  const size = QueueBudget.size(Size.gibibytes(4));
  expect([size.duration, size.bound?.toGibibytes()]).toEqual([undefined, 4]);
});
