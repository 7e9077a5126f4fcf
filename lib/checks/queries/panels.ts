import { at, type Json, list, text, texts } from '../tree';
import { type DashboardFile, type DatasourceReference, datasourceReference } from './dashboards';
import { unitOfQuery } from './panel-fields';
import type { QueryUse } from './uses';

/** Variables that Grafana sets beside those that promql knows. */
const GLOBAL = ['__dashboard', '__name', '__org', '__user', '__timezone'];
/** Legends that Grafana makes up by itself. */
const AUTOMATIC = '__auto';
/** Data source of what calculates with other queries of its panel, hidden ones among them. */
const EXPRESSION = '__expr__';
/** The data source of a panel whose queries each have their own. */
const MIXED = '-- Mixed --';

/** All queries of a dashboard: of variables, annotations and panels, in this order. */
export function queriesOf(file: DashboardFile): QueryUse[] {
  const { on, json, title } = file;
  const variables = [...file.variables.map(({ name }) => name), ...GLOBAL];
  const common = { on, page: `dashboard "${title}"`, variables };
  return [
    ...file.variables
      .filter(({ type, query }) => type === 'query' && query !== '')
      .map(({ name, query, datasource }) => ({
        ...common,
        part: `variable ${name}`,
        text: query,
        isVariable: true,
        ...(datasource && { datasource }),
      })),
    ...list(at(json, 'annotations', 'list')).flatMap((annotation) => annotationQuery(annotation, common)),
    ...panelsOf(json).flatMap((panel) => panelQueries(panel, common)),
  ];
}

type Common = Pick<QueryUse, 'on' | 'page' | 'variables'>;

function annotationQuery(annotation: Json, common: Common): QueryUse[] {
  const query = text(at(annotation, 'expr')) || text(at(annotation, 'target', 'expr'));
  const legends = ['titleFormat', 'textFormat'].map((field) => text(at(annotation, field))).filter(Boolean);
  const datasource = datasourceReference(at(annotation, 'datasource'));
  if (query === '') return [];
  return [{ ...common, part: `annotation "${text(at(annotation, 'name'))}"`, text: query, legends, ...(datasource && { datasource }) }];
}

/** All panels, those inside rows and of the old form with `rows` included. */
export function panelsOf(json: Json): Json[] {
  const panels = [...list(at(json, 'panels')), ...list(at(json, 'rows')).flatMap((row) => list(at(row, 'panels')))];
  return panels.flatMap((panel) => [panel, ...panelsOf(panel)]);
}

function panelQueries(panel: Json, common: Common): QueryUse[] {
  const ofPanel = datasourceReference(at(panel, 'datasource'));
  const title = text(at(panel, 'title'));
  const part = title === '' ? `panel ${at(panel, 'id') ?? 'without a title'}` : `panel "${title}"`;
  const targets = list(at(panel, 'targets'));
  const calculates = targets.some((target) => text(at(target, 'datasource', 'type')) === EXPRESSION);
  const columns = shownColumns(panel, targets);
  return targets.flatMap((target, index): QueryUse[] => {
    const query = text(at(target, 'expr'));
    // Grafana does not ask a hidden query unless another one calculates with it
    if (query === '' || (at(target, 'hide') === true && !calculates)) return [];
    const legend = text(at(target, 'legendFormat'));
    const refId = text(at(target, 'refId'));
    const datasource = ownOr(ofPanel, datasourceReference(at(target, 'datasource')));
    const unit = unitOfQuery(panel, target, targets.length);
    const minStep = text(at(target, 'interval'));
    const panelMinStep = text(at(panel, 'interval'));
    return [
      {
        ...common,
        part,
        ...(targets.length > 1 && refId && { name: `query ${refId}` }),
        text: query,
        legends: legend === '' || legend === AUTOMATIC ? [] : [legend],
        // told once, of all queries together
        ...(columns && index === 0 && { columns }),
        ...(unit && { unit }),
        ...(datasource && { datasource }),
        ...(minStep && { minStep }),
        ...(panelMinStep && { panelMinStep }),
      },
    ];
  });
}

/** A panel's data source counts for all its queries, unless it says that each has its own. */
function ownOr(ofPanel: DatasourceReference | undefined, own: DatasourceReference | undefined): DatasourceReference | undefined {
  return ofPanel === undefined || ofPanel.uid === MIXED ? own : ofPanel;
}

/** What a table calls its fields that are no labels. */
const NO_LABEL = /^(Time|Value( #.*)?)$/;

/** Labels that a table chooses as columns, so that one that never comes is missed; nothing where something else may have made them. */
function shownColumns(panel: Json, targets: readonly Json[]): QueryUse['columns'] {
  if (targets.some((target) => text(at(target, 'format')) !== 'table')) return undefined;
  const transformations = list(at(panel, 'transformations')).filter((transformation) => text(at(transformation, 'id')) !== 'merge');
  const [first] = transformations;
  if (text(at(first, 'id')) !== 'filterFieldsByName') return undefined;
  const names = texts(at(first, 'options', 'include', 'names')).filter((name) => !NO_LABEL.test(name));
  return names.length === 0 ? undefined : { names, beside: targets.slice(1).map((target) => text(at(target, 'expr'))) };
}
