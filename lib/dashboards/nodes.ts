import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardUid, type DataLink, linkTo, oneOf } from './vocabulary';

/** The node that the lower half of a page is about. Its list has nodes whose exporter does not answer, too. */
export const nodeVariable = (series: string): VariableModel =>
  oneOf({
    name: 'node',
    label: 'Node',
    description: 'Node that the lower half of the page is about, by its name in Kubernetes',
    series,
    of: 'instance',
  });

/** Matcher of the chosen node. */
export const OF_NODE = 'instance="$node"';

/** To the machine, by the name of its node. */
export const toNode = (node: string): DataLink => linkTo(DashboardUid.NODE_EXPORTER, 'Machine', { node });

/** To the kubelet, by the name of its node. */
export const toKubelet = (node: string): DataLink => linkTo(DashboardUid.KUBELET, 'Kubelet', { node });
