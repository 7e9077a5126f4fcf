import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { program } from './support';

/** What the provider that is built calls itself in a mirror: its sources are those of 29 June 2026, after this release. */
const PROVIDER_VERSION = '3.2.0';

/** Has Terraform take the provider that was built, whatever version a configuration asks for. For what needs no `terraform init`. */
export function overriding(folder: string): NodeJS.ProcessEnv {
  const built = dirname(program('terraform-provider-helm'));
  return environment(folder, `dev_overrides {\n    "hashicorp/helm" = ${JSON.stringify(built)}\n  }`);
}

/** Has Terraform install the provider that was built, as it installs others from a mirror. */
export function mirroring(folder: string): NodeJS.ProcessEnv {
  const mirror = join(folder, 'mirror');
  const place = join(mirror, 'registry.terraform.io', 'hashicorp', 'helm', PROVIDER_VERSION, 'linux_amd64');
  mkdirSync(place, { recursive: true });
  symlinkSync(program('terraform-provider-helm'), join(place, `terraform-provider-helm_v${PROVIDER_VERSION}`));
  return environment(folder, `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`);
}

/** Without `direct`: whatever else a configuration asks for is an error, not a download. */
function environment(folder: string, installation: string): NodeJS.ProcessEnv {
  const file = join(folder, 'cli.tfrc');
  writeFileSync(file, `provider_installation {\n  ${installation}\n}\n`);
  return { TF_CLI_CONFIG_FILE: file, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
}

/** The configuration without CDKTF of docs/terraform.md. */
export function plainConfiguration(): string {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'terraform.md'), 'utf8');
  const [, block] = /<!-- terraform: plain -->\n```hcl\n([\s\S]*?)```/.exec(page) ?? [];
  if (block === undefined) throw new Error('docs/terraform.md: got no block <!-- terraform: plain -->');
  return block;
}
