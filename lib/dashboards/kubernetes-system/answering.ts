import { MetricUnit } from '../../common/metric-family';
import { type PanelJson, stat } from '../vocabulary';

/**
 * How many targets answer the agent, and how many do not.
 *
 * @param up `up` of the targets
 */
export const answering = (title: string, description: string, up: string): PanelJson =>
  stat({
    title,
    description,
    unit: MetricUnit.COUNT,
    queries: [
      { expr: `sum(${up})`, legend: 'up' },
      { expr: `sum(1 - ${up})`, legend: 'down' },
    ],
    showBoth: true,
    noValue: 'not found',
  });
