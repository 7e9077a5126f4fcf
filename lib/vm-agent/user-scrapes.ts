import { AGENT_LABEL } from '../common/labels';

/**
 * What becomes of scrapes that users add as objects of their own: VMServiceScrape, VMPodScrape and the like.
 *
 * Such an object may name any file that the agent can read and any target, the agent's own token and one of its pods among them. Whoever
 * may create one in a namespace that is picked up from is trusted with the agent's credentials.
 */
export interface UserScrapes {
  /** Whether they are picked up. @default true */
  readonly enabled?: boolean;
  /**
   * Namespaces that such objects are picked up from, besides the agent's own. The operator must be allowed to read the Secrets of each, because one scrape that
   * names a Secret out of its reach stops every further update of the agent.
   *
   * @default - only the agent's namespace
   */
  readonly namespaces?: readonly string[];
  /** Namespaces that such scrapes may find Services and pods in. @default - the agent's namespace */
  readonly targetNamespaces?: readonly string[];
  /**
   * Picks up only objects with the label `soperator-metrics/agent: <name of the agent>`. For clusters where other scrapes lie about,
   * such as those that an operator converts from ServiceMonitors.
   *
   * @default false
   */
  readonly requireLabel?: boolean;
}

/** Fields of a VMAgent that say which scrapes it takes. */
export function agentSelectors(agent: string, namespace: string, user: UserScrapes) {
  const ours = { matchLabels: { [AGENT_LABEL]: agent } };
  const enabled = user.enabled ?? true;
  const selector = enabled && !user.requireLabel ? {} : ours;
  // without a namespace selector the operator looks only into the agent's own namespace, and needs no right to list namespaces
  const namespaceSelector =
    enabled && user.namespaces
      ? {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...new Set([namespace, ...user.namespaces])] }],
        }
      : undefined;
  return {
    selectAllByDefault: false,
    serviceScrapeSelector: selector,
    serviceScrapeNamespaceSelector: namespaceSelector,
    podScrapeSelector: selector,
    podScrapeNamespaceSelector: namespaceSelector,
    nodeScrapeSelector: selector,
    nodeScrapeNamespaceSelector: namespaceSelector,
    staticScrapeSelector: selector,
    staticScrapeNamespaceSelector: namespaceSelector,
    scrapeConfigSelector: selector,
    scrapeConfigNamespaceSelector: namespaceSelector,
  };
}
