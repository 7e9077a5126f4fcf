import { DashboardUid, type DataLink, linkTo, ofVariable } from '../vocabulary';

/** To everything that node-exporter knows of the host. */
export const toHost = (): DataLink => linkTo(DashboardUid.NODE_EXPORTER, 'Host', { node: ofVariable('node') });
