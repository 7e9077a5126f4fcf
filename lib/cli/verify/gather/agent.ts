import type { ActiveTarget, AgentFacts } from '../facts';
import { Figures } from '../figures';
import { good, type Source } from './source';

interface TargetsAnswer {
  readonly data: {
    readonly activeTargets: readonly {
      readonly labels: Readonly<Record<string, string>>;
      readonly scrapeUrl: string;
      readonly scrapePool: string;
      readonly health: string;
      readonly lastError: string;
    }[];
  };
}

/** What an agent says at the first look. */
export type AgentSeen = Omit<AgentFacts, 'looks'> & { readonly before: Figures };

/** Asks an agent for its targets, its configuration and its figures. */
export async function askAgent(source: Source): Promise<AgentSeen> {
  const answer = JSON.parse(await good(source, '/api/v1/targets?state=active')) as TargetsAnswer;
  const before = await figures(source);
  const targets = answer.data.activeTargets.map(
    ({ labels, scrapeUrl, scrapePool, health, lastError }): ActiveTarget => ({
      agent: source.name,
      labels,
      pool: scrapePool,
      url: scrapeUrl,
      // before its first scrape vmagent calls a target down, and has no reason
      health: health === 'down' && lastError === '' ? 'unknown' : health,
      error: lastError,
    }),
  );
  const pools = await configured(source);
  return { name: source.name, targets, ...(pools && { pools }), before };
}

/** Reads a program's page of metrics. */
export async function figures(source: Source): Promise<Figures> {
  return Figures.read(await good(source, '/metrics'));
}

/** Names of the scrapes in the agent's configuration, which it shows to whoever may see it. */
async function configured(source: Source): Promise<readonly string[] | undefined> {
  const { status, text } = await source.get('/config');
  if (status !== 200 || !/^scrape_configs:/m.test(text)) return undefined;
  return [...text.matchAll(/^\s*-?\s*job_name: (.+)$/gm)].map(([, name = '']) => name.trim().replace(/^(["'])(.*)\1$/, '$2'));
}
