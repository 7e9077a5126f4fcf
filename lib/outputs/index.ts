export { CRDS, type RenderedCluster, renderClusters } from './clusters';
export { CHECKSUMS, exportClusters } from './export';
export { type ClusterOutput, writeFolder } from './folder';
export { type Journey, type JourneyEnd, Journeys } from './journeys';
export { CheckFailure, MANIFEST_FILES, type ManifestFile, needsCrds, renderManifests } from './manifests';
export { dashboardsOf, type Place, placeOf, placeText, Readers } from './readers';
export { type SecurityReport, type SecuritySection, securityReport, securitySections } from './security';
export { isStored, type MetricFate, type MetricReport, seriesReport } from './series-report';
export { SHAPE_SUMMARIES, SHAPES, type Shape, type ShapeFiles, type ShapeName } from './shapes';
