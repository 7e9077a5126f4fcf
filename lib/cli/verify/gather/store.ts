import type { Sample } from '../../../dashboards/asked-queries';
import { InstanceLabel } from '../../../scrape/scrape-target';
import type { Expected } from '../expected';
import type { AgentFacts, Answer, JobFacts } from '../facts';
import { labelsToAsk } from '../questions/series';
import { each, type Source, Unanswered } from './source';

/** Longest text of a query: stores refuse those above 16 KiB. */
const MOST_TEXT = 8_000;
/** Nodes that are looked at of what lives on nodes: what one has, all have. */
const MOST_NODES = 10;

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result:
      | readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[]
      | readonly [number, string];
  };
}

/** A store, as queries see it. */
export class Store {
  constructor(readonly source: Source) {}

  /** Asks one query. What was scraped a moment ago counts; a Prometheus knows nothing of that option and passes it over. */
  async query(expression: string): Promise<Answer> {
    const { status, text } = await this.source.get(`/api/v1/query?latency_offset=1ms&nocache=1&query=${encodeURIComponent(expression)}`);
    let answer: QueryAnswer;
    try {
      answer = JSON.parse(text) as QueryAnswer;
    } catch {
      return { error: `status ${status}: ${text.trim().slice(0, 200)}` };
    }
    if (answer.status !== 'success' || !answer.data) return { error: answer.error ?? `status ${status}` };
    const { resultType, result } = answer.data;
    if (resultType === 'scalar' || resultType === 'string') {
      return { samples: [{ labels: {}, value: Number((result as readonly [number, string])[1]) }] };
    }
    return { samples: (result as Extract<typeof result, readonly object[]>).map(sampleOf) };
  }

  /** Series of a query that must be answered. @throws Unanswered when it is not */
  async series(expression: string): Promise<readonly Sample[]> {
    const answer = await this.query(expression);
    if ('error' in answer) throw new Unanswered(answer.error);
    return answer.samples;
  }

  /** Values of a label among the series of a selector in the last minutes. */
  async labelValues(selector: string, label: string, seconds: number): Promise<readonly string[]> {
    const { status, text } = await this.source.get(
      `/api/v1/label/${label}/values?match%5B%5D=${encodeURIComponent(selector)}&start=${Math.floor(Date.now() / 1000) - seconds}`,
    );
    return status === 200 ? (JSON.parse(text) as { readonly data: readonly string[] }).data : [];
  }

  /** How many series each of many queries gives, or why it fails; many are asked at once, as far as they stand beside each other. */
  async counts(queries: readonly string[]): Promise<ReadonlyMap<string, number | { readonly error: string }>> {
    const found = new Map<string, number | { readonly error: string }>();
    const batches = batched([...new Set(queries)], (query, index) => counting(query, index).length + 4);
    await each(batches, async (batch) => {
      const together = await this.query(batch.map((query, index) => counting(query, index)).join('\nor '));
      if ('samples' in together) {
        const counted = new Map(together.samples.map(({ labels, value }) => [labels[MARK], value]));
        batch.forEach((query, index) => {
          found.set(query, counted.get(String(index)) ?? 0);
        });
        return;
      }
      // one of them spoils it for all
      for (const query of batch) {
        const alone = await this.query(query);
        found.set(query, 'samples' in alone ? alone.samples.length : alone);
      }
    });
    return found;
  }
}

const MARK = 'soperator_metrics_query';

function counting(query: string, index: number): string {
  return `label_replace(count(${query}\n), "${MARK}", "${index}", "", "")`;
}

function sampleOf({
  metric,
  value,
}: {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}): Sample {
  return { labels: metric, value: Number(value[1]) };
}

/** Items in groups that are not longer than one query may be. */
function batched<T>(items: readonly T[], lengthOf: (item: T, index: number) => number, most = 20): T[][] {
  const batches: T[][] = [];
  let length = 0;
  for (const item of items) {
    const last = batches.at(-1);
    const more = lengthOf(item, last?.length ?? 0);
    if (last && last.length < most && length + more <= MOST_TEXT) {
      last.push(item);
      length += more;
    } else {
      batches.push([item]);
      length = more;
    }
  }
  return batches;
}

/** Which series there are of a job, and which are without labels that they should have. */
export async function askJob(store: Store, expected: Expected, job: string, agents: readonly AgentFacts[]): Promise<JobFacts> {
  const nodes = sampledNodes(expected, job, agents);
  const ofNodes = nodes === undefined ? '' : `, instance=~"${nodes.map(quoted).join('|')}"`;
  const chosen = `cluster="${expected.cluster}", job="${job}"${ofNodes}`;
  const names = new Map(
    (await store.series(`count by (__name__) ({${chosen}})`)).map(({ labels: { __name__ = '' }, value }) => [__name__, value]),
  );
  const asked = [...labelsToAsk(expected, job)].map(([label, candidates]) => ({
    label,
    present: candidates.filter((name) => names.has(name)),
  }));
  const parts = asked
    .filter(({ present }) => present.length > 0)
    .map(({ label }) => ({ label, text: `label_replace(count by (__name__) ({${chosen}, ${label}=""}), "lacking", "${label}", "", "")` }));
  const without = new Map<string, Set<string>>();
  await each(
    batched(parts, ({ text }) => text.length + 4),
    async (batch) => {
      for (const { labels } of await store.series(batch.map(({ text }) => text).join('\nor '))) {
        const { __name__: name = '', lacking = '' } = labels;
        without.set(lacking, (without.get(lacking) ?? new Set()).add(name));
      }
    },
  );
  return { job, names, without, ...(nodes && { sampled: nodes.length }) };
}

/** Some nodes where there are many: of a job of which everything lives on nodes. */
function sampledNodes(expected: Expected, job: string, agents: readonly AgentFacts[]): readonly string[] | undefined {
  const pages = expected.pages.filter(({ target }) => target.job === job);
  if (pages.some(({ target }) => target.instance !== InstanceLabel.NODE)) return undefined;
  const up = agents
    .flatMap(({ targets }) => targets)
    .filter(({ pool, health }) => health === 'up' && pages.some(({ pools }) => pools.includes(pool)))
    .map(({ labels }) => labels.instance ?? '');
  const all = [...new Set(up)].sort();
  if (all.length <= MOST_NODES || all.includes('')) return undefined;
  return Array.from({ length: MOST_NODES }, (_, index) => all[Math.floor((index * all.length) / MOST_NODES)] ?? '');
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\\\$&');
}
