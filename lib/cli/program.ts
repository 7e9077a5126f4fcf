import { Command, CommanderError, Option } from 'commander';
import { createColors } from 'picocolors';
import { MIRROR_FORMATS } from '../outputs/mirror-formats';
import { SHAPE_SUMMARIES } from '../outputs/shapes/names';
import { ARGOCD_SETTINGS, FLUX_SETTINGS, type ShapeSettings } from '../outputs/shapes/settings';
import { CommandError, ExitCode, type Report, type Terminal } from './report';
import type * as Verbs from './verbs';

/** What the command has of its process; tests bring their own. */
export interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Version of the package. */
  readonly version: string;
}

/** A place to write to. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const EPILOGUE = `
Exit codes: 0 all is well; 1 something was found; 2 the command was used wrongly; 3 somebody who was asked did not answer.
FROM is a cluster file or a folder of them, pipeline.yaml where it is left out.`;

const DIFF_EPILOGUE = `
OLD and NEW are cluster files, folders of them, rendered manifests of a cluster, folders of such folders, or any of these in git, as
REVISION:PATH from the root of the repository: diff main:clusters/eu.yaml clusters/eu.yaml. The same from any folder: diff --git main eu.yaml.`;

const SHAPES_EPILOGUE = `
Shapes:
${Object.entries(SHAPE_SUMMARIES)
  .map(([name, summary]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}
${settingsText('argocd', ARGOCD_SETTINGS)}${settingsText('flux', FLUX_SETTINGS)}
{cluster} in a setting is the name of the cluster.`;

function settingsText(shape: string, settings: ShapeSettings): string {
  const lines = Object.entries(settings).map(
    ([name, { summary, fallback }]) => `  ${name.padEnd(10)} ${summary}${fallback === undefined ? '' : ` (${fallback})`}\n`,
  );
  return `\nSettings of ${shape}:\n${lines.join('')}`;
}

const FORMATS_EPILOGUE = `
Formats:
${Object.entries(MIRROR_FORMATS)
  .map(([name, summary]) => `  ${name.padEnd(12)} ${summary}`)
  .join('\n')}`;

/** What the verbs do. Loaded when one is called: help must not wait for it. */
const verbs = (): typeof Verbs => require('./verbs');

