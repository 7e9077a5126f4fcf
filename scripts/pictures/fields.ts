import type { FieldConfigJson, PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';
import { INK } from './svg';
import { formatted } from './units';

/** Grafana's colours by name, in its light theme. */
const COLOURS: { readonly [name: string]: string } = {
  green: '#56A64B',
  orange: '#FF780A',
  red: '#E02F44',
  blue: '#3274D9',
  gray: '#808080',
  purple: '#A352CC',
  yellow: '#F2CC0C',
  text: INK,
};

/** The colours that series take by turns. */
const PALETTE = [
  ...['#56A64B', '#E0B400', '#3274D9', '#FF780A', '#E02F44', '#A352CC', '#19730E', '#CC9D00'],
  ...['#1250B0', '#E55400', '#AD0317', '#7C2EA3', '#96D98D', '#FFEE52', '#8AB8FF', '#FFB357'],
  ...['#FF7383', '#CA95E5', '#447EBC', '#C15C17', '#890F02', '#0A437C', '#6D1F62', '#584477'],
];

/** A colour by Grafana's name for it. */
export const colourOf = (name: string): string => COLOURS[name] ?? name;

/** The colour of a series by its place. */
export const paletteColour = (index: number): string => PALETTE[index % PALETTE.length] ?? INK;

/** How one field is shown: the panel's way, with what is different for this field. */
export interface Field extends FieldConfigJson {
  readonly properties: { readonly [id: string]: unknown };
}

/** The way to show a field of a panel, by the name of the series or the title of the column. */
export function fieldOf({ fieldConfig }: Pick<PlacedPanelJson, 'fieldConfig'>, name: string): Field {
  const properties = (fieldConfig?.overrides ?? [])
    .filter(({ matcher }) => matcher.id === 'byName' && matcher.options === name)
    .flatMap((override) => override.properties);
  const own = Object.fromEntries(properties.map(({ id, value }) => [id, value]));
  return { ...fieldConfig?.defaults, ...own, properties: own };
}

/** A value as it is shown. */
export interface Shown {
  readonly text: string;
  readonly colour: string;
}

/** A value in its unit, or the text that is mapped to it; with the colour of the mapping or the thresholds. */
export function shown(value: number | string, { unit = 'none', decimals, mappings, thresholds, color }: Field, nowMs: number): Shown {
  const mapping = mappings?.flatMap(({ type, options }) =>
    type === 'value' ? [(options as { [value: string]: Mapped })[String(value)]] : [],
  );
  const mapped = mapping?.find((found) => found !== undefined);
  const step = thresholds?.steps.findLast(({ value: from }) => from === null || (typeof value === 'number' && value >= from));
  const fixed = color?.mode === 'fixed' ? color.fixedColor : undefined;
  return {
    text: mapped?.text ?? (typeof value === 'string' ? value : formatted(value, unit, decimals, nowMs)),
    colour: colourOf(mapped?.color ?? fixed ?? step?.color ?? 'text'),
  };
}

interface Mapped {
  readonly text?: string;
  readonly color?: string;
}
