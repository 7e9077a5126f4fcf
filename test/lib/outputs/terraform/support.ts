import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files by their paths below a folder. */
export function writeFiles(folder: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The folder of a cluster as far as the stack looks at it: its charts, with a manifest in each. */
export function writeCharts(folder: string, ...charts: readonly ('operator' | 'pipeline')[]): string {
  for (const chart of charts) {
    writeFiles(join(folder, chart), {
      'Chart.yaml': `apiVersion: v2\nname: soperator-metrics-${chart}\nversion: 0.1.0+a\n`,
      'manifests/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
      'templates/manifests.yaml': '{{ .Files.Get "manifests/a.yaml" }}\n',
    });
  }
  return folder;
}
