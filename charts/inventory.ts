import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { digest } from '../lib/common/digest';

/**
 * A digest of which objects there are: it changes when one comes or goes, and not when one is edited. Objects in the cluster with
 * another digest are leftovers of a former set.
 */
export function inventory(scope: IConstruct): string {
  const objects = scope.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject);
  const former = FORMER.get(scope);
  // every object asks for it while it is rendered
  if (former && former.objects.length === objects.length && objects.every((object, index) => object === former.objects[index]))
    return former.digest;
  const names = objects.map((object) => `${object.apiGroup}/${object.kind}/${object.metadata.namespace ?? ''}/${object.name}`);
  const made = { objects, digest: digest(names.sort().join('\n')) };
  FORMER.set(scope, made);
  return made.digest;
}

const FORMER = new WeakMap<IConstruct, { readonly objects: readonly ApiObject[]; readonly digest: string }>();
