import { Flags } from './flags';
import { placedContainers, podTemplates } from './pods';
import { services } from './scrapes';
import { at, type KubeObject, perTree, type Tree, text, titleOf } from './tree';

const WINDOW = 'dedup.minScrapeInterval';
/** Flags by which a store is known. */
const STORING = [WINDOW, 'storageDataPath', 'retentionPeriod'];

/** Something that keeps samples: a VMSingle, or a workload that runs the same program. */
export interface Store {
  /** The resource or the workload. */
  readonly on: KubeObject;
  /** How messages call it. */
  readonly title: string;
  /** Where the window of its deduplication is written, or would be. */
  readonly place: string;
  /** The window, as it is written; empty where there is none. */
  readonly window: string;
}

/** The stores of a tree. */
export const stores = perTree((tree): readonly Store[] => [
  ...tree.ofKind('VMSingle').map((on) => ({
    on,
    title: titleOf(on),
    place: `spec.extraArgs["${WINDOW}"]`,
    window: text(at(on.json, 'spec', 'extraArgs', WINDOW)),
  })),
  ...podTemplates(tree).flatMap((template) =>
    placedContainers(template).flatMap(({ container, place }) => {
      const flags = new Flags(container, place);
      const isStore = flags.has(...STORING) || /(^|\/)victoria-metrics([:@]|$)/.test(text(at(container, 'image')));
      const on = template.owner;
      return isStore ? [{ on, title: titleOf(on), place: flags.placeOf(WINDOW), window: flags.value(WINDOW) }] : [];
    }),
  ),
]);

/**
 * What a URL leads to, the same text for the same thing: the stores behind the Service that it names, or itself.
 *
 * @param namespace namespace of who writes, in which a short name is looked up
 */
export function destinationsOf(tree: Tree, url: string, namespace: string): string[] {
  if (!URL.canParse(url)) return [url];
  const { hostname, href } = new URL(url);
  const [name, place = namespace] = hostname.split('.');
  const titles = stores(tree).map(({ title }) => title);
  const behind = services(tree)
    .filter((service) => service.name === name && service.namespace === place)
    .flatMap(({ pods }) => pods.map(({ title }) => title))
    .filter((title) => titles.includes(title));
  return behind.length > 0 ? behind : [href];
}
