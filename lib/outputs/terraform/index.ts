// The entry point `soperator-metrics/terraform`. It alone needs cdktf and its Helm provider, so nothing else may import it.
export { MetricsPipelineReleases, type MetricsPipelineReleasesProps } from './releases';
