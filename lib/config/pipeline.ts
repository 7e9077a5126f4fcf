import * as z from 'zod/mini';
import { type MetricsPipelineProps, Platform } from '../../charts/options';
import { presets, SOPERATOR_MONITORING } from '../../charts/platforms';
import type { Labels } from '../common/labels';
import { Mode } from '../common/mode';
import { RemoteWrite } from '../remote-write';
import { converted, NOTES, type Options, option, options, Refusal, type Rule, required, type Value } from './option';
import { apiServer } from './parts/api-server';
import { coreDns } from './parts/core-dns';
import { dcgmExporter } from './parts/dcgm-exporter';
import { grafana } from './parts/grafana';
import { type ImagesOfFile, images } from './parts/images';
import { kubeStateMetrics } from './parts/kube-state-metrics';
import { kubelet } from './parts/kubelet';
import { namespaces } from './parts/namespaces';
import { nebiusCloud } from './parts/nebius-cloud';
import { nodeExporter } from './parts/node-exporter';
import { patches } from './parts/patches';
import { remoteWrite } from './parts/remote-write';
import { series } from './parts/series';
import { slurmExporter } from './parts/slurm-exporter';
import { soperatorController } from './parts/soperator-controller';
import { vmAgent } from './parts/vm-agent';
import { vmOperator } from './parts/vm-operator';
import { vmSingle } from './parts/vm-single';
import { formatPath, type PathKey } from './paths';
import { SCALE_DEFAULTS, scale } from './shared/scale';
import { choice, clusterName, dnsLabel, flag, list } from './values';
import { lookInto } from './walk';

/** The options of a file. What only a program can give has none: sources, dashboards, checks, collectors and stores of one's own, and a mode for one part. */
type ClusterFile = Omit<
  MetricsPipelineProps,
  'platforms' | 'destinations' | 'sources' | 'dashboards' | 'checks' | 'collector' | 'store' | 'images'
> & {
  readonly images?: ImagesOfFile;
  readonly platform?: readonly Platform[];
  readonly remoteWrite?: readonly RemoteWrite[];
};

/** Names in the file, where they differ from those of the props. */
export const FILE_NAMES: ReadonlyMap<string, string> = new Map([
  ['platforms', 'platform'],
  ['destinations', 'remoteWrite'],
]);

const SCALE_ADVICE = 'write scale: {nodes: …}';
const MODE_ADVICE = 'write mode at the top of the file, where it counts for agent and store';

/** What to write in place of some paths that are no options, where a name alone does not say it. */
export const MOVED: ReadonlyMap<string, string> = new Map([
  ['nodes', SCALE_ADVICE],
  ['vmAgent.nodes', SCALE_ADVICE],
  ['vmSingle.nodes', SCALE_ADVICE],
  ['vmAgent.mode', MODE_ADVICE],
  ['sources', 'give sources of your own in a program that imports the library'],
  ['checks', 'give checks of your own in a program that imports the library'],
  ['vmSingle.mode', MODE_ADVICE],
]);

/** What a file begins with, for messages. */
export const FIRST_LINE = "'cluster: soperator' as its first line";

/** All options of a file. A new part is its file and a line here. */
const OPTIONS: Options<ClusterFile> = {
  cluster: required(clusterName(), 'Value of the label cluster on every series, and name of the folder with the manifests.', 'soperator'),
  slurmCluster: option(dnsLabel('soperator'), 'Name of the SLURM cluster, as its SlurmCluster resource has it.', { default: 'soperator' }),
  platform: option(platform(), 'What the cluster brings along, which is then only scraped: one, or a list.', { default: Platform.NONE }),
  mode: option(
    choice(Object.values(Mode)),
    'What makes agent and store: the VictoriaMetrics operator, of resources of its own, or the manifests themselves, without it and its definitions.',
    { default: Mode.OPERATOR },
  ),
  scale: option(scale, 'What the cluster grows to. Sizes agent, store, their volumes and limits of scrapes.', { default: SCALE_DEFAULTS }),
  series,
  images,
  strict: option(flag(), 'Warnings of checks stop the synthesis, too.', { default: false }),
  namespaces,

  slurmExporter,
  dcgmExporter,
  nodeExporter,
  kubelet,
  kubeStateMetrics,
  soperatorController,
  apiServer,
  coreDns,

  vmAgent,
  vmSingle,
  publicEndpointEnabled: option(flag(), 'Writes to Nebius Cloud, too; takes nebiusCloud.', { default: false }),
  nebiusCloud,
  remoteWrite,

  grafana,
  vmOperator,

  patches,
};

/** Parts that somebody else may deploy. */
const DEPLOYED = (Object.keys(OPTIONS) as (keyof ClusterFile)[]).filter((name) => lookInto(OPTIONS[name]).fields?.deploy);

