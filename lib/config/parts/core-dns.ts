import type { CoreDnsScrapesPart } from '../../../charts/options';
import { Duration } from '../../common/units';
import { option, part } from '../option';
import { SWITCH_BESIDE_OPTIONS, scraping, switchedOn, timeoutWithinInterval } from '../shared/scraping';
import { dnsLabel, labels, portName } from '../values';

/** The scrape of CoreDNS. */
export const coreDns = part<CoreDnsScrapesPart>(
  "CoreDNS, the cluster's name server: questions, answers, cache, upstream servers. Deploys nothing.",
  {
    enabled: switchedOn(),
    name: option(dnsLabel('coredns'), 'Name of the scrape.', { default: 'coredns' }),
    ...scraping(),
    namespace: option(dnsLabel('kube-system'), 'Namespace of CoreDNS.', { default: 'kube-system' }),
    selector: option(labels(), 'Labels of its Service.', { default: { 'k8s-app': 'kube-dns' } }),
    portName: option(portName(), "Name of the Service's port of metrics.", { default: 'metrics' }),
  },
  [SWITCH_BESIDE_OPTIONS, timeoutWithinInterval(Duration.seconds(30))],
);
