import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { MetricsPipelineReleases } from '../../lib/outputs/terraform';
import { program } from '../programs/support';
import { mirroring, plainConfiguration } from '../programs/terraform-support';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { type KubeObject, type Metadata, titles } from './support/objects';
import { isLabelledOurs, operational, removeKept, requireNone } from './support/pipeline';
import { shellBlock } from './support/readme';
import { activeTargets, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();
const ROOT = join(__dirname, '..', '..');
/** What removal leaves, by kind. */
const KEPT = ['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim'];

interface Dying extends KubeObject {
  readonly metadata: Metadata & { readonly deletionTimestamp?: string };
}

const left = async () => (await cluster.everything()).filter(isLabelledOurs);
const kindsOf = (objects: readonly KubeObject[]) => [...new Set(objects.map(({ kind }) => kind))].sort();
const stuck = async () => titles((await cluster.everything()).filter(({ metadata }: Dying) => metadata.deletionTimestamp !== undefined));

/** The pipeline runs: agent and store are made, and each target is there and up. */
async function runs(): Promise<void> {
  await operational(cluster);
  await eventually('the targets are those of the table, and up', 120, async () => {
    const active = await activeTargets(cluster);
    expect(withoutHealth(active)).toEqual(await tableOfJobs(cluster));
    expect(troubles(active)).toEqual([]);
  });
}

describe('with Terraform', () => {
  let work: string;
  let environment: string;
  let stack: string;
  let isOurs = false;

  /** Runs shell lines with the provider that was built, and says how long they took. */
  async function terraform(what: string, block: string, folder: string): Promise<string> {
    const began = Date.now();
    const { stdout } = await cluster.shell(`${environment}\n${block}`, folder);
    report(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return stdout;
  }

  /** Writes the charts of a cluster file by the command of the page, and the stack as its program does. */
  async function write(text: string): Promise<void> {
    writeFileSync(join(work, 'pipeline.yaml'), text);
    const command = `soperator-metrics() { node ${ROOT}/scripts/run.mjs ${ROOT}/lib/cli/bin.ts "$@"; }`;
    await cluster.shell(`${command}\n${shellBlock('terraform-charts')}`, work);
    const app = new App({ outdir: join(work, 'cdktf.out') });
    const made = new TerraformStack(app, 'soperator');
    new LocalBackend(made, { path: 'terraform.tfstate' });
    new MetricsPipelineReleases(made, 'Metrics', { charts: join(work, 'charts', 'soperator') });
    // the one that is built is newer than the types
    made.addOverride('terraform.required_providers.helm.version', '~> 3.1');
    app.synth();
  }

  /** What a plan does, by the names of the releases. */
  async function changes(plan: string, folder: string): Promise<{ readonly [release: string]: readonly string[] }> {
    const { resource_changes } = JSON.parse((await cluster.shell(`${environment}\nterraform show -json ${plan}`, folder)).stdout);
    return Object.fromEntries(
      resource_changes.map((change: { change: { actions: string[]; after?: { name: string }; before?: { name: string } } }) => [
        (change.change.after ?? change.change.before)?.name,
        change.change.actions,
      ]),
    );
  }

  beforeAll(async () => {
    program('terraform');
    await requireNone(cluster);
    isOurs = true;
    work = cluster.folder();
    stack = join(work, 'cdktf.out', 'stacks', 'soperator');
    const variables = { ...mirroring(work), KUBE_CONFIG_PATH: process.env.KUBECONFIG };
    environment = Object.entries(variables)
      .map(([name, value]) => `export ${name}=${value}`)
      .join('\n');
    await cluster.shell(
      'for namespace in soperator soperator-system; do\n' +
        '  kubectl get namespace "$namespace" >/dev/null 2>&1 || kubectl create namespace "$namespace"\ndone',
      work,
    );
  });
  afterAll(async () => {
    if (!isOurs) return;
    await removeKept(cluster, 'soperator-metrics');
  });

  test('the stack installs both releases on an empty cluster, and every target is up', async () => {
    await write('cluster: soperator\n');
    await terraform('init, plan and apply', shellBlock('terraform-apply'), stack);
    await runs();
  });

  test('the next plan finds nothing to change', async () => {
    // it would exit with 2
    await terraform('plan', 'terraform plan -detailed-exitcode', stack);
  });

  test('a part that is switched off changes the releases in place, and is gone', async () => {
    await write('cluster: soperator\ngrafana: { enabled: false }\n');
    await terraform('plan of a change', 'terraform plan -out metrics.plan', stack);
    // both, because every object has a label with the digest of the whole
    expect(await changes('metrics.plan', stack)).toEqual({ 'metrics-operator': ['update'], metrics: ['update'] });
    await terraform('apply of a change', 'terraform apply metrics.plan', stack);
    await eventually('its last pod is gone', 60, async () => {
      expect(titles((await left()).filter(({ metadata }) => /grafana/.test(metadata.name)))).toEqual([]);
    });
    await terraform('plan', 'terraform plan -detailed-exitcode', stack);
  });

  test('the configuration without CDKTF goes on with the same state', async () => {
    const plain = join(work, 'plain');
    mkdirSync(plain);
    cpSync(join(work, 'charts'), join(plain, 'charts'), { recursive: true });
    copyFileSync(join(stack, 'terraform.tfstate'), join(plain, 'terraform.tfstate'));
    writeFileSync(join(plain, 'main.tf'), plainConfiguration().replace('~/.kube/config', process.env.KUBECONFIG ?? ''));
    const addresses = Object.entries<{ name: string }>(
      JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')).resource.helm_release,
    ).map(([address, { name }]) => [address, name === 'metrics' ? 'pipeline' : 'operator']);
    const moves = addresses.map(([from, to]) => `terraform state mv helm_release.${from} helm_release.${to}`);
    await terraform('move', ['terraform init', ...moves, 'terraform plan -out metrics.plan'].join('\n'), plain);
    // their charts lie elsewhere
    expect(await changes('metrics.plan', plain)).toEqual({ 'metrics-operator': ['update'], metrics: ['update'] });
    await terraform('apply of the configuration', 'terraform apply metrics.plan\nterraform plan -detailed-exitcode', plain);
    stack = plain;
  });

  test('removal takes the pipeline, then the operator, and nothing is stuck', async () => {
    await terraform('removal', shellBlock('terraform-remove'), stack);
    await eventually('what holds data is kept, and nothing else', 60, async () => {
      expect(kindsOf(await left())).toEqual(KEPT);
      expect(await stuck()).toEqual([]);
    });
  });
});
