import type { Expected } from '../expected';
import { type Facts, type JobFacts, kubectl, queryCommand, targetsOf } from '../facts';
import { counted, type Finding, few, grouped, type Note, Severity } from '../finding';
import type { Question } from '../question';
import { type KnownJob, knownJobs } from '../required';

/** Metrics that should arrive and do not, that arrive and nobody knows, and that have lost a label. */
export const series: Question = {
  name: 'series',
  proves: 'all metrics arrive that always do, no others, and with the labels that they should have',
  judge(facts) {
    const { store, expected } = facts;
    if (store === undefined) return { findings: [] };
    if (store.scrapedJobs.length === 0) return { findings: [ofNothing(facts)] };
    const verdicts = knownJobs(expected).map((known) => {
      const job = store.jobs.find((one) => one.job === known.job);
      return job ? judge(known, job, facts) : { findings: [], notes: [] };
    });
    const known = new Set(expected.pages.map(({ target }) => target.job));
    const foreign = store.scrapedJobs.filter((job) => !known.has(job));
    return {
      findings: [...ofClusters(facts), ...ofAbsentJobs(facts), ...verdicts.flatMap(({ findings }) => findings)],
      notes: [
        ...verdicts.flatMap(({ notes }) => notes),
        ...(foreign.length > 0
          ? [{ what: `${counted(foreign.length, 'job')} of nobody here: ${few(foreign)}`, because: 'scrapes of users bring them' }]
          : []),
      ],
    };
  },
};

/** Jobs that the agent scrapes, or should where none was asked, and of which nothing is in the store, not even whether they are up. */
function ofAbsentJobs(facts: Facts): Finding[] {
  const { store, expected } = facts;
  const active = new Set(targetsOf(facts).map(({ pool }) => pool));
  const scraped = expected.pages.filter(({ pools }) => facts.agents.length === 0 || pools.some((pool) => active.has(pool)));
  const absent = [...new Set(scraped.map(({ target }) => target.job))].filter((job) => !store?.scrapedJobs.includes(job));
  if (absent.length === 0) return [];
  return [
    {
      severity: Severity.ERROR,
      what: `${store?.name}: nothing of ${counted(absent.length, 'job')}: ${few(absent)}`,
      cause:
        facts.agents.length === 0
          ? 'they are not scraped, or their series do not arrive'
          : 'they are scraped and their series do not arrive: a rule drops them, or gives them another job',
      next: kubectl(facts, `get vmservicescrapes,vmpodscrapes,vmnodescrapes,configmaps -n ${expected.namespace}`),
      subjects: absent,
    },
  ];
}

/** Nothing of this cluster is in the store. */
function ofNothing(facts: Facts): Finding {
  const { store, expected } = facts;
  const others = (store?.clusters ?? []).filter((one) => one !== expected.cluster);
  return {
    severity: Severity.ERROR,
    what: `${store?.name}: nothing of cluster "${expected.cluster}" in the last minutes`,
    cause:
      others.length > 0
        ? `what is there is of ${few(others.map((one) => (one === '' ? 'no cluster' : `"${one}"`)))}: it is another cluster, or the agent has another cluster file`
        : 'the agent scrapes nothing, or its writes do not arrive',
    next: kubectl(facts, `logs -n ${expected.namespace} -l app.kubernetes.io/name=vmagent --tail=50`),
    subjects: [expected.cluster],
  };
}

/** Series without the cluster's name, or with that of another, in a store that is the cluster's own. */
function ofClusters(facts: Facts): Finding[] {
  const { store, expected } = facts;
  const isOwn = typeof expected.store === 'object';
  const others = (store?.clusters ?? []).filter((one) => one !== expected.cluster && (isOwn || one === ''));
  if (others.length === 0) return [];
  return [
    {
      severity: Severity.WARNING,
      what: `${store?.name}: series with ${few(others.map((one) => (one === '' ? 'no label cluster' : `cluster="${one}"`)))} beside those of "${expected.cluster}"`,
      cause: 'another agent writes here, or the name of the cluster was changed a few minutes ago',
      next: kubectl(facts, 'get pods -A -l app.kubernetes.io/name=vmagent'),
      subjects: others,
    },
  ];
}

