import type { Duration, Size } from 'cdk8s';

/** How much the agent keeps for a destination that takes nothing: as much as arrives in some time, or some size. */
export class QueueBudget {
  /**
   * Whatever is scraped in some time. The size follows from the scale of the cluster and the intervals.
   *
   * @param outage longest time that the destination may be away without losing a sample; 1 minute or more
   */
  static outage(outage: Duration): QueueBudget {
    return new QueueBudget(outage, undefined);
  }

  /** Some size; vmagent can keep no less than one file of its queue, half a gigabyte. */
  static size(size: Size): QueueBudget {
    return new QueueBudget(undefined, size);
  }

  private constructor(
    /** The time, where the budget is one. */
    readonly duration: Duration | undefined,
    /** The size, where the budget is one. */
    readonly bound: Size | undefined,
  ) {}
}
