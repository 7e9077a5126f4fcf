import { Duration } from '../../common/units';
import { QueueBudget } from '../../scrape/queue-budget';
import { converted, type Fallback, NOTES, option, type Value } from '../option';
import { durationOrSize } from '../values';

const FILES = 'because vmagent keeps its queue in files of half a gigabyte';

const budget: Value<QueueBudget> = converted(durationOrSize(['6h', '1m'], ['4Gi', '513Mi', FILES]), (given) =>
  given instanceof Duration ? QueueBudget.outage(given) : QueueBudget.size(given),
).register(NOTES, { id: 'QueueBudget' });

/** How much the agent keeps for one destination, or for each. */
export function buffer(description: string, fallback: Fallback): Value<QueueBudget | undefined> {
  return option(budget, description, fallback);
}
