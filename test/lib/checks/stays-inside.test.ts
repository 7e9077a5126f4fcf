import { App, JsonPatch } from 'cdk8s';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { runChecks } from '../../../lib/checks';
import { staysInside } from '../../../lib/checks/stays-inside';
import { type JsonObject, Tree } from '../../../lib/checks/tree';
import { RemoteWrite } from '../../../lib/remote-write';
import { collector, findings, kube, type ObjectOptions, service, workload } from './support';

const OURS: ObjectOptions = { labels: { 'app.kubernetes.io/part-of': 'soperator-metrics' } };
const pod = (container: JsonObject) =>
  workload('Deployment', 'web', { containers: [{ name: 'web', image: 'a/web:v1', ...container }] }, {}, OURS);

test('passes URLs inside the cluster, of Services, of the pod itself, of destinations and of options', () => {
  const args = [
    'http://localhost:1',
    'http://127.0.0.1:1/x',
    'http://web.apps.svc:80',
    'http://web.apps.svc.cluster.local',
    'http://store:8429',
    'http://web.apps:80',
  ];
  const objects = [
    service('web'),
    pod({
      args: [...args, '--url=https://lake.example.com/api', '--file=file:///etc/x'],
      env: [{ name: 'LOKI', value: 'https://loki.example.com' }],
    }),
  ];
  const context = {
    tree: new Tree(objects),
    collectors: [collector([], 'https://lake.example.com/push')],
    declaredUrls: ['https://loki.example.com/a'],
  };
  expect([...staysInside.run(context)]).toEqual([]);
});

test('warns of any other URL, in arguments, variables, files and resources of the operator, once for each host', () => {
  const objects = [
    pod({
      args: ['--push=https://stats.example.com/a', '--pull=https://stats.example.com/b'],
      env: [{ name: 'X', value: 'see http://10.1.2.3:80' }],
    }),
    kube('ConfigMap', 'files', { data: { 'a.yaml': 'url: https://plugins.example.com/x' } }, OURS),
    kube('VMAgent', 'main', { spec: { extraArgs: { 'pushmetrics.url': 'https://push.example.com' } } }, OURS),
  ];
  const advice = 'expected a URL inside the cluster, or of a destination or another option; make sure that the cluster reaches it';
  expect(findings(staysInside, { objects })).toEqual([
    `warning: [Deployment/web] spec.template.spec.containers[0].args[0]: got https://stats.example.com, ${advice}`,
    `warning: [Deployment/web] spec.template.spec.containers[0].env[0].value: got http://10.1.2.3, ${advice}`,
    `warning: [ConfigMap/files] data.a.yaml: got https://plugins.example.com, ${advice}`,
    `warning: [VMAgent/main] spec.extraArgs.pushmetrics.url: got https://push.example.com, ${advice}`,
  ]);
});

test('leaves alone what other charts say, and links on dashboards', () => {
  const dashboard = { labels: { ...OURS.labels, grafana_dashboard: '1' } };
  const objects = [
    workload('Deployment', 'web', { containers: [{ name: 'web', image: 'a/web:v1', args: ['https://stats.example.com'] }] }),
    kube('ConfigMap', 'dashboard', { data: { 'a.json': '"https://docs.example.com"' } }, dashboard),
  ];
  expect(findings(staysInside, { objects })).toEqual([]);
});

test('fails for a dashboard that the sidecar would download', () => {
  const objects = [
    kube('ConfigMap', 'dashboard', { data: { 'a.json.url': 'https://grafana.example.com' } }, { labels: { grafana_dashboard: '1' } }),
  ];
  expect(findings(staysInside, { objects })).toEqual([
    "[ConfigMap/dashboard] data.a.json.url: got the URL of a dashboard, expected the dashboard itself, because Grafana's sidecar downloads what a key with .url names; write its JSON",
  ]);
});

describe('the pipeline', () => {
  const pipelineWith = (patch: object) =>
    new MetricsPipeline(new App(), 'p', {
      cluster: 'a',
      destinations: [RemoteWrite.toUrl('https://lake.example.com/push')],
      slurmExporter: { slurmApiServer: 'https://rest.example.com' },
      grafana: { lokiUrl: 'https://loki.example.com', ...patch },
    });

  test('contacts nobody but whom its options name', () => {
    const pipeline = pipelineWith({});
    expect(runChecks(pipeline.node.root, { checks: [staysInside] })).toEqual([]);
  });

  test('fails when a patch lets Grafana report home or download plugins', () => {
    const pipeline = pipelineWith({});
    const env = [
      { name: 'GF_ANALYTICS_REPORTING_ENABLED', value: 'true' },
      { name: 'GF_INSTALL_PLUGINS', value: 'x' },
    ];
    pipeline.grafana?.workload.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/env', env));
    const messages = runChecks(pipeline.node.root, { checks: [staysInside] }).map(({ message }) => message);
    expect(messages).toContain(
      'spec.template.spec.containers[grafana].env.GF_ANALYTICS_REPORTING_ENABLED: got "true", expected "false", because otherwise it reports its use to stats.grafana.org; write it, or leave out what changes it',
    );
    expect(messages).toContain(
      'spec.template.spec.containers[grafana].env.GF_INSTALL_PLUGINS: got a value, expected none, because it downloads plugins when it starts; bring what it needs in an image or a ConfigMap',
    );
    expect(messages).toContain(
      'spec.template.spec.containers[grafana].env.GF_SNAPSHOTS_EXTERNAL_ENABLED: got nothing, expected "false", because otherwise whoever shares a snapshot may send it to snapshots.raintank.io; write it, or leave out what changes it',
    );
  });
});
