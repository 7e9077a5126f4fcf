import type { PodSecurityLevel } from '../../common/namespaces';

/** What a cluster's manifests allow whom, and what their pods are. */
export interface SecurityReport {
  /** Everybody to whom a rendered object grants something, every rendered account, and every account that rendered pods run as. */
  readonly accounts: readonly AccountReport[];
  /** Roles that no rendered object binds. */
  readonly unbound: readonly RoleReport[];
  /** Every namespace that is rendered, or that something is rendered for. */
  readonly namespaces: readonly NamespaceReport[];
  /** NetworkPolicies that are rendered: `NetworkPolicy apps/web`. */
  readonly networkPolicies: readonly string[];
}

/** Somebody who may do something. */
export interface AccountReport {
  /** `ServiceAccount`, `User` or `Group`. */
  readonly kind: string;
  readonly name: string;
  /** Of a service account. @default - users and groups have none */
  readonly namespace?: string;
  /** Whether the account is made by what is rendered, or by the operator of it; all others are somebody else's. */
  readonly isOurs: boolean;
  /** What runs as it: `Deployment soperator/slurm-exporter`. */
  readonly usedBy: readonly string[];
  /** Containers that get its token: `exporter of Deployment soperator/slurm-exporter`. */
  readonly tokenIn: readonly string[];
  /** What it may do. */
  readonly rules: readonly RuleReport[];
}

/** One rule, where it counts for somebody. */
export interface RuleReport {
  /** Where it counts. @default - in the whole cluster */
  readonly namespace?: string;
  /** The role that it stands in: `Role soperator/slurm-exporter`. */
  readonly role: string;
  /** What binds it: `RoleBinding soperator/slurm-exporter`. @default - nobody does */
  readonly binding?: string;
  /** Whether its content is known: of a role that is not rendered, or that the cluster fills in, it is not. */
  readonly isKnown: boolean;
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly verbs: readonly string[];
  /** What it is for, and what breaks without it. @default - no reason was given: somebody else added it, or a patch changed it */
  readonly why?: string;
  /** Why it counts in the whole cluster. @default - no reason was given, or it does not */
  readonly everywhere?: string;
}

/** A role that nobody has by what is rendered. */
export interface RoleReport {
  /** `ClusterRole reader` */
  readonly role: string;
  readonly rules: readonly RuleReport[];
}

/** A namespace and its pods. */
export interface NamespaceReport {
  readonly namespace: string;
  /** Whether it is among the manifests; others are somebody else's. */
  readonly isRendered: boolean;
  /** The Pod Security level that it enforces. @default - none by what is rendered */
  readonly enforces?: PodSecurityLevel;
  /** The strictest level that admits all rendered pods. */
  readonly needs: PodSecurityLevel;
  readonly workloads: readonly WorkloadReport[];
}

/** Pods of one object, as they run. */
export interface WorkloadReport {
  /** `Deployment slurm-exporter`, `VMAgent metrics`. */
  readonly workload: string;
  /** Name of its pods' service account. */
  readonly account: string;
  /** The strictest Pod Security level that admits them. */
  readonly needs: PodSecurityLevel;
  /** Fields that a stricter level refuses. */
  readonly because: readonly FieldReport[];
  /** Users that its containers run as; `the image's` where none is set. */
  readonly users: readonly string[];
  /** Whether no container can write into its own image. */
  readonly isRootReadOnly: boolean;
  /** Capabilities that are added to none. */
  readonly capabilities: readonly string[];
  /** Whether every container drops all others. */
  readonly dropsAll: boolean;
  /** Seccomp profiles: `RuntimeDefault`, or `none`. */
  readonly seccomp: readonly string[];
  /** What it has of its node: `hostNetwork`, `hostPath /proc`. */
  readonly host: readonly string[];
  /** Containers that get the token of the account. */
  readonly tokenIn: readonly string[];
  /** Secrets that are mounted or in variables. */
  readonly secrets: readonly string[];
  /** Ports that its containers declare: `metrics 8080`. */
  readonly ports: readonly string[];
}

/** A field of a pod that needs a looser level. */
export interface FieldReport {
  /** `volumes[proc].hostPath` */
  readonly field: string;
  /** What it is: `hostPath /proc`. */
  readonly of: string;
  /** The strictest level that admits it. */
  readonly level: PodSecurityLevel;
  /** What it is for, and what breaks without it. @default - no reason was given: somebody else added it, or a patch did */
  readonly why?: string;
}
