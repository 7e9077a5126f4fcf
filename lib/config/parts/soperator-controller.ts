import type { SoperatorControllerPart } from '../../../charts/options';
import { Duration } from '../../common/units';
import { option, part } from '../option';
import { enabled, scraping, timeoutWithinInterval } from '../shared/scraping';
import { dnsLabel, labels, portName } from '../values';

/** The scrape of Soperator's manager. */
export const soperatorController = part<SoperatorControllerPart>(
  "Soperator's manager: reconciliations, work queues. Deploys nothing.",
  {
    enabled: enabled(),
    name: option(dnsLabel('soperator-controller'), 'Name of the scrape.', { default: 'soperator-controller' }),
    ...scraping({ scrapeTimeout: '20s' }),
    namespace: option(dnsLabel('soperator-system'), 'Namespace of the manager.', {
      otherwise: 'namespaces.soperatorSystem',
      example: 'soperator-system',
    }),
    selector: option(labels(), "Labels of the manager's metrics Service.", {
      default: { 'app.kubernetes.io/name': 'helm-soperator-metrics' },
    }),
    portName: option(portName(), "Name of the Service's port.", { default: 'https-metrics' }),
  },
  [timeoutWithinInterval(Duration.seconds(30))],
);
