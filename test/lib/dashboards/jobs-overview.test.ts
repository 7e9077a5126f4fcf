import { JOBS_OVERVIEW } from '../../../lib/dashboards/jobs-overview';
import { DashboardUid, JobAttribution } from '../../../lib/dashboards/vocabulary';
import { SLURM_EXPORTER_CATALOG } from '../../../lib/metrics/slurm-exporter';
import { passes, readVariableQuery } from '../../../lib/promql';
import { expressionsOf, panelOf, queriesOf, selectorsOf, titlesOf, variablesOf } from './overview-support';

const { JOIN, LABEL, NONE } = JobAttribution;
const metricsOf = (title: string, attribution?: JobAttribution): string[] =>
  queriesOf(JOBS_OVERVIEW, attribution)
    .filter((query) => query.title === title)
    .flatMap((query) => selectorsOf(query).map(({ name = '' }) => name));

describe('attribution of GPUs to jobs', () => {
  it('goes by nodes and jobs, or by the label of the exporter', () => {
    const [joined = ''] = expressionsOf(JOBS_OVERVIEW, 'GPU utilisation', JOIN);
    const [labelled = ''] = expressionsOf(JOBS_OVERVIEW, 'GPU utilisation', LABEL);
    expect(joined).toContain('slurm_node_job');
    expect(joined).not.toMatch(/hpc_job(=|!)|"hpc_job"/);
    expect(labelled).toContain('hpc_job!=""');
    expect(labelled).not.toContain('slurm_node_job');
  });

  it('leaves out all panels about GPUs when there is none, and no other', () => {
    const ofGpus = titlesOf(JOBS_OVERVIEW).filter((title) => {
      const metrics = metricsOf(title);
      return (
        metrics.length > 0 &&
        metrics.every((name) => /^DCGM_|^slurm_(job_info|node_job|node_info)$/.test(name)) &&
        metrics.some((name) => name.startsWith('DCGM_'))
      );
    });
    const expected = titlesOf(JOBS_OVERVIEW).filter((title) => !ofGpus.includes(title) || title === 'Workers of running jobs');
    expect(titlesOf(JOBS_OVERVIEW, NONE)).toEqual(expected);
    expect(
      titlesOf(JOBS_OVERVIEW, NONE)
        .flatMap((title) => metricsOf(title, NONE))
        .filter((name) => name.startsWith('DCGM_')),
    ).toEqual([]);
  });

  it('counts a GPU once that two jobs share', () => {
    const [power = ''] = expressionsOf(JOBS_OVERVIEW, 'GPU power, all together', LABEL);
    expect(power).toContain('max without (job_id, hpc_job)');
  });

  it('gives the GPUs of a node to the jobs that run there, not to finished ones', () => {
    const running = queriesOf(JOBS_OVERVIEW, JOIN).filter(({ query }) => query.text.includes('DCGM_'));
    expect(running.length).toBeGreaterThan(0);
    expect(running.filter(({ query }) => !/job_state=~?"RUNNING"/.test(query.text)).map(({ title }) => title)).toEqual([]);
  });
});

describe('jobs', () => {
  const states = SLURM_EXPORTER_CATALOG.families.find(({ name }) => name === 'slurm_job_info')?.labels.job_state?.values ?? [];

  it.each(states)('has %s on the timeline once', (state) => {
    const timeline = queriesOf(JOBS_OVERVIEW).find(({ title }) => title === 'Job states over time');
    const numbered = timeline
      ? selectorsOf(timeline).flatMap(({ matchers }) => matchers.filter(({ label, op }) => label === 'job_state' && op === '=~'))
      : [];
    // twice: of all chosen jobs, and of a single one
    expect(numbered.filter((matcher) => passes(matcher, state))).toHaveLength(2);
  });

  it('shows a health check that a link chose, and hides the others', () => {
    const hidden = variablesOf(JOBS_OVERVIEW).find(({ name }) => name === 'hidden_user');
    expect(hidden).toMatchObject({ type: 'textbox', query: 'soperatorchecks' });
    const [details = ''] = expressionsOf(JOBS_OVERVIEW, 'Job details');
    expect(details).toMatch(/user_name!~"\$hidden_user"\} or slurm_job_info\{[^}]*job_id="\$job_id"\}/);
  });

  it('shows no more rows than anybody reads', () => {
    expect(expressionsOf(JOBS_OVERVIEW, 'Job details').filter((expr) => !expr.includes('topk(200, '))).toEqual([]);
    expect(expressionsOf(JOBS_OVERVIEW, 'Job states over time').filter((expr) => !expr.includes('topk(100, '))).toEqual([]);
  });

  it('reads times from text', () => {
    const conversions = panelOf(JOBS_OVERVIEW, 'Job details').transformations?.find(({ id }) => id === 'convertFieldType')?.options;
    expect(conversions).toEqual({
      conversions: ['Submitted', 'Started', 'Ends', 'Finished'].map((targetField) => ({
        targetField,
        destinationType: 'time',
        dateFormat: 'X',
      })),
    });
  });

  it('lists jobs by user and partition, and workers by job', () => {
    const query = (name: string): string => {
      const { query: asked } = variablesOf(JOBS_OVERVIEW).find((variable) => variable.name === name) ?? {};
      return (asked as { query: string }).query;
    };
    const names = variablesOf(JOBS_OVERVIEW).map(({ name }) => name);
    const usesOf = (name: string) =>
      readVariableQuery(query(name), names).query?.selectors.flatMap(({ selector }) =>
        selector.matchers.flatMap(({ variables }) => variables),
      );
    expect(usesOf('job_id')).toEqual(['cluster', 'hidden_user', 'user', 'partition']);
    expect(usesOf('worker')).toEqual(['cluster', 'job_id']);
    // a variable can only read those before it
    expect(names.indexOf('worker')).toBeGreaterThan(names.indexOf('job_id'));
    expect(names.indexOf('job_id')).toBeGreaterThan(
      Math.max(names.indexOf('hidden_user'), names.indexOf('user'), names.indexOf('partition')),
    );
  });
});

describe('links', () => {
  const linksOf = (title: string, column: string): string[] => {
    const override = panelOf(JOBS_OVERVIEW, title).fieldConfig?.overrides.find(({ matcher }) => matcher.options === column);
    const links = override?.properties.find(({ id }) => id === 'links')?.value as readonly { readonly url: string }[] | undefined;
    return (links ?? []).map(({ url }) => url);
  };

  it('lead from a job to its workers and on to their GPUs', () => {
    const [worker = '', details = ''] = linksOf('Workers of running jobs', 'Worker');
    expect(worker).toContain(`/d/${DashboardUid.WORKERS_OVERVIEW}?`);
    expect(details).toContain(`/d/${DashboardUid.WORKER_DETAILS}?`);
    const [gpu = ''] = linksOf('XID errors by worker', 'GPU');
    expect(gpu).toContain(`/d/${DashboardUid.WORKER_DETAILS}?`);
    for (const variable of ['var-worker=', 'var-gpu=', '__url_time_range']) expect(gpu).toContain(variable);
  });

  it('choose a job on the same page', () => {
    for (const title of ['Job details', 'Workers of running jobs']) {
      expect(linksOf(title, 'Job')).toEqual([expect.stringMatching(new RegExp(`/d/${DashboardUid.JOBS_OVERVIEW}\\?.*var-job_id=`))]);
    }
  });
});
