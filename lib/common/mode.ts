/** What makes agent and store. Sources, series and the names of Services are the same in both. */
export enum Mode {
  /** Resources of the VictoriaMetrics operator, which makes the workloads. */
  OPERATOR = 'operator',
  /** Ordinary workloads and one scrape configuration, for clusters without that operator. */
  STANDALONE = 'standalone',
}
