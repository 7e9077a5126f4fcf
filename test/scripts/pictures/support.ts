import type { PlacedPanelJson } from '../../../lib/dashboards/vocabulary/json';
import type { NamedSeries, PanelData } from '../../../scripts/pictures/data';

/** The end of the time that pictures of tests show. */
export const END_S = 1_795_370_400;
const STEP_S = 60;
const POINTS = 30;

/** What panels show that found something: series with the labels that a table wants, the second with a gap, the last of them constant. */
export function someData({ targets = [], transformations = [], fieldConfig }: PlacedPanelJson): PanelData {
  const organize = transformations.find(({ id }) => id === 'organize')?.options as { indexByName?: Record<string, number> } | undefined;
  const labels = Object.keys(organize?.indexByName ?? { node: 0 }).filter((name) => !name.startsWith('Value'));
  const states = Object.keys((fieldConfig?.defaults.mappings?.[0]?.options as object | undefined) ?? {}).map(Number);
  const valueAt = (series: number, point: number): number => {
    const state = states[(series + Math.floor(point / 10)) % Math.max(1, states.length)];
    return state === undefined || Number.isNaN(state) ? 0.4 * (series + 1) + 0.2 * Math.sin(point / 9) * (2 - series) : state;
  };
  const series = targets.flatMap(({ refId = '', range }) =>
    [0, 1, 2].map((index): NamedSeries => {
      const places = range ? Array.from({ length: POINTS + 1 }, (_, point) => point) : [POINTS];
      return {
        name: `${refId} <${index}>`,
        refId,
        labels: Object.fromEntries(labels.map((label) => [label, `${1_795_370_000 + index}`])),
        points: places
          .filter((point) => index !== 1 || point < 10 || point > 15)
          .map((point) => [END_S - (POINTS - point) * STEP_S, valueAt(index, point)]),
      };
    }),
  );
  return { series, startS: END_S - POINTS * STEP_S, endS: END_S, stepS: STEP_S };
}

/** What is no XML: tags that end without a beginning, characters that must be escaped. */
export function faultsOf(svg: string): readonly string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-zA-Z]+)((?:\s[a-zA-Z:_-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, end: string, name: string, __, empty: string) => {
      if (end === '' && empty === '') open.push(name);
      if (end !== '' && open.pop() !== name) faults.push(`the end of ${name}`);
      return '';
    },
  );
  return [...faults, ...open.map((name) => `${name} has no end`), ...(rest.match(/[<>]|&(?!(?:amp|lt|gt|quot);)/g) ?? [])];
}
