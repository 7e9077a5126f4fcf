import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type * as grafana from '@grafana/schema';
import type * as BarGauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as Heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as StateTimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as Table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as Text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as Timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** A type as JSON has it: of an enum, its values. */
type Plain<T> = 0 extends 1 & T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends number
      ? `${number}` extends `${T}`
        ? number
        : `${T}` extends `${infer N extends number}`
          ? N
          : never
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : T;

/** Grafana's schema leaves these open; here are those in use. */
interface Link {
  title: string;
  url: string;
  targetBlank?: boolean;
}
type Transformation =
  | { id: 'merge'; options: Record<string, never> }
  | { id: 'filterFieldsByName'; options: { include: { names: string[] } } }
  | { id: 'convertFieldType'; options: { conversions: { targetField: string; destinationType: 'time'; dateFormat: string }[] } }
  | { id: 'organize'; options: { indexByName: Record<string, number>; renameByName: Record<string, string> } };

interface Defaults<Custom> extends Plain<Omit<grafana.FieldConfig, 'custom' | 'links'>> {
  links?: Link[];
  // Grafana has a default for each
  custom?: Partial<Plain<Custom>>;
}

/** Options of single fields: their names are paths into the defaults. */
type Property<Custom> =
  | { [K in keyof Defaults<Custom>]-?: { id: K; value: Required<Defaults<Custom>>[K] } }[keyof Defaults<Custom>]
  | { [K in keyof Custom & string]-?: { id: `custom.${K}`; value: Plain<Required<Custom>[K]> } }[keyof Custom & string];

interface PanelOf<Type extends string, Options, Custom>
  extends Plain<Omit<grafana.Panel, 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations'>> {
  type: Type;
  id: number;
  gridPos: Plain<Required<grafana.Panel>['gridPos']>;
  options: Plain<Options>;
  fieldConfig?: {
    defaults: Defaults<Custom>;
    overrides: { matcher: { id: 'byName'; options: string }; properties: Property<Custom>[] }[];
  };
  targets?: Plain<Omit<Dataquery, '_implementsDataqueryVariant'>>[];
  transformations?: Transformation[];
}

/** With fields that Grafana writes and its schema leaves out. */
interface Variable extends Plain<grafana.VariableModel> {
  definition?: string;
  auto?: boolean;
  auto_min?: string;
  auto_count?: number;
}

/** What has no fields of its own. */
type None = Record<string, never>;

type Panel =
  | PanelOf<'stat', Stat.Options, None>
  | PanelOf<'timeseries', Timeseries.Options, Timeseries.FieldConfig>
  | PanelOf<'table', Table.Options, Table.FieldConfig>
  | PanelOf<'heatmap', Heatmap.Options, Heatmap.FieldConfig>
  | PanelOf<'state-timeline', StateTimeline.Options, StateTimeline.FieldConfig>
  | PanelOf<'bargauge', BarGauge.Options, None>
  | PanelOf<'text', Text.Options, None>;

interface Row extends Plain<Omit<grafana.RowPanel, 'panels'>> {
  panels: Panel[];
}

/** A dashboard by Grafana's own types, as strict as they can be read: what they leave open has the values that are in use. */
export interface GrafanaDashboard extends Plain<Omit<grafana.Dashboard, 'panels' | 'templating'>> {
  uid: string;
  title: string;
  templating: { list: Variable[] };
  panels: (Panel | Row)[];
}
