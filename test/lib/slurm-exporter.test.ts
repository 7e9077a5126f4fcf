import { Duration } from 'cdk8s';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import { SlurmExporter, type SlurmExporterProps, SlurmJobSource } from '../../lib/slurm-exporter';
import {
  containerOf,
  exposition,
  familiesOf,
  flagOf,
  GIVEN_CONTAINER,
  GIVEN_POD,
  GIVEN_TARGET,
  mergedSeries,
  podOf,
  render,
  SOURCE_PROPS,
  storedSeries,
  targetLabels,
  targetOf,
} from '../support';

const exporter = (props?: SlurmExporterProps) => render((chart) => new SlurmExporter(chart, 'SlurmExporter', props));
const deployment = (props?: SlurmExporterProps) => exporter(props).find('Deployment', 'slurm-exporter', 'soperator');
const container = (props?: SlurmExporterProps) => containerOf(deployment(props), 'exporter');
const target = (props?: SlurmExporterProps) => targetOf(exporter(props).made, props?.name ?? 'slurm-exporter');

/** What discovery of pods knows of the exporter, and the labels that the operator's rules make of it. */
const DISCOVERED = {
  __meta_kubernetes_pod_name: 'slurm-exporter-7bb7f8d65c-j6tz8',
  __meta_kubernetes_pod_node_name: 'system-0',
  pod: 'slurm-exporter-7bb7f8d65c-j6tz8',
  container: 'exporter',
  namespace: 'soperator',
  endpoint: 'metrics',
};

describe('the workload', () => {
  test('runs once on system nodes under the name and namespace that port-forward asks for', () => {
    expect(deployment().spec).toMatchObject({ replicas: 1 });
    expect(podOf(deployment()).nodeSelector).toEqual({ 'slurm.nebius.ai/nodeset': 'system' });
  });

  test('ends before its successor starts, because both would write the same series', () => {
    expect(deployment().spec).toMatchObject({ strategy: { type: 'Recreate' } });
  });

  test('serves SLURM metrics on 8080 and its own on 8081', () => {
    expect(container().ports).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'metrics', containerPort: 8080 }),
        expect.objectContaining({ name: 'monitoring', containerPort: 8081 }),
      ]),
    );
    expect(exporter().made).toMatchObject({ port: 8080, monitoringPort: 8081, job: 'slurm-exporter' });
  });

  test('reads the SLURM cluster of its namespace from the controller', () => {
    expect(flagOf(container(), '--cluster-name')).toBe('soperator');
    expect(flagOf(container(), '--cluster-namespace')).toBe('soperator');
    expect(flagOf(container(), '--slurm-api-server')).toBe('http://soperator-rest-svc.soperator.svc:6820');
    expect(flagOf(container(), '--job-source')).toBe('controller');
    expect(flagOf(container(), '--accounting-jobs-lookback')).toBeUndefined();
  });

  test('asks slurmrestd of the SLURM cluster and namespace that it is given', () => {
    const other = containerOf(
      exporter({ slurmCluster: 'b', namespace: 'slurm-b' }).find('Deployment', 'slurm-exporter', 'slurm-b'),
      'exporter',
    );
    expect(flagOf(other, '--slurm-api-server')).toBe('http://b-rest-svc.slurm-b.svc:6820');
  });

  test('reads SLURM as often as it is scraped', () => {
    expect(flagOf(container(), '--collection-interval')).toBe('30s');
    expect(target().collectionInterval).toEqual(Duration.seconds(30));
    const props = { scrapeInterval: Duration.seconds(90) };
    expect(flagOf(container(props), '--collection-interval')).toBe('1m30s');
    expect(target(props).collectionInterval).toEqual(Duration.seconds(90));
  });

  test('is probed at the only page of health that the exporter has', () => {
    const page = { httpGet: { path: '/health', port: 'metrics' } };
    expect(container()).toMatchObject({ readinessProbe: page, livenessProbe: page });
  });
});

