import { Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import * as vm from '../../imports/operator.victoriametrics.com';
import { metadata } from '../common/deployment';
import { operatorImage } from '../common/images';
import { amountsAs, quantity, resourceRequirements } from '../common/units';
import { CRITICAL, placement, SYSTEM_NODES } from '../common/workload';
import { type StorePlan, TERMINATION_GRACE_S } from './plan';

/** The store as a VMSingle resource, of which the operator makes Deployment, Service and claim. */
export function operatorStore(scope: Construct, plan: StorePlan): vm.VmSingle {
  const { props } = plan;
  return new vm.VmSingle(scope, 'VMSingle', {
    metadata: metadata(plan.owner),
    spec: {
      image: operatorImage(scope, plan.image),
      ...placement(scope, props, { nodeSelector: SYSTEM_NODES, priorityClassName: CRITICAL }),
      replicaCount: 1,
      // the contract's port; the operator then opens 8428 beside it
      port: String(plan.port),
      retentionPeriod: plan.retention,
      // an owner reference on the claim would take the data along with the resource
      removePvcAfterDelete: false,
      storage: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: props.storageClassName,
        resources: Lazy.any({
          produce: (): vm.VmSingleSpecStorageResources => ({
            requests: { storage: vm.VmSingleSpecStorageResourcesRequests.fromString(quantity(plan.storageSize())) },
          }),
        }),
      },
      extraArgs: Lazy.any({ produce: () => plan.flags() }),
      serviceAccountName: plan.serviceAccountName,
      disableAutomountServiceAccountToken: true,
      useStrictSecurity: true,
      useDefaultResources: false,
      resources: Lazy.any({
        produce: (): vm.VmSingleSpecResources => {
          const { requests, limits } = resourceRequirements(plan.resources());
          return {
            requests: amountsAs(requests, vm.VmSingleSpecResourcesRequests.fromString),
            limits: amountsAs(limits, vm.VmSingleSpecResourcesLimits.fromString),
          };
        },
      }),
      terminationGracePeriodSeconds: TERMINATION_GRACE_S,
      disableSelfServiceScrape: true,
    },
  });
}
