/**
 * A number that is 0 where the source is scraped and has counted nothing yet. Many programs begin a counter with the first event, so that
 * without this `none` would look like `not measured`; without the source there is still no number.
 *
 * @param query one number: a sum over everything
 * @param scraped selector of `up`, or of another series that the source always has
 */
export const orZero = (query: string, scraped: string): string => `${query} or sum(0 * ${scraped})`;

/** The same for a number for each value of some labels: they must stand on the other series, too. */
export const orZeroBy = (by: string, query: string, scraped: string): string => `${query} or sum by (${by}) (0 * ${scraped})`;

/**
 * Time until something is used up that gets less, in seconds; `ceiling` when it takes that long or gets more. It follows the course of
 * `over`, and asks for a loss of at least a byte in a second so that the division always works.
 *
 * @param left selector of what is left, in bytes
 */
export const timeUntilUsedUp = (left: string, over: string, ceiling: number, reserve?: string): string =>
  `min(clamp_max((${reserve === undefined ? left : `${left} - ${reserve}`}) / clamp_min(-deriv(${left}[${over}]), 1), ${ceiling}))`;
