import { setTimeout as pause } from 'node:timers/promises';
import { loadClusters } from '../../config';
import { type RenderedCluster, renderClusters } from '../../outputs';
import { DEFAULT_FROM } from '../from';
import { CommandError, ExitCode, type Report, type Terminal } from '../report';
import { expectedOf } from './expected';
import { type Facts, targetsOf } from './facts';
import { counted, Severity } from './finding';
import { type Asked, gather } from './gather';
import { httpSource } from './gather/http';
import { Kubectl, kubectlAt, type RunKubectl } from './gather/kubectl';
import { type Answered, type Judgement, judge } from './judge';

/** Options of {@link verify}. */
export interface VerifyOptions {
  /** The cluster that is meant, of several in a folder. @default - the only one */
  readonly cluster?: string;
  /** URLs of agents, one a shard. @default - asked through kubectl */
  readonly agent?: readonly string[];
  /** URL of the store. @default - asked through kubectl */
  readonly store?: string;
  /** Context of kubectl. @default - the current one */
  readonly context?: string;
  /** Configuration of kubectl. @default - that of the environment */
  readonly kubeconfig?: string;
  /** Namespace of agent and store. @default - what the cluster file says */
  readonly namespace?: string;
  /** Tries again until all is well, for at most this long: `2m`. @default - one look */
  readonly wait?: string;
  /** Whether panels are asked. @default true */
  readonly panels?: boolean;
}

/** What verify has of the world; tests bring their own. */
export interface World {
  readonly kubectl: RunKubectl;
  /** Time between two looks at counters, in ms. */
  readonly betweenMs: number;
  /** Time between two tries, in ms. */
  readonly againMs: number;
}

const WORLD: World = { kubectl: kubectlAt('kubectl'), betweenMs: 5_000, againMs: 5_000 };

/** Asks a running agent and store whether they do what a cluster file says. */
export async function verify(
  from: string = DEFAULT_FROM,
  options: VerifyOptions,
  terminal: Terminal,
  world: World = WORLD,
): Promise<Report> {
  const waitMs = options.wait === undefined ? 0 : milliseconds(options.wait);
  const asked = whoIsAsked(options, terminal, world);
  terminal.progress('rendering the cluster');
  const expected = expectedOf(render(from, options.cluster), options.namespace);
  const end = Date.now() + waitMs;
  for (;;) {
    const facts = await gather(expected, asked);
    const judgement = judge(facts);
    const isAnswered = facts.agents.length > 0 || facts.store !== undefined || facts.kube !== undefined;
    if ((isAnswered && judgement.findings.length === 0) || Date.now() + world.againMs > end) {
      return report(facts, judgement, isAnswered);
    }
    const [first] = judgement.findings;
    terminal.progress(
      `not yet, ${Math.ceil((end - Date.now()) / 1000)} s left: ${counted(judgement.findings.length, 'finding')}, first ${first?.what}`,
    );
    await pause(world.againMs);
  }
}

/** Renders the one cluster that is meant. */
function render(from: string, name: string | undefined): RenderedCluster {
  const clusters = loadClusters(from);
  const names = clusters.map(({ cluster }) => cluster);
  const meant = name === undefined ? clusters : clusters.filter(({ cluster }) => cluster === name);
  if (name !== undefined && meant.length === 0) {
    throw new CommandError(`--cluster: got ${name}, expected a cluster of ${from}: ${names.join(', ')}`);
  }
  if (meant.length > 1) {
    throw new CommandError(
      `${from}: got ${meant.length} clusters, expected one, because one context is one cluster; use --cluster with ${names.join(' or ')}`,
    );
  }
  const [rendered] = renderClusters(meant);
  if (rendered === undefined) throw new CommandError(`${from}: got no cluster, expected a cluster file`);
  return rendered;
}

