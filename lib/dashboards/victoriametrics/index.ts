import { type DashboardDefinition, DashboardUid, dashboard } from '../vocabulary';
import { agents } from './agents';
import { operator } from './operator';
import { health } from './overview';
import { programs } from './programs';
import { store } from './store';
import { targets } from './targets';

/** Whether the pipeline itself is well: what is scraped, sent and stored, in both modes and with any number of shards. */
export const VICTORIAMETRICS: DashboardDefinition = {
  uid: DashboardUid.VICTORIAMETRICS,
  name: 'victoriametrics',
  title: 'VictoriaMetrics health',
  build: ({ operator: operated = true }) =>
    dashboard({
      uid: DashboardUid.VICTORIAMETRICS,
      title: 'VictoriaMetrics health',
      description: 'Whether everything is collected, arrives and has room: targets, agents, destinations, store and operator.',
      rows: [health(), targets(), agents(), ...store(), programs(operated), ...(operated ? [operator()] : [])],
      range: '6h',
    }),
};
