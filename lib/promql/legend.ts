import type { Span } from './ast';

/** A label that a legend prints. */
export interface LegendLabel extends Span {
  readonly name: string;
}

/** Labels in a legend format of Grafana, with their places: `{{node}} of {{ cluster }}`. */
export function legendLabels(format: string): LegendLabel[] {
  return [...format.matchAll(/\{\{\s*(.+?)\s*\}\}/g)].map((found) => ({
    name: found[1] ?? '',
    start: found.index,
    end: found.index + found[0].length,
  }));
}

/** Names of the labels in a legend format of Grafana, each once: `{{node}} of {{ cluster }}` has `node` and `cluster`. */
export function readLegend(format: string): string[] {
  return [...new Set(legendLabels(format).map(({ name }) => name))];
}
