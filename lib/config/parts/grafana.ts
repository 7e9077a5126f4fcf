import type { GrafanaPart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { Duration } from '../../common/units';
import { DASHBOARDS, JobAttribution } from '../../dashboards';
import { GrafanaRole, type VictoriaLogsDatasource } from '../../grafana';
import { option, part, Refusal, required } from '../option';
import { steady } from '../shared/resources';
import { enabled, scraping, timeoutWithinInterval } from '../shared/scraping';
import { workload } from '../shared/workload';
import { choice, dnsLabel, dottedName, duration, hostName, httpUrl, image, list, nodePath, size } from '../values';

const PLUGIN_IMAGE = 'registry.example.com/grafana-victorialogs-plugin:v0.20.0';

const victoriaLogs = part<VictoriaLogsDatasource>('VictoriaLogs, as a data source.', {
  url: required(httpUrl('http://logs.logs-system.svc:9428'), 'Base URL of VictoriaLogs.', 'http://logs.logs-system.svc:9428'),
  pluginImage: required(
    image(PLUGIN_IMAGE),
    'Image that holds the plugin victoriametrics-logs-datasource and a cp command; nothing is downloaded when Grafana starts.',
    PLUGIN_IMAGE,
  ),
  pluginPath: option(nodePath('/plugins/victoriametrics-logs-datasource'), 'Directory of the plugin in that image.', {
    otherwise: '/plugins/victoriametrics-logs-datasource',
    example: '/plugins/victoriametrics-logs-datasource',
  }),
});

/** The view. */
export const grafana = part<GrafanaPart>(
  'Grafana: shows dashboards.',
  {
    enabled: enabled(),
    ...workload({
      name: 'metrics-grafana',
      namespace: { otherwise: 'namespaces.monitoring', example: 'monitoring-system' },
      image: IMAGES.grafana,
      resources: steady('100m', '512Mi'),
    }),
    ...scraping(),
    anonymousRole: option(
      choice(Object.values(GrafanaRole)),
      'What an anonymous visitor may do. Above Viewer, Grafana stays inside the cluster.',
      {
        default: GrafanaRole.EDITOR,
      },
    ),
    adminSecret: option(dottedName('grafana-admin', true), "Secret with the keys admin-user and admin-password, in Grafana's namespace.", {
      otherwise: 'there is no administrator, and no login',
      example: 'grafana-admin',
    }),
    serviceType: option(choice(['ClusterIP', 'NodePort', 'LoadBalancer']), 'Type of the Service.', { default: 'ClusterIP' }),
    ingressHost: option(hostName('grafana.example.com'), 'Host name under which an Ingress shows Grafana.', {
      otherwise: 'no Ingress',
      example: 'grafana.example.com',
    }),
    ingressClassName: option(dottedName('nginx'), 'Class of the Ingress; with ingressHost.', {
      otherwise: "the cluster's default class",
      example: 'nginx',
    }),
    ingressTlsSecret: option(dottedName('grafana-tls', true), 'Secret with the certificate of the Ingress; with ingressHost.', {
      otherwise: 'none',
      example: 'grafana-tls',
    }),
    dashboardNamespaces: option(list(dnsLabel('team-a'), 'team-a', 1), 'Namespaces in which dashboards are looked for.', {
      otherwise: 'namespaces of the pipeline and alsoMonitored',
      example: ['monitoring-system', 'team-a'],
    }),
    dashboards: option(list(choice(DASHBOARDS.map(({ name }) => name)), 'cluster-health'), 'Dashboards that it shows, by name.', {
      otherwise: 'all; an empty list shows none',
      example: ['cluster-health'],
    }),
    jobAttribution: option(
      choice(Object.values(JobAttribution)),
      'How dashboards find the job of a GPU: join by the nodes of the job, label by hpc_job of dcgmExporter.jobMappingDirectory, or none.',
      { default: JobAttribution.JOIN },
    ),
    lokiUrl: option(httpUrl('http://loki.logs-system.svc:3100'), 'Base URL of Loki, as a data source.', {
      otherwise: 'none',
      example: 'http://loki.logs-system.svc:3100',
    }),
    victoriaLogs,
    storageSize: option(size('1Gi'), 'Size of a volume for what people save in Grafana itself.', {
      otherwise: 'no volume: what they save ends with the pod',
      example: '1Gi',
    }),
    storageClassName: option(dottedName('fast-ssd'), 'Storage class of that volume; with storageSize.', {
      otherwise: "the cluster's default class",
      example: 'fast-ssd',
    }),
    sidecarImage: option(image(IMAGES.grafanaSidecar), 'Image of the sidecar that collects dashboards from ConfigMaps.', {
      otherwise: 'the version that the pipeline was proven with',
      example: IMAGES.grafanaSidecar,
    }),
    minStep: option(duration('30s', '1s'), 'Step below which graphs do not go: the usual scrape interval.', { default: '30s' }),
  },
  [
    timeoutWithinInterval(Duration.seconds(30)),
    {
      reads: ['anonymousRole', 'serviceType', 'ingressHost'],
      check: ({ anonymousRole = GrafanaRole.EDITOR, serviceType = 'ClusterIP', ingressHost }) => {
        if (anonymousRole === GrafanaRole.VIEWER) return [];
        const advice = (instead: string) =>
          `${instead} while anonymousRole is ${anonymousRole}, for everybody outside would be ${anonymousRole}; write anonymousRole: Viewer, or use kubectl port-forward`;
        return [
          ...(serviceType === 'ClusterIP' ? [] : [new Refusal(advice('ClusterIP'), ['serviceType'])]),
          ...(ingressHost === undefined ? [] : [new Refusal(advice('to be left out'), ['ingressHost'])]),
        ];
      },
    },
    {
      reads: ['ingressHost', 'ingressClassName', 'ingressTlsSecret'],
      check: (given) =>
        (['ingressClassName', 'ingressTlsSecret'] as const)
          .filter((option) => given[option] !== undefined && given.ingressHost === undefined)
          .map((option) => new Refusal('to be left out while there is no ingressHost; write ingressHost, too, or remove it', [option])),
    },
    {
      reads: ['storageSize', 'storageClassName'],
      check: ({ storageSize, storageClassName }) =>
        storageClassName !== undefined && !storageSize
          ? new Refusal('to be left out while there is no storageSize; write storageSize, too, or remove it', ['storageClassName'])
          : undefined,
    },
  ],
);
