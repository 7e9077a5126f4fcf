import type { Expected } from '../expected';
import type { AgentFacts, Answer, Facts, KubeFacts, Silent, StoreFacts } from '../facts';
import type { Figures } from '../figures';
import { QUESTIONS } from '../questions';
import { type AgentSeen, askAgent, figures } from './agent';
import { askKube } from './kube';
import type { Kubectl } from './kubectl';
import { askPanels } from './panels';
import { each, type Source, Unanswered } from './source';
import { askJob, Store } from './store';

/** Who is asked. */
export interface Asked {
  /** Agents within reach by URL. @default - found by kubectl, where there is one */
  readonly agents?: readonly Source[];
  /** The store within reach by URL. @default - found by kubectl, where there is one */
  readonly store?: Source;
  /** @default - the API server is not asked */
  readonly kubectl?: Kubectl;
  /** Whether panels are asked, too. */
  readonly panels: boolean;
  /** Time between two looks at counters, in ms. */
  readonly betweenMs: number;
  /** Says what is going on. */
  progress(text: string): void;
}

/** Finds out all that the questions need. Who does not answer is among it. */
export async function gather(expected: Expected, asked: Asked): Promise<Facts> {
  const silent: Silent[] = [];
  const orSilent = async <T>(what: Silent['what'], name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      silent.push({ what, name, error: error.message });
      return undefined;
    }
  };

  const { kubectl } = asked;
  asked.progress('asking the API server');
  const kube = kubectl && (await orSilent('kubernetes', 'API server', () => askKube(kubectl, expected)));
  const sources = asked.agents ?? agentsIn(expected, kube, kubectl);
  asked.progress(`asking ${sources.length === 1 ? 'the agent' : `${sources.length} agents`}`);
  const seen = (
    await each(sources, async (source) => {
      const agent = await orSilent('agent', source.name, () => askAgent(source));
      return agent ? [{ source, agent }] : [];
    })
  ).flat();
  const storeSource = asked.store ?? (kube && kubectl ? storeIn(expected, kubectl) : undefined);
  // nobody shows the store's own figures who is not VictoriaMetrics
  const ofStore = storeSource && (await orNothing(() => figures(storeSource)));
  const began = Date.now();
  const store =
    storeSource &&
    (await orSilent('store', storeSource.name, () =>
      askStore(
        new Store(storeSource),
        expected,
        seen.map(({ agent }) => withoutSecondLook(agent)),
        asked,
      ),
    ));

  asked.progress('looking at counters a second time');
  const rest = asked.betweenMs - (Date.now() - began);
  if (rest > 0 && seen.length > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  const agents = (
    await each(seen, async ({ source, agent }) => {
      const after = await orSilent('agent', source.name, () => figures(source));
      return after ? [twice(agent, after, began)] : [];
    })
  ).flat();
  const afterOfStore = ofStore && storeSource && (await orNothing(() => figures(storeSource)));
  return {
    at: Date.now(),
    expected,
    agents,
    ...(store && {
      store: {
        ...store,
        ...(ofStore && afterOfStore && { looks: { before: ofStore, after: afterOfStore, seconds: (Date.now() - began) / 1000 } }),
      },
    }),
    ...(kube && { kube }),
    silent,
    kubectl: kubectl?.command ?? 'kubectl',
  };
}

async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unanswered) return undefined;
    throw error;
  }
}

function withoutSecondLook({ before, ...agent }: AgentSeen): AgentFacts {
  return { ...agent, looks: { before, after: before, seconds: 0 } };
}

function twice({ before, ...agent }: AgentSeen, after: Figures, began: number): AgentFacts {
  return { ...agent, looks: { before, after, seconds: (Date.now() - began) / 1000 } };
}

/** The agent's pods. */
function agentsIn({ agentPods, namespace }: Expected, kube: KubeFacts | undefined, kubectl: Kubectl | undefined): readonly Source[] {
  if (kube === undefined || kubectl === undefined || agentPods === undefined) return [];
  const { labels, port } = agentPods;
  const isAgent = (pod: KubeFacts['pods'][number]) =>
    // of pods that have ended, nobody answers
    !['Failed', 'Succeeded'].includes(pod.phase) &&
    pod.namespace === namespace &&
    Object.entries(labels).every(([key, value]) => pod.labels[key] === value);
  return kube.pods.filter(isAgent).map(({ name }) => kubectl.pod({ namespace, name, port }));
}

function storeIn({ store }: Expected, kubectl: Kubectl): Source | undefined {
  return typeof store === 'object' ? kubectl.service(store) : undefined;
}

/** Everything that questions want to know of the store. @throws Unanswered when it does not answer */
async function askStore(store: Store, expected: Expected, agents: readonly AgentFacts[], asked: Asked): Promise<StoreFacts> {
  asked.progress('asking the store for its series');
  const [clock] = await store.series('time()');
  const ahead = clock && clock.value - Date.now() / 1000;
  const clusters = (await store.series('count by (cluster) (up)')).map(({ labels }) => labels.cluster ?? '');
  const scraped = await store.series(`count by (job) (up{cluster="${expected.cluster}"})`);
  const scrapedJobs = scraped.map(({ labels }) => labels.job ?? '').sort();
  const jobs = [...new Set(expected.pages.map(({ target }) => target.job))].filter((job) => scrapedJobs.includes(job));
  const ofJobs = await each(jobs, (job) => askJob(store, expected, job, agents));
  const queries = [...new Set(QUESTIONS.flatMap((question) => question.queries?.(expected, agents) ?? []))];
  const answers = new Map<string, Answer>(
    await each(queries, async (query): Promise<[string, Answer]> => [query, await store.query(query)]),
  );
  if (asked.panels) asked.progress('asking what panels ask');
  const panels = asked.panels && scrapedJobs.length > 0 ? await askPanels(store, expected) : undefined;
  return {
    name: store.source.name,
    clusters,
    scrapedJobs,
    jobs: ofJobs,
    answers,
    ...(panels && { panels }),
    ...(ahead !== undefined && { ahead }),
  };
}
