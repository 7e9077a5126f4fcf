import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { prometheusDuration, quantity } from '../../../lib/common/units';
import { RemoteWrite, RemoteWriteCredential } from '../../../lib/remote-write';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';

/** Props as data: units as text, rules and destinations as their fields, and nothing that is not set. */
export function plain(value: unknown): unknown {
  if (value instanceof Duration) return prometheusDuration(value);
  if (value instanceof Size) return quantity(value);
  if (value instanceof Cpu) return value.amount;
  if (value instanceof RelabelRule) return plain({ why: value.why, ...value._toKube() });
  if (value instanceof RemoteWrite) return plain(value.destination);
  if (value instanceof RemoteWriteCredential) return plain(value._data);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, field]) => (field === undefined ? [] : [[key, plain(field)]])));
}
