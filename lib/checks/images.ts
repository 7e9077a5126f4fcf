import { OPERATOR_GROUP, operatorMade } from './operator-made';
import { podTemplates } from './pods';
import { at, type Json, type KubeObject, list, perTree, text } from './tree';

/** An image that something in the cluster will run. */
export interface UsedImage {
  /** The object that names it, or whose operator fills it in. */
  readonly on: KubeObject;
  /** Where it is named: `spec.template.spec.containers[grafana].image`, `spec.configReloaderImage`. */
  readonly place: string;
  /** The image as nodes pull it, with what an operator puts in front; empty where an operator fills in one of its own. */
  readonly image: string;
}

/** The setting by which the VictoriaMetrics operator puts a registry in front of names that have none. */
const OPERATOR_REGISTRY = 'VM_CONTAINERREGISTRY';

/** Every image that the objects of a tree run, those included that an operator puts into pods. */
export const usedImages = perTree((tree): readonly UsedImage[] => {
  const templates = podTemplates(tree);
  const registry = templates
    .flatMap(({ spec }) => list(at(spec, 'containers')).flatMap((container) => list(at(container, 'env'))))
    .filter((variable) => text(at(variable, 'name')) === OPERATOR_REGISTRY)
    .map((variable) => text(at(variable, 'value')))[0];
  const made = new Set(operatorMade(tree).map(({ resource }) => resource));
  return [
    ...templates.flatMap(({ owner, spec, place }) => inPod(owner, place, spec)),
    ...tree.objects
      .filter(({ apiVersion, json }) => apiVersion.startsWith(`${OPERATOR_GROUP}/`) && at(json, 'spec') !== undefined)
      .flatMap((on) => ofResource(on, made.has(on)))
      .map((used) => ({ ...used, image: asTheOperatorWrites(used.image, registry) })),
  ];
});

function inPod(on: KubeObject, place: string, spec: Json): UsedImage[] {
  const containers = ['containers', 'initContainers'].flatMap((field) =>
    list(at(spec, field)).map((container) => ({
      on,
      place: `${place}.${field}[${text(at(container, 'name'))}].image`,
      image: text(at(container, 'image')),
    })),
  );
  const volumes = list(at(spec, 'volumes')).map((volume) => ({
    on,
    place: `${place}.volumes[${text(at(volume, 'name'))}].image.reference`,
    image: text(at(volume, 'image', 'reference')),
  }));
  return [...containers, ...volumes.filter(({ image }) => image !== '')];
}

/** @param makesPods whether the operator makes pods of the resource, and so fills in what it does not say */
function ofResource(on: KubeObject, makesPods: boolean): UsedImage[] {
  const { spec } = on.json;
  const repository = text(at(spec, 'image', 'repository'));
  const tag = text(at(spec, 'image', 'tag'));
  const image = repository === '' || tag === '' ? '' : `${repository}${tag.startsWith('sha256:') ? '@' : ':'}${tag}`;
  const reloader = text(at(spec, 'configReloaderImage'));
  const reloads = on.kind === 'VMAgent' || (on.kind === 'VMSingle' && at(spec, 'ingestOnlyMode') === false);
  return [
    ...(makesPods || image !== '' ? [{ on, place: 'spec.image', image }] : []),
    ...((makesPods && reloads) || reloader !== '' ? [{ on, place: 'spec.configReloaderImage', image: reloader }] : []),
    // without an image it is a change of a container that the operator makes
    ...inPod(on, 'spec', spec).filter((used) => used.image !== ''),
  ];
}

/** The operator takes a name with fewer than two slashes for one of Docker Hub, also where its first part is a registry. */
function asTheOperatorWrites(image: string, registry: string | undefined): string {
  if (image === '' || registry === undefined || image.split('/').length > 2) return image;
  return `${registry.replace(/\/$/, '')}/${image}`;
}
