import { chosen, slurm } from '../vocabulary';

/** Jobs that are chosen by number, user and partition, on labels of `slurm_job_info`. */
export const CHOSEN_JOBS: readonly string[] = [chosen('job_id'), chosen('user', 'user_name'), chosen('partition', 'slurm_partition')];

/** Matcher of jobs in some states. */
export const inState = (...states: readonly string[]): string => `job_state=~"${states.join('|')}"`;

export const RUNNING: string = inState('RUNNING');
export const WAITING: string = inState('PENDING');

/** States in which a node is to blame. */
export const LOST: readonly string[] = ['NODE_FAIL', 'BOOT_FAIL'];
/** States in which a job ended otherwise than it should. */
export const FAILED: readonly string[] = ['FAILED', 'TIMEOUT', 'OUT_OF_MEMORY', 'DEADLINE', ...LOST];

/**
 * Chosen jobs without those of hidden users; with one that is chosen by its number alone, whoever owns it, because links from other
 * pages lead to health checks, too. `All` is no number and finds nothing there.
 */
const selectors = (matchers: readonly string[]): readonly [string, string] => [
  slurm('slurm_job_info', ...CHOSEN_JOBS, 'user_name!~"$hidden_user"', ...matchers),
  slurm('slurm_job_info', 'job_id="$job_id"', ...matchers),
];

/** The chosen jobs as SLURM lists them, narrowed by matchers. */
export const jobs = (...matchers: readonly string[]): string => `(${selectors(matchers).join(' or ')})`;

/** The same, some time ago: `$__range`. */
export const jobsBefore = (time: string, ...matchers: readonly string[]): string =>
  `(${selectors(matchers)
    .map((selector) => `(${selector} offset ${time})`)
    .join(' or ')})`;

/** The same, at any time of the range; with a modifier, of the range that ends at another time than the point that is drawn. */
export const jobsInRange = (modifier: string, ...matchers: readonly string[]): string =>
  `(${selectors(matchers)
    .map((selector) => `max_over_time(${selector}[$__range]${modifier})`)
    .join(' or ')})`;

/** One series for each job, whatever else of it changed. */
export const each = (series: string): string => `max by (job_id) (${series})`;

/** Number of jobs that came into a state within the range: those that were in it at its beginning are left aside. */
export const cameInto = (...states: readonly string[]): string => {
  const state = inState(...states);
  return `count(${each(jobsInRange('', state))} unless on (job_id) ${jobsBefore('$__range', state)})`;
};

/**
 * The jobs with most CPUs, and last those of which SLURM does not know them: a cluster can list more jobs than anybody reads.
 *
 * @param overTime chooses once for the whole range, so that all points show the same jobs; otherwise at its end
 */
export function largest(count: number, overTime: boolean): string {
  const known = each(overTime ? jobsInRange(' @ end()') : jobs());
  const metric = slurm('slurm_job_cpus');
  const cpus = each(overTime ? `max_over_time(${metric}[$__range] @ end())` : metric);
  return `topk(${count}, (${cpus} and on (job_id) ${known}) or on (job_id) 0 * ${known})`;
}
