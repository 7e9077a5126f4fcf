import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { parseCluster } from '../../lib/config';
import { exportClusters, renderClusters } from '../../lib/outputs';
import { MetricsPipelineReleases } from '../../lib/outputs/terraform';
import { program } from './support';
import { overriding, plainConfiguration } from './terraform-support';

// an engine and a provider are started for each configuration
jest.setTimeout(120_000);

let work: string;
let charts: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'terraform-'));
  charts = join(work, 'charts');
  exportClusters(
    charts,
    'helm',
    renderClusters([parseCluster('cluster.yaml', 'cluster: soperator\n')], () => undefined),
  );
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly { readonly severity: 'error' | 'warning'; readonly summary: string; readonly detail: string }[];
}

/** What `terraform validate` says of a folder, with the provider that was built and nothing from the network. */
function validate(folder: string): Validation {
  const env = { PATH: process.env.PATH, HOME: work, ...overriding(work) };
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
  build(stack, join(charts, 'soperator'));
  app.synth();
  return join(work, name, 'stacks', name);
}

test('the provider says yes to the synthesised stack', () => {
  const folder = synthesise('whole', (stack, folder) => {
    new MetricsPipelineReleases(stack, 'Metrics', {
      charts: folder,
      configPath: '~/.kube/config',
      configContext: 'eu',
      takeOwnership: true,
    });
  });
  const validation = validate(folder);
  expect(errorsOf(validation)).toEqual([]);
  expect(validation.valid).toBe(true);
});

test('and would say no, to a field that it does not know and to a value of another type', () => {
  const folder = synthesise('wrong', (stack, folder) => {
    const { pipeline } = new MetricsPipelineReleases(stack, 'Metrics', { charts: folder });
    pipeline.addOverride('wait_for_metrics', true);
    pipeline.addOverride('timeout', 'ten minutes');
  });
  expect(errorsOf(validate(folder)).sort()).toEqual(['Extraneous JSON object property', 'Incorrect attribute value type']);
});

test('the configuration without CDKTF of docs/terraform.md is one that the provider takes', () => {
  const folder = mkdtempSync(join(work, 'plain-'));
  writeFileSync(join(folder, 'main.tf'), plainConfiguration());
  cpSync(charts, join(folder, 'charts'), { recursive: true });
  const validation = validate(folder);
  expect(errorsOf(validation)).toEqual([]);
  expect(validation.valid).toBe(true);
});
