import type { ReduceDataOptions } from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId, MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Colour } from './colours';
import type { FieldConfigJson, OverrideJson, PanelJson, QueryJson } from './json';
import type { DataLink } from './links';
import { grafanaThresholds, NEUTRAL, type Thresholds } from './thresholds';
import { grafanaUnit, type PanelUnit } from './units';
import { DATASOURCE } from './variables';

/** A query. */
export interface Query {
  /** PromQL. */
  readonly expr: string;
  /** Name of each series, with labels in double braces. @default - the labels, as Grafana writes them */
  readonly legend?: string;
  /** Asks for the end of the range only. @default - as the kind of panel needs it */
  readonly instant?: boolean;
}

/** A text in place of a value. */
export interface Mapping {
  readonly value: number | string;
  readonly text: string;
  readonly color: Colour;
}

/** What every panel with queries has. */
export interface PanelParts {
  readonly title: string;
  /** What it shows, and what to do when it is red. */
  readonly description: string;
  readonly unit: PanelUnit;
  readonly queries: readonly Query[];
  /** @default - neither good nor bad */
  readonly thresholds?: Thresholds;
  /** Where a click on a value leads. @default - nowhere */
  readonly links?: readonly DataLink[];
  /** Texts in place of values. @default - none */
  readonly mappings?: readonly Mapping[];
  /** Lower end of the axis. @default - by the values */
  readonly min?: number;
  /** Upper end of the axis. @default - by the values */
  readonly max?: number;
  /** Digits behind the point. @default - by the values */
  readonly decimals?: number;
  /** What stands there when nothing was measured. @default - Grafana's `No data` */
  readonly noValue?: string;
  /** Shortest time between two points, such as `5m`: for queries that are costly at each. @default - the data source's */
  readonly minInterval?: string;
}

/**
 * Shortest time between two points of panels that read every GPU, port or pod of all nodes. The store looks at the samples of each series
 * again for every point, so that twice the step is half of that work; to read them takes the rest.
 */
export const FLEET_STEP = '1m';
/** The same where every series is read for several lines, or is a counter, of which each point takes two samples. */
export const WIDE_FLEET_STEP = '2m';

/** The frame that all kinds share. Queries cover the whole range; kinds that show the end alone replace them. */
export function panel(
  type: string,
  parts: PanelParts,
  options: object,
  fieldDefaults: FieldConfigJson = {},
  overrides: readonly OverrideJson[] = [],
): PanelJson {
  const { title, description, unit, thresholds = NEUTRAL, links, mappings, min, max, decimals, noValue, minInterval } = parts;
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    targets: queries(parts.queries, false),
    ...(minInterval === undefined ? {} : { interval: minInterval }),
    options,
    fieldConfig: {
      defaults: {
        unit: grafanaUnit(unit),
        color: { mode: FieldColorModeId.Thresholds },
        thresholds: grafanaThresholds(thresholds),
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(decimals === undefined ? {} : { decimals }),
        ...(noValue === undefined ? {} : { noValue }),
        ...(links ? { links } : {}),
        ...(mappings ? { mappings: grafanaMappings(mappings) } : {}),
        ...fieldDefaults,
      },
      overrides,
    },
  };
}

/** Queries as Grafana has them, named A, B and so on. */
export function queries(list: readonly Query[], instant: boolean): QueryJson[] {
  return list.map((query, index) => {
    const atEnd = query.instant ?? instant;
    return {
      refId: refId(index),
      datasource: DATASOURCE,
      expr: query.expr,
      ...(query.legend === undefined ? {} : { legendFormat: query.legend }),
      instant: atEnd,
      range: !atEnd,
    };
  });
}

/** Name of a query by its place. */
export const refId = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

/** The last value of each series. */
export const reduced = (): ReduceDataOptions => ({ values: false, calcs: ['lastNotNull'], fields: '' });

/** Texts in place of values. */
export const grafanaMappings = (mappings: readonly Mapping[]): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(mappings.map(({ value, text, color }, index) => [String(value), { text, color, index }])),
  },
];

/** Colours that series keep, by legend. */
export function fixedColours(colours: { readonly [legend: string]: Colour } = {}): OverrideJson[] {
  return Object.entries(colours).map(([legend, colour]) => ({
    matcher: { id: 'byName', options: legend },
    properties: [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: colour } }],
  }));
}
