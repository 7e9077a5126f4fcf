export { describeFailure, problemsOfFailure } from './failure';
export { type LoadedCluster, type LoadOptions, loadClusters, locate, parseCluster } from './load';
export { type Lock, readLock } from './lock';
export type { Place, Places } from './places';
export { ConfigError, type ConfigProblem, formatProblem } from './problems';
