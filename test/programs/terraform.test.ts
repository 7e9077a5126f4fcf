import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { MetricsPipelineReleases } from '../../lib/outputs/terraform';
import { writeCharts } from '../lib/outputs/terraform/support';
import { program } from './support';

// an engine and a provider are started for each configuration
jest.setTimeout(120_000);

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'terraform-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly { readonly severity: 'error' | 'warning'; readonly summary: string; readonly detail: string }[];
}

/** What `terraform validate` says of a folder, with the provider that was built and nothing from the network. */
function validate(folder: string): Validation {
  const config = join(work, 'cli.tfrc');
  const built = dirname(program('terraform-provider-helm'));
  // without `direct`: whatever else a configuration asks for is an error, not a download
  writeFileSync(config, `provider_installation {\n  dev_overrides {\n    "hashicorp/helm" = ${JSON.stringify(built)}\n  }\n}\n`);
  const env = { PATH: process.env.PATH, HOME: work, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
  const { stdout, stderr } = spawnSync(program('terraform'), ['validate', '-json'], { cwd: folder, env, encoding: 'utf8' });
  if (!stdout.startsWith('{')) throw new Error(`terraform validate in ${folder}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

const errorsOf = ({ diagnostics }: Validation) => diagnostics.filter(({ severity }) => severity === 'error').map(({ summary }) => summary);

/** Synthesises a stack of its own, and gives its folder. */
function synthesise(name: string, build: (stack: TerraformStack, charts: string) => void): string {
  const app = new App({ outdir: join(work, name) });
  const stack = new TerraformStack(app, name);
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  build(stack, writeCharts(join(work, 'charts', name), 'operator', 'pipeline'));
  app.synth();
  return join(work, name, 'stacks', name);
}

test('the provider says yes to the synthesised stack', () => {
  const folder = synthesise('whole', (stack, charts) => {
    new MetricsPipelineReleases(stack, 'Metrics', { charts, configPath: '~/.kube/config', configContext: 'eu', takeOwnership: true });
  });
  const validation = validate(folder);
  expect(errorsOf(validation)).toEqual([]);
  expect(validation.valid).toBe(true);
});

test('and would say no, to a field that it does not know and to a value of another type', () => {
  const folder = synthesise('wrong', (stack, charts) => {
    const { pipeline } = new MetricsPipelineReleases(stack, 'Metrics', { charts });
    pipeline.addOverride('wait_for_metrics', true);
    pipeline.addOverride('timeout', 'ten minutes');
  });
  expect(errorsOf(validate(folder)).sort()).toEqual(['Extraneous JSON object property', 'Incorrect attribute value type']);
});

test('the configuration without CDKTF of docs/terraform.md is one that the provider takes', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'terraform.md'), 'utf8');
  const [, block = ''] = /<!-- terraform: plain -->\n```hcl\n([\s\S]*?)```/.exec(page) ?? [];
  expect(block).toContain('resource "helm_release" "pipeline"');
  const folder = mkdtempSync(join(work, 'plain-'));
  writeFileSync(join(folder, 'main.tf'), block);
  writeCharts(join(folder, 'charts', 'soperator'), 'operator', 'pipeline');
  const validation = validate(folder);
  expect(errorsOf(validation)).toEqual([]);
  expect(validation.valid).toBe(true);
});
