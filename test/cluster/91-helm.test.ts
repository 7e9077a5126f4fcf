import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { parseCluster } from '../../lib/config';
import { exportClusters, renderClusters } from '../../lib/outputs';
import { releaseBytes } from '../../lib/outputs/shapes/helm/release-size';
import { yamlText } from '../../lib/outputs/yaml-text';
import { program } from '../programs/support';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { type KubeObject, type Metadata, type Strings, titles } from './support/objects';
import { isLabelledOurs, MONITORING, operational, pipelinePods, removeKept, requireNone, SLURM } from './support/pipeline';
import { shellBlock } from './support/readme';
import { query } from './support/store';
import { activeTargets, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();
const RELEASES = 'soperator-metrics';
/** What a release leaves, by kind. */
const KEPT = ['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim'];
const AGENT_DEFINITION = 'vmagents.operator.victoriametrics.com';
/** A field of the agent that this pipeline does not use. */
const NEW_FIELD = 'dnsConfig';

const CHANGED = `cluster: soperator
grafana: { enabled: false }
slurmExporter: { scrapeInterval: 15s, scrapeTimeout: 10s }
`;

interface Definition extends KubeObject {
  readonly spec: {
    readonly versions: readonly {
      readonly schema: { readonly openAPIV3Schema: { readonly properties: { readonly spec: { readonly properties: object } } } };
    }[];
  };
}

interface Dying extends KubeObject {
  readonly metadata: Metadata & { readonly deletionTimestamp?: string };
}

/** A folder in which the commands of the page run: the charts of a cluster file, and the same as plain manifests. */
function exported(text: string): string {
  const folder = cluster.folder();
  const rendered = renderClusters([parseCluster('cluster.yaml', text)], () => undefined);
  exportClusters(join(folder, 'dist-helm'), 'helm', rendered);
  exportClusters(join(folder, 'dist'), 'manifests', rendered);
  return folder;
}

/** The folder with definitions as an older operator has them: a field of the agent is not known. */
function withOlderDefinitions(folder: string): string {
  const file = join(folder, 'dist-helm', 'soperator', 'operator', 'manifests', '00-crds.yaml');
  const definitions = loadAll(readFileSync(file, 'utf8')) as Definition[];
  for (const { metadata, spec } of definitions) {
    if (metadata.name !== AGENT_DEFINITION) continue;
    for (const { schema } of spec.versions) {
      if (!Reflect.has(schema.openAPIV3Schema.properties.spec.properties, NEW_FIELD)) throw new Error(`${NEW_FIELD}: no such field`);
      Reflect.deleteProperty(schema.openAPIV3Schema.properties.spec.properties, NEW_FIELD);
    }
  }
  writeFileSync(file, definitions.map(yamlText).join('---\n'));
  return folder;
}

/** Files of a chart by their paths. */
function filesOf(chart: string): Map<string, string> {
  return new Map(
    readdirSync(chart, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(chart.length + 1), readFileSync(path, 'utf8')] as const),
  );
}

async function knowsNewField(): Promise<boolean> {
  const { spec } = await cluster.get<Definition>('crd', AGENT_DEFINITION);
  return spec.versions.every(({ schema }) => Reflect.has(schema.openAPIV3Schema.properties.spec.properties, NEW_FIELD));
}

/** The pipeline runs: agent and store are made, and each target is there and up. */
async function runs(): Promise<void> {
  await operational(cluster);
  await targetsUp();
}

async function targetsUp(): Promise<void> {
  await eventually('the targets are those of the table, and up', 120, async () => {
    const active = await activeTargets(cluster);
    expect(withoutHealth(active)).toEqual(await tableOfJobs(cluster));
    expect(troubles(active)).toEqual([]);
  });
}

const left = async () => (await cluster.everything()).filter(isLabelledOurs);
const kindsOf = (objects: readonly KubeObject[]) => [...new Set(objects.map(({ kind }) => kind))].sort();

/** Everything that was told to go is gone. */
async function nothingStuck(): Promise<void> {
  await eventually('nothing is on its way out', 60, async () => {
    const dying = (await cluster.everything()).filter(({ metadata }: Dying) => metadata.deletionTimestamp !== undefined);
    expect(titles(dying)).toEqual([]);
  });
}

/** Nothing is left but what holds data. */
async function onlyKept(): Promise<void> {
  await eventually('what the operator made is gone, and what holds data is kept', 60, async () => {
    expect(kindsOf(await left())).toEqual(KEPT);
  });
  await nothingStuck();
}

/** Resources that the operator takes apart. */
const operated = async () => titles((await left()).filter(({ kind }) => /^VM(Agent|Single|\w+Scrape)$/.test(kind)));

/** A block without its commands about the operator's release, for where there is none. */
const withoutOperator = (name: string) => shellBlock(name).replace(/^helm (?:.*\\\n)*?.*metrics-operator(?:.*\\\n)*.*\n/gm, '');

/** Pods by their identity, with restarts. */
async function identities(): Promise<string[]> {
  const pods = await pipelinePods(cluster);
  return pods.map(
    ({ metadata, status }) =>
      `${metadata.name} ${metadata.uid} ${status.containerStatuses?.map(({ restartCount }) => restartCount).join(' ')}`,
  );
}