function judge(known: KnownJob, job: JobFacts, facts: Facts): { readonly findings: Finding[]; readonly notes: Note[] } {
  const findings: Finding[] = [];
  const notes: Note[] = [];
  const up = scrapesUp(known.job, facts);
  const { pages, schema } = facts.expected;
  const show = (selector: string) => queryCommand(facts, `count by (__name__) ({${selector}, cluster="${facts.expected.cluster}"})`);
  const missing = [...known.metrics.values()].filter(
    ({ name, when, scrapes }) =>
      when === undefined && !job.names.has(name) && (up === undefined || scrapes.some((scrape) => up.has(scrape))),
  );
  for (const [scrapes, metrics] of grouped(missing, ({ scrapes }) => scrapes.join(' or '))) {
    const names = metrics.map(({ name }) => name);
    findings.push({
      severity: Severity.ERROR,
      what: `${scrapes}: ${counted(names.length, 'metric')} missing in the store: ${few(names)}`,
      cause:
        job.names.size === 0
          ? 'nothing of this job arrives, though its targets answer: a rule of the agent or of its destination drops it'
          : 'the exporter is of another version or has other options than its catalog says, or a rule in the cluster drops them',
      next: show(`job="${known.job}"`),
      subjects: names,
    });
  }
  const unknown = [...job.names.keys()].filter((name) => !known.metrics.has(name));
  const kept = unknown.filter((name) => known.dropped.has(name));
  if (kept.length > 0) {
    findings.push({
      severity: Severity.WARNING,
      what: `${known.job}: ${counted(kept.length, 'metric')} in the store that should be dropped: ${few(kept)}`,
      cause: 'the agent runs with other rules than were rendered: they were changed, or the last ones are not applied yet',
      next: kubectl(facts, `get vmservicescrapes,vmpodscrapes,vmnodescrapes,configmaps -n ${facts.expected.namespace}`),
      subjects: kept,
    });
  }
  const possible = unknown.filter(
    (name) => !known.dropped.has(name) && schema.metric(name).possible.some((target) => target.job === known.job),
  );
  const strange = unknown.filter((name) => !known.dropped.has(name) && !possible.includes(name));
  if (strange.length > 0) {
    findings.push({
      severity: Severity.WARNING,
      what: `${known.job}: ${counted(strange.length, 'metric')} in the store that no catalog knows: ${few(strange)}`,
      cause: 'the exporter is of another version than the catalog, or another scrape uses the same job',
      next: show(`job="${known.job}", __name__="${strange[0]}"`),
      subjects: strange,
    });
  }
  if (possible.length > 0) {
    const vague = pages.filter(({ target }) => target.job === known.job).map(({ title }) => title);
    notes.push({
      what: `${known.job}: ${counted(possible.length, 'more metric')}`,
      because: `not everything that ${few(vague)} exposes is known`,
    });
  }
  return { findings: [...findings, ...withoutLabels(known, job, show)], notes };
}

/** Labels that all series should have and some do not, one finding a label. */
function withoutLabels(known: KnownJob, job: JobFacts, show: (selector: string) => string): Finding[] {
  return [...job.without].flatMap(([label, names]): Finding[] => {
    const lacking = [...names].filter((name) => known.metrics.get(name)?.required.includes(label)).sort();
    if (lacking.length === 0) return [];
    const having = [...known.metrics.values()].filter(({ name, required }) => job.names.has(name) && required.includes(label));
    const isAll = lacking.length === having.length;
    return [
      {
        severity: Severity.ERROR,
        what: `${known.job}: label ${label} missing on ${isAll ? 'all' : counted(lacking.length, 'metric')}${isAll ? ` of its ${having.length} metrics` : ` (${few(lacking)})`}`,
        // what the agent writes of each scrape has the labels of its target, and never passes rules over samples
        cause: lacking.includes('up')
          ? 'a relabel rule of its scrape drops it, or the one that sets it is gone: the scrape in the cluster is not the one that was rendered'
          : 'a relabel rule over its samples drops it, or the exporter no longer sets it',
        next: show(`job="${known.job}", ${label}=""`),
        subjects: lacking,
      },
    ];
  });
}

/** Scrapes of a job with a target that answers; nothing where no agent was asked. */
function scrapesUp(job: string, facts: Facts): ReadonlySet<string> | undefined {
  if (facts.agents.length === 0) return undefined;
  const pools = new Set(
    targetsOf(facts)
      .filter(({ health }) => health === 'up')
      .map(({ pool }) => pool),
  );
  const up = facts.expected.pages.filter((page) => page.target.job === job && page.pools.some((pool) => pools.has(pool)));
  return new Set(up.map(({ target }) => target.name));
}

/** Names by their labels that a job's series are asked for. */
export function labelsToAsk(expected: Expected, job: string): ReadonlyMap<string, readonly string[]> {
  const known = knownJobs(expected).find((one) => one.job === job);
  const names = new Map<string, string[]>();
  for (const { name, required } of known?.metrics.values() ?? []) {
    for (const label of required) {
      // by these the series were chosen
      if (label === 'job' || label === 'cluster') continue;
      names.set(label, [...(names.get(label) ?? []), name]);
    }
  }
  return names;
}
