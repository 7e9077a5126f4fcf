import type { Destination } from '../../scrape/destination';
import type { AgentFacts, Facts } from './facts';

/** How the writes of one agent to one destination go. */
export interface Writing {
  readonly agent: AgentFacts;
  readonly destination: Destination;
  /** Bytes that wait, at both looks. */
  readonly pending: { readonly before: number; readonly after: number };
  /** Bytes that may wait. @default - the agent does not say */
  readonly limit?: number;
  /** Writes that were taken between the looks. */
  readonly taken: number;
  /** Attempts between the looks that got no answer. */
  readonly unanswered: number;
  /** The answer that refuses: of those between the looks the most frequent one, else of all since the agent started. @default - none */
  readonly refusal?: number;
  /** Blocks that were given up for good since the agent started, and between the looks. */
  readonly givenUp: { readonly ever: number; readonly now: number };
  /** Samples or blocks that found no place in the queue between the looks. */
  readonly noPlace: number;
  /** It takes nothing: what is written comes back or gets no answer. */
  readonly isStuck: boolean;
}

/** The writes of every agent to every destination. */
export function writings({ agents, expected }: Facts): readonly Writing[] {
  return agents.flatMap((agent) => expected.destinations.map((destination, index) => writing(agent, destination, index)));
}

/** An agent calls a destination by its position, and hides the rest: `1:secret-url`. */
function writing(agent: AgentFacts, destination: Destination, index: number): Writing {
  const { before, after } = agent.looks;
  const isIts = (labels: Readonly<Record<string, string>>) => labels.url?.startsWith(`${index + 1}:`) ?? false;
  const total = (figures: typeof before, name: string) =>
    figures
      .of(name)
      .filter(({ labels }) => isIts(labels))
      .reduce((sum, { value }) => sum + value, 0);
  // an agent that was started anew between the looks counts from 0
  const grown = (name: string) => Math.max(0, total(after, name) - total(before, name));
  const codes = (figures: typeof before) =>
    new Map(
      figures
        .of('vmagent_remotewrite_requests_total')
        .filter(({ labels }) => isIts(labels))
        .map(({ labels, value }) => [labels.status_code ?? '', value]),
    );
  const [earlier, later] = [codes(before), codes(after)];
  const recent = new Map([...later].map(([code, value]) => [code, Math.max(0, value - (earlier.get(code) ?? 0))]));
  const taken = [...recent].filter(([code]) => code.startsWith('2')).reduce((sum, [, value]) => sum + value, 0);
  const unanswered = grown('vmagent_remotewrite_errors_total');
  const pending = {
    before: total(before, 'vmagent_remotewrite_pending_data_bytes'),
    after: total(after, 'vmagent_remotewrite_pending_data_bytes'),
  };
  const retries = total(after, 'vmagent_remotewrite_retries_count_total');
  const refusedNow = mostFrequent(recent);
  const limits = (after.flag('remoteWrite.maxDiskUsagePerURL') ?? '').split(',');
  const limit = Number(limits[index] ?? limits[0]);
  const refusal = refusedNow ?? mostFrequent(later);
  return {
    agent,
    destination,
    pending,
    ...(limit > 0 && { limit }),
    taken,
    unanswered,
    ...(refusal !== undefined && { refusal }),
    givenUp: { ever: total(after, 'vmagent_remotewrite_packets_dropped_total'), now: grown('vmagent_remotewrite_packets_dropped_total') },
    noPlace: grown('vmagent_remotewrite_samples_dropped_total') + grown('vmagent_remotewrite_push_failures_total'),
    // between two attempts at a block, nothing happens for a while
    isStuck: taken === 0 && (unanswered > 0 || refusedNow !== undefined || (retries > 0 && pending.before > 0 && pending.after > 0)),
  };
}

/** The status that refuses most often. */
function mostFrequent(codes: ReadonlyMap<string, number>): number | undefined {
  const [first] = [...codes].filter(([code, value]) => value > 0 && /^[345]/.test(code)).sort(([, a], [, b]) => b - a);
  return first && Number.parseInt(first[0], 10);
}

/** Bytes in a form to read. */
export function size(bytes: number): string {
  const units = ['B', 'Ki', 'Mi', 'Gi', 'Ti'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2))}${units[power]}`;
}