/** Runs a block of the page and says how long it took. */
async function timed(name: string, folder: string): Promise<string> {
  const began = Date.now();
  const { stdout, stderr } = await cluster.shell(shellBlock(name), folder);
  report(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return stdout + stderr;
}

/** Series of the store, older than a pipeline that has just come: they outlived the one before. */
async function seriesBefore(time: number): Promise<number> {
  return await eventually('the store answers', 30, async () => (await query(cluster, `count(up @ ${time})`))[0]?.value ?? 0);
}

describe('with Helm', () => {
  let usual: string;
  let changed: string;
  let measured = 0;
  let isOurs = false;

  beforeAll(async () => {
    program('helm');
    await requireNone(cluster);
    isOurs = true;
    usual = exported('cluster: soperator\n');
    changed = exported(CHANGED);
  });
  afterAll(async () => {
    if (!isOurs) return;
    for (const release of ['metrics', 'metrics-operator']) await cluster.run('helm', ['uninstall', release, '-n', RELEASES, '--wait']);
    await removeKept(cluster, RELEASES);
  });

  test('the pipeline is installed on an empty cluster, and every target is up', async () => {
    const older = withOlderDefinitions(exported('cluster: soperator\n'));
    await timed('helm-install', older);
    await cluster.shell(shellBlock('wait'), older);
    await runs();
    expect(await knowsNewField()).toBe(false);
    measured = Math.floor(Date.now() / 1000);
  });

  test('a release is about as large as the export measured', async () => {
    for (const [release, chart] of [
      ['metrics-operator', 'operator'],
      ['metrics', 'pipeline'],
    ] as const) {
      const { data } = await cluster.get<KubeObject & { readonly data: Strings }>(
        'secret',
        '-n',
        RELEASES,
        `sh.helm.release.v1.${release}.v1`,
      );
      const stored = Buffer.from(data.release ?? '', 'base64').length;
      const estimated = releaseBytes(filesOf(join(usual, 'dist-helm', 'soperator', chart)));
      report(`release ${release}: ${stored} bytes, measured before: ${estimated}`);
      expect(Math.abs(stored - estimated) / stored).toBeLessThan(0.03);
    }
  });

  test('an upgrade brings newer definitions and a changed option, and removes a part that was switched off', async () => {
    await timed('helm-install', changed);
    expect(await knowsNewField()).toBe(true);
    await eventually('what is scraped follows', 60, async () => {
      const targets = await activeTargets(cluster);
      const intervals = targets.filter(({ job }) => job === 'slurm-exporter').map(({ interval }) => interval);
      expect(intervals).toEqual(['15s', '15s']);
      expect(targets.filter(({ job }) => job === 'grafana')).toEqual([]);
    });
    await nothingStuck();
    expect(titles((await left()).filter(({ metadata }) => /grafana/.test(metadata.name)))).toEqual([]);
  });

  test('a rollback brings the part and the former option back', async () => {
    await timed('helm-rollback', changed);
    await runs();
  });

  test('the pipeline is uninstalled while the operator runs, then the operator, and nothing is stuck', async () => {
    const [pipeline = '', ...rest] = shellBlock('helm-remove').split('\n');
    const began = Date.now();
    await cluster.shell(pipeline, usual);
    report(`${pipeline}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    expect(await operated()).toEqual([]);
    expect((await pipelinePods(cluster)).map(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'])).toContain('vm-operator');
    await cluster.shell(rest.join('\n'), usual);
    await onlyKept();
    report(`all of it was gone after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    expect((await cluster.list('namespaces')).map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining([MONITORING, SLURM]));
  });

  test('another installation takes up what was kept, data included', async () => {
    await timed('helm-install', usual);
    await runs();
    expect(await seriesBefore(measured)).toBeGreaterThan(20);
  });

  test('plain manifests take over from Helm, and Helm from them, without a new pod', async () => {
    const before = await identities();
    await timed('helm-leave', usual);
    await runs();
    expect(await identities()).toEqual(before);
    await timed('helm-adopt', usual);
    await runs();
    expect(await identities()).toEqual(before);
    const owners = (await left())
      .filter(({ metadata }) => metadata.labels?.['soperator-metrics/cluster'] === 'soperator' && metadata.ownerReferences === undefined)
      .filter(({ metadata }) => !metadata.annotations?.['meta.helm.sh/release-name']);
    expect(titles(owners)).toEqual([]);
  });

  test('when the operator was uninstalled first, installing it again lets the pipeline go', async () => {
    const run = (...args: string[]) => cluster.run('helm', [...args, '--namespace', RELEASES, '--wait', '--timeout', '15s']);
    expect(await run('uninstall', 'metrics-operator')).toMatchObject({ code: 0 });
    expect((await run('uninstall', 'metrics')).code).not.toBe(0);
    expect(await operated()).not.toEqual([]);
    await timed('helm-mend', usual);
    expect(await operated()).toEqual([]);
    expect(await run('uninstall', 'metrics-operator')).toMatchObject({ code: 0 });
    await onlyKept();
  });

  test('the other mode takes over what was kept, data included', async () => {
    const standalone = exported('cluster: soperator\nmode: standalone\n');
    await cluster.shell(shellBlock('gone'), standalone);
    await cluster.shell(withoutOperator('helm-adopt'), standalone);
    await cluster.shell(shellBlock('wait-standalone'), standalone);
    await targetsUp();
    expect(await seriesBefore(measured)).toBeGreaterThan(20);
    await cluster.shell(withoutOperator('helm-remove'), standalone);
    await onlyKept();
  });

  test('what was kept is deleted by the commands of the README, and nothing is left', async () => {
    await cluster.shell(shellBlock('remove-volumes'), usual);
    await cluster.shell(shellBlock('remove-crds'), usual);
    await nothingStuck();
    expect(titles(await left())).toEqual([]);
  });
});
