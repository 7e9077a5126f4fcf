import { Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { claim, flagList, metadata, podSelector, podTemplate, service } from '../common/deployment';
import {
  CRITICAL,
  httpProbe,
  kubeResources,
  NOBODY,
  placement,
  restrictedContainer,
  restrictedPod,
  SYSTEM_NODES,
} from '../common/workload';
import { type StorePlan, TERMINATION_GRACE_S } from './plan';

/** Where the data is: the operator's place, so that it outlives a change of the mode. */
const DATA = '/victoria-metrics-data';
/** VictoriaMetrics' usual port, for those who know it by that. */
const ALIAS_PORT = 8428;

/** The store as Deployment, Service and claim, with the names that the operator gives them. */
export function standaloneStore(scope: Construct, plan: StorePlan): k8s.KubeDeployment {
  const { props, port } = plan;
  const owner = { ...plan.owner, name: plan.serviceName };
  claim(scope, 'Volume', owner, () => plan.storageSize(), props.storageClassName);
  service(scope, 'Service', owner, [
    { name: 'http', port, targetPort: 'http' },
    { name: 'http-alias', port: ALIAS_PORT, targetPort: 'http' },
  ]);
  return new k8s.KubeDeployment(scope, 'Deployment', {
    metadata: metadata(owner),
    spec: {
      replicas: 1,
      revisionHistoryLimit: 2,
      // two stores cannot have one volume
      strategy: { type: 'Recreate' },
      selector: podSelector(owner),
      template: podTemplate(owner, {
        ...placement(scope, props, { nodeSelector: SYSTEM_NODES, priorityClassName: CRITICAL }),
        serviceAccountName: plan.serviceAccountName,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPod(NOBODY, true),
        terminationGracePeriodSeconds: TERMINATION_GRACE_S,
        containers: [
          {
            name: 'vmsingle',
            image: plan.image,
            imagePullPolicy: 'IfNotPresent',
            args: Lazy.any({
              produce: () =>
                flagList({
                  httpListenAddr: `:${port}`,
                  storageDataPath: DATA,
                  retentionPeriod: plan.retention,
                  ...plan.flags(),
                }),
            }),
            ports: [{ name: 'http', containerPort: port }],
            // it listens once it has opened its data, which takes minutes after a hard end with much of it
            startupProbe: httpProbe('/health', 'http', { periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 900 }),
            readinessProbe: httpProbe('/health', 'http', { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 10 }),
            livenessProbe: httpProbe('/health', 'http', { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 30 }),
            resources: Lazy.any({ produce: (): k8s.ResourceRequirements => kubeResources(plan.resources()) }),
            securityContext: restrictedContainer(),
            volumeMounts: [{ name: 'data', mountPath: DATA }],
          },
        ],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: plan.serviceName } }],
      }),
    },
  });
}
