export { CRDS } from './crds';
export { type ClusterOutput, writeFolder } from './folder';
export { CheckFailure, MANIFEST_FILES, type ManifestFile, needsCrds, renderManifests } from './manifests';
export { isStored, type MetricFate, type MetricReport, seriesReport } from './series-report';
