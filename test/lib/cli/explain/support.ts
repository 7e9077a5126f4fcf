import { Cluster } from '../../../../lib/cli/explain/cluster';
import { MetricState, type ToldEnd, type ToldMetric, type ToldPage, tellMetric } from '../../../../lib/cli/explain/metric';
import { parseCluster } from '../../../../lib/config';

/** A cluster of the text of its file. */
export function clusterOf(text: string): Cluster {
  return new Cluster(parseCluster('cluster.yaml', text));
}

/** What is told of a metric that one page has. */
export function only(name: string, cluster: Cluster): ToldPage {
  const { pages } = tellMetric(name, cluster);
  const [page, ...others] = pages;
  if (!page || others.length > 0) throw new Error(`${pages.length} pages have ${name}`);
  return page;
}

/** What becomes of a page's metric on the way to a destination. */
export function sentTo({ destinations }: ToldPage, name: string): ToldEnd {
  const end = destinations.find((one) => one.name === name);
  if (!end) throw new Error(`no destination ${name}`);
  return end;
}

/** What a metric that is not scraped would take. */
export function advice({ state, couldBring }: ToldMetric): { readonly because: string; readonly write: string } {
  const [bringer, ...others] = couldBring;
  if (state !== MetricState.NOT_SCRAPED || !bringer || others.length > 0) throw new Error(`${state}, ${couldBring.length} could bring it`);
  return { because: bringer.because, write: bringer.write };
}
