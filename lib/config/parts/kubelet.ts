import type { KubeletScrapesPart } from '../../../charts/options';
import { Duration } from '../../common/units';
import { KubeletEndpoint } from '../../kubelet-scrapes';
import { option, part } from '../option';
import { configMapKey } from '../shared/references';
import { enabled, scraping, timeoutWithinInterval } from '../shared/scraping';
import { choice, dnsLabel, labels, list } from '../values';

/** The scrapes of kubelets. */
export const kubelet = part<KubeletScrapesPart>(
  'Kubelets: nodes, pods and containers. Deploys nothing.',
  {
    enabled: enabled(),
    name: option(dnsLabel('kubelet'), 'What the names of the scrapes begin with.', { default: 'kubelet' }),
    ...scraping({ maxScrapeSize: { default: '64Mi' } }),
    endpoints: option(list(choice(Object.values(KubeletEndpoint)), 'metrics', 1), 'Pages to scrape.', {
      default: Object.values(KubeletEndpoint),
    }),
    nodeSelector: option(labels(), 'Labels that a node must carry to be scraped.', {
      otherwise: 'every node',
      example: { 'kubernetes.io/os': 'linux' },
    }),
    caConfigMap: option(configMapKey, "Certificate authority of the kubelets' serving certificates.", {
      otherwise: 'certificates are not verified, because a kubelet signs its own unless told otherwise',
      example: { name: 'kubelet-ca', key: 'ca.crt' },
    }),
  },
  [timeoutWithinInterval(Duration.seconds(30))],
);
