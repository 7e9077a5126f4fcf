import { CHECKS, runChecks, Severity } from '../checks';
import { loadClusters } from '../config';
import { renderClusters } from '../outputs';
import { DEFAULT_FROM } from './from';
import type { Report, Terminal } from './report';

/** Options of {@link check}. */
export interface CheckOptions {
  /** Warnings count as errors. */
  readonly strict?: boolean;
}

/** Builds, renders and checks clusters, and writes nothing. What is wrong is thrown, as by the synthesis. */
export function check(from: string = DEFAULT_FROM, { strict = false }: CheckOptions, terminal: Terminal): Report {
  const loaded = loadClusters(from).map((cluster) => (strict ? { ...cluster, props: { ...cluster.props, strict } } : cluster));
  terminal.progress(`checking ${loaded.length} cluster${loaded.length === 1 ? '' : 's'}`);
  const clusters = renderClusters(loaded).map(({ file, cluster, app, pipeline, files }) => {
    const found = runChecks(app, { operatorVersion: pipeline.vmOperator?.version });
    const warnings = found.filter(({ severity }) => severity === Severity.WARNING);
    return { file, cluster, objects: objectsIn(files.map(({ content }) => content)), checks: CHECKS.map(({ name }) => name), warnings };
  });
  return {
    json: { clusters },
    // the synthesis has told each warning on its way
    text: (colours) => clusters.map((one) => `${colours.green('ok')} ${one.cluster}: ${summary(one)}`).join('\n'),
  };
}

function summary({ objects, checks, warnings }: { objects: number; checks: readonly string[]; warnings: readonly unknown[] }): string {
  const warned = warnings.length === 0 ? '' : `, with ${warnings.length} warning${warnings.length === 1 ? '' : 's'}`;
  return `${objects} objects pass ${checks.length} checks${warned}`;
}

/** Documents of YAML files, by the line between them. */
function objectsIn(files: readonly string[]): number {
  return files.reduce((sum, content) => sum + content.split('\n').filter((line) => line === '---').length + 1, 0);
}