/** Runs the command: gives its exit code once all is written. */
export async function run(args: readonly string[], streams: Streams): Promise<number> {
  const json = args.includes('--json') || /(^| )--format[= ]json( |$)/.test(args.join(' '));
  let exitCode = ExitCode.FINE;
  const program = declare(streams, async (work) => {
    exitCode = await tell(work, streams, json);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCode.FINE : ExitCode.USAGE;
  }
  return exitCode;
}

/** What a verb has to do. */
type Work = (terminal: Terminal) => Promise<Report>;

/** Every verb with its arguments and options. A new one is a file beside this one, a line in `verbs.ts` and its lines here. */
function declare({ stdout, stderr, version }: Streams, act: (work: Work) => Promise<void>): Command {
  const program = new Command('soperator-metrics')
    .description('The metrics pipeline of a SLURM cluster on Kubernetes: rendered, checked, explained, compared, verified.')
    .version(version)
    .option('--json', 'print the result as JSON, for programs')
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(soperator-metrics --help tells more)')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .configureHelp({ helpWidth: Math.min(stdout.columns ?? 100, 120) })
    .exitOverride();
  const verb = (usage: string, summary: string) =>
    program
      .command(usage)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
      .option('--json', 'print the result as JSON, for programs');

  verb('synth [from]', 'render manifests, one folder a cluster; all of them or none')
    .option('-o, --output <folder>', 'where to; it is replaced as a whole', 'dist')
    .action((from, options) => act(async (terminal) => verbs().synth(from, options, terminal)));

  verb('export <shape> [from]', 'render in another shape than plain manifests, with checksums; all clusters or none')
    .option('-o, --output <folder>', 'where to; it is replaced as a whole; otherwise dist- and the name of the shape')
    .option('--set <name=value>', 'a setting of the shape, once for each', (one: string, before: readonly string[] = []) => [
      ...before,
      one,
    ])
    .option('--content <shape>', 'what an oci artifact is made of; otherwise manifests')
    .addHelpText('after', SHAPES_EPILOGUE)
    .action((shape, from, options) => act(async (terminal) => verbs().exportShape(shape, from, options, terminal)));

  verb('check [from]', 'run all checks and write nothing')
    .option('--strict', 'warnings count as errors')
    .action((from, options) => act(async (terminal) => verbs().check(from, options, terminal)));

  verb('explain [subject] [from]', 'tell of a metric, a scrape or a panel: who produces it, what becomes of it, who reads it')
    .option('--metric', 'the subject is a metric, or a regular expression over whole names')
    .option('--target', 'the subject is a scrape, by its name or job')
    .option('--panel', 'the subject is a panel: its title, or part of it')
    .option('--cluster <name>', 'one of several clusters')
    .option('--unread', 'list metrics that are stored and that no dashboard reads')
    .option('--dropped', 'list metrics that are exposed and stored nowhere')
    .action((subject, from, options) => act(async (terminal) => verbs().explain(subject, from, options, terminal)));

  verb('diff <old> [new]', 'say what differs between two states of clusters, and what applying the second one means')
    .option('--git <revision>', 'compare the one operand with what it was at a revision')
    .addOption(new Option('--format <format>', 'how it is told').choices(['text', 'markdown', 'json']).default('text'))
    .option('--exit-code', 'exit with 1 where something differs')
    .addHelpText('after', DIFF_EPILOGUE)
    .action((former, latter, options) => act(async (terminal) => verbs().diff(former, latter, options, terminal)));

  verb('security [from]', 'tell what accounts may do and why, and what pods need: for a security review')
    .addOption(new Option('--format <format>', 'how it is told').choices(['text', 'markdown', 'json']).default('text'))
    .action((from, options) => act(async (terminal) => verbs().security(from, options, terminal)));

  verb('verify [from]', 'ask a running cluster whether it is what was rendered')
    .option('--cluster <name>', 'the cluster that is meant, where FROM has several')
    .option('--agent <url>', 'URL of an agent; once for each shard', (url: string, before: readonly string[] = []) => [...before, url])
    .option('--store <url>', 'URL of the store; without URLs, both are found by kubectl')
    .option('--context <name>', 'context of kubectl')
    .option('--kubeconfig <file>', 'configuration of kubectl')
    .option('-n, --namespace <name>', 'namespace of agent and store, where it is not that of FROM')
    .option('--wait <duration>', 'try again until all is well, for at most this long: 2m')
    .option('--no-panels', 'leave out what panels ask, which is most of the work of the store')
    .action((from, options) => act((terminal) => verbs().verify(from, options, terminal)));

  verb('init [file]', 'ask a cluster what is there and write a cluster file that fits it')
    .option('--cluster <name>', 'value of the label cluster on every series, otherwise made of the name in the kubeconfig')
    .option('--context <name>', 'context of the kubeconfig, otherwise the current one')
    .option('--kubeconfig <file>', 'the kubeconfig, otherwise that of kubectl')
    .option('--force', 'replace a file that is there')
    .option('--stdout', 'print the file in place of writing it, as - for its name does')
    .action((file, options) => act((terminal) => verbs().init(file, options, terminal)));

  verb('images [from]', 'list every image in use; fill in digests, or write a list for a mirroring tool')
    .option('--lock [file]', 'write a lock file with the digest that the registry gives for each image: images.lock')
    .option('--no-digests', 'with --lock: ask no registry, and keep the digests that the file has')
    .addOption(new Option('--format <format>', 'print the list for a mirroring tool').choices(Object.keys(MIRROR_FORMATS)))
    .option('--plain-http', 'speak http with registries; otherwise with this machine alone')
    .option('--docker-config <folder>', 'where docker keeps credentials, otherwise that of DOCKER_CONFIG or ~/.docker')
    .addHelpText('after', FORMATS_EPILOGUE)
    .action((from, options) => act((terminal) => verbs().images(from, options, terminal)));

  verb('schema', 'print the JSON Schema of cluster files, for editors').action(() => act(async () => verbs().schema()));

  return program;
}

/** Does the work and writes what came of it. */
async function tell(work: Work, { stdout, stderr, env }: Streams, json: boolean): Promise<ExitCode> {
  const isColoured = ({ isTTY = false }: Stream) => !env.NO_COLOR && (env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTTY);
  const shown = progressOn(stderr);
  try {
    const report = await work({ progress: shown.put });
    shown.clear();
    const text = json ? JSON.stringify(report.json, undefined, 2) : report.text(createColors(isColoured(stdout)));
    if (text !== '') stdout.write(`${text}\n`);
    return report.exitCode ?? ExitCode.FINE;
  } catch (error) {
    shown.clear();
    const failure = failureOf(error);
    if (json) stdout.write(`${JSON.stringify(failure.json, undefined, 2)}\n`);
    else stderr.write(`${createColors(isColoured(stderr)).red(failure.message)}\n`);
    return failure.exitCode;
  }
}

/** One line at the end of a terminal that says what is going on; nothing where nobody looks. */
function progressOn(stream: Stream) {
  let isShown = false;
  const clear = () => {
    if (isShown) stream.write('\r\x1b[K');
    isShown = false;
  };
  const put = (text: string) => {
    if (!stream.isTTY) return;
    clear();
    stream.write(text.slice(0, (stream.columns ?? 80) - 1));
    isShown = true;
  };
  return { put, clear };
}

interface Problem {
  readonly file: string;
  readonly line: number;
}

/** What went wrong, in the form of each error that a user can mend; others are ours, and keep their stack. */
function failureOf(error: unknown): { readonly message: string; readonly json: unknown; readonly exitCode: ExitCode } {
  if (error instanceof CommandError) {
    return { message: error.message, json: { error: error.message }, exitCode: error.exitCode };
  }
  // loaded with the verbs, which help does without
  if (error instanceof Error && error.name === 'ConfigError' && 'problems' in error) {
    const problems = error.problems as readonly Problem[];
    const isMissing = problems.every(({ line }) => line === 0) && /no such file/.test(error.message);
    return { message: error.message, json: { problems }, exitCode: isMissing ? ExitCode.USAGE : ExitCode.FOUND };
  }
  if (error instanceof Error && error.name === 'InvalidOptionError') {
    return { message: error.message, json: { error: error.message }, exitCode: ExitCode.USAGE };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message, json: { error: message }, exitCode: ExitCode.FOUND };
}
