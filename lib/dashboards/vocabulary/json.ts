import type { Dashboard, FieldConfig, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { DataLink } from './links';

/** A query of a panel. */
export type QueryJson = Omit<Dataquery, '_implementsDataqueryVariant'>;

/** How fields are shown; links here are of values, which have less to them than those of dashboards. */
export interface FieldConfigJson extends Omit<FieldConfig, 'links'> {
  readonly links?: readonly DataLink[];
}

/** One property that a few fields have otherwise than the rest. */
export interface OverrideJson {
  readonly matcher: { readonly id: string; readonly options?: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** A panel that has no place yet. */
export interface PanelJson extends Omit<Panel, 'targets' | 'fieldConfig' | 'id' | 'gridPos'> {
  readonly title: string;
  readonly description: string;
  readonly targets?: readonly QueryJson[];
  readonly fieldConfig?: { readonly defaults: FieldConfigJson; readonly overrides: readonly OverrideJson[] };
}

/** A panel in its place. */
export interface PlacedPanelJson extends PanelJson {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** A row; it holds its panels itself when it is collapsed. */
export interface RowJson extends Omit<RowPanel, 'panels'> {
  readonly gridPos: PlacedPanelJson['gridPos'];
  readonly panels: readonly PlacedPanelJson[];
}

/** A whole dashboard, as Grafana's files hold it. */
export interface DashboardJson extends Omit<Dashboard, 'panels'> {
  readonly panels: readonly (RowJson | PlacedPanelJson)[];
}
