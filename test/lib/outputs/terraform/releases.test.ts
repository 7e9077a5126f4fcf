import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { provider } from '@cdktf/provider-helm';
import { Duration } from 'cdk8s';
import { App, LocalBackend, TerraformStack, TerraformVariable } from 'cdktf';
import { InvalidOptionError } from '../../../../lib/common/errors';
import { MetricsPipelineReleases, type MetricsPipelineReleasesProps } from '../../../../lib/outputs/terraform';
import { writeCharts, writeFiles } from './support';

let work: string;
let charts: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'terraform-'));
  charts = writeCharts(join(work, 'charts', 'eu'), 'operator', 'pipeline');
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

type Json = { readonly [name: string]: unknown };
interface Synthesised {
  /** Its folder. */
  readonly folder: string;
  /** The text of its configuration. */
  readonly text: string;
  readonly json: {
    readonly provider: { readonly helm: readonly Json[] };
    readonly resource: { readonly helm_release: { readonly [address: string]: Json & { readonly name: string; readonly chart: string } } };
    readonly terraform: { readonly required_providers: Json };
  };
  /** The releases by their names. */
  readonly releases: { readonly [name: string]: Json & { readonly chart: string } };
}

/** Synthesises a stack, with what `build` puts into it. */
function synthesise(build: (stack: TerraformStack) => void, outdir = join(work, 'out')): Synthesised {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'eu');
  // the one that cdktf makes otherwise has the path of the working directory in it
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  build(stack);
  app.synth();
  const folder = join(outdir, 'stacks', 'eu');
  const text = readFileSync(join(folder, 'cdk.tf.json'), 'utf8');
  const json: Synthesised['json'] = JSON.parse(text);
  const releases = Object.fromEntries(Object.values(json.resource.helm_release).map((release) => [release.name, release]));
  return { folder, text, json, releases };
}

/** Synthesises the releases alone. */
const releasesOf = (props: Partial<MetricsPipelineReleasesProps> = {}, outdir?: string) =>
  synthesise((stack) => new MetricsPipelineReleases(stack, 'Metrics', { charts, ...props }), outdir);

/** The files that a release installs, where Terraform finds them. */
function installed({ folder, releases }: Synthesised, name: string): { readonly [path: string]: string } {
  const chart = releases[name]?.chart ?? '';
  expect(chart).toMatch(/^\$\{path\.module\}\/assets\/.*[^/]$/);
  const root = join(folder, chart.slice(chart.indexOf('/') + 1));
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(root, file), readFileSync(file, 'utf8')]),
  );
}

