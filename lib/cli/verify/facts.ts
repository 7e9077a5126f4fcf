import type { Sample } from '../../dashboards/asked-queries';
import type { Expected } from './expected';
import type { Figures } from './figures';

/** A target as an agent sees it. */
export interface ActiveTarget {
  /** The agent that scrapes it. */
  readonly agent: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pool: string;
  readonly url: string;
  /** `up`, `down`, or `unknown` before the first scrape. */
  readonly health: string;
  /** Why it is down. */
  readonly error: string;
}

/** Two looks at the figures of one program. */
export interface Looks {
  readonly before: Figures;
  readonly after: Figures;
  /** Time between them, in seconds. */
  readonly seconds: number;
}

/** What one agent says. */
export interface AgentFacts {
  /** Its pod, or its URL. */
  readonly name: string;
  readonly targets: readonly ActiveTarget[];
  /** Names of the scrapes in its configuration. @default - it does not show it */
  readonly pools?: readonly string[];
  readonly looks: Looks;
}

/** What came back on a query. */
export type Answer = { readonly samples: readonly Sample[] } | { readonly error: string };

/** Series of one job in the store. */
export interface JobFacts {
  readonly job: string;
  /** How many series there are of each name; of some nodes where there are many. */
  readonly names: ReadonlyMap<string, number>;
  /** Names with series that are without a label: by label. */
  readonly without: ReadonlyMap<string, ReadonlySet<string>>;
  /** Nodes that were looked at. @default - everything of the job */
  readonly sampled?: number;
}

/** What was asked for a panel, and what came back. */
export interface PanelFacts {
  readonly dashboard: string;
  readonly panel: string;
  readonly queries: readonly {
    /** As it was asked. */
    readonly text: string;
    /** As it is written, with its variables. */
    readonly written: string;
    /** How many series came back. @default - it failed */
    readonly series?: number;
    /** Why it failed. */
    readonly error?: string;
  }[];
  /** Names of the variables of its dashboard. */
  readonly variables: readonly string[];
}

/** What the store says. */
export interface StoreFacts {
  /** Its Service, or its URL. */
  readonly name: string;
  /** Its own figures. @default - it shows none */
  readonly looks?: Looks;
  /** Values of the label `cluster` of what is scraped; empty for those without. */
  readonly clusters: readonly string[];
  /** Values of the label `job` of what is scraped in this cluster. */
  readonly scrapedJobs: readonly string[];
  readonly jobs: readonly JobFacts[];
  /** Panels of the dashboards. @default - they were not asked */
  readonly panels?: readonly PanelFacts[];
  /** What questions asked, by query. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** Seconds that the store's clock is ahead of the one here. @default - it does not say */
  readonly ahead?: number;
}

/** A workload in the cluster. */
export interface WorkloadFacts {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly desired: number;
  readonly ready: number;
  /** Digest of the set that it was rendered in. */
  readonly inventory?: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** A resource of the VictoriaMetrics operator. */
export interface ResourceFacts {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: string;
  readonly reason: string;
}

/** A pod. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly ip: string;
  readonly phase: string;
  readonly ready: boolean;
  /** Since when, in ms. @default - it is not ready */
  readonly readySince?: number;
  /** Why a container of it does not run: `CrashLoopBackOff`. */
  readonly trouble: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly number: number }[];
}

/** A Service with what stands behind it. */
export interface ServiceFacts {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
  readonly endpoints: readonly {
    readonly port: string;
    readonly number: number;
    readonly ip: string;
    readonly pod: string;
    readonly node: string;
  }[];
}

/** A node. */
export interface NodeFacts {
  readonly name: string;
  readonly ip: string;
  readonly kubeletPort: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether the agent may do something. */
export interface RightFacts {
  /** As kubectl auth can-i takes it: `list pods`. */
  readonly what: string;
  /** @default - for the whole cluster */
  readonly namespace?: string;
  readonly isAllowed: boolean;
}

/** What the API server says. */
export interface KubeFacts {
  readonly workloads: readonly WorkloadFacts[];
  readonly resources: readonly ResourceFacts[];
  readonly pods: readonly PodFacts[];
  readonly services: readonly ServiceFacts[];
  readonly nodes: readonly NodeFacts[];
  /** @default - nobody may ask for the agent's rights */
  readonly rights?: readonly RightFacts[];
  /** Secrets that destinations name and that are not there. */
  readonly missingSecrets: readonly string[];
}

/** Somebody who was asked and did not answer. */
export interface Silent {
  readonly what: 'agent' | 'store' | 'kubernetes';
  readonly name: string;
  readonly error: string;
}

/** All that was found out. */
export interface Facts {
  /** When, by the clock here; in ms. */
  readonly at: number;
  readonly expected: Expected;
  readonly agents: readonly AgentFacts[];
  readonly store?: StoreFacts;
  readonly kube?: KubeFacts;
  readonly silent: readonly Silent[];
  /** Beginning of every command for this cluster: `kubectl --context lab`. */
  readonly kubectl: string;
}

/** A query's series; none where it failed or was not asked. */
export function answerTo({ store }: Facts, query: string): readonly Sample[] {
  const answer = store?.answers.get(query);
  return answer && 'samples' in answer ? answer.samples : [];
}

/** All targets of all agents. */
export function targetsOf({ agents }: Pick<Facts, 'agents'>): readonly ActiveTarget[] {
  return agents.flatMap(({ targets }) => targets);
}

/** A command for the cluster, as somebody there would write it. */
export function kubectl({ kubectl: program }: Facts, command: string): string {
  return `${program} ${command}`;
}

/** Labels as kubectl's `-l` takes them. */
export function labelArgument(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** A command that asks the store. */
export function queryCommand({ store, kube, expected, kubectl: program }: Facts, query: string): string {
  const text = query.replace(/\s+/g, ' ').trim();
  if (kube === undefined || typeof expected.store !== 'object') {
    return `curl -G ${store?.name ?? '…'}/api/v1/query --data-urlencode 'query=${text.replaceAll("'", "'\\''")}'`;
  }
  const { namespace, name, port } = expected.store;
  const encoded = encodeURIComponent(text).replaceAll("'", '%27');
  return `${program} get --raw '/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy/api/v1/query?query=${encoded}'`;
}
