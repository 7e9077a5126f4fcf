import { join } from 'node:path';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { sendWarnings, type WarningSink } from '../checks';
import { ConfigError, type LoadedCluster, problemsOfFailure } from '../config';
import type { ClusterOutput } from './folder';
import { needsCrds, renderManifests } from './manifests';

/** The operator's custom resource definitions, a file of the package. */
export const CRDS = join(__dirname, '..', '..', 'crds', 'operator.victoriametrics.com-v0.74.1.yaml');

/** One cluster of a file: its app, and what is rendered of it. */
export interface RenderedCluster extends ClusterOutput {
  /** The file that it was read from. */
  readonly file: string;
  /** The app, with the cluster's pipeline alone. */
  readonly app: App;
  /** The pipeline in it. */
  readonly pipeline: MetricsPipeline;
}

/** One cluster, one app. */
function render(loaded: LoadedCluster, warnings?: WarningSink): RenderedCluster {
  const app = new App();
  if (warnings) sendWarnings(app, warnings);
  const pipeline = new MetricsPipeline(app, loaded.cluster, loaded.props);
  const files = renderManifests(app);
  return { file: loaded.file, cluster: loaded.cluster, app, pipeline, files, crds: needsCrds(app) ? CRDS : undefined };
}

/**
 * Builds, checks and renders clusters, each in an app of its own.
 *
 * @param warnings takes the warnings of checks. @default - standard error
 * @throws ConfigError with everything that is wrong with all of them together
 */
export function renderClusters(clusters: readonly LoadedCluster[], warnings?: WarningSink): RenderedCluster[] {
  const results = clusters.map((cluster) => {
    try {
      return render(cluster, warnings);
    } catch (error) {
      return problemsOfFailure(cluster, error);
    }
  });
  const problems = results.flatMap((result) => (Array.isArray(result) ? result : []));
  if (problems.length > 0) throw new ConfigError(problems);
  return results.flatMap((result) => (Array.isArray(result) ? [] : result));
}
