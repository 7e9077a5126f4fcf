import { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { type ClusterOutput, DashboardConfigMaps, MetricsPipeline, renderManifests } from 'soperator-metrics';

/** Namespace of kube-prometheus-stack, and the name of its release. */
const STACK = { namespace: 'monitoring', release: 'kube-prometheus-stack' };

const app = new App();

const pipeline = new MetricsPipeline(app, 'shared', {
  cluster: 'shared',
  // apart from the stack: neither has objects of the other's names
  namespaces: { monitoring: 'metrics-system' },
  // the stack's node exporter has port 9100 of every node, so a second one would not start; it is scraped where it is
  nodeExporter: {
    deploy: false,
    namespace: STACK.namespace,
    selector: { 'app.kubernetes.io/name': 'prometheus-node-exporter', 'app.kubernetes.io/instance': STACK.release },
    portNames: ['http-metrics'],
  },
  // the stack's Grafana shows our dashboards, too
  grafana: { enabled: false, dashboards: ['kubelet'] },
});

new DashboardConfigMaps(pipeline, 'Dashboards', {
  dashboards: pipeline.dashboards,
  namespace: STACK.namespace,
});

// the stack's sidecar collects data sources, as it does dashboards; checks read it, too, and so judge the dashboards by our store
new k8s.KubeConfigMap(pipeline, 'Datasource', {
  metadata: { name: 'metrics-datasource', namespace: STACK.namespace, labels: { grafana_datasource: '1' } },
  data: {
    'soperator-metrics.yaml': `apiVersion: 1
datasources:
  - name: VictoriaMetrics
    uid: soperator-metrics
    type: prometheus
    url: ${pipeline.store?.queryUrl}
    jsonData: { timeInterval: 30s }
`,
  },
});

export const outputs: readonly ClusterOutput[] = [{ cluster: 'shared', files: renderManifests(app) }];
