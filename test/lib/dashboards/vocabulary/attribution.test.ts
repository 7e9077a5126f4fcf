import { Aggregation, gpu, gpusOfJobNodes, gpusOfJobs, JobAttribution, singleGpusOfJobs } from '../../../../lib/dashboards/vocabulary';
import { type LabelInfo, labelsOf, problemsOf, readQuery, type Schema } from '../../../../lib/promql';

const labels = (...names: readonly string[]) => new Map(names.map((name): [string, LabelInfo] => [name, {}]));
const GPU_LABELS = labels('cluster', 'job', 'instance', 'gpu', 'exported_pod', 'hpc_job');
const KNOWN = new Map([
  ['slurm_node_job', { labels: labels('cluster', 'job', 'endpoint', 'node_name', 'job_id'), key: ['cluster', 'node_name', 'job_id'] }],
  ['slurm_job_info', { labels: labels('cluster', 'job', 'endpoint', 'job_id', 'job_state', 'user_name'), key: ['cluster', 'job_id'] }],
]);
const schema: Schema = ({ name = '' }) =>
  KNOWN.get(name) ?? (name.startsWith('DCGM_') ? { labels: GPU_LABELS, key: ['cluster', 'instance', 'gpu', 'hpc_job'] } : undefined);

const read = (query: string | undefined) => readQuery(query ?? '', ['cluster', 'job_id']);
const labelNames = (query: string | undefined) => [...labelsOf(read(query), schema).result.labels.keys()].sort();
const problems = (query: string | undefined) => problemsOf(read(query), schema).map(({ kind }) => kind);
const metricsOf = (query: string | undefined) => [...new Set(read(query).selectors.map(({ selector }) => selector.name))].sort();

const UTIL = 'DCGM_FI_DEV_GPU_UTIL';
const WAYS = [JobAttribution.JOIN, JobAttribution.LABEL];

test.each(WAYS)('%s gives one series for each job, and for each node of it', (way) => {
  const perJob = gpusOfJobs(way, Aggregation.MEAN, { metric: UTIL });
  const perNode = gpusOfJobNodes(way, Aggregation.MEAN, { metric: UTIL });
  expect(labelNames(perJob)).toEqual(['job_id']);
  expect(labelNames(perNode)).toEqual(['job_id', 'node_name']);
  expect([...problems(perJob), ...problems(perNode)]).toEqual([]);
});

test.each(WAYS)('%s counts running jobs only, so that a finished one does not claim the GPUs of its successor', (way) => {
  for (const query of [gpusOfJobs(way, Aggregation.SUM, { metric: UTIL })]) {
    const jobs = read(query).selectors.filter(({ selector }) => selector.name === 'slurm_job_info');
    expect(jobs.map(({ selector }) => selector.matchers.find(({ label }) => label === 'job_state')?.value)).toEqual(['RUNNING']);
  }
});

test('join needs no label of the GPU exporter, and label needs no list of nodes', () => {
  expect(gpusOfJobs(JobAttribution.JOIN, Aggregation.MAX, { metric: UTIL })).not.toMatch(/hpc_job(=|!)|"hpc_job"/);
  expect(metricsOf(gpusOfJobs(JobAttribution.JOIN, Aggregation.MAX, { metric: UTIL }))).toEqual([UTIL, 'slurm_job_info', 'slurm_node_job']);
  expect(metricsOf(gpusOfJobs(JobAttribution.LABEL, Aggregation.MAX, { metric: UTIL }))).toEqual([UTIL, 'slurm_job_info']);
});

test('none gives no query', () => {
  expect(gpusOfJobs(JobAttribution.NONE, Aggregation.MEAN, { metric: UTIL })).toBeUndefined();
  expect(gpusOfJobNodes(JobAttribution.NONE, Aggregation.MEAN, { metric: UTIL })).toBeUndefined();
  expect(singleGpusOfJobs(JobAttribution.NONE, UTIL, 'job_id=~"$job_id"')).toBeUndefined();
});

test.each(WAYS)('%s gives single GPUs of chosen jobs with their own labels', (way) => {
  const query = singleGpusOfJobs(way, UTIL, 'job_id=~"$job_id"');
  expect(labelNames(query)).toEqual(expect.arrayContaining(['instance', 'gpu', 'node_name']));
  expect(problems(query)).toEqual([]);
  expect(query).toContain('=~"$job_id"');
});

test.each(WAYS)('%s takes matchers of GPUs and of jobs, and what is asked of each GPU', (way) => {
  const query = gpusOfJobNodes(way, Aggregation.MAX, {
    metric: UTIL,
    matchers: ['instance="$cluster"'],
    jobs: ['user_name="me"'],
    perGpu: (series) => `max_over_time(${series}[15m]) / ${gpu('DCGM_FI_DEV_POWER_USAGE')}`,
  });
  const matchersOf = (metric: string) =>
    read(query)
      .selectors.filter(({ selector }) => selector.name === metric)
      .map(({ selector }) => selector.matchers.map(({ label }) => label));
  expect(matchersOf(UTIL)).toEqual([expect.arrayContaining(['cluster', 'job', 'instance'])]);
  expect(matchersOf('slurm_job_info')).toEqual([expect.arrayContaining(['job_state', 'user_name'])]);
  expect(read(query).selectors.find(({ selector }) => selector.name === UTIL)?.around).toContain('max_over_time');
  expect(labelNames(query)).toEqual(['job_id', 'node_name']);
});