describe('the rights', () => {
  const subjects = [{ kind: 'ServiceAccount', name: 'slurm-exporter', namespace: 'soperator' }];

  test('are one key, the pods of the namespace and the nodes, and nothing else', () => {
    const rendered = exporter({ slurmCluster: 'b' });
    expect(rendered.find('Role', 'slurm-exporter', 'soperator').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['b-rest-jwt-key'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
    ]);
    expect(rendered.find('ClusterRole', 'soperator-slurm-exporter').rules).toEqual([
      { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
    ]);
    const roles = [...rendered.all('Role'), ...rendered.all('ClusterRole')].map(({ metadata }) => metadata.name);
    expect(roles.sort()).toEqual(['slurm-exporter', 'soperator-slurm-exporter']);
  });

  test('belong to the account that the pod runs under', () => {
    const rendered = exporter();
    expect(rendered.find('RoleBinding', 'slurm-exporter', 'soperator')).toMatchObject({
      roleRef: { kind: 'Role', name: 'slurm-exporter' },
      subjects,
    });
    expect(rendered.find('ClusterRoleBinding', 'soperator-slurm-exporter')).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: 'soperator-slurm-exporter' },
      subjects,
    });
    expect(rendered.find('ServiceAccount', 'slurm-exporter', 'soperator').automountServiceAccountToken).toBe(false);
    expect(podOf(deployment())).toMatchObject({ serviceAccountName: 'slurm-exporter', automountServiceAccountToken: true });
  });
});

describe('the scrape', () => {
  test('finds the pods that are rendered, by the names of both ports, every 30 s', () => {
    const rendered = exporter();
    const { discovery, endpoints, scrapeInterval, provenance } = targetOf(rendered.made, 'slurm-exporter');
    expect(discovery).toMatchObject({ role: DiscoveryRole.PODS, namespaces: ['soperator'] });
    expect(rendered.find('Deployment', 'slurm-exporter').spec).toMatchObject({
      selector: { matchLabels: discovery.matchLabels },
      template: { metadata: { labels: discovery.matchLabels } },
    });
    expect(endpoints).toMatchObject([{ port: 'metrics' }, { port: 'monitoring' }]);
    expect(scrapeInterval).toEqual(Duration.seconds(30));
    expect(provenance).toBe(Provenance.RENDERED);
  });

  test('cannot find the exporter that Soperator deploys beside it', () => {
    // Soperator's own PodMonitor selects by this label alone
    expect(target().discovery.matchLabels['app.kubernetes.io/component']).not.toBe('exporter');
  });

  test.each(['slurm-exporter-some', 'slurm-exporter-self-some'])(
    'drops pod, instance and container of %s so that counters survive restarts',
    (file) => {
      // a rule of the user, or another backend, may leave the exporter's own on the target
      const labels = { ...targetLabels(target(), DISCOVERED), pod: DISCOVERED.pod, instance: DISCOVERED.pod, container: 'exporter' };
      const stored = [...storedSeries(target(), exposition(file), labels).values()];
      expect(stored.length).toBeGreaterThan(0);
      for (const series of stored) {
        expect(series).toMatchObject({ job: 'slurm-exporter', namespace: 'soperator', endpoint: 'metrics' });
        expect(Object.keys(series ?? {})).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(exported_.*|pod|instance|container)$/)]),
        );
      }
    },
  );

  test.each(['slurm-exporter-some', 'slurm-exporter-self-some'])('keeps every series of %s apart from all others', (file) => {
    const stored = storedSeries(target(), exposition(file), targetLabels(target(), DISCOVERED) ?? {});
    expect([...stored.values()]).not.toContain(undefined);
    expect(mergedSeries(stored)).toEqual([]);
  });

  test('gives a large cluster more time than other sources, within the interval', () => {
    expect(target().scrapeTimeout).toEqual(Duration.seconds(20));
    expect(target({ scrapeInterval: Duration.seconds(15) }).scrapeTimeout).toEqual(Duration.seconds(15));
  });
});

describe('with deploy: false', () => {
  test('renders nothing and scrapes the pod that Soperator deployed', () => {
    const rendered = exporter({ deploy: false });
    expect(rendered.all()).toEqual([]);
    expect(rendered.made.workload).toBeUndefined();
    expect(targetOf(rendered.made, 'slurm-exporter')).toMatchObject({
      discovery: {
        role: DiscoveryRole.PODS,
        namespaces: ['soperator'],
        matchLabels: {
          'app.kubernetes.io/name': 'slurm-cluster',
          'app.kubernetes.io/instance': 'soperator',
          'app.kubernetes.io/component': 'exporter',
        },
      },
      endpoints: [{ port: 'metrics' }, { port: 'monitoring' }],
      provenance: Provenance.EXTERNAL,
    });
  });

  test('leaves out the exporter of another SLURM cluster in the same namespace', () => {
    const { matchLabels } = target({ deploy: false, slurmCluster: 'b' }).discovery;
    expect(matchLabels['app.kubernetes.io/instance']).toBe('b');
  });

  test('does not claim to know how often the exporter reads SLURM', () => {
    expect(target({ deploy: false }).collectionInterval).toBeUndefined();
  });
});

