import { apiServer, Colour, highIsBad, type Thresholds } from '../../vocabulary';

const GIBIBYTE = 1024 ** 3;

/** Window of a rate in graphs. */
export const WINDOW = '$__rate_interval';
/** What is there whenever the API server is looked for. */
export const UP = apiServer('up');

/** Calls a second. */
export const rateOfCalls = (window: string, ...matchers: string[]): string =>
  `rate(${apiServer('apiserver_request_total', ...matchers)}[${window}])`;
/** Time below which 99 of 100 stay. */
export const p99 = (by: string, buckets: string, window: string): string =>
  `histogram_quantile(0.99, sum by (${by}) (rate(${buckets}[${window}])))`;
/** Buckets of the time of calls. */
export const CALL_TIME = 'apiserver_request_duration_seconds_bucket';
/** Buckets of the time of etcd. */
export const ETCD_TIME = apiServer('etcd_request_duration_seconds_bucket');
/** Buckets of the time of webhooks. */
export const WEBHOOK_TIME = apiServer('apiserver_admission_webhook_admission_duration_seconds_bucket');

/** All levels but `exempt`, which knows no limit. */
const LIMITED = 'priority_level!="exempt"';
/** What calls of a level hold of its seats. */
export const SEATS = `sum by (priority_level) (${apiServer('apiserver_flowcontrol_current_executing_seats', LIMITED)}) / sum by (priority_level) (${apiServer('apiserver_flowcontrol_current_limit_seats', LIMITED)})`;
/** Calls that got no seat. */
export const REJECTED = apiServer('apiserver_flowcontrol_rejected_requests_total');

/** Objects of each kind, by releases that are about to lose it. */
export const OBJECTS = apiServer('apiserver_storage_objects');
/** The same by newer ones. */
export const NEWER_OBJECTS = apiServer('apiserver_resource_objects');

/** Kubernetes promises one second for a single object; 30 s is what it allows a list of the whole cluster. */
export const CALL_LIMITS = highIsBad(1, 30);
/** Its makers ask for a disk that answers well within a tenth of a second; at one second leaders lose their leases. */
export const ETCD_LIMITS = highIsBad(0.1, 1);
/** Level by level: calls wait at all seats, which for moments is what the levels are for. */
export const SEAT_LIMITS: Thresholds = { below: Colour.GOOD, steps: [{ from: 0.9, colour: Colour.WARN }] };
/** Four fifths of 2 GiB, which is the quota unless it was raised, and of 8 GiB, beyond which nobody should raise it. */
export const SIZE_LIMITS = highIsBad(1.6 * GIBIBYTE, 6.4 * GIBIBYTE);
