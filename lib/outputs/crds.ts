import { join } from 'node:path';

/** File with the custom resource definitions of the VictoriaMetrics operator, which are applied before the operator. */
export const CRDS = join(__dirname, '..', '..', 'crds', 'operator.victoriametrics.com-v0.74.1.yaml');
