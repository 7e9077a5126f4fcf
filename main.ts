import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'cdk8s';
import { MetricsPipeline } from './charts/metrics-pipeline';
import { keptText, takeKept } from './lib/common/kept';
import { describeFailure, type LoadedCluster, loadClusters } from './lib/config';
import { type ClusterOutput, CRDS, MANIFEST_FILES, needsCrds, renderManifests, writeFolder } from './lib/outputs';

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

/**
 * Runs with what former runs of the same program found out of its own dashboards: what their texts are, and under which premises they are
 * sound. `scripts/run.mjs` says where that is kept, beside a bundle of exactly these sources; run in another way, all is worked out anew.
 */
function withKept(run: () => void): void {
  const bundle = process.env.SOPERATOR_METRICS_CACHE;
  if (bundle === undefined) {
    run();
    return;
  }
  const file = `${bundle}.kept`;
  try {
    takeKept(readFileSync(file, 'utf8'));
  } catch {
    // the first run
  }
  run();
  const text = keptText();
  if (text === undefined) return;
  try {
    // whole or not at all, for whoever runs at the same time
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // without leave to write here, the next run works it out again
  }
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
  withKept(synth);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error('nothing was written');
  process.exitCode = 1;
}
