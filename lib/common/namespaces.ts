/** Levels of Pod Security admission, loosest last. */
export enum PodSecurityLevel {
  /** Nothing that a hardened program needs to do without. */
  RESTRICTED = 'restricted',
  /** No known way onto the node. */
  BASELINE = 'baseline',
  /** Anything, host paths included. */
  PRIVILEGED = 'privileged',
  /** The namespace belongs to somebody else and must exist: it is not rendered. */
  UNMANAGED = 'unmanaged',
}

/** The namespace label that Pod Security admission enforces. */
export const POD_SECURITY_LABEL = 'pod-security.kubernetes.io/enforce';
