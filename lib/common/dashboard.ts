import type { IConstruct } from 'constructs';
import { reject } from './errors';

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

/** Label by which Grafana's sidecar finds ConfigMaps with dashboards, with the value `1`. */
export const DASHBOARD_LABEL = 'grafana_dashboard';
/** Annotation that names the folder in which Grafana shows them. */
export const FOLDER_ANNOTATION = 'grafana_folder';

/**
 * Refuses a dashboard that one before it would hide: Grafana shows one of a uid, and files and objects are called by the name.
 *
 * @throws InvalidOptionError when another one has its name or uid
 */
export function requireOther(where: IConstruct, option: string, { uid, name }: Dashboard, others: readonly Dashboard[]): void {
  for (const [field, got] of Object.entries({ name, uid })) {
    const other = others.find((each) => each[field as 'name' | 'uid'] === got);
    if (!other) continue;
    const expected = `a ${field} that no other dashboard has, and "${other.title}" has it`;
    reject(where, { option: `${option}.${field}`, got, expected, instead: `give it another ${field}` });
  }
}

/**
 * Checks the uid of a dashboard, which is a part of its address.
 *
 * @throws InvalidOptionError when Grafana would not take it
 */
export function requireUid(where: IConstruct | string, uid: string): void {
  if (/^[A-Za-z0-9_-]{1,40}$/.test(uid)) return;
  const expected = "1 to 40 letters, digits, '-' and '_', as Grafana takes them";
  reject(where, { option: 'uid', got: uid, expected, instead: "write 'team-ib-links'" });
}
