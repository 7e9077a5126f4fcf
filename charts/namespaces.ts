import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Labels, objectLabels } from '../lib/common/labels';
import { POD_SECURITY_LABEL, type PodSecurityLevel } from '../lib/common/namespaces';

/** One namespace of the pipeline. */
export interface PipelineNamespace {
  /** Its name. */
  readonly name: string;
  /** Its Pod Security level. */
  readonly podSecurity: PodSecurityLevel;
}

/** Options of {@link NamespacesChart}. */
export interface NamespacesChartProps {
  /** The namespaces, in order. */
  readonly namespaces: readonly PipelineNamespace[];
  /** Labels of all of them. */
  readonly labels: Labels;
}

/**
 * The namespaces that are the pipeline's own. Those of SLURM and of Soperator are not rendered: whatever applies or prunes a folder of
 * manifests must not be able to take a SLURM cluster along.
 */
export class NamespacesChart extends Chart {
  /** Names of the namespaces. */
  readonly own: readonly string[];

  /** @param props see the interface */
  constructor(scope: Construct, id: string, props: NamespacesChartProps) {
    super(scope, id, { labels: props.labels, disableResourceNameHashes: true });
    this.own = props.namespaces.map(({ name }) => name);
    for (const { name, podSecurity } of props.namespaces) {
      new k8s.KubeNamespace(this, name, {
        metadata: {
          name,
          labels: { ...objectLabels({ name, instance: name, component: 'namespace' }), [POD_SECURITY_LABEL]: podSecurity },
        },
      });
    }
  }
}
