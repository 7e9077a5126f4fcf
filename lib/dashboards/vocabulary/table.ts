import { FieldTextAlignment, TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { FieldConfig as TableFieldConfig, Options as TableOptions } from '@grafana/grafana-foundation-sdk/table';
import type { OverrideJson, PanelJson } from './json';
import type { DataLink } from './links';
import { grafanaMappings, type Mapping, type PanelParts, panel, queries, refId } from './panel';
import { grafanaThresholds, type Thresholds } from './thresholds';
import { DisplayUnit, grafanaUnit, type PanelUnit } from './units';

/** A column of a table: a label, or the value of a query. */
export interface Column {
  readonly title: string;
  /** Label that it shows. @default - the value of a query */
  readonly label?: string;
  /** Place of the query whose value it shows, from 0. @default 0, unless it shows a label */
  readonly query?: number;
  /** @default - the panel's, for a value; words, for a label */
  readonly unit?: PanelUnit;
  /** Colours the cell by its value. @default - not coloured */
  readonly thresholds?: Thresholds;
  /** Texts and colours in place of values. @default - none */
  readonly mappings?: readonly Mapping[];
  /** Where a click leads; `ofColumn` names columns by title. @default - nowhere */
  readonly links?: readonly DataLink[];
  /** In pixels. @default - shared evenly */
  readonly width?: number;
}

/** Rows of labels and values at the end of the range. */
export interface TableParts extends PanelParts {
  /** Columns from left to right; labels that are not named are hidden. Queries become one row where the labels that they share are equal. */
  readonly columns: readonly Column[];
  /** Title of the column that sorts the rows. @default - as they come */
  readonly sortBy?: string;
  /** Largest first. @default true */
  readonly descending?: boolean;
}

/** A table; the values of all queries are those at the end of the range. */
export function table(parts: TableParts): PanelJson {
  const several = parts.queries.length > 1;
  const fieldOf = ({ label, query = 0 }: Column): string => label ?? (several ? `Value #${refId(query)}` : 'Value');
  const options: TableOptions = {
    frameIndex: 0,
    showHeader: true,
    cellHeight: TableCellHeight.Sm,
    ...(parts.sortBy === undefined ? {} : { sortBy: [{ displayName: parts.sortBy, desc: parts.descending ?? true }] }),
  };
  const custom: TableFieldConfig = { align: FieldTextAlignment.Auto, inspect: false, filterable: true };
  const names = parts.columns.map(fieldOf);
  return {
    ...panel('table', parts, options, { custom }, parts.columns.flatMap(overridesOf)),
    targets: queries(parts.queries, true).map((query) => ({ ...query, format: 'table' as PromQueryFormat })),
    transformations: [
      ...(several ? [{ id: 'merge', options: {} }] : []),
      { id: 'filterFieldsByName', options: { include: { names } } },
      {
        id: 'organize',
        options: {
          indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
          renameByName: Object.fromEntries(parts.columns.map((column) => [fieldOf(column), column.title])),
        },
      },
    ],
  };
}

function overridesOf(column: Column): OverrideJson[] {
  const unit = column.unit ?? (column.label === undefined ? undefined : DisplayUnit.TEXT);
  const properties = [
    ...(unit === undefined ? [] : [{ id: 'unit', value: grafanaUnit(unit) }]),
    ...(column.thresholds ? [{ id: 'thresholds', value: grafanaThresholds(column.thresholds) }] : []),
    ...(column.mappings ? [{ id: 'mappings', value: grafanaMappings(column.mappings) }] : []),
    ...(column.thresholds || column.mappings ? [{ id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } }] : []),
    ...(column.links ? [{ id: 'links', value: column.links }] : []),
    ...(column.width === undefined ? [] : [{ id: 'custom.width', value: column.width }]),
  ];
  return properties.length === 0 ? [] : [{ matcher: { id: 'byName', options: column.title }, properties }];
}
