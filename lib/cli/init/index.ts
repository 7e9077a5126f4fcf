import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterName } from '../../common/names';
import { DEFAULT_FROM } from '../from';
import { Kubectl, type KubectlOptions } from '../kubectl';
import { CommandError, type Report, type Terminal } from '../report';
import { type Facts, gather, withSecrets } from './facts';
import { clusterFile } from './file';
import { type Plan, plan } from './plan';
import { prove } from './prove';
import type { Given } from './question';
import { QUESTIONS } from './questions';

/** Options of {@link init}. */
export interface InitOptions extends KubectlOptions, Given {
  /** Writes over a file that is there. */
  readonly force?: boolean;
  /** Prints the file in place of writing it. */
  readonly stdout?: boolean;
}

/** The cluster file with all options, a file of the package. */
const TEMPLATE = join(__dirname, '..', '..', '..', 'pipeline.yaml');

/**
 * Writes a cluster file that fits the cluster of a context.
 *
 * @param to the file, or `-` for standard output
 */
export async function init(to: string | undefined, options: InitOptions, terminal: Terminal): Promise<Report> {
  const file = fileFrom(to, options);
  if (options.cluster !== undefined) clusterName('--cluster', options.cluster);
  const facts = await ask(new Kubectl(options), terminal);
  const made = plan(facts, options, QUESTIONS);
  const text = clusterFile(readFileSync(TEMPLATE, 'utf8'), facts, made);
  terminal.progress('rendering what the file describes');
  const objects = prove(file ?? 'the file', text);
  if (file !== undefined) write(file, text, options.force ?? false);
  return report({ file, text, facts, plan: made, objects });
}

/** The file that is written; nothing where it is printed. */
function fileFrom(to: string | undefined, { force = false, stdout = false }: InitOptions): string | undefined {
  if (stdout && to !== undefined && to !== '-') {
    throw new CommandError(`init: got ${to} and --stdout, expected one of them; leave one out`);
  }
  if (stdout || to === '-') return undefined;
  const file = to ?? DEFAULT_FROM;
  if (!force && existsSync(file)) throw thereAlready(file);
  return file;
}

function thereAlready(file: string): CommandError {
  return new CommandError(
    `${file}: got a file that is there, expected none; write another name, --stdout to look first, or --force to replace it`,
  );
}

async function ask(kubectl: Kubectl, terminal: Terminal): Promise<Facts> {
  const kinds = QUESTIONS.flatMap(({ needs, uses = [] }) => [...needs, ...uses]);
  const facts = await gather(kubectl, kinds, (text) => terminal.progress(text));
  const secrets = QUESTIONS.flatMap((question) => question.secrets?.(facts) ?? []);
  return withSecrets(facts, kubectl, secrets);
}

function write(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // somebody was quicker
    if (code === 'EEXIST') throw thereAlready(file);
    if (code === undefined) throw error;
    throw new CommandError(`${file}: got ${code}, expected a place that can be written; write another name, or --stdout`);
  }
}

interface Outcome {
  readonly file?: string;
  readonly text: string;
  readonly facts: Facts;
  readonly plan: Plan;
  readonly objects: number;
}

function report({ file, text, facts, plan: { decisions, remarks, doubts }, objects }: Outcome): Report {
  const { context, kubernetes, unread } = facts.data;
  const open = [
    ...doubts.map((doubt) => `${doubt.option}: ${doubt.text}`),
    ...Object.entries(unread).map(([kind, said]) => `${kind}: may not be read (${said})`),
  ];
  const written = decisions.filter((decision) => decision.written);
  const version = kubernetes === undefined ? '' : `, Kubernetes ${kubernetes}`;
  const left = open.length === 0 ? '' : `; ${open.length === 1 ? '1 question is' : `${open.length} questions are`} open and told in it`;
  return {
    json: {
      file: file ?? null,
      context,
      kubernetes: kubernetes ?? null,
      objects,
      choices: decisions,
      seen: remarks,
      open: doubts,
      unread,
      ...(file === undefined ? { text } : {}),
    },
    text: (colours) => {
      if (file === undefined) {
        // standard output is the file; what is open stands in it, too
        for (const one of open) console.error(`warning: ${one}`);
        return text.trimEnd();
      }
      return [
        `asked the cluster of context ${colours.bold(context.name)}${version}`,
        ...written.map(({ option, value, why }) => `  ${option}: ${JSON.stringify(value)} (${why})`),
        ...open.map((one) => `${colours.yellow('open')} ${one}`),
        `${colours.green('wrote')} ${file}: ${objects} objects without a warning${left}`,
        `next: soperator-metrics synth ${file}`,
      ].join('\n');
    },
  };
}
