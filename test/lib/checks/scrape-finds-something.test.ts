import { scrapeFindsSomething } from '../../../lib/checks/scrape-finds-something';
import { Provenance } from '../../../lib/scrape/scrape-target';
import { APPS, agentWorkload, collector, findings, kube, PODS, service, target, workload } from './support';

const labelsOf = (kind: string, name: string) => ({ 'app.kubernetes.io/name': kind, 'app.kubernetes.io/instance': name });
const ofOperator = (matchLabels: { readonly [key: string]: string }, port = 'http') =>
  collector([target({ provenance: Provenance.OPERATOR, discovery: { ...target().discovery, matchLabels }, endpoints: [{ port }] })]);

test('passes when Service, pods and ports are there', () => {
  const objects = [service('web'), workload('Deployment', 'web')];
  expect(findings(scrapeFindsSomething, { objects, collectors: [collector([target(), target({ discovery: PODS })])] })).toEqual([]);
});

test('passes for what somebody else deploys', () => {
  expect(findings(scrapeFindsSomething, { collectors: [collector([target({ provenance: Provenance.EXTERNAL })])] })).toEqual([]);
});

test('fails when no Service carries the labels', () => {
  expect(findings(scrapeFindsSomething, { objects: [service('api')], collectors: [collector([target()])] })).toEqual([
    '[agent] scrape of web: got labels {"app":"web"} in apps, expected a Service in this app that carries them; mend the labels, or set deploy to false where somebody else deploys it',
  ]);
});

test('fails when the Service has no such port', () => {
  const objects = [service('web'), workload('Deployment', 'web')];
  expect(findings(scrapeFindsSomething, { objects, collectors: [collector([target({ endpoints: [{ port: 'http' }] })])] })).toEqual([
    '[agent] scrape of web: got port "http", expected one of metrics of Service apps/web; name the port alike in both places',
  ]);
});

test('fails when the Service selects no pods', () => {
  expect(findings(scrapeFindsSomething, { objects: [service('web')], collectors: [collector([target()])] })).toEqual([
    '[Service/web] spec.selector: got {"app":"web"}, expected the labels of pods that are rendered in apps; use the labels of the workload\'s pod template',
  ]);
});

test('fails when the Service leads to a port that the pods do not have', () => {
  const objects = [service('web', { ports: [{ name: 'metrics', port: 80, targetPort: 'http' }] }), workload('Deployment', 'web')];
  expect(findings(scrapeFindsSomething, { objects, collectors: [collector([target()])] })).toEqual([
    '[Service/web] spec.ports[metrics].targetPort: got "http", expected one of the ports metrics of Deployment web; name the container\'s port alike',
  ]);
});

test('fails when no pods carry the labels', () => {
  expect(findings(scrapeFindsSomething, { collectors: [collector([target({ discovery: PODS })])] })).toEqual([
    '[agent] scrape of web: got labels {"app":"web"} in apps, expected a workload in this app whose pods carry them; mend the labels, or set deploy to false where somebody else deploys it',
  ]);
});

test('fails when the pods have no such port', () => {
  const collectors = [collector([target({ discovery: PODS, endpoints: [{ port: 'http' }] })])];
  expect(findings(scrapeFindsSomething, { objects: [workload('Deployment', 'web')], collectors })).toEqual([
    '[agent] scrape of web: got port "http", expected one of metrics of Deployment apps/web; name the port alike in both places',
  ]);
});

test('finds what the operator makes of a resource by kind and name', () => {
  const objects = [kube('VMSingle', 'main')];
  expect(findings(scrapeFindsSomething, { objects, collectors: [ofOperator(labelsOf('vmsingle', 'main'))] })).toEqual([]);
});

test('fails when the resource of the operator is another one, or in another namespace', () => {
  const objects = [kube('VMSingle', 'other'), kube('VMSingle', 'main', {}, { namespace: 'elsewhere' })];
  expect(findings(scrapeFindsSomething, { objects, collectors: [ofOperator(labelsOf('vmsingle', 'main'))] })).toEqual([
    `[agent] scrape of web: got labels {"app.kubernetes.io/name":"vmsingle","app.kubernetes.io/instance":"main"} in ${APPS}, ` +
      'expected a VMAgent or VMSingle in this app whose Service carries them; mend the labels, or set deploy to false where somebody else deploys it',
  ]);
});

test("fails when the port is not the operator's", () => {
  const objects = [kube('VMAgent', 'main')];
  expect(findings(scrapeFindsSomething, { objects, collectors: [ofOperator(labelsOf('vmagent', 'main'), 'metrics')] })).toEqual([
    '[agent] scrape of web: got port "metrics", expected one of http of VMAgent apps/main; name the port alike in both places',
  ]);
});

test('finds what runs without the operator by its Service', () => {
  const labels = labelsOf('vmagent', 'main');
  const pods = (name: string) => {
    const made = agentWorkload(name, []);
    const { spec } = made.json as { spec: { template: { spec: object } } };
    return { ...made, json: { spec: { ...spec, template: { metadata: { labels }, spec: { ...spec.template.spec } } } } } as typeof made;
  };
  const headless = service(
    'vmagent-main',
    { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 8429, targetPort: 'http' }] },
    { labels },
  );
  const collectors = [collector([target({ discovery: { ...target().discovery, matchLabels: labels }, endpoints: [{ port: 'http' }] })])];
  expect(findings(scrapeFindsSomething, { objects: [headless, pods('vmagent-main-0'), pods('vmagent-main-1')], collectors })).toEqual([]);
});
