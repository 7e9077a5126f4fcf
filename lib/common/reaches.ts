import type { IConstruct } from 'constructs';

const METADATA = 'soperator-metrics/reaches';

/** Notes that the user of a construct has named a URL for it to contact, so that no check wonders about it. */
export function reaches(construct: IConstruct, url: string | undefined): void {
  if (url !== undefined) construct.node.addMetadata(METADATA, url);
}

/** Every URL that was noted below a construct. */
export function declaredUrlsOf(root: IConstruct): string[] {
  return root.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === METADATA)
    .map(({ data }) => String(data));
}
