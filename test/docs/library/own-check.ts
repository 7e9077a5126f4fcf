import { App } from 'cdk8s';
import { type Check, type Complaint, type JsonObject, MetricsPipeline } from 'soperator-metrics';

export const noLoadBalancer: Check = {
  name: 'no-load-balancer',
  proves: 'nothing is reached from outside but through the company gateway',
  *run({ tree }): Iterable<Complaint> {
    for (const on of tree.ofKind('Service')) {
      const { type } = on.json.spec as JsonObject;
      if (type === 'LoadBalancer') yield { on, message: 'spec.type: got "LoadBalancer", expected ClusterIP; write a route of the gateway' };
    }
  },
};

const app = new App();
new MetricsPipeline(app, 'prod', { cluster: 'prod', checks: [noLoadBalancer] });
app.synth();
