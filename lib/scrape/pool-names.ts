import { jobName } from './scrape-config';
import { DiscoveryRole, type ScrapeTarget } from './scrape-target';

/** What the operator calls the scrapes of each kind of object. */
const KINDS: { readonly [role in DiscoveryRole]: string } = {
  [DiscoveryRole.SERVICES]: 'serviceScrape',
  [DiscoveryRole.PODS]: 'podScrape',
  [DiscoveryRole.NODES]: 'nodeScrape',
};

/**
 * How an agent's configuration calls the scrape of one endpoint, and its page of targets as `scrapePool`: where the operator writes it, and
 * where it is rendered.
 *
 * @param namespace of the agent, where its scrapes are
 */
export function poolNames(target: ScrapeTarget, index: number, namespace: string): readonly string[] {
  const { role } = target.discovery;
  const endpoint = target.endpoints[index];
  const ofOperator = [KINDS[role], namespace, target.name, ...(role === DiscoveryRole.NODES ? [] : [index])].join('/');
  return endpoint ? [ofOperator, jobName(target, endpoint, index)] : [ofOperator];
}
