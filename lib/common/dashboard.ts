/** A dashboard as Grafana takes it. */
export interface Dashboard {
  /** Identity of the dashboard, also in its address: up to 40 characters. */
  readonly uid: string;
  /** Short name, a DNS label: names files and objects. */
  readonly name: string;
  /** What stands above it. */
  readonly title: string;
  /** The dashboard as JSON text. */
  readonly json: string;
}