describe('with every option set', () => {
  const props: Required<SlurmExporterProps> = {
    ...SOURCE_PROPS,
    slurmCluster: 'b',
    slurmApiServer: 'http://rest.example:6820',
    jobSource: SlurmJobSource.ACCOUNTING,
    accountingJobsLookback: Duration.hours(36),
  };

  test('scrapes as it is told what somebody else deployed', () => {
    const given = targetOf(exporter(props).made, 'given');
    expect(given).toMatchObject({
      ...GIVEN_TARGET,
      discovery: { namespaces: ['elsewhere'], matchLabels: { team: 'operations' } },
      endpoints: [{ port: 'given-port' }],
    });
    expect(targetLabels(given, DISCOVERED)).toMatchObject({ pool: 'operations' });
  });

  test('runs the rules of the user last', () => {
    const [series] = storedSeries(targetOf(exporter(props).made, 'given'), exposition('slurm-exporter-self-some'), {}).values();
    expect(series).toMatchObject({ pod: 'of-the-user' });
  });

  test('deploys what it is told', () => {
    const { selector, portNames, ...own } = props;
    const given = exporter({ ...own, deploy: true }).find('Deployment', 'given', 'elsewhere');
    expect(podOf(given)).toMatchObject(GIVEN_POD);
    expect(containerOf(given, 'exporter')).toMatchObject(GIVEN_CONTAINER);
    expect(containerOf(given, 'exporter').args).toEqual(
      expect.arrayContaining([
        '--cluster-name=b',
        '--cluster-namespace=elsewhere',
        '--slurm-api-server=http://rest.example:6820',
        '--collection-interval=1m',
        '--job-source=accounting',
        '--accounting-jobs-lookback=1d12h',
      ]),
    );
  });
});

describe('fails', () => {
  test('when a lookback is given to a source of jobs that has none', () => {
    expect(() => exporter({ accountingJobsLookback: Duration.hours(2) })).toThrow(
      Error(
        '[test/SlurmExporter] accountingJobsLookback: got "2h", expected to be left out while jobSource is \'controller\'; set jobSource to accounting, or leave the lookback out',
      ),
    );
  });

  test('when the name of the SLURM cluster cannot be part of the name of its Service', () => {
    expect(() => exporter({ slurmCluster: 'Prod EU' })).toThrow(
      Error(
        '[test/SlurmExporter] slurmCluster: got "Prod EU", expected a lower-case DNS label of at most 63 characters; use letters, digits and \'-\', with a letter or digit at both ends',
      ),
    );
  });

  test('when its image has no fixed version', () => {
    expect(() => exporter({ image: 'registry.example/exporter' })).toThrow(
      Error(
        '[test/SlurmExporter] image: got "registry.example/exporter", expected an image reference with a fixed tag or digest; write registry, name and version: \'docker.io/victoriametrics/vmagent:v1.150.0\'',
      ),
    );
  });
});

test.each(['', 'soperator-rest-svc:6820', 'ftp://rest'])(
  'fails for the slurmrestd URL %j, with which the exporter would end',
  (slurmApiServer) => {
    expect(() => exporter({ slurmApiServer })).toThrow(
      Error(
        `[test/SlurmExporter] slurmApiServer: got "${slurmApiServer}", expected the http or https URL of slurmrestd; write it in full: 'http://soperator-rest-svc.soperator.svc:6820'`,
      ),
    );
  },
);

test('fails for no time to look back', () => {
  expect(() => exporter({ jobSource: SlurmJobSource.ACCOUNTING, accountingJobsLookback: Duration.millis(0) })).toThrow(
    Error('[test/SlurmExporter] accountingJobsLookback: got "0s", expected 1s or longer; use Duration.hours(1)'),
  );
});

test('says of each port what it exposes', () => {
  expect(familiesOf(target(), 'metrics').has('slurm_node_info')).toBe(true);
  expect(familiesOf(target(), 'monitoring').has('slurm_exporter_collector_inflight')).toBe(true);
  expect(familiesOf(target(), 'monitoring').has('slurm_node_info')).toBe(false);
});
