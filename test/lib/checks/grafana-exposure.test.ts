import { grafanaExposure } from '../../../lib/checks/grafana-exposure';
import type { JsonObject } from '../../../lib/checks/tree';
import { findings, kube, service, workload } from './support';

const grafana = (role: string | undefined, pod: JsonObject = {}, container: JsonObject = {}) =>
  workload('Deployment', 'grafana', {
    containers: [
      {
        name: 'grafana',
        env: [{ name: 'GF_AUTH_ANONYMOUS_ENABLED', value: 'true' }, ...(role ? [{ name: 'GF_AUTH_ANONYMOUS_ORG_ROLE', value: role }] : [])],
        ...container,
      },
    ],
    ...pod,
  });
const ingress = kube('Ingress', 'grafana', {
  spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'grafana', port: { name: 'metrics' } } } }] } }] },
});
const remedy =
  'where everybody is Editor without a login, expected no way in from outside the cluster; set GF_AUTH_ANONYMOUS_ORG_ROLE to Viewer, or reach it by kubectl port-forward';

test('passes inside the cluster, and for viewers', () => {
  expect(findings(grafanaExposure, { objects: [grafana('Editor'), service('grafana')] })).toEqual([]);
  expect(findings(grafanaExposure, { objects: [grafana('Viewer'), service('grafana', { type: 'LoadBalancer' })] })).toEqual([]);
  expect(findings(grafanaExposure, { objects: [grafana(undefined), service('grafana'), ingress] })).toEqual([]);
});

test('passes when what is shown is something else', () => {
  const objects = [
    grafana('Editor'),
    service('grafana'),
    service('web', { type: 'NodePort' }),
    kube('Ingress', 'web', { spec: { defaultBackend: { service: { name: 'web' } } } }),
  ];
  expect(findings(grafanaExposure, { objects })).toEqual([]);
});

test.each(['NodePort', 'LoadBalancer'])('fails when a Service of type %s shows anonymous editors to the outside', (type) => {
  expect(findings(grafanaExposure, { objects: [grafana('Editor'), service('grafana', { type })] })).toEqual([
    `[Service/grafana] spec.type: got a Service of type ${type} to Deployment apps/grafana, ${remedy}`,
  ]);
});

test('fails for external addresses', () => {
  expect(findings(grafanaExposure, { objects: [grafana('Editor'), service('grafana', { externalIPs: ['192.0.2.1'] })] })).toEqual([
    `[Service/grafana] spec.externalIPs: got addresses from outside to Deployment apps/grafana, ${remedy}`,
  ]);
});

test('fails for an Ingress', () => {
  expect(findings(grafanaExposure, { objects: [grafana('Editor'), service('grafana'), ingress] })).toEqual([
    `[Ingress/grafana] spec: got an Ingress to Deployment apps/grafana, ${remedy}`,
  ]);
});

test('fails for a route, also from another namespace', () => {
  const rules = [{ backendRefs: [{ name: 'grafana', namespace: 'apps', port: 80 }] }];
  const route = kube('HTTPRoute', 'grafana', { spec: { rules } }, { namespace: 'gateway' });
  expect(findings(grafanaExposure, { objects: [grafana('Editor'), service('grafana'), route] })).toEqual([
    `[HTTPRoute/grafana] spec.rules: got a HTTPRoute to Deployment apps/grafana, ${remedy}`,
  ]);
});

test('fails for ports of the node', () => {
  expect(findings(grafanaExposure, { objects: [grafana('Editor', { hostNetwork: true })] })).toEqual([
    `[Deployment/grafana] hostNetwork: got the ports of the node to Deployment apps/grafana, ${remedy}`,
  ]);
  expect(findings(grafanaExposure, { objects: [grafana('Editor', {}, { ports: [{ containerPort: 3000, hostPort: 80 }] })] })).toEqual([
    `[Deployment/grafana] hostPort: got port 80 of the node to Deployment apps/grafana, ${remedy}`,
  ]);
});
