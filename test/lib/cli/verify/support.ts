import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Expected, expectedOf } from '../../../../lib/cli/verify/expected';
import type { ActiveTarget, AgentFacts, Facts, KubeFacts, Looks, StoreFacts } from '../../../../lib/cli/verify/facts';
import { Figures } from '../../../../lib/cli/verify/figures';
import type { Question, Verdict } from '../../../../lib/cli/verify/question';
import { knownJobs } from '../../../../lib/cli/verify/required';
import { loadClusters } from '../../../../lib/config';
import { renderClusters } from '../../../../lib/outputs';

/** A cluster without dashboards, with one more destination; rendered once a file. */
export const CLUSTER_FILE = `cluster: lab
grafana:
  dashboards: []
remoteWrite:
  - url: https://lake.example.com/api/v1/write
    name: lake
    credential: { tokenSecret: { name: lake-writer, key: token } }
`;

/** What a cluster file says there is. */
export function expectedFor(text = CLUSTER_FILE): Expected {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  try {
    const file = join(folder, 'cluster.yaml');
    writeFileSync(file, text);
    const [rendered] = renderClusters(loadClusters(file));
    if (rendered === undefined) throw new Error('the file has a cluster');
    return expectedOf(rendered);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two looks at pages of metrics; without a second one nothing has changed. */
export function looks(before: string, after = before): Looks {
  return { before: Figures.read(before), after: Figures.read(after), seconds: 5 };
}

/** The agent's page after some writes to the destinations, as vmagent 1.150 prints it. */
export function writes(...taken: readonly number[]): string {
  return taken
    .map((count, index) => `vmagent_remotewrite_requests_total{url="${index + 1}:secret-url", status_code="2XX"} ${count}`)
    .join('\n');
}

/** One target of each page, all up. */
export function targetsOf(expected: Expected): ActiveTarget[] {
  return expected.pages.map(({ target, pools, endpoint }, index) => ({
    agent: 'vmagent-metrics-0',
    labels: { job: target.job, instance: `${target.name}-0` },
    pool: pools[0] ?? '',
    url: `http://10.0.0.${index + 1}:8080${endpoint.path ?? '/metrics'}`,
    health: 'up',
    error: '',
  }));
}

/** Facts of a pipeline in which all is well, with something else in their place. */
export class Well {
  readonly agent: AgentFacts;
  readonly store: StoreFacts;

  constructor(readonly expected: Expected) {
    this.agent = {
      name: 'vmagent-metrics-0',
      targets: targetsOf(expected),
      pools: expected.pages.map(({ pools }) => pools[0] ?? ''),
      looks: looks(writes(100, 100), writes(105, 105)),
    };
    const jobs = knownJobs(expected);
    this.store = {
      name: 'vmsingle',
      looks: looks(
        'vm_total_disk_space_bytes{path="/data"} 1e11\nvm_free_disk_space_bytes{path="/data"} 5e10\nvm_free_disk_space_limit_bytes{path="/data"} 1e8',
      ),
      clusters: [expected.cluster],
      scrapedJobs: jobs.map(({ job }) => job),
      jobs: jobs.map(({ job, metrics }) => ({
        job,
        names: new Map([...metrics.values()].filter(({ when }) => when === undefined).map(({ name }) => [name, 1])),
        without: new Map(),
      })),
      answers: new Map(),
      ahead: 0.2,
    };
  }

  /** The facts. */
  facts(changed: Partial<Facts> = {}): Facts {
    return {
      at: 1_000_000,
      expected: this.expected,
      agents: [this.agent],
      store: this.store,
      silent: [],
      kubectl: changed.kube ? 'kubectl --context lab' : 'kubectl',
      ...changed,
    };
  }

  /** The facts with another agent, or with something else of it. */
  withAgent(agent: Partial<AgentFacts>, changed: Partial<Facts> = {}): Facts {
    return this.facts({ agents: [{ ...this.agent, ...agent }], ...changed });
  }

  /** The facts with something else of some targets. */
  withTargets(pattern: RegExp, target: Partial<ActiveTarget>, changed: Partial<Facts> = {}): Facts {
    return this.withAgent({ targets: this.agent.targets.map((one) => (pattern.test(one.pool) ? { ...one, ...target } : one)) }, changed);
  }

  /** The facts with something else of the store. */
  withStore(store: Partial<StoreFacts>): Facts {
    return this.facts({ store: { ...this.store, ...store } });
  }

  /** The facts with an answer of the store to each query that a question asks and that has some text in it. */
  answering(
    question: Question,
    answers: readonly (readonly [part: string, samples: readonly { labels: Record<string, string>; value: number }[]])[],
  ): Facts {
    const queries = question.queries?.(this.expected, [this.agent]) ?? [];
    const found = queries.map((query) => [query, { samples: answers.find(([part]) => query.includes(part))?.[1] ?? [] }] as const);
    return this.withStore({ answers: new Map(found) });
  }
}

/** An API server that has nothing. */
export const NO_KUBE: KubeFacts = {
  workloads: [],
  resources: [],
  pods: [],
  services: [],
  nodes: [],
  rights: [],
  missingSecrets: [],
};

/** What is found, a line each: severity, what, cause, next. */
export function lines({ findings }: Verdict): string[] {
  return findings.map(({ severity, what, cause, next }) => `${severity} ${what}: ${cause}; ${next}`);
}
