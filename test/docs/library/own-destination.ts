import { App, Duration } from 'cdk8s';
import { type Destination, type ICollector, type IStore, MetricsPipeline } from 'soperator-metrics';

/** The company's Mimir, which a proxy in the cluster writes to and reads from. */
class Mimir implements IStore {
  readonly destination: Destination = { name: 'mimir', url: 'http://mimir-proxy.mimir.svc/api/v1/push', relabelConfigs: [] };
  readonly queryUrl = 'http://mimir-proxy.mimir.svc/prometheus';
  readonly dedupInterval = Duration.millis(0);
  readonly collectors: ICollector[] = [];

  collectFrom(collector: ICollector): void {
    this.collectors.push(collector);
  }
}

const app = new App();
new MetricsPipeline(app, 'prod', { cluster: 'prod', store: new Mimir() });
app.synth();
