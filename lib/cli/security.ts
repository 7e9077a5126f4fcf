import type { Colors } from 'picocolors/types';
import { loadClusters } from '../config';
import { renderClusters, type SecuritySection, securityReport, securitySections } from '../outputs';
import { DEFAULT_FROM } from './from';
import type { Report, Terminal } from './report';
import { markdownTable, textTable } from './table';

/** Options of {@link security}. */
export interface SecurityOptions {
  /** `text`, `markdown` or `json`. */
  readonly format: string;
}

/** Tells what clusters' manifests allow whom and why, and what their pods are. */
export function security(from: string = DEFAULT_FROM, { format }: SecurityOptions, terminal: Terminal): Report {
  const loaded = loadClusters(from);
  terminal.progress(`rendering ${loaded.length} cluster${loaded.length === 1 ? '' : 's'}`);
  const clusters = renderClusters(loaded).map(({ file, cluster, app }) => ({ file, cluster, ...securityReport(app) }));
  return {
    json: { clusters },
    text: (colours) =>
      clusters
        .map((report) => {
          const sections = securitySections(report);
          return format === 'markdown' ? markdown(report.cluster, sections) : text(report.cluster, sections, colours);
        })
        .join('\n\n'),
  };
}

function text(cluster: string, sections: readonly SecuritySection[], colours: Colors): string {
  return [
    colours.bold(`cluster ${cluster}`),
    ...sections.map(({ title, lines, head, rows }) =>
      [
        colours.bold(title),
        ...lines.map((line) => `  ${line.trim()}`),
        ...(head && rows.length > 0 ? [textTable(head, rows, colours.dim)] : []),
      ].join('\n'),
    ),
  ].join('\n\n');
}

function markdown(cluster: string, sections: readonly SecuritySection[]): string {
  return [`# Security of ${cluster}`, ...sections.map((section) => markdownSection(section, '##'))].join('\n\n');
}

/** One part of the report in Markdown. */
export function markdownSection({ title, lines, head, rows }: SecuritySection, level: string): string {
  return [`${level} ${title}`, ...lines.map((line) => line.trim()), ...(head && rows.length > 0 ? [markdownTable(head, rows)] : [])].join(
    '\n\n',
  );
}
