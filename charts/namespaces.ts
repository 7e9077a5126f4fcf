import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Labels, objectLabels } from '../lib/common/labels';
import { POD_SECURITY_LABEL, PodSecurityLevel } from '../lib/common/namespaces';

/** One namespace of the pipeline. */
export interface PipelineNamespace {
  /** Its name. */
  readonly name: string;
  /** Its Pod Security level; `UNMANAGED` for a namespace of somebody else. */
  readonly podSecurity: PodSecurityLevel;
}

/** Options of {@link NamespacesChart}. */
export interface NamespacesChartProps {
  /** The namespaces, in order. */
  readonly namespaces: readonly PipelineNamespace[];
  /** Labels of those that are the pipeline's own. */
  readonly labels: Labels;
}

/**
 * The namespaces. Those of somebody else are rendered by name alone, so that the manifests also apply to an empty cluster: applied
 * where they exist they change nothing, and nothing that removes the pipeline selects them.
 */
export class NamespacesChart extends Chart {
  /** Names of the namespaces that are the pipeline's own. */
  readonly own: readonly string[];

  /** @param props see the interface */
  constructor(scope: Construct, id: string, props: NamespacesChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    this.own = props.namespaces.filter(({ podSecurity }) => podSecurity !== PodSecurityLevel.UNMANAGED).map(({ name }) => name);
    for (const { name, podSecurity } of props.namespaces) {
      const own = podSecurity !== PodSecurityLevel.UNMANAGED;
      new k8s.KubeNamespace(this, name, {
        metadata: {
          name,
          labels: own
            ? { ...objectLabels({ name, instance: name, component: 'namespace' }), ...props.labels, [POD_SECURITY_LABEL]: podSecurity }
            : undefined,
        },
      });
    }
  }
}
