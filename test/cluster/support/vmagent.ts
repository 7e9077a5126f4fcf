import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { evaluateRelabeling, finalizeSeriesLabels, finalizeTargetLabels, type LabelSet } from '../../../lib/scrape/relabel-evaluate';
import type { RelabelRule } from '../../../lib/scrape/relabel-rule';
import type { RelabelCase } from '../../lib/scrape/relabel-cases';

/** A vmagent within reach. */
export interface ReachableVmagent {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Lets go of it. */
  close(): void;
}

const AGENT_PORT = 8429;

/**
 * Makes a running vmagent reachable: the one whose address is in VMAGENT_URL, otherwise a pod of the cluster of KUBECONFIG,
 * through `kubectl port-forward`.
 */
export async function vmagentUrl(): Promise<ReachableVmagent> {
  const given = process.env.VMAGENT_URL;
  if (given !== undefined) return { url: given.replace(/\/$/, ''), close: () => {} };

  const [namespace, pod] = await runningPod();
  const forward = spawn('kubectl', ['port-forward', '--namespace', namespace, `pod/${pod}`, `:${AGENT_PORT}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const close = () => void forward.kill();
  try {
    const port = await new Promise<string>((resolve, fail) => {
      let output = '';
      forward.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const [, found] = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      });
      forward.on('error', fail);
      forward.on('exit', (code) => fail(new Error(`kubectl port-forward ended with ${code}`)));
    });
    const url = `http://127.0.0.1:${port}`;
    await untilHealthy(url);
    return { url, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function runningPod(): Promise<[namespace: string, pod: string]> {
  const columns = 'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}';
  const filters = ['--selector=app.kubernetes.io/name=vmagent', '--field-selector=status.phase=Running'];
  const { stdout } = await promisify(execFile)('kubectl', ['get', 'pods', '--all-namespaces', ...filters, '--output', columns]);
  const [namespace, pod] = stdout.trim().split(/\s+/);
  if (!namespace || !pod) throw new Error('no running pod with the label app.kubernetes.io/name=vmagent');
  return [namespace, pod];
}

async function untilHealthy(url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const healthy = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    if (Date.now() > deadline) throw new Error(`${url}/health does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** How many answers of a vmagent were compared with ours, and those that differ. */
export interface Comparison {
  readonly series: number;
  readonly targets: number;
  readonly differences: readonly object[];
}

/** Relabels every case here and in a vmagent, as a series and, where it can be one, as a target. */
export async function compareWithVmagent(url: string, cases: readonly RelabelCase[]): Promise<Comparison> {
  const differences: object[] = [];
  let targets = 0;
  const queue = [...cases];
  const compareRest = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { rules, labels } = next;
      const ours = evaluateRelabeling(rules, labels);
      const check = (what: string, expected: LabelSet | undefined, actual: LabelSet | undefined) => {
        if (sorted(expected) !== sorted(actual))
          differences.push({ what, rules: rules.map((rule) => rule._toConfig()), labels, expected, actual });
      };
      const series = await relabelDebug(`${url}/metric-relabel-debug`, rules, labels);
      check('rules', ours, series.relabeled);
      check('series', ours && finalizeSeriesLabels(ours), series.final);
      // the page prints an address as it is, while a scrape completes it
      if (ours === undefined || !/^[^/]*:\d+$/.test(ours.__address__ ?? '')) continue;
      targets += 1;
      const target = await relabelDebug(`${url}/target-relabel-debug`, rules, labels);
      check('target', finalizeTargetLabels(ours), target.final);
    }
  };
  await Promise.all(Array.from({ length: 4 }, compareRest));
  return { series: cases.length, targets, differences };
}

function sorted(labels: LabelSet | undefined): string {
  return JSON.stringify(Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What vmagent makes of labels: after the rules, and after it has taken away what begins with `__`. */
interface RelabelAnswer {
  readonly relabeled?: LabelSet;
  readonly final?: LabelSet;
}

/** Asks a relabel debug page. */
async function relabelDebug(page: string, rules: readonly RelabelRule[], labels: LabelSet): Promise<RelabelAnswer> {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`);
  const response = await fetch(page, {
    method: 'POST',
    body: new URLSearchParams({
      format: 'json',
      metric: `{${pairs.join(',')}}`,
      relabel_configs: JSON.stringify(rules.map((rule) => rule._toConfig())),
    }),
  });
  const answer = (await response.json()) as {
    readonly error?: string;
    readonly steps?: readonly { readonly rule: string; readonly outLabels: string; readonly errors: object }[];
  };
  if (answer.steps === undefined) throw new Error(`${page}: ${answer.error}`);
  const unprintable = answer.steps.find(({ errors }) => Object.keys(errors).length > 0);
  if (unprintable !== undefined) throw new Error(`${page} cannot print a step: ${JSON.stringify(unprintable)}`);
  const ofRules = answer.steps.filter(({ rule }) => !/^(remove labels with __ prefix|add missing instance label)/.test(rule));
  return { relabeled: parseLabels(ofRules.at(-1)?.outLabels), final: parseLabels(answer.steps.at(-1)?.outLabels) };
}

/** Reads labels as the page prints them: `name{label="value", …}` with HTML around what has changed. */
function parseLabels(html = '{}'): LabelSet | undefined {
  const text = html
    .replace(/<\/?span[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  const [, name = '', body = ''] = /^([^{]*)(?:\{(.*)\})?$/su.exec(text) ?? [];
  const pairs = [...body.matchAll(/([^\s,=]+)=("(?:[^"\\]|\\.)*")/gsu)].map(([, label = '', value = '""']) => [
    label,
    String(JSON.parse(value)),
  ]);
  if (name !== '') pairs.push(['__name__', name]);
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
