import { Change, type ClusterDifference } from '../outputs/diff';
import { sectionsOf } from './diff-lines';

const SIGNS: { readonly [change in Change]: string } = {
  [Change.ADDED]: '**new**',
  [Change.REMOVED]: '**gone**',
  [Change.CHANGED]: 'changed',
};
/** Lines of a section that stay open; a longer one is folded. */
const OPEN = 12;

/** Differences for a pull request. */
export function diffMarkdown(clusters: readonly ClusterDifference[]): string {
  return clusters
    .map((cluster) =>
      [
        `### ${escaped(cluster.cluster)}`,
        ...sectionsOf(cluster).map(({ title, lines }) => {
          const text = lines.flatMap(({ change, danger, text: line, details = [] }) => [
            `- ${danger ? `**${danger}** ` : change ? `${SIGNS[change]} ` : ''}${escaped(line)}`,
            ...details.map((detail) => `  - ${escaped(detail)}`),
          ]);
          return text.length <= OPEN
            ? `#### ${title}\n\n${text.join('\n')}`
            : `<details><summary><b>${title}</b>: ${lines.length} lines</summary>\n\n${text.join('\n')}\n\n</details>`;
        }),
      ].join('\n\n'),
    )
    .join('\n\n');
}

/** Text of which Markdown makes nothing: names of metrics have underscores, patterns have stars. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`);
}