describe('the releases', () => {
  test('install the operator, then the pipeline, each from a copy of its chart', () => {
    const stack = releasesOf();
    expect(Object.keys(stack.releases).sort()).toEqual(['metrics', 'metrics-operator']);
    const [operator] = Object.entries(stack.json.resource.helm_release).find(([, { name }]) => name === 'metrics-operator') ?? [];
    expect(stack.releases.metrics).toMatchObject({ depends_on: [`helm_release.${operator}`] });
    expect(stack.releases['metrics-operator']).not.toHaveProperty('depends_on');
    for (const [name, chart] of [
      ['metrics', 'pipeline'],
      ['metrics-operator', 'operator'],
    ] as const) {
      expect(stack.releases[name]).toMatchObject({ version: '0.1.0+a' });
      expect(installed(stack, name)).toEqual({
        'Chart.yaml': expect.stringContaining(`name: soperator-metrics-${chart}\n`),
        'manifests/a.yaml': expect.any(String),
        'templates/manifests.yaml': expect.any(String),
      });
    }
  });

  test('wait both ways, keep ten revisions, and go on with what a failed apply left behind', () => {
    const { releases } = releasesOf();
    const expected = {
      namespace: 'soperator-metrics',
      create_namespace: true,
      wait: true,
      timeout: 600,
      max_history: 10,
      upgrade_install: true,
      take_ownership: false,
    };
    expect(releases['metrics-operator']).toMatchObject(expected);
    expect(releases.metrics).toMatchObject(expected);
  });

  test('install the pipeline alone where it brings no operator', () => {
    charts = writeCharts(join(work, 'charts', 'alone'), 'pipeline');
    const { releases } = releasesOf();
    expect(Object.keys(releases)).toEqual(['metrics']);
    expect(releases.metrics).not.toHaveProperty('depends_on');
    synthesise((stack) => {
      expect(new MetricsPipelineReleases(stack, 'Metrics', { charts }).operator).toBeUndefined();
    });
  });

  test('are what every option says', () => {
    const props: Required<Omit<MetricsPipelineReleasesProps, 'provider'>> = {
      charts,
      configPath: '~/clusters/eu.yaml',
      configContext: 'eu',
      namespace: 'helm',
      operatorName: 'eu-operator',
      pipelineName: 'eu.metrics',
      takeOwnership: true,
      timeout: Duration.minutes(30),
      maxHistory: 3,
    };
    const { json, releases } = releasesOf(props);
    expect(json.provider.helm).toEqual([{ kubernetes: { config_path: '~/clusters/eu.yaml', config_context: 'eu' } }]);
    const expected = { namespace: 'helm', take_ownership: true, timeout: 1800, max_history: 3 };
    expect(releases['eu-operator']).toMatchObject(expected);
    expect(releases['eu.metrics']).toMatchObject(expected);
  });

  test('stay open to what no option does', () => {
    const { releases } = synthesise((stack) => {
      const { operator, pipeline } = new MetricsPipelineReleases(stack, 'Metrics', { charts });
      if (operator) operator.atomic = true;
      pipeline.description = 'metrics of eu';
    });
    expect(releases['metrics-operator']).toMatchObject({ atomic: true });
    expect(releases.metrics).toMatchObject({ description: 'metrics of eu' });
  });
});

describe('the provider', () => {
  test('is that of HashiCorp, in the one version that the types are of', () => {
    expect(releasesOf().json.terraform.required_providers).toEqual({ helm: { source: 'helm', version: '3.1.1' } });
  });

  test('takes the cluster from the environment of Terraform where nothing else is said', () => {
    expect(releasesOf().json.provider.helm).toEqual([{}]);
  });

  test('may be one that the stack has, with an alias for each of several clusters', () => {
    charts = writeCharts(join(work, 'charts', 'two'), 'pipeline');
    const { json } = synthesise((stack) => {
      for (const cluster of ['eu', 'us']) {
        const own = new provider.HelmProvider(stack, `Helm-${cluster}`, { alias: cluster, kubernetes: { configContext: cluster } });
        expect(new MetricsPipelineReleases(stack, cluster, { charts, provider: own }).provider).toBe(own);
      }
    });
    expect(json.provider.helm.map(({ alias }) => alias)).toEqual(['eu', 'us']);
    const providers = Object.values(json.resource.helm_release).map((release) => release.provider);
    expect(providers.sort()).toEqual(['helm.eu', 'helm.us']);
  });

  test('gives credentials by reference, so that none is in the configuration', () => {
    const { json } = synthesise((stack) => {
      const token = new TerraformVariable(stack, 'token', { type: 'string', sensitive: true });
      const own = new provider.HelmProvider(stack, 'Helm', { kubernetes: { host: 'https://eu.example.com', token: token.stringValue } });
      new MetricsPipelineReleases(stack, 'Metrics', { charts, provider: own });
    });
    expect(json.provider.helm).toEqual([{ kubernetes: { host: 'https://eu.example.com', token: `\${var.token}` } }]);
    expect(releasesOf().text).not.toMatch(/token|password|secret|certificate/i);
  });
});

describe('the stack', () => {
  test('is the same bytes again, wherever it is written, without a path of the machine', () => {
    const first = releasesOf();
    const moved = join(work, 'elsewhere', 'eu');
    cpSync(charts, moved, { recursive: true });
    const second = releasesOf({ charts: relative(process.cwd(), moved) }, join(work, 'out-2'));
    expect(second.text).toBe(first.text);
    expect(installed(second, 'metrics')).toEqual(installed(first, 'metrics'));
    expect(first.text).not.toContain(work);
    expect(first.text).not.toContain(process.cwd());
  });

  test('changes the release of a chart in which anything changes, and no other', () => {
    const [before] = [releasesOf().releases];
    writeFiles(charts, { 'pipeline/manifests/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n' });
    const after = releasesOf().releases;
    expect(after.metrics?.chart).not.toBe(before.metrics?.chart);
    expect(after['metrics-operator']).toEqual(before['metrics-operator']);
    renameSync(join(charts, 'pipeline/manifests/a.yaml'), join(charts, 'pipeline/manifests/b.yaml'));
    expect(releasesOf().releases.metrics?.chart).not.toBe(after.metrics?.chart);
  });
});

