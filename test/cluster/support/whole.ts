import { type MetricsPipelineProps, SeriesProfile } from '../../../lib';

/**
 * A pipeline that shows all that it can: everything that is exposed, and the jobs of GPUs in a label. The tests of catalogs leave it behind
 * for the first tests of dashboards, which apply the usual one after that.
 */
export const WHOLE = {
  series: { profile: SeriesProfile.FULL },
  dcgmExporter: { jobMappingDirectory: '/var/run/nebius/slurm' },
} satisfies Partial<MetricsPipelineProps>;
