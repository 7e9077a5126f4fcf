import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import {
  MANIFEST_FILES,
  type ManifestFile,
  MetricsPipeline,
  type MetricsPipelineProps,
  needsCrds,
  renderManifests,
  writeFolder,
} from '../../../lib';
import type { Cluster } from './cluster';
import type { KubeObject } from './objects';

const ROOT = join(__dirname, '..', '..', '..');
const CRDS = join(ROOT, 'crds', 'operator.victoriametrics.com-v0.74.1.yaml');
/** The cluster that the README's commands name. */
const CLUSTER = 'soperator';

/**
 * Renders cluster files as the README says, and returns the output folder.
 *
 * @param input a cluster file or a folder of such files
 */
export async function synth(cluster: Cluster, input: string): Promise<string> {
  const output = join(cluster.folder(), 'dist');
  const { code, stderr } = await cluster.run('npm', ['run', '--silent', 'synth', '--', input, '--output', output], { cwd: ROOT });
  if (code !== 0) throw new Error(`npm run synth -- ${input}:\n${stderr}`);
  return output;
}

/** Rendered manifests in `dist/soperator/` below a folder in which the README's commands can run. */
export class Manifests {
  /** Renders the cluster file that the project comes with, by the command that the README gives. */
  static async ofDefaults(cluster: Cluster): Promise<Manifests> {
    const output = await synth(cluster, join(ROOT, 'pipeline.yaml'));
    const folder = join(output, CLUSTER);
    const names = readdirSync(folder).filter((name) => name !== MANIFEST_FILES.crds);
    const files = names.sort().map((name) => ({ name, content: readFileSync(join(folder, name), 'utf8') }));
    return new Manifests(cluster, dirname(output), files);
  }

  /** Renders a pipeline with some options, by the library. */
  static of(cluster: Cluster, props: Partial<MetricsPipelineProps> = {}): Manifests {
    const app = new App();
    new MetricsPipeline(app, CLUSTER, { cluster: CLUSTER, ...props });
    const folder = cluster.folder();
    mkdirSync(join(folder, 'dist'));
    // warnings of checks are the subject of other tests
    const warnings = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const files = renderManifests(app);
    warnings.mockRestore();
    writeFolder(join(folder, 'dist'), [{ cluster: CLUSTER, files, crds: needsCrds(app) ? CRDS : undefined }]);
    return new Manifests(cluster, folder, files);
  }

  private constructor(
    private readonly cluster: Cluster,
    /** Where the README's commands run. */
    readonly folder: string,
    private readonly files: readonly ManifestFile[],
  ) {}

  /** The paths of the files but the definitions, in the order in which they are applied. */
  get paths(): string[] {
    return this.files.map(({ name }) => join(this.folder, 'dist', CLUSTER, name));
  }

  /** The rendered objects but the definitions. */
  get objects(): KubeObject[] {
    return this.files.flatMap(({ content }) => parseAllDocuments(content).map((document): KubeObject => document.toJS()));
  }

  /** The path of the definitions. */
  get definitions(): string {
    return join(this.folder, 'dist', CLUSTER, MANIFEST_FILES.crds);
  }

  /** Whether there are definitions: not in standalone mode, and not where somebody else has the operator. */
  get hasDefinitions(): boolean {
    return existsSync(this.definitions);
  }

  /** Applies all files but the definitions, one after the other. */
  async apply(...flags: readonly string[]): Promise<void> {
    for (const path of this.paths) await this.cluster.kubectl('apply', '--server-side', ...flags, '-f', path);
  }
}
