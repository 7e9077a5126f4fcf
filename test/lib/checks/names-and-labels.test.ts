import { namesAndLabels } from '../../../lib/checks/names-and-labels';
import { findings, kube, service, workload } from './support';

const long = (length: number) => 'a'.repeat(length);
const LABEL = "lower-case letters, digits and '-', with a letter or digit at both ends";

test('passes names and labels within their limits', () => {
  const objects = [
    service('web', {}, { labels: { app: 'web', 'example.com/part-of': 'Web_1.0', empty: '' } }),
    workload('StatefulSet', long(52)),
    kube('ClusterRole', 'monitoring:apps:vmagent-main'),
    kube('ConfigMap', 'web.example', { data: { 'web.yaml': '', _a: '' } }),
    kube('VMAgent', long(44), { spec: { statefulMode: true } }),
    kube('VMAgent', long(55)),
    kube('VMSingle', long(54)),
    kube('Job', '', { metadata: { generateName: 'web-', namespace: 'apps' } }),
  ];
  expect(findings(namesAndLabels, { objects })).toEqual([]);
});

test.each([
  ['Service', '1web', `got "1web", expected at most 63 lower-case letters, digits and '-', with a letter first and a letter or digit last`],
  [
    'Service',
    long(64),
    `got "${long(64)}" of 64 characters, expected at most 63 lower-case letters, digits and '-', with a letter first and a letter or digit last`,
  ],
  ['ConfigMap', 'Web', `got "Web", expected at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends`],
  ['Namespace', 'a.b', `got "a.b", expected at most 63 ${LABEL}`],
  ['Job', long(64), `got "${long(64)}" of 64 characters, expected at most 63 ${LABEL}, because its pods carry the name in a label`],
  [
    'CronJob',
    long(53),
    `got "${long(53)}" of 53 characters, expected at most 52 ${LABEL}, because its jobs are called after it and the time`,
  ],
  ['Role', 'a/b', `got "a/b", expected at most 253 characters without '/' and '%'`],
  ['VMAgent', 'a.b', `got "a.b", expected at most 63 ${LABEL}`],
])('fails for a %s called %s', (kind, name, said) => {
  expect(findings(namesAndLabels, { objects: [kube(kind, name, {}, { path: 'it' })] })).toEqual([
    `[it] metadata.name: ${said}; choose another name`,
  ]);
});

test('fails for a StatefulSet whose pods could not carry its name and a hash in a label', () => {
  expect(findings(namesAndLabels, { objects: [kube('StatefulSet', long(53), {}, { path: 'it' })] })).toEqual([
    `[it] metadata.name: got "${long(53)}" of 53 characters, expected at most 52 ${LABEL}, because its pods carry the name with a hash in a label; choose another name`,
  ]);
});

test('fails for a namespace that is none', () => {
  expect(findings(namesAndLabels, { objects: [kube('ConfigMap', 'web', {}, { namespace: 'A' })] })).toEqual([
    `[ConfigMap/web] metadata.namespace: got "A", expected at most 63 ${LABEL}; choose another name`,
  ]);
});

test('fails when the operator puts too much in front of the name', () => {
  const objects = [
    kube('VMAgent', long(45), { spec: { statefulMode: true } }, { path: 'stateful' }),
    kube('VMAgent', long(43), { spec: { statefulMode: true, shardCount: 2 } }, { path: 'shards' }),
    kube('VMAgent', long(56), {}, { path: 'agent' }),
    kube('VMSingle', long(55), {}, { path: 'store' }),
  ];
  expect(findings(namesAndLabels, { objects })).toEqual([
    `[stateful] metadata.name: got "${long(45)}" of 45 characters, expected at most 44, because the operator makes a StatefulSet vmagent-${long(45)} of it and its pods carry that name with a hash in a label; shorten the name`,
    `[shards] metadata.name: got "${long(43)}" of 43 characters, expected at most 42, because the operator makes a StatefulSet vmagent-${long(43)}-1 of it and its pods carry that name with a hash in a label; shorten the name`,
    `[agent] metadata.name: got "${long(56)}" of 56 characters, expected at most 55, because the operator makes a Service vmagent-${long(56)} of it and such a name ends at 63; shorten the name`,
    `[store] metadata.name: got "${long(55)}" of 55 characters, expected at most 54, because the operator makes a Service vmsingle-${long(55)} of it and such a name ends at 63; shorten the name`,
  ]);
});

test('fails for labels of objects, pods and selectors', () => {
  const objects = [
    kube('ConfigMap', 'web', {}, { labels: { 'a/b/c': 'x', [long(64)]: 'x' } }),
    kube('Deployment', 'web', {
      spec: { selector: { matchLabels: { app: long(64) } }, template: { metadata: { labels: { version: 1 } } } },
    }),
    service('web', { selector: { app: 'a b' } }),
  ];
  const key =
    "expected at most 63 letters, digits, '-', '_' and '.' behind an optional DNS name and '/', with a letter or digit at both ends; choose another key";
  const value =
    "expected a text of at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends; shorten it, or make it an annotation";
  expect(findings(namesAndLabels, { objects })).toEqual([
    `[ConfigMap/web] metadata.labels: got key "a/b/c", ${key}`,
    `[ConfigMap/web] metadata.labels: got key "${long(64)}", ${key}`,
    `[Deployment/web] spec.selector.matchLabels["app"]: got "${long(64)}", ${value}`,
    `[Deployment/web] spec.template.metadata.labels["version"]: got 1, ${value}`,
    `[Service/web] spec.selector["app"]: got "a b", ${value}`,
  ]);
});

test('fails for names inside pods', () => {
  const pod = {
    containers: [
      {
        name: 'Main',
        ports: [
          { name: 'metrics-of-the-web', containerPort: 80 },
          { name: 'a--b', containerPort: 81 },
        ],
      },
    ],
    volumes: [{ name: 'tmp.dir' }],
  };
  const port = "expected at most 15 lower-case letters, digits and single '-', one letter at least; choose another name";
  expect(findings(namesAndLabels, { objects: [workload('Deployment', 'web', pod)] })).toEqual([
    `[Deployment/web] name of a container: got "Main", expected at most 63 ${LABEL}; choose another name`,
    `[Deployment/web] name of a port of container Main: got "metrics-of-the-web" of 18 characters, ${port}`,
    `[Deployment/web] name of a port of container Main: got "a--b", ${port}`,
    `[Deployment/web] name of a volume: got "tmp.dir", expected at most 63 ${LABEL}; choose another name`,
  ]);
});

test('fails for a key that is no file name', () => {
  expect(findings(namesAndLabels, { objects: [kube('ConfigMap', 'web', { data: { 'a/b': '' } })] })).toEqual([
    `[ConfigMap/web] data: got "a/b", expected at most 253 letters, digits, '-', '_' and '.'; choose another name`,
  ]);
});
