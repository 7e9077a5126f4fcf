import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

export type { VariableModel };

/** Where queries of panels and variables go. */
export const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** A variable whose values a query finds. */
export interface QueryVariable {
  /** Name, as queries write it behind the `$`. */
  readonly name: string;
  /** What stands before it on the page. */
  readonly label: string;
  /** What it chooses, and what it does when it finds nothing. */
  readonly description: string;
  /** Selector of the series that carry the label. */
  readonly series: string;
  /** Label whose values are the choice. */
  readonly of: string;
  /** Pattern that a value must match; its first group is taken. @default - all values */
  readonly regex?: string;
}

function queryVariable({ name, label, description, series, of, regex }: QueryVariable): QueryVariableBuilder {
  const query = `label_values(${series}, ${of})`;
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATASOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
  return regex === undefined ? builder : builder.regex(regex);
}

/** The data source. Hidden: the pipeline has one, which is the default; another one can be chosen in the address. */
export function datasourceVariable(): VariableModel {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .type('prometheus')
    .current({ text: 'VictoriaMetrics', value: 'VictoriaMetrics' })
    .hide(VariableHide.HideVariable)
    .build();
}

/** The cluster. One at a time, because names of nodes and numbers of jobs repeat between clusters. */
export function clusterVariable(): VariableModel {
  return queryVariable({ name: 'cluster', label: 'Cluster', description: 'Cluster that is shown', series: 'up', of: 'cluster' }).build();
}

/** One value. The first is taken unless another is chosen. */
export function oneOf(variable: QueryVariable): VariableModel {
  return queryVariable(variable).build();
}

/**
 * Any number of values, all at first. `All` matches series that are without the label, too, so that a variable that finds nothing
 * empties no panel: queries compare with `=~`, see {@link chosen}.
 */
export function anyOf(variable: QueryVariable): VariableModel {
  return queryVariable(variable).multi(true).includeAll(true).allValue('.*').current({ text: 'All', value: '$__all' }).build();
}

/** Free text. */
export function textBox(name: string, label: string, description: string, initial: string): VariableModel {
  return new TextBoxVariableBuilder(name)
    .label(label)
    .description(description)
    .defaultValue(initial)
    .current({ text: initial, value: initial })
    .build();
}

/** Matcher of the values that are chosen in a variable, by the label or the variable's own name. */
export const chosen = (variable: string, label = variable): string => `${label}=~"$${variable}"`;
