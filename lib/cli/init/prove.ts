import { runChecks } from '../../checks';
import { ConfigError, parseCluster } from '../../config';
import { renderClusters } from '../../outputs';
import { CommandError, ExitCode } from '../report';

/**
 * Reads, renders and checks a cluster file as every other verb would.
 *
 * @returns the number of objects that it stands for
 * @throws CommandError when there is an error or a warning
 */
export function prove(file: string, text: string): number {
  const found = problemsOf(file, text);
  if (typeof found === 'number') return found;
  const advice = 'nothing was written; this is a fault of init, so please report it, with what it says here';
  throw new CommandError(
    `${file}: got a file that does not synthesise without warnings, expected one that does; ${advice}\n${found}`,
    ExitCode.FOUND,
  );
}

function problemsOf(file: string, text: string): number | string {
  try {
    const [rendered] = renderClusters([parseCluster(file, text)]);
    if (!rendered) return 'no cluster';
    const { app, pipeline, files } = rendered;
    const findings = runChecks(app, { operatorVersion: pipeline.vmOperator?.version });
    if (findings.length > 0) return findings.map(({ path, message }) => `[${path}] ${message}`).join('\n');
    return files.reduce((sum, { content }) => sum + content.split('\n---\n').length, 0);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
