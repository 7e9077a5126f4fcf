import type { Options as BarGaugeOptions } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BarGaugeValueMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  PercentChangeColorMode,
  SortOrder,
  StackingMode,
  TimelineValueAlignment,
  TooltipDisplayMode,
  VisibilityMode,
  type VizLegendOptions,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Options as HeatmapOptions } from '@grafana/grafana-foundation-sdk/heatmap';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type { Options as StateTimelineOptions } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { FieldConfig as GraphFieldConfig, Options as TimeseriesOptions } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Colour } from './colours';
import type { PanelJson } from './json';
import { fixedColours, type PanelParts, panel, queries, reduced } from './panel';

/** A number, or a few, with what they mean by their colour. */
export interface StatParts extends PanelParts {
  /** Shows the legend in place of the number: for names and versions, which are labels. @default false */
  readonly showName?: boolean;
  /** Shows the legend beside each number. @default - only when there is more than one series */
  readonly showBoth?: boolean;
  /** Paints the whole panel: for the numbers that say whether all is well. @default false */
  readonly filled?: boolean;
  /** Shows the course of the number behind it; its queries then cover the whole range. @default false */
  readonly sparkline?: boolean;
}

/** The last value. */
export function stat(parts: StatParts): PanelJson {
  const textMode = parts.showName ? BigValueTextMode.Name : parts.showBoth ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto;
  const options: StatOptions = {
    graphMode: parts.sparkline ? BigValueGraphMode.Area : BigValueGraphMode.None,
    colorMode: parts.filled ? BigValueColorMode.Background : BigValueColorMode.Value,
    justifyMode: BigValueJustifyMode.Auto,
    textMode,
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: PercentChangeColorMode.Standard,
    orientation: VizOrientation.Auto,
    reduceOptions: reduced(),
  };
  return { ...panel('stat', parts, options), targets: queries(parts.queries, !parts.sparkline) };
}

/** Lines over time. */
export interface TimeseriesParts extends PanelParts {
  /** Puts the series on top of each other: for parts of a whole. @default false */
  readonly stacked?: boolean;
  /** Bars in place of lines: for counts of events. @default false */
  readonly bars?: boolean;
  /** Draws the thresholds as lines. @default false */
  readonly showThresholds?: boolean;
  /** Fixed colours by legend. @default - Grafana's palette */
  readonly colours?: { readonly [legend: string]: Colour };
  /** What the legend says of each series: `lastNotNull`, `max`, `mean`. @default - its name alone */
  readonly legendValues?: readonly string[];
}

/** How values moved. Gaps stay gaps: nothing is drawn where nothing was measured. */
export function timeseries(parts: TimeseriesParts): PanelJson {
  const options: TimeseriesOptions = {
    legend: legend(parts.legendValues),
    tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
  };
  const custom: GraphFieldConfig = {
    drawStyle: parts.bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line,
    lineWidth: 1,
    fillOpacity: parts.stacked || parts.bars ? 40 : 8,
    showPoints: VisibilityMode.Never,
    spanNulls: false,
    ...(parts.stacked ? { stacking: { mode: StackingMode.Normal, group: 'A' } } : {}),
    ...(parts.showThresholds ? { thresholdsStyle: { mode: GraphThresholdsStyleMode.Dashed } } : {}),
  };
  const colours = fixedColours(parts.colours);
  return { ...panel('timeseries', parts, options, { custom, color: { mode: FieldColorModeId.PaletteClassic } }, colours) };
}

/** The last value of each series as a bar. */
export function barGauge(parts: PanelParts): PanelJson {
  const options: BarGaugeOptions = {
    displayMode: BarGaugeDisplayMode.Gradient,
    valueMode: BarGaugeValueMode.Color,
    namePlacement: BarGaugeNamePlacement.Auto,
    sizing: BarGaugeSizing.Auto,
    showUnfilled: true,
    minVizWidth: 8,
    minVizHeight: 16,
    maxVizHeight: 300,
    orientation: VizOrientation.Horizontal,
    legend: { ...legend(), showLegend: false },
    reduceOptions: reduced(),
  };
  return { ...panel('bargauge', parts, options), targets: queries(parts.queries, true) };
}

/** What a number of a state timeline means. */
export interface State {
  readonly value: number;
  readonly text: string;
  readonly colour: Colour;
}

/** Bars of states over time, a line for each series. */
export interface StateTimelineParts extends PanelParts {
  /** What each value means. */
  readonly states: readonly State[];
}

/** Which state held when. */
export function stateTimeline(parts: StateTimelineParts): PanelJson {
  const options: StateTimelineOptions = {
    showValue: VisibilityMode.Never,
    rowHeight: 0.9,
    mergeValues: true,
    alignValue: TimelineValueAlignment.Left,
    legend: legend(),
    tooltip: { mode: TooltipDisplayMode.Single, sort: SortOrder.None },
    // more lines than fit are on further pages
    perPage: 25,
  };
  const mappings = parts.states.map(({ value, text, colour }) => ({ value, text, color: colour }));
  return panel('state-timeline', { ...parts, mappings }, options, { custom: { fillOpacity: 80, lineWidth: 0 } });
}

/** How many things had which value when: a query gives one series for each range of values, in the order of their names. */
export function heatmap(parts: PanelParts): PanelJson {
  const options: HeatmapOptions = {
    calculate: false,
    color: { scheme: 'Blues', fill: 'dark-blue', exponent: 0.5, steps: 64, reverse: false },
    showValue: VisibilityMode.Never,
    cellGap: 1,
    // cells of nothing stay empty
    filterValues: { le: 1e-9 },
    yAxis: { unit: 'short' },
    legend: { show: true },
    tooltip: { mode: TooltipDisplayMode.Single, showColorScale: true },
    exemplars: { color: 'rgba(255,0,255,0.7)' },
  };
  return panel('heatmap', parts, options);
}

/** A text. */
export interface TextParts {
  readonly title: string;
  readonly description: string;
  /** Markdown. */
  readonly content: string;
}

/** Words for the reader. */
export function text({ title, description, content }: TextParts): PanelJson {
  return { type: 'text', title, description, options: { mode: 'markdown', content } };
}

function legend(calcs: readonly string[] = []): VizLegendOptions {
  return {
    displayMode: calcs.length > 0 ? LegendDisplayMode.Table : LegendDisplayMode.List,
    placement: LegendPlacement.Bottom,
    showLegend: true,
    calcs: [...calcs],
  };
}
