import { prometheusDuration } from '../common/units';
import { type Check, type CheckContext, type Complaint, Severity } from './check';

/** Read more often than it changes, an exporter says the same twice and rates become stairs; read less often, values are never seen. */
export const collectionInterval: Check = {
  name: 'collection-interval',
  proves: 'exporters whose own interval the pipeline sets collect exactly as often as they are scraped',
  *run({ collectors }: CheckContext): Iterable<Complaint> {
    for (const on of collectors) {
      for (const { name, collectionInterval: own, scrapeInterval } of on.scrapedTargets) {
        if (own === undefined || own.toMilliseconds() === scrapeInterval.toMilliseconds()) continue;
        const [collects, scraped] = [prometheusDuration(own), prometheusDuration(scrapeInterval)];
        const harm =
          own.toMilliseconds() > scrapeInterval.toMilliseconds()
            ? 'the same values would be read again'
            : 'values would be lost between two scrapes';
        yield {
          on,
          severity: Severity.WARNING,
          message: `scrape of ${name}: got an exporter that collects every ${collects}, expected every ${scraped} as it is scraped, or ${harm}; give both the same interval`,
        };
      }
    }
  },
};