describe('fails', () => {
  const failure = (build: (stack: TerraformStack) => void): unknown => {
    try {
      build(new TerraformStack(new App({ outdir: join(work, 'failed') }), 'eu'));
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const failureOf = (props: Partial<MetricsPipelineReleasesProps>) =>
    failure((stack) => new MetricsPipelineReleases(stack, 'Metrics', { charts, ...props }));

  test.each<[string, () => Partial<MetricsPipelineReleasesProps>, string]>([
    [
      'where there is no chart of the pipeline',
      () => ({ charts: 'nowhere' }),
      'charts: got "nowhere", expected the folder of one cluster, with the chart pipeline in it; ' +
        'write it with `soperator-metrics export helm FROM -o FOLDER` and give FOLDER/CLUSTER',
    ],
    [
      'on a time of no seconds',
      () => ({ timeout: Duration.millis(1500) }),
      'timeout: got "1.5s", expected whole seconds, at least 1; use Duration.minutes(10)',
    ],
    ['on half a revision', () => ({ maxHistory: 0.5 }), 'maxHistory: got 0.5, expected a whole number, at least 0; use 10'],
    [
      'on a name that Helm does not take',
      () => ({ pipelineName: 'Metrics' }),
      'pipelineName: got "Metrics", expected at most 53 small letters, digits, "-" and ".", with a letter or digit at both ends; use "metrics"',
    ],
    [
      'on a name that is too long',
      () => ({ operatorName: 'a'.repeat(54) }),
      `operatorName: got "${'a'.repeat(54)}", expected at most 53 small letters, digits, "-" and ".", with a letter or digit at both ends; use "metrics"`,
    ],
  ])('%s', (_, props, message) => {
    const error = failureOf(props());
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(String(error)).toBe(`InvalidOptionError: [eu/Metrics] ${message}`);
  });

  test('where the folder is that of all clusters, and names one', () => {
    const all = join(charts, '..');
    expect(String(failureOf({ charts: all }))).toBe(
      `InvalidOptionError: [eu/Metrics] charts: got ${JSON.stringify(all)}, expected the folder of one cluster, with the chart pipeline in it; ` +
        `use ${JSON.stringify(charts)}`,
    );
  });

  test('on a chart without a version', () => {
    writeFiles(charts, { 'operator/Chart.yaml': 'name: x\n' });
    expect(String(failureOf({}))).toBe(
      `InvalidOptionError: [eu/Metrics] charts: got ${JSON.stringify(join(charts, 'operator'))}, expected a chart with a version in its Chart.yaml; ` +
        'write it anew with `soperator-metrics export helm`',
    );
  });

  test('on a kubeconfig beside a provider', () => {
    const error = failure((stack) => {
      const own = new provider.HelmProvider(stack, 'Helm');
      new MetricsPipelineReleases(stack, 'Metrics', { charts, provider: own, configPath: '~/.kube/config', configContext: 'eu' });
    });
    expect(String(error)).toBe(
      'InvalidOptionError: [eu/Metrics] configPath, configContext: got "~/.kube/config, eu", expected nothing beside provider, which is ' +
        'configured already; leave it out, or leave provider out',
    );
  });

  test('on a second provider without an alias, which Terraform would refuse', () => {
    const error = failure((stack) => {
      new provider.HelmProvider(stack, 'Helm');
      new MetricsPipelineReleases(stack, 'Metrics', { charts });
    });
    expect(String(error)).toBe(
      'InvalidOptionError: [eu/Metrics] provider: got nothing, expected a provider, because the stack has one without an alias at eu/Helm; ' +
        "pass that one where it is the same cluster, pass new HelmProvider(stack, 'Other', { alias: 'other', … }), or take a stack a cluster",
    );
  });
});
