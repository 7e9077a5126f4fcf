import { at, type Json, type KubeObject, list, strings, type Tree, text } from '../tree';
import { jsonFault } from './json-fault';

/** Label by which the sidecar of Grafana finds ConfigMaps with dashboards. */
const LABEL = 'grafana_dashboard';

/** A data source as a dashboard names it: kind of plugin and uid, each as far as it is written. */
export interface DatasourceReference {
  readonly type?: string;
  /** A uid, the name of one, or a variable. @default - Grafana's default */
  readonly uid?: string;
}

/** A variable of a dashboard. */
export interface DashboardVariable {
  readonly name: string;
  /** `query`, `datasource`, `custom`, `textbox` and so on. */
  readonly type: string;
  /** What it lists; the kind of plugin, for `datasource`. */
  readonly query: string;
  /** What is chosen at first. */
  readonly current: string;
  readonly datasource?: DatasourceReference;
}

/** A dashboard in the tree. */
export interface DashboardFile {
  /** The ConfigMap that holds it. */
  readonly on: KubeObject;
  /** Where in it: `data["jobs.json"]`. */
  readonly place: string;
  readonly title: string;
  readonly variables: readonly DashboardVariable[];
  readonly json: Json;
}

/** A file that Grafana is given. */
export interface JsonFile {
  /** The ConfigMap that holds it. */
  readonly on: KubeObject;
  /** Where in it: `data["jobs.json"]`. */
  readonly place: string;
  readonly content: string;
}

/** The files of a tree that are to be dashboards: `….json` in ConfigMaps that the sidecar takes, the user's own included. */
export function dashboardFiles(tree: Tree): JsonFile[] {
  return tree
    .ofKind('ConfigMap')
    .filter(({ labels }) => labels[LABEL] === '1')
    .flatMap((on) =>
      Object.entries(strings(on.json.data))
        // Grafana reads files of this ending only
        .filter(([key]) => key.endsWith('.json'))
        .map(([key, content]) => ({ on, place: `data["${key}"]`, content })),
    );
}

/** Reads a dashboard. What Grafana cannot show gives the message that says so: what was given, what is allowed, what to write instead. */
export function readDashboard({ on, place, content }: JsonFile): DashboardFile | string {
  let json: Json;
  try {
    json = JSON.parse(content) as Json;
  } catch {
    const { line, column, got, expected } = jsonFault(content);
    return `${place} at ${line}:${column}: got ${got}, expected ${expected}, or Grafana shows nothing of the file; write it as JSON.stringify does`;
  }
  const title = text(at(json, 'title'));
  if (title === '') {
    const wrapped = text(at(json, 'dashboard', 'title')) !== '';
    return (
      `${place}: got ${wrapped ? 'a dashboard inside "dashboard"' : 'no title'}, expected a dashboard with its title, or Grafana does not take the file; ` +
      `${wrapped ? 'write what "dashboard" holds, without what is around it' : 'give it a title'}`
    );
  }
  return { on, place, title, json, variables: list(at(json, 'templating', 'list')).map(variable) };
}

function variable(json: Json): DashboardVariable {
  const query = at(json, 'query');
  const current = at(json, 'current', 'value');
  return {
    name: text(at(json, 'name')),
    type: text(at(json, 'type')),
    // Prometheus' plugin keeps the query with the fields of its editor around it
    query: text(query) || text(at(query, 'query')),
    current: text(current) || text(list(current)[0]),
    datasource: datasourceReference(at(json, 'datasource')),
  };
}

/** Reads how a panel, target or variable names its data source: an object since Grafana 8.3, a name before. */
export function datasourceReference(json: Json): DatasourceReference | undefined {
  if (typeof json === 'string') return { uid: json };
  const [type, uid] = [text(at(json, 'type')), text(at(json, 'uid'))];
  return type || uid ? { ...(type && { type }), ...(uid && { uid }) } : undefined;
}
