export { GrafanaRole, type VictoriaLogsDatasource } from './containers';
export { Grafana, type GrafanaProps } from './grafana';
