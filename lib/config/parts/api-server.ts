import type { ApiServerScrapesPart } from '../../../charts/options';
import { Duration } from '../../common/units';
import { option, part } from '../option';
import { configMapKey } from '../shared/references';
import { SWITCH_BESIDE_OPTIONS, scraping, switchedOn, timeoutWithinInterval } from '../shared/scraping';
import { dnsLabel, hostName, labels, list, portName, text } from '../values';

/** The same text is a rule of the agent and a pattern of the catalog. */
const metric = text({
  expected: 'the name of a metric, or a regular expression of letters, digits and _ : . * + | ( ) -',
  example: 'workqueue_depth',
  pattern: /^[\w:.*+|()-]+$/,
});

/** The scrape of the API server. */
export const apiServer = part<ApiServerScrapesPart>(
  'The API server of Kubernetes: calls, limits, etcd, webhooks. Deploys nothing.',
  {
    enabled: switchedOn(),
    name: option(dnsLabel('apiserver'), 'Name of the scrape.', { default: 'apiserver' }),
    ...scraping({ scrapeTimeout: '20s', maxScrapeSize: { default: '64Mi' } }),
    namespace: option(dnsLabel('default'), "Namespace of the API server's Service.", { default: 'default' }),
    selector: option(labels(), "Labels of the API server's Service.", {
      default: { component: 'apiserver', provider: 'kubernetes' },
    }),
    portName: option(portName(), "Name of the Service's port.", { default: 'https' }),
    caConfigMap: option(configMapKey, "Certificate authority of the API server's certificate.", {
      default: { name: 'kube-root-ca.crt', key: 'ca.crt' },
    }),
    serverName: option(hostName('kubernetes.default.svc'), 'Name that its certificate must carry.', {
      default: 'kubernetes.default.svc',
    }),
    extraMetrics: option(
      list(metric, 'workqueue_depth'),
      "Metrics kept besides the pipeline's own: names, or regular expressions over whole names.",
      { otherwise: 'none', example: ['workqueue_depth', 'workqueue_.+_bucket'] },
    ),
  },
  [SWITCH_BESIDE_OPTIONS, timeoutWithinInterval(Duration.seconds(30))],
);
