import { App } from 'cdk8s';
import { type ClusterOutput, DashboardConfigMaps, MetricsPipeline, RemoteWriteCredential, renderManifests } from 'soperator-metrics';

const app = new App();

const pipeline = new MetricsPipeline(app, 'thin', {
  cluster: 'thin',
  // Nebius Cloud keeps everything
  vmSingle: { enabled: false },
  publicEndpointEnabled: true,
  nebiusCloud: {
    region: 'eu-north1',
    projectId: 'project-e00example',
    // kept fresh by whatever issues it; the file of the node would need a namespace in which host paths are allowed
    credential: RemoteWriteCredential.tokenSecret({ name: 'o11y-writer-sa-token', key: 'accessToken' }),
  },
  // the pipeline's Grafana reads a store of the cluster, and there is none. The list still says which dashboards bring their metrics along
  grafana: { enabled: false, dashboards: ['kubelet'] },
});

// for a Grafana that reads the cloud and collects dashboards from ConfigMaps; leave this out to import them by hand
new DashboardConfigMaps(pipeline, 'Dashboards', {
  dashboards: pipeline.dashboards,
  namespace: 'monitoring-system',
});

export const outputs: readonly ClusterOutput[] = [{ cluster: 'thin', files: renderManifests(app) }];
