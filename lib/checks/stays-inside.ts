import { DASHBOARD_LABEL } from '../common/dashboard';
import { PART_OF } from '../common/names';
import { callsHome } from './calls-home';
import { type Check, type CheckContext, type Complaint, Severity } from './check';
import { OPERATOR_GROUP } from './operator-made';
import { placedContainers, podTemplates } from './pods';
import { entries, type Json, type KubeObject, strings, type Tree } from './tree';

/** Without internet a pod that waits for an answer of it may not start, and with it nobody likes to be told of. */
export const staysInside: Check = {
  name: 'stays-inside',
  proves:
    'no program contacts its makers or downloads anything, and every URL in arguments, variables and files is inside the cluster or one that an option names',
  *run({ tree, collectors, declaredUrls = [] }: CheckContext): Iterable<Complaint> {
    for (const template of podTemplates(tree)) {
      for (const { container, place } of placedContainers(template)) {
        for (const message of callsHome(container)) yield { on: template.owner, message: `${place}.${message}` };
      }
    }
    for (const on of tree.ofKind('ConfigMap')) {
      if (!(DASHBOARD_LABEL in on.labels)) continue;
      for (const key of Object.keys(strings(on.json.data)).filter((name) => name.endsWith('.url'))) {
        const message = `data.${key}: got the URL of a dashboard, expected the dashboard itself, because Grafana's sidecar downloads what a key with .url names; write its JSON`;
        yield { on, message };
      }
    }
    const destinations = collectors.flatMap(({ destinations: all }) =>
      all.flatMap(({ url, proxyUrl, credential }) => [url, proxyUrl, credential?.tokenUrl]),
    );
    const declared = new Set([...declaredUrls, ...destinations].map((url) => hostOf(url ?? '')));
    for (const on of tree.objects) yield* undeclared(on, tree, declared);
  },
};

/** URLs that nobody gave as an option. Objects of other charts are their owners' business. */
function* undeclared(on: KubeObject, tree: Tree, declared: ReadonlySet<string>): Iterable<Complaint> {
  if (on.labels['app.kubernetes.io/part-of'] !== PART_OF || DASHBOARD_LABEL in on.labels) return;
  const told = new Set<string>();
  for (const { place, value } of textsOf(on)) {
    for (const [url] of value.matchAll(URLS)) {
      const host = hostOf(url);
      if (host === '' || declared.has(host) || told.has(host) || isInside(host, tree)) continue;
      told.add(host);
      yield {
        on,
        severity: Severity.WARNING,
        message: `${place}: got ${new URL(url).protocol}//${host}, expected a URL inside the cluster, or of a destination or another option; make sure that the cluster reaches it`,
      };
    }
  }
}

const URLS = /\b(?:https?|grpcs?|tcp|udp|ws|wss|socks5|unix):\/\/[^\s"'<>\\,;)\]}]+/gi;

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '';
}

/** Whether a name or address leads to something inside the cluster. */
function isInside(host: string, tree: Tree): boolean {
  if (/^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(host) || !host.includes('.') || /[$%{(]/.test(host)) return true;
  if (/\.svc(\.cluster\.local)?\.?$/.test(host)) return true;
  const [name = '', namespace = '', ...rest] = host.split('.');
  return rest.length === 0 && tree.find('Service', name, namespace) !== undefined;
}

interface PlacedText {
  readonly place: string;
  readonly value: string;
}

/** The texts of an object that programs read: what pods are started with, what operators make of resources, and files. */
function textsOf(on: KubeObject): PlacedText[] {
  if (on.kind === 'ConfigMap') return within(on.json.data, 'data');
  const isRead = on.apiVersion.startsWith(`${OPERATOR_GROUP}/`) || 'template' in ((on.json.spec as object | undefined) ?? {});
  return isRead ? within(on.json.spec, 'spec') : [];
}

function within(json: Json, place: string): PlacedText[] {
  // most parts have none, and need no place
  if (!hasUrl(json)) return [];
  if (typeof json === 'string') return [{ place, value: json }];
  if (Array.isArray(json)) return json.flatMap((item, index) => within(item, `${place}[${index}]`));
  return entries(json).flatMap(([key, value]) => within(value, `${place}.${key}`));
}

function hasUrl(json: unknown): boolean {
  if (typeof json === 'string') return json.includes('://');
  return typeof json === 'object' && json !== null && Object.values(json).some(hasUrl);
}
