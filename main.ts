import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'cdk8s';
import { MetricsPipeline } from './charts/metrics-pipeline';
import { InvalidOptionError } from './lib/common/errors';
import { ConfigError, describeFailure, type LoadedCluster, loadClusters } from './lib/config';
import { type ClusterOutput, MANIFEST_FILES, needsCrds, renderManifests, writeFolder } from './lib/outputs';

const CRDS = join(__dirname, 'crds', 'operator.victoriametrics.com-v0.74.1.yaml');

/** One cluster, one app. */
function render(cluster: LoadedCluster): ClusterOutput {
  const app = new App();
  new MetricsPipeline(app, cluster.cluster, cluster.props);
  return { cluster: cluster.cluster, files: renderManifests(app), crds: needsCrds(app) ? CRDS : undefined };
}

function main(): number {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { output: { type: 'string' } } });
  const output = resolve(values.output ?? process.env.CDK8S_OUTDIR ?? 'dist');
  const problems: string[] = [];
  const outputs: ClusterOutput[] = [];
  try {
    for (const cluster of loadClusters(positionals[0] ?? 'pipeline.yaml')) {
      try {
        outputs.push(render(cluster));
      } catch (error) {
        problems.push(describeFailure(cluster, error));
      }
    }
    if (problems.length === 0) {
      writeFolder(output, outputs);
      for (const { cluster, files, crds } of outputs) {
        const names = [...(crds ? [MANIFEST_FILES.crds] : []), ...files.map(({ name }) => name)];
        console.log(`${join(relative(process.cwd(), output), cluster)}: ${names.join(', ')}`);
      }
    }
  } catch (error) {
    problems.push(error instanceof ConfigError || error instanceof InvalidOptionError ? error.message : String(error));
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error('nothing was written');
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = main();
