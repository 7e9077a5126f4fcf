import { Flags } from '../../checks/flags';
import { placedContainers, podTemplates } from '../../checks/pods';
import { type Writer, writers } from '../../checks/remote-writes';
import { at, type Json, type JsonObject, list, text, texts } from '../../checks/tree';
import { isCollector } from '../../scrape/collector';
import { loadOf, shareOf } from '../../scrape/load';
import { queueBytesPerSecond } from '../../scrape/sizing';
import { Change, Danger, type DestinationDifference, type Warning } from './kinds';
import type { Side } from './side';
import { valueChanges } from './targets';
import { bytesOf, bytesText } from './words';

/** A URL that samples are written to, as one side has it. */
interface DestinationView {
  readonly name: string;
  readonly url: string;
  /** Bytes that are kept for it by each agent. */
  readonly queue?: number;
  readonly fields: { readonly [field: string]: string };
}

/** Where samples go on one side and not on the other, or in another way. */
export function destinationDifferences(former: Side, latter: Side): DestinationDifference[] {
  const [before, after] = [viewsOf(former), viewsOf(latter)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((url): DestinationDifference[] => {
    const [one, other] = [before.get(url), after.get(url)];
    const view = other ?? one;
    const fields = valueChanges(one?.fields ?? {}, other?.fields ?? {});
    if (!view || fields.length === 0) return [];
    return [{ change: one && other ? Change.CHANGED : other ? Change.ADDED : Change.REMOVED, name: view.name, url, fields }];
  });
}

/** What to know of destinations that differ. */
export function destinationWarnings(differences: readonly DestinationDifference[]): Warning[] {
  return differences.flatMap(({ change, name, url, fields }): Warning[] => {
    const subject = `destination ${name}`;
    const field = (which: string) => fields.find((one) => one.field === which);
    if (change === Change.ADDED) {
      if (isInside(url)) return [];
      const credential = field('credential')?.new;
      const message = `samples go to ${url} from now on, ${credential ? `with ${credential}` : 'without a credential'}`;
      return [{ danger: Danger.EGRESS, subject, message }];
    }
    if (change === Change.REMOVED) {
      return [{ danger: Danger.QUEUE, subject, message: `nothing is written to ${url} any more, and what waits for it is dropped` }];
    }
    const position = field('position');
    const queue = field('queue');
    const [had, has] = [bytesOf(sizeOf(queue?.old)), bytesOf(sizeOf(queue?.new))];
    return [
      ...(position
        ? [
            {
              danger: Danger.QUEUE,
              subject,
              message: `moves from position ${position.old} to ${position.new}: queues belong to positions, so what waits for it is dropped; apply while vmagent_remotewrite_pending_data_bytes is 0`,
            },
          ]
        : []),
      ...(had !== undefined && has !== undefined && has < had
        ? [
            {
              danger: Danger.QUEUE,
              subject,
              message: `its queue holds ${queue?.new} instead of ${queue?.old}: while it is away, the oldest samples are dropped sooner`,
            },
          ]
        : []),
    ];
  });
}

function sizeOf(queue: string | undefined): string | undefined {
  return queue?.split(',')[0];
}

/** Whether a URL leads to a Service of the cluster. */
function isInside(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return /(^[^.]+$|\.svc(\.|$))/.test(hostname);
}

function viewsOf({ tree, model }: Side): Map<string, DestinationView> {
  const collectors = model?.app.node.findAll().filter(isCollector) ?? [];
  const known = new Map(collectors.flatMap((collector) => collector.destinations.map((one) => [one.url, { ...one, collector }] as const)));
  const agent = model?.pipeline.vmAgent;
  const views = writers(tree).flatMap((writer) =>
    writer.urls.map(({ url, entry, credentials }, index): DestinationView => {
      const destination = known.get(url);
      const queue = queueOf(writer, entry, index);
      const share =
        agent && destination?.collector === agent ? shareOf(loadOf(agent.scrapedTargets, agent.scale), agent.shards) : undefined;
      const seconds = share && queue !== undefined ? queue / queueBytesPerSecond(share, destination?.speaksVm ?? false) : undefined;
      const rules =
        destination?.relabelConfigs.map((rule) => ({ ...(rule._toKube() as unknown as JsonObject), why: rule.why })) ??
        list(at(entry, 'inlineUrlRelabelConfig'));
      return {
        name: destination?.name ?? (URL.canParse(url) ? new URL(url).hostname : url),
        url,
        queue,
        fields: {
          position: String(index + 1),
          ...words('credential', credentials.map(({ way, source }) => `${way}: ${source}`).join(', ')),
          ...words('proxy', destination?.proxyUrl ?? text(at(entry, 'proxyURL'))),
          ...words(
            'queue',
            queue === undefined ? '' : `${bytesText(queue)}${seconds === undefined ? '' : `, enough for ${outage(seconds)}`}`,
          ),
          ...words('rules', rules.map(ruleText).join('; ')),
        },
      };
    }),
  );
  return new Map(views.map((view) => [view.url, view]));
}

function words(field: string, value: string): { readonly [field: string]: string } {
  return value === '' ? {} : { [field]: value };
}

/** Bytes that one agent keeps for a destination. */
function queueOf({ on, flags }: Writer, entry: Json, index: number): number | undefined {
  const own = bytesOf(at(entry, 'maxDiskUsage'));
  if (own !== undefined) return own;
  const values = flags.find(({ flag }) => flag === 'remoteWrite.maxDiskUsagePerURL')?.values ?? [];
  return (
    bytesOf(values.length === 1 ? values[0] : values[index]) ?? bytesOf(at(on.json, 'spec', 'remoteWriteSettings', 'maxDiskUsagePerURL'))
  );
}

function outage(seconds: number): string {
  const hours = seconds / 3600;
  if (hours >= 48) return `${Math.floor(hours / 24)}d`;
  return hours >= 1 ? `${Math.floor(hours)}h` : `${Math.floor(seconds / 60)}m`;
}

/** A relabel rule in one line: `drop __name__ =~ go_.+, because nobody reads them`. */
export function ruleText(rule: Json): string {
  const field = (name: string) => text(at(rule, name));
  const sources = texts(at(rule, 'sourceLabels'));
  return [
    field('action') || 'replace',
    ...(sources.length > 0 ? [` ${sources.join(', ')}`] : []),
    ...(field('regex') ? [` =~ ${field('regex')}`] : []),
    ...(field('targetLabel') ? [` to ${field('targetLabel')}`] : []),
    ...(field('replacement') ? [` as ${field('replacement')}`] : []),
    ...(field('why') ? [`, because ${field('why')}`] : []),
  ].join('');
}

/** Volumes that queues are on, `namespace/claim`. */
export function queueVolumes({ tree }: Side): string[] {
  return [
    ...tree.ofKind('VMAgent').flatMap(({ namespace, name, json }) => {
      const shards = Number(at(json, 'spec', 'shardCount') ?? 1);
      const numbered = Array.from({ length: shards }, (_, shard) => `persistent-queue-data-vmagent-${name}-${shard}-0`);
      return (shards > 1 ? numbered : [`persistent-queue-data-vmagent-${name}-0`]).map((claim) => `${namespace}/${claim}`);
    }),
    ...claims(tree, 'remoteWrite.tmpDataPath'),
  ];
}

/** Volumes that samples are stored on, `namespace/claim`. */
export function storeVolumes({ tree }: Side): string[] {
  return [...tree.ofKind('VMSingle').map(({ namespace, name }) => `${namespace}/vmsingle-${name}`), ...claims(tree, 'storageDataPath')];
}

/** Claims of pods with a flag that names a directory of data. */
function claims(tree: Side['tree'], flag: string): string[] {
  return podTemplates(tree).flatMap((template) =>
    placedContainers(template).some(({ container, place }) => new Flags(container, place).has(flag))
      ? list(at(template.spec, 'volumes')).flatMap((volume) => {
          const claim = text(at(volume, 'persistentVolumeClaim', 'claimName'));
          return claim === '' ? [] : [`${template.namespace}/${claim}`];
        })
      : [],
  );
}
