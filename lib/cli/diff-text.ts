import type { Colors } from 'picocolors/types';
import { Change, type ClusterDifference } from '../outputs/diff';
import { sectionsOf } from './diff-lines';

const SIGNS: { readonly [change in Change]: string } = { [Change.ADDED]: '+', [Change.REMOVED]: '-', [Change.CHANGED]: '~' };

/** Differences for a terminal. */
export function diffText(clusters: readonly ClusterDifference[], colours: Colors): string {
  const paint: { readonly [change in Change]: (text: string) => string } = {
    [Change.ADDED]: colours.green,
    [Change.REMOVED]: colours.red,
    [Change.CHANGED]: colours.yellow,
  };
  return clusters
    .map((cluster) =>
      [
        colours.bold(cluster.cluster),
        ...sectionsOf(cluster).flatMap(({ title, lines }) => [
          `  ${colours.bold(title)}`,
          ...lines.flatMap(({ change, danger, text, details = [] }) => [
            danger ? colours.red(`    ! ${danger}: ${text}`) : change ? paint[change](`    ${SIGNS[change]} ${text}`) : `    ${text}`,
            ...details.map((detail) => `        ${detail}`),
          ]),
        ]),
      ].join('\n'),
    )
    .join('\n\n');
}
