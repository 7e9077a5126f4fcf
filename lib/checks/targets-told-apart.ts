import { InvalidOptionError } from '../common/errors';
import type { ICollector } from '../scrape/collector';
import { InstanceLabel, type ScrapeEndpoint, type ScrapeTarget } from '../scrape/scrape-target';
import type { Check, CheckContext, Complaint } from './check';
import { labelsOf } from './series';

/** One endpoint of a target, with the labels that its series get. */
interface Told {
  readonly target: ScrapeTarget;
  readonly endpoint: ScrapeEndpoint;
  readonly automatic: string;
  readonly sample: string;
}

/**
 * Pages of one pod or node share names of metrics, `up` and those of the Go runtime at least. Where no label tells the pages apart,
 * two samples of each scrape fight for one series.
 */
export const targetsToldApart: Check = {
  name: 'targets-told-apart',
  proves: 'targets of one job mean the same by instance, and pages of one pod or node differ in a label',
  *run({ collectors }: CheckContext): Iterable<Complaint> {
    for (const on of collectors) {
      yield* sameInstance(on);
      const seen: Told[] = [];
      // a job with one page has nothing to be confused with
      const pages = (job: string) => on.scrapedTargets.reduce((sum, target) => sum + (target.job === job ? target.endpoints.length : 0), 0);
      for (const told of on.scrapedTargets.filter(({ job }) => pages(job) > 1).flatMap(endpointsOf)) {
        const twin = seen.find(
          (other) => mayBeOne(other.target, told.target) && (other.automatic === told.automatic || other.sample === told.sample),
        );
        seen.push(told);
        if (!twin) continue;
        yield {
          on,
          message:
            `scrape of ${told.target.name}: got the same labels for ${page(told)} as for ${page(twin)} of scrape of ${twin.target.name}, ` +
            'expected a label that differs, or series of the same name become one; ask for the target label endpoint or metrics_path, or give it another job',
        };
      }
    }
  },
};

/** Joins of two targets on `instance` find nothing when one holds nodes and the other pods. */
function* sameInstance(on: ICollector): Iterable<Complaint> {
  const first = new Map<string, ScrapeTarget>();
  for (const target of on.scrapedTargets) {
    const other = first.get(target.job) ?? target;
    first.set(target.job, other);
    if (other.instance === target.instance) continue;
    yield {
      on,
      message: `scrape of ${target.name}: got instance "${target.instance}" under job "${target.job}", expected "${other.instance}" as of scrape of ${other.name}, for one job means one kind of instance; give both the same, or another job`,
    };
  }
}

function endpointsOf(target: ScrapeTarget): Told[] {
  try {
    return target.endpoints.map((endpoint) => ({ target, endpoint, ...labelsOf(target, endpoint, { pod: 'pod', node: 'node' }) }));
  } catch (error) {
    // a rule whose outcome backends do not agree on is the subject of another check
    if (error instanceof InvalidOptionError) return [];
    throw error;
  }
}

/** Whether two targets can meet on one instance: on one node always, on one pod only when they look for the same pods. */
function mayBeOne(a: ScrapeTarget, b: ScrapeTarget): boolean {
  if (a === b) return true;
  if (a.instance !== b.instance) return false;
  return a.instance === InstanceLabel.NODE || JSON.stringify(a.discovery) === JSON.stringify(b.discovery);
}

function page({ endpoint: { port, path } }: Told): string {
  return `${port === undefined ? '' : `port ${port}, `}path ${path ?? '/metrics'}`;
}
