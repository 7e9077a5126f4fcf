import type { IConstruct } from 'constructs';
import type { KubeObject } from '../../checks/tree';
import { type Reason, reasonsOf } from '../../common/reasons';

/** Finds what was said about something of an object, by what it is. */
export type ReasonBook = (object: KubeObject | undefined, of: string) => Reason | undefined;

/** The reasons of all constructs of an app. */
export function reasonBook(root: IConstruct): ReasonBook {
  const byPath = new Map(root.node.root.node.findAll().map((construct) => [construct.node.path, construct]));
  return (object, of) => {
    const construct = object && byPath.get(object.path);
    return construct && reasonsOf(construct).find((reason) => reason.of === of);
  };
}
