import { type DashboardDefinition, DashboardUid, dashboard } from '../vocabulary';
import { health } from './health';
import { itself } from './itself';
import { dataSources, requests } from './requests';

/** Whether people can see their dashboards. */
export const GRAFANA: DashboardDefinition = {
  uid: DashboardUid.GRAFANA,
  name: 'grafana',
  title: 'Grafana',
  build: () =>
    dashboard({
      uid: DashboardUid.GRAFANA,
      title: 'Grafana',
      description: 'Whether people can see their dashboards: requests, data sources, and Grafana itself.',
      rows: [health, requests, dataSources, itself],
      range: '6h',
    }),
};
