import type { VMAgentPart } from '../../../charts/options';
import { configReloaderImage, IMAGES, imageParts } from '../../common/images';
import { Duration } from '../../common/units';
import type { UserScrapes } from '../../vm-agent';
import { option, part } from '../option';
import { buffer } from '../shared/buffer';
import { flags, operatorVersion } from '../shared/flags';
import { ownScale } from '../shared/scale';
import { scraping, timeoutWithinInterval } from '../shared/scraping';
import { workload } from '../shared/workload';
import { dnsLabel, dottedName, flag, image, list, size, wholeNumber } from '../values';

const OPERATOR_VERSION = imageParts(IMAGES.vmOperator, 'IMAGES').tag.replace(/^v/, '');

const userScrapes = part<UserScrapes>('Scrapes that users add as objects of their own: VMServiceScrape, VMPodScrape and the like.', {
  enabled: option(flag(), 'Whether they are picked up.', { default: true }),
  namespaces: option(list(dnsLabel('team-a'), 'team-a', 1), 'Namespaces that such objects are picked up from.', {
    otherwise: "the agent's",
    example: ['monitoring-system', 'team-a'],
  }),
  targetNamespaces: option(list(dnsLabel('team-a'), 'team-a', 1), 'Namespaces that such scrapes may find Services and pods in.', {
    otherwise: 'namespaces of the pipeline and alsoMonitored',
    example: ['monitoring-system', 'team-a'],
  }),
  requireLabel: option(flag(), 'Picks up only objects with the label soperator-metrics/agent: <name of the agent>.', {
    otherwise: 'false; true where platform is soperator, whose operator converts ServiceMonitors to scrapes',
    example: false,
  }),
});

/** The agent. */
export const vmAgent = part<Omit<VMAgentPart, 'mode'>>(
  'VMAgent: scrapes everything and writes to all destinations.',
  {
    ...workload({
      name: 'metrics',
      maxName: 44,
      namespace: { otherwise: 'namespaces.monitoring', example: 'monitoring-system' },
      image: IMAGES.vmAgent,
      resources: {
        otherwise: 'worked out from scale',
        example: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
      },
      priorityClassName: 'system-cluster-critical',
    }),
    ...scraping({
      maxScrapeSize: { otherwise: '32Mi, for every source without a limit of its own; more where scale asks for it', example: '32Mi' },
    }),
    scale: ownScale(),
    shards: option(
      wholeNumber(1, 100, 'leave it out: the number follows from scale'),
      'Number of agents that share the targets: each scrapes its part of them.',
      { otherwise: 'as many as scale needs: one carries about five hundred nodes of 8 GPUs', example: 2 },
    ),
    buffer: buffer(
      'What is kept for each destination that has no buffer of its own while it takes nothing: a time (6h) or a size in each shard (4Gi). The oldest beyond it is dropped.',
      { otherwise: '6h, and what else queueSize has room for', example: '6h' },
    ),
    queueSize: option(
      size('10Gi', '1Gi'),
      'Size of the volume that holds what is kept for all destinations; of each shard. One that cannot hold the buffers that are given is an error.',
      { otherwise: 'what the buffers need, 10Gi at least', example: '10Gi' },
    ),
    queueStorageClassName: option(dottedName('fast-ssd'), "Storage class of the queue's volume.", {
      otherwise: "the cluster's default class",
      example: 'fast-ssd',
    }),
    userScrapes,
    runAsUser: option(
      wholeNumber(1, undefined, 'make the token file readable for the agent instead of running it as root'),
      'User id that the agent runs as; only for a token file that nobody else may read.',
      { otherwise: '65534, nobody', example: 1000 },
    ),
    extraArgs: flags(),
    operatorVersion: operatorVersion('Version of the operator that makes the agent.', 'version of vmOperator', OPERATOR_VERSION),
    configReloaderImage: option(
      image(configReloaderImage(OPERATOR_VERSION)),
      "Image of the operator's sidecar that reloads the configuration.",
      {
        otherwise: "the one released with the operator's version",
        example: configReloaderImage(OPERATOR_VERSION),
      },
    ),
  },
  [timeoutWithinInterval(Duration.seconds(30))],
);
