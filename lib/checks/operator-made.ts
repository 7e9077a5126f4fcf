import type { Labels } from '../common/labels';
import { at, type KubeObject, perTree, text } from './tree';

/** Group of the resources that the VictoriaMetrics operator makes workloads of. */
export const OPERATOR_GROUP = 'operator.victoriametrics.com';

/** The ports on which the programs of the operator's resources listen, where the resource names none. */
const DEFAULT_PORTS: { readonly [kind: string]: number } = { VMAgent: 8429, VMSingle: 8429 };

/** What the VictoriaMetrics operator makes of one resource: a workload and a Service, alike in name and labels. */
export interface OperatorMade {
  /** The resource. */
  readonly resource: KubeObject;
  /** Name of workload and Service. */
  readonly name: string;
  /** Labels of Service and pods. */
  readonly labels: Labels;
  /** Name of the port, of Service and container. */
  readonly portName: string;
  /** Number of the port, of Service and container. */
  readonly port: number;
  /** How many pods there are at a time; nothing for one a node. */
  readonly replicas?: number;
  /** Whether the operator also makes a scrape of it, with the same labels. */
  readonly scraped: boolean;
}

/**
 * What the operator makes of the resources of a tree.
 *
 * @see https://docs.victoriametrics.com/operator/resources/
 */
export const operatorMade = perTree((tree): readonly OperatorMade[] =>
  tree.ofKind(...Object.keys(DEFAULT_PORTS)).map((resource) => {
    const { spec } = resource.json;
    const program = resource.kind.toLowerCase();
    const count = (field: string) => Math.max(1, Number(at(spec, field) ?? 1));
    return {
      resource,
      name: at(spec, 'useLegacyNaming') === true ? resource.name : `${program}-${resource.name}`,
      labels: {
        'app.kubernetes.io/name': program,
        'app.kubernetes.io/instance': resource.name,
        'app.kubernetes.io/component': 'monitoring',
        'managed-by': 'vm-operator',
      },
      portName: 'http',
      port: Number(text(at(spec, 'port')) || DEFAULT_PORTS[resource.kind]),
      replicas: at(spec, 'daemonSetMode') === true ? undefined : count('replicaCount') * count('shardCount'),
      scraped: at(spec, 'disableSelfServiceScrape') !== true,
    };
  }),
);