function whoIsAsked(options: VerifyOptions, { progress }: Terminal, { kubectl, betweenMs }: World): Asked {
  const { agent = [], store, context, kubeconfig, namespace, panels = true } = options;
  const byUrl = agent.length > 0 || store !== undefined;
  for (const [option, value] of Object.entries({ context, kubeconfig, namespace })) {
    if (byUrl && value !== undefined) {
      throw new CommandError(`--${option}: got ${value} beside a URL, expected one of the two; URLs are asked without kubectl`);
    }
  }
  const common = { panels, betweenMs, progress };
  if (!byUrl) return { ...common, kubectl: new Kubectl(kubectl, { context, kubeconfig }) };
  return {
    ...common,
    agents: agent.map((url) => httpSource(checked('--agent', url))),
    ...(store !== undefined && { store: httpSource(checked('--store', store)) }),
  };
}

function checked(option: string, url: string): string {
  if (!/^https?:$/.test(protocolOf(url))) {
    throw new CommandError(`${option}: got ${url}, expected an http or https URL, such as http://localhost:8429`);
  }
  return url;
}

function protocolOf(url: string): string {
  try {
    return new URL(url).protocol;
  } catch {
    return '';
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

function milliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) {
    throw new CommandError(`--wait: got ${text}, expected a duration; write 90s, 2m or 1m30s`);
  }
  return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
}

function report(facts: Facts, { findings, notes }: Judgement, isAnswered: boolean): Report {
  const { expected } = facts;
  const errors = findings.filter(({ severity }) => severity === Severity.ERROR).length;
  const seen = summary(facts);
  return {
    exitCode: isAnswered ? (findings.length > 0 ? ExitCode.FOUND : ExitCode.FINE) : ExitCode.UNREACHABLE,
    json: {
      cluster: expected.cluster,
      healthy: isAnswered && findings.length === 0,
      answered: {
        agents: facts.agents.map(({ name }) => name),
        store: facts.store?.name ?? null,
        kubernetes: facts.kube !== undefined,
      },
      counts: seen.counts,
      findings: findings.map(({ severity, question, what, cause, next, subjects }) => ({
        severity,
        question,
        what,
        cause,
        next,
        subjects,
      })),
      notes: notes.map(({ question, what, because }) => ({ question, what, because })),
    },
    text: (colours) => {
      const line = ({ severity, what, cause, next }: Answered) => {
        const level = severity === Severity.ERROR ? colours.red('error  ') : colours.yellow('warning');
        return `${level} ${what}: ${cause}; ${colours.dim('next:')} ${next}`;
      };
      if (findings.length === 0) return `${colours.green('ok')} ${expected.cluster}: ${seen.text}`;
      const counts = [
        ...(errors > 0 ? [counted(errors, 'error')] : []),
        ...(findings.length > errors ? [counted(findings.length - errors, 'warning')] : []),
      ];
      return [...findings.map(line), `${colours.bold(expected.cluster)}: ${counts.join(', ')}; ${seen.text}`].join('\n');
    },
  };
}

/** What was looked at, in figures. */
function summary(facts: Facts) {
  const targets = targetsOf(facts);
  const up = targets.filter(({ health }) => health === 'up').length;
  const panels = facts.store?.panels ?? [];
  const empty = panels.filter(({ queries }) => queries.every(({ series = 0 }) => series === 0)).length;
  const names = new Set(facts.store?.jobs.flatMap((job) => [...job.names.keys()]));
  const counts = {
    agents: facts.agents.length,
    targets: targets.length,
    up,
    metrics: names.size,
    panels: panels.length,
    emptyPanels: empty,
  };
  const parts = [
    facts.agents.length > 0
      ? `${up} of ${counted(targets.length, 'target')} up at ${counted(facts.agents.length, 'agent')}`
      : 'no agent was asked',
    facts.store ? `${counted(names.size, 'metric')} in the store` : 'no store was asked',
    ...(panels.length > 0 ? [`${panels.length - empty} of ${counted(panels.length, 'panel')} show something`] : []),
  ];
  return { counts, text: parts.join('; ') };
}
