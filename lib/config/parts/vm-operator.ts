import type { VMOperatorPart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { Duration } from '../../common/units';
import { option, part } from '../option';
import { operatorVersion } from '../shared/flags';
import { roomy } from '../shared/resources';
import { enabled, source, timeoutWithinInterval } from '../shared/scraping';
import { dnsLabel, list } from '../values';

/** The operator. */
export const vmOperator = part<VMOperatorPart>(
  'VictoriaMetrics operator: makes workloads of VMAgent and VMSingle.',
  {
    enabled: enabled(),
    ...source({
      name: 'vm-operator',
      namespace: { otherwise: 'namespaces.monitoring', example: 'monitoring-system' },
      image: IMAGES.vmOperator,
      resources: roomy(),
      deploy: { otherwise: 'true; false where platform is soperator', example: false },
      selector: { 'app.kubernetes.io/name': 'victoria-metrics-operator' },
      portNames: ['http'],
    }),
    version: operatorVersion(
      'Version of the operator that reads what is rendered. Fields that it does not know are an error.',
      'that of the image; 0.70.1 where platform is soperator',
      '0.70.1',
    ),
    workloadNamespaces: option(
      list(dnsLabel('team-a'), 'team-a'),
      'Namespaces of the VMAgents and VMSingles that it reconciles, besides its own.',
      { otherwise: 'those of vmAgent and vmSingle', example: ['monitoring-system'] },
    ),
    scrapeNamespaces: option(
      list(dnsLabel('team-a'), 'team-a'),
      "Namespaces whose Secrets and ConfigMaps scrapes may name, besides the operator's own.",
      { otherwise: 'namespaces of userScrapes of vmAgent', example: ['team-a'] },
    ),
  },
  [timeoutWithinInterval(Duration.seconds(30))],
);
