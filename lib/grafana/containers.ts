import type { k8s } from 'cdk8s-plus-28';
import { DASHBOARD_LABEL, FOLDER_ANNOTATION } from '../common/dashboard';
import { type ComputeResources, Size, steadyResources } from '../common/units';
import { fieldEnv, httpProbe, kubeResources, restrictedContainer } from '../common/workload';
import { DASHBOARDS, PROVISIONING } from './provisioning';

/** What an anonymous visitor may do. */
export enum GrafanaRole {
  /** Look. */
  VIEWER = 'Viewer',
  /** Look, explore and edit. */
  EDITOR = 'Editor',
  /** Everything inside the organisation, data sources included. */
  ADMIN = 'Admin',
}

/** VictoriaLogs as a data source. */
export interface VictoriaLogsDatasource {
  /** Base URL of VictoriaLogs. */
  readonly url: string;
  /** Image that holds the plugin `victoriametrics-logs-datasource` and a `cp` command. Nothing is downloaded when Grafana starts. */
  readonly pluginImage: string;
  /** Directory of the plugin in that image. @default '/plugins/victoriametrics-logs-datasource' */
  readonly pluginPath?: string;
}

/** The user of Grafana's image. */
export const GRAFANA_UID = 472;
const CONTAINER_PORT = 3000;
const PLUGINS = '/var/lib/grafana-plugins';
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Settings under which Grafana fetches nothing, reports nothing and has no account that a default password opens. */
const SETTINGS: { readonly [name: string]: string } = {
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_AUTH_ANONYMOUS_ENABLED: 'true',
  GF_AUTH_ANONYMOUS_ORG_NAME: 'Main Org.',
  GF_LOG_MODE: 'console',
  GF_METRICS_ENABLED: 'true',
  GF_NEWS_NEWS_FEED_ENABLED: 'false',
  GF_PATHS_DATA: '/var/lib/grafana',
  GF_PATHS_PLUGINS: PLUGINS,
  GF_PATHS_PROVISIONING: PROVISIONING,
  GF_PLUGINS_PLUGIN_ADMIN_ENABLED: 'false',
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
  GF_SECURITY_DISABLE_GRAVATAR: 'true',
  GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
};

/** Without an administrator nobody logs in at all. */
const NO_ADMIN: { readonly [name: string]: string } = {
  GF_AUTH_BASIC_ENABLED: 'false',
  GF_AUTH_DISABLE_LOGIN_FORM: 'true',
  GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
};

/** Grafana itself. */
export function grafanaContainer(image: string, resources: ComputeResources, role: GrafanaRole, adminSecret?: string): k8s.Container {
  const settings = { ...SETTINGS, ...(adminSecret ? {} : NO_ADMIN), GF_AUTH_ANONYMOUS_ORG_ROLE: role };
  const fromSecret = (name: string, key: string): k8s.EnvVar[] =>
    adminSecret ? [{ name, valueFrom: { secretKeyRef: { name: adminSecret, key } } }] : [];
  return {
    name: 'grafana',
    image,
    imagePullPolicy: 'IfNotPresent',
    env: [
      ...Object.entries(settings)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value })),
      ...fromSecret('GF_SECURITY_ADMIN_USER', 'admin-user'),
      ...fromSecret('GF_SECURITY_ADMIN_PASSWORD', 'admin-password'),
    ],
    ports: [{ name: 'http', containerPort: CONTAINER_PORT }],
    volumeMounts: [
      { name: 'data', mountPath: '/var/lib/grafana' },
      { name: 'dashboards', mountPath: DASHBOARDS, readOnly: true },
      { name: 'plugins', mountPath: PLUGINS, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'provisioning', mountPath: `${PROVISIONING}/dashboards/dashboards.yaml`, subPath: 'dashboards.yaml', readOnly: true },
      { name: 'provisioning', mountPath: `${PROVISIONING}/datasources/datasources.yaml`, subPath: 'datasources.yaml', readOnly: true },
    ],
    readinessProbe: httpProbe('/api/health', 'http', { periodSeconds: 10 }),
    livenessProbe: httpProbe('/api/health', 'http', { initialDelaySeconds: 60, timeoutSeconds: 30, failureThreshold: 10 }),
    resources: kubeResources(resources),
    securityContext: restrictedContainer(),
  };
}

/** The sidecar that writes dashboards from ConfigMaps into files; Grafana looks at the files itself. */
export function sidecarContainer(image: string, namespaces: readonly string[]): k8s.Container {
  return {
    name: 'dashboards',
    image,
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: 'FOLDER', value: DASHBOARDS },
      { name: 'FOLDER_ANNOTATION', value: FOLDER_ANNOTATION },
      { name: 'LABEL', value: DASHBOARD_LABEL },
      { name: 'LABEL_VALUE', value: '1' },
      { name: 'METHOD', value: 'WATCH' },
      { name: 'NAMESPACE', value: namespaces.join(',') },
      // Secrets are another choice of this setting, which its account could not read
      { name: 'RESOURCE', value: 'configmap' },
      // two namespaces may hold a file of the same name
      { name: 'UNIQUE_FILENAMES', value: 'true' },
      fieldEnv('POD_NAMESPACE', 'metadata.namespace'),
    ],
    volumeMounts: [
      { name: 'dashboards', mountPath: DASHBOARDS },
      { name: 'account', mountPath: ACCOUNT, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    resources: kubeResources(steadyResources(20, Size.mebibytes(128))),
    securityContext: restrictedContainer(),
  };
}

/** Copies a plugin out of an image before Grafana starts. */
export function pluginContainer(logs: VictoriaLogsDatasource, image: string): k8s.Container {
  return {
    name: 'logs-plugin',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['cp', '-r', logs.pluginPath ?? '/plugins/victoriametrics-logs-datasource', PLUGINS],
    volumeMounts: [{ name: 'plugins', mountPath: PLUGINS }],
    resources: kubeResources(steadyResources(10, Size.mebibytes(64))),
    securityContext: restrictedContainer(),
  };
}

/** The volumes of the pod. The account's token is a volume so that only the sidecar gets it. */
export function volumes(provisioning: string | undefined, claim: string | undefined): k8s.Volume[] {
  return [
    { name: 'data', ...(claim ? { persistentVolumeClaim: { claimName: claim } } : { emptyDir: {} }) },
    { name: 'dashboards', emptyDir: {} },
    { name: 'plugins', emptyDir: {} },
    { name: 'tmp', emptyDir: {} },
    { name: 'provisioning', configMap: { name: provisioning } },
    {
      name: 'account',
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardApi: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    },
  ];
}
