/** How much of what sources expose is taken. */
export enum SeriesProfile {
  /** What dashboards read and what is asked for, nothing beyond. */
  LEAN = 'lean',
  /** Also what is asked by hand when something is wrong. */
  STANDARD = 'standard',
  /** Everything but what another page has, too. */
  FULL = 'full',
}