const RULES: readonly Rule<ClusterFile>[] = [
  {
    reads: ['publicEndpointEnabled', 'nebiusCloud'],
    check: ({ publicEndpointEnabled, nebiusCloud }) =>
      publicEndpointEnabled && !nebiusCloud
        ? new Refusal('false while there is no nebiusCloud; write nebiusCloud with region and projectId, or false', [
            'publicEndpointEnabled',
          ])
        : undefined,
  },
  ...DEPLOYED.map(foundOnlyWhereNotDeployed),
  { reads: ['mode', 'vmAgent'], check: userScrapesOnlyWithOperator },
  { reads: ['remoteWrite', 'publicEndpointEnabled', 'nebiusCloud', 'vmSingle'], check: sameDestinations },
];

/** What a cluster file stands for. */
export interface PipelineOfFile {
  /** The options of the pipeline, without what the lock file says. */
  readonly props: MetricsPipelineProps;
  /** The file with digests of images, as it was written. */
  readonly lock?: string;
}

/** A cluster file, and what it stands for. */
export const pipeline: Value<PipelineOfFile> = converted(
  options(OPTIONS, RULES, `options; write ${FIRST_LINE}`),
  ({ platform: platforms, remoteWrite: destinations, images: { lock, ...located } = {}, ...same }) => ({
    lock,
    props: {
      ...same,
      ...(Object.keys(located).length > 0 ? { images: located } : {}),
      ...(platforms ? { platforms } : {}),
      ...(destinations ? { destinations } : {}),
    },
  }),
).register(NOTES, { description: 'The metrics pipeline of one SLURM cluster on Kubernetes.' });

function platform(): Value<readonly Platform[]> {
  const one = choice(Object.values(Platform));
  const advice = { error: () => `one of ${Object.values(Platform).join(', ')}, or a list; write soperator` };
  return converted(z.union([one, list(one, Platform.SOPERATOR, 1)], advice), (given) => {
    const platforms = typeof given === 'string' ? [given] : given;
    const none = platforms.indexOf(Platform.NONE);
    if (platforms.length > 1 && none >= 0) return new Refusal('none to stand alone; remove it, or the others', [none]);
    const second = platforms.findIndex((name, index) => platforms.indexOf(name) < index);
    return second >= 0 ? new Refusal('each platform once; remove it', [second]) : platforms;
  });
}

/** How a part is found that somebody else deploys. */
interface Found {
  readonly deploy?: boolean;
  readonly selector?: Labels;
  readonly portNames?: readonly string[];
  readonly namespaces?: readonly string[];
}

/** What a source is found by counts only where it is not deployed; elsewhere it would change nothing, silently. */
function foundOnlyWhereNotDeployed(name: keyof ClusterFile): Rule<ClusterFile> {
  const advice = 'to be left out while the workload is deployed; write deploy: false where somebody else deploys it, or remove it';
  return {
    reads: [name, 'platform', 'namespaces'],
    check: (given) => {
      const preset: { readonly [part in keyof ClusterFile]?: unknown } = presets(
        given.platform ?? [],
        given.namespaces?.monitoring ?? SOPERATOR_MONITORING,
      );
      const own = given[name] as Found | undefined;
      if (!own || (own.deploy ?? (preset[name] as Found | undefined)?.deploy) === false) return [];
      return (['selector', 'portNames', 'namespaces'] as const)
        .filter((option) => own[option] !== undefined)
        .map((option) => new Refusal(advice, [name, option]));
    },
  };
}

/** What says where scrapes of users are taken from counts only where an operator reads them; elsewhere it would change nothing, silently. */
function userScrapesOnlyWithOperator({ mode, vmAgent }: ClusterFile): Refusal[] {
  if (mode !== Mode.STANDALONE) return [];
  const advice = 'to be left out in mode standalone, where no operator reads scrapes of users; remove it, or write mode: operator';
  return (['namespaces', 'targetNamespaces', 'requireLabel'] as const)
    .filter((option) => vmAgent?.userScrapes?.[option] !== undefined)
    .map((option) => new Refusal(advice, ['vmAgent', 'userScrapes', option]));
}

/** Destinations with one name or one URL: the agent keeps a queue for each. */
function sameDestinations({ remoteWrite: listed = [], publicEndpointEnabled, nebiusCloud: cloud, vmSingle }: ClusterFile): Refusal[] {
  const written: { readonly at: readonly PathKey[]; readonly name: string; readonly url?: string }[] = [
    ...(vmSingle?.enabled === false ? [] : [{ at: ['vmSingle'], name: 'store' }]),
    ...(publicEndpointEnabled && cloud ? [{ at: ['nebiusCloud'], ...RemoteWrite.nebiusCloud(cloud).destination }] : []),
    ...listed.map(({ destination }, index) => ({ at: ['remoteWrite', index], ...destination })),
  ];
  return written.flatMap(({ at, name, url }, index) => {
    const earlier = written.slice(0, index);
    const sameUrl = url === undefined ? undefined : earlier.find((other) => other.url === url);
    const sameName = earlier.find((other) => other.name === name);
    if (sameUrl) {
      const advice = `a URL that no other destination has, and ${formatPath(sameUrl.at)} has it; remove one of the two`;
      return [new Refusal(advice, [...at, 'url'])];
    }
    if (!sameName) return [];
    const advice = `a name that no other destination has, and ${formatPath(sameName.at)} has it; write another name`;
    return [new Refusal(advice, [...at, 'name'], JSON.stringify(name))];
  });
}
