import { type MetricCatalog, MetricUnit } from '../common/metric-family';
import { CONTROLLER_RUNTIME_FAMILIES } from './controller-runtime';
import { any, counter, gauge, histogram, info, labels, NONE, oneOf, sometimes } from './family';
import { VM_APP_FAMILIES } from './victoriametrics';

const { COUNT, SECONDS } = MetricUnit;

const CONTROLLER = labels('controller');
const OBJECT = labels('controller', 'namespaced_name');

/**
 * The operator of VictoriaMetrics.
 *
 * @see https://github.com/VictoriaMetrics/operator/tree/master/internal/controller/operator
 */
export const VM_OPERATOR_CATALOG: MetricCatalog = {
  name: 'vm-operator',
  families: [
    // its objects
    gauge('operator_controller_objects_count', COUNT, CONTROLLER, 'Objects of this kind that the operator knows'),
    gauge(
      'operator_object_status',
      COUNT,
      { ...labels('controller', 'name', 'namespace'), status: oneOf('expanding', 'failed', 'ignored', 'operational', 'paused') },
      'Whether this is the state of an object (1) or not (0)',
      { event: 'a VMAgent or VMSingle has been reconciled' },
    ),

    // what goes wrong
    counter('operator_alertmanager_bad_objects_count', COUNT, { crd: oneOf('vmalertmanager_config') }, 'Routes of alerts that cannot work'),
    counter('operator_vmalert_bad_objects_count', COUNT, { controller: oneOf('vmrules') }, 'Rules that cannot work'),
    counter('operator_bad_objects_total', COUNT, labels('crd', 'object_namespace'), 'Scrapes, rules and users that cannot work', {
      event: 'a scrape, rule or user could not work',
    }),
    counter('operator_controller_object_get_errors_total', COUNT, OBJECT, 'Failures to read an object that changed', {
      event: 'an object could not be read',
    }),
    counter('operator_controller_object_parsing_errors_total', COUNT, OBJECT, 'Objects with fields that the operator does not understand', {
      event: 'an object could not be understood',
    }),
    counter('operator_controller_reconcile_conflict_errors_total', COUNT, OBJECT, 'Changes that somebody else forestalled', {
      event: 'somebody else changed an object at the same time',
    }),
    counter('operator_controller_reconcile_errors_total', COUNT, NONE, 'Reconciliations that were called off'),
    counter(
      'operator_fetch_errors_total',
      COUNT,
      labels('object', 'key'),
      'Secrets and ConfigMaps that a scrape names and that are not there',
      {
        event: 'a scrape names a Secret or ConfigMap that is not there',
      },
    ),
    counter('operator_reconcile_throttled_events_total', COUNT, CONTROLLER, 'Changes of scrapes and rules that were put off as too many'),

    // itself
    info(
      'config_parameter',
      { name: any, value: sometimes(), is_set: oneOf('true', 'false') },
      'Each setting of the operator that an environment variable can change',
    ),
    counter('operator_log_messages_total', COUNT, { level: oneOf('info', 'error') }, 'Lines of the log, by level'),
    gauge('operator_prometheus_converter_active_watchers', COUNT, labels('object_type_name'), 'Kinds of Prometheus that are converted', {
      option: 'converter',
    }),
    gauge('operator_rest_client_qps_limit', COUNT, NONE, 'Requests to the API server that are allowed in a second'),
    histogram('rest_client_request_duration_seconds', SECONDS, labels('api', 'method'), 'How long the API server took to answer, by path'),
    ...VM_APP_FAMILIES,
    ...CONTROLLER_RUNTIME_FAMILIES,
  ],
};
