import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { DASHBOARD_LABEL, type Dashboard, FOLDER_ANNOTATION, requireOther } from './common/dashboard';
import { metadata } from './common/deployment';
import { dnsName } from './common/names';

/** Options of {@link DashboardConfigMaps}. */
export interface DashboardConfigMapsProps {
  /** What is shown: `pipeline.dashboards`, or some of your own. */
  readonly dashboards: readonly Dashboard[];
  /** Namespace of the ConfigMaps: one in which the sidecar of the Grafana that is there looks for dashboards. */
  readonly namespace: string;
  /** Folder in which Grafana shows them, where its sidecar reads the annotation `grafana_folder`. @default 'Soperator' */
  readonly folder?: string;
}

/**
 * Dashboards for a Grafana that somebody else runs: each a ConfigMap with the label `grafana_dashboard: "1"`, which the sidecar of most
 * charts of Grafana collects. Their queries are checked as those of the pipeline's own Grafana are.
 */
export class DashboardConfigMaps extends Construct {
  /** The ConfigMaps, in the order of the dashboards. */
  readonly configMaps: readonly k8s.KubeConfigMap[];

  /**
   * @param props see the interface
   * @throws InvalidOptionError when a name is no DNS label, or two dashboards have one name or uid
   */
  constructor(scope: Construct, id: string, props: DashboardConfigMapsProps) {
    super(scope, id);
    const namespace = dnsName(this, 'namespace', props.namespace);
    const identity = { name: 'dashboards', instance: 'dashboards', component: 'view' };
    this.configMaps = props.dashboards.map((dashboard, index) => {
      const { name, json } = dashboard;
      requireOther(this, `dashboards[${index}]`, dashboard, props.dashboards.slice(0, index));
      const object = metadata({ name: `metrics-dashboard-${dnsName(this, `dashboards[${index}].name`, name)}`, namespace, identity });
      return new k8s.KubeConfigMap(this, name, {
        metadata: {
          ...object,
          labels: { ...object.labels, [DASHBOARD_LABEL]: '1' },
          annotations: { [FOLDER_ANNOTATION]: props.folder ?? 'Soperator' },
        },
        data: { [`${name}.json`]: json },
      });
    });
  }
}
