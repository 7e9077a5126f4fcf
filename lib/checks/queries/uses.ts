import type { KubeObject } from '../tree';
import type { DatasourceReference } from './dashboards';

/** A query of something that asks a store: of a panel, of a variable, of an annotation. */
export interface QueryUse {
  /** The object that holds it. */
  readonly on: KubeObject;
  /** What it is a part of, whose findings are told together: `dashboard "Jobs"`. */
  readonly page: string;
  /** What stays empty without an answer: `panel "Queue"`. */
  readonly part: string;
  /** How the query is called there: `query A`. @default - it is the only one */
  readonly name?: string;
  readonly text: string;
  /** Lists the values of a variable. @default false */
  readonly isVariable?: boolean;
  /** Names of the variables that may stand in it. @default - `$` means nothing */
  readonly variables?: readonly string[];
  /** Texts that print labels of the result. @default - none */
  readonly legends?: readonly string[];
  /** Labels that a table shows, of this query or one beside it. @default - none in particular */
  readonly columns?: { readonly names: readonly string[]; readonly beside: readonly string[] };
  /** Grafana's unit of what it gives. @default - says nothing */
  readonly unit?: string;
  /** What is asked. @default - Grafana's default */
  readonly datasource?: DatasourceReference;
  /** Step below which it does not go, as it is written. @default - the data source's */
  readonly minStep?: string;
  /** The same of its panel. @default - the data source's */
  readonly panelMinStep?: string;
}
