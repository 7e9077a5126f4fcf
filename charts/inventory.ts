import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { digest } from '../lib/common/digest';

/**
 * A digest of which objects there are: it changes when one comes or goes, and not when one is edited. Objects in the cluster with
 * another digest are leftovers of a former set.
 */
export function inventory(scope: IConstruct): string {
  const names = scope.node
    .findAll()
    .filter((construct): construct is ApiObject => construct instanceof ApiObject)
    .map((object) => `${object.apiGroup}/${object.kind}/${object.metadata.namespace ?? ''}/${object.name}`);
  return digest(names.sort().join('\n'));
}
