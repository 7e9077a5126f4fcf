import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'cdk8s';
import { MetricsPipeline } from './charts/metrics-pipeline';
import { describeFailure, type LoadedCluster, loadClusters } from './lib/config';
import { type ClusterOutput, MANIFEST_FILES, needsCrds, renderManifests, writeFolder } from './lib/outputs';

const CRDS = join(__dirname, 'crds', 'operator.victoriametrics.com-v0.74.1.yaml');

/** One cluster, one app. */
function render(cluster: LoadedCluster): ClusterOutput {
  const app = new App();
  new MetricsPipeline(app, cluster.cluster, cluster.props);
  return { cluster: cluster.cluster, files: renderManifests(app), crds: needsCrds(app) ? CRDS : undefined };
}

/** The cluster file or folder, and where the manifests go. */
function options(): { readonly from: string; readonly output: string } {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { output: { type: 'string' } } });
  const [from = 'pipeline.yaml', ...more] = positionals;
  if (more.length > 0) throw new Error(`got ${more.join(' ')} after ${from}, expected one cluster file or one folder of them`);
  return { from, output: resolve(values.output ?? process.env.CDK8S_OUTDIR ?? 'dist') };
}

/** Renders every cluster, and writes all of them or none. */
function synth(): void {
  const { from, output } = options();
  const problems: string[] = [];
  const outputs: ClusterOutput[] = [];
  for (const cluster of loadClusters(from)) {
    try {
      outputs.push(render(cluster));
    } catch (error) {
      problems.push(describeFailure(cluster, error));
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  writeFolder(output, outputs);
  for (const { cluster, files, crds } of outputs) {
    const names = [...(crds ? [MANIFEST_FILES.crds] : []), ...files.map(({ name }) => name)];
    console.log(`${join(relative(process.cwd(), output), cluster)}: ${names.join(', ')}`);
  }
}

try {
  synth();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error('nothing was written');
  process.exitCode = 1;
}
